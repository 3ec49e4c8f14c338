//! Support for the suite: a gateway of a test's own, both ends of its wire, and policies that misbehave. The fake provider
//! misbehaves on the socket where HTTP libraries are too polite; the client sees an answer byte for byte.

pub mod client;
pub mod corpus;
pub mod decisions;
pub mod engine;
pub mod fuzz;
pub mod gateway;
pub mod guests;
pub mod hook;
pub mod hostile;
pub mod load;
pub mod paging;
pub mod queues;
pub mod registry;
pub mod sse;
pub mod upstream;
pub mod wire;
