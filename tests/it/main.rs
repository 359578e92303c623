//! Black-box tests of the whole program.

mod corpus;
mod findings;
mod intake;
mod risk;
mod x12;
