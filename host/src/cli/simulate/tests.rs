//! What people see of a simulation.
