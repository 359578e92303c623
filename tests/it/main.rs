//! Black-box tests of the whole program.

mod corpus;
mod x12;
