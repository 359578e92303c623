//! The room `web`.

pub mod settings;
