//! Support for the suite.

pub mod engine;
pub mod guests;
pub mod hostile;
