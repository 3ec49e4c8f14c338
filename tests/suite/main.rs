//! The suite: sentences about a running gateway, on real HTTP over loopback.

mod admin;
mod answers;
mod boundaries;
mod bounds;
mod budgets;
mod callers;
mod docs;
mod failures;
mod faults;
mod fuzz;
mod health;
mod hostile;
mod idempotency;
mod limits;
mod passthrough;
mod policies;
mod prices;
mod programs;
mod resume;
mod sessions;
mod shutdown;
mod soak;
mod streams;
mod swaps;
mod tidy;
mod transport;
