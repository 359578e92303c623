//! The room `x12`.
