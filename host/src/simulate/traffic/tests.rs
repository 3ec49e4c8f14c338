//! Traffic as it was asked for.
