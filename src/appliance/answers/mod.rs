//! The shapes of what is answered: stored values as the API shows them, one noun per file.

pub mod claims;
pub mod episodes;
pub mod health;
pub mod imports;
pub mod lists;
pub mod overview;
pub mod patterns;
pub mod payers;
pub mod practices;
pub mod providers;
pub mod remittances;
pub mod risk;
