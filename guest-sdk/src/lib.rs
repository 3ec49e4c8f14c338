//! Writes policies.
