//! The suite: sentences about a running gateway, on real HTTP over loopback.

mod admin;
mod bounds;
mod budgets;
mod callers;
mod failures;
mod hostile;
mod passthrough;
mod policies;
mod shutdown;
mod streams;
mod swaps;
mod tidy;
