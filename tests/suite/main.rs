//! The suite: sentences about a running gateway, on real HTTP over loopback.

mod admin;
mod boundaries;
mod bounds;
mod budgets;
mod callers;
mod crashes;
mod docs;
mod failures;
mod fuzz;
mod health;
mod hostile;
mod passthrough;
mod policies;
mod programs;
mod resume;
mod sessions;
mod shutdown;
mod streams;
mod swaps;
mod tidy;
mod transport;
