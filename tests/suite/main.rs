//! The suite.

mod hostile;
