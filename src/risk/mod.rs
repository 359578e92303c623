//! The room `risk`.
