//! The suite: sentences about a running gateway, on real HTTP over loopback.

mod admin;
mod bounds;
mod budgets;
mod callers;
mod docs;
mod failures;
mod health;
mod hostile;
mod passthrough;
mod policies;
mod programs;
mod shutdown;
mod streams;
mod swaps;
mod tidy;
