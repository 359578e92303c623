//! The room `appliance`.
