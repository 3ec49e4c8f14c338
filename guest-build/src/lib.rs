//! Builds policies.
