//! What people see of a replay.
