//! The room `linking`.
