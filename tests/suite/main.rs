//! The suite: sentences about a running gateway, on real HTTP over loopback.

mod admin;
mod boundaries;
mod bounds;
mod budgets;
mod callers;
mod deferral;
mod docs;
mod failures;
mod fuzz;
mod health;
mod hostile;
mod passthrough;
mod policies;
mod programs;
mod reports;
mod resume;
mod review;
mod sessions;
mod shutdown;
mod streams;
mod swaps;
mod tidy;
mod transport;
