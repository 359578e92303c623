//! Black-box tests of the whole program.

mod x12;
