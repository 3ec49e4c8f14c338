//! Replays by themselves.
