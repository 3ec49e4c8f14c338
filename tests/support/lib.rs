//! Support for the suite: both ends of the wire. A scriptable fake provider that misbehaves on the socket where HTTP
//! libraries are too polite, and a client that sees an answer byte for byte.

pub mod client;
pub mod sse;
pub mod upstream;
