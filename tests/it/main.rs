//! Black-box tests of the whole program.

mod architecture;
mod check;
mod cli;
mod config;
mod corpus;
mod findings;
mod intake;
mod marb;
mod risk;
mod sample;
mod sample_command;
mod serve;
mod x12;
