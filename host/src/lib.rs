//! Fingerpost: an OpenAI-compatible AI gateway whose every routing and fallback decision is made by a sandboxed
//! WebAssembly policy. The binary is a thin shell around this library; `ARCHITECTURE.md` is the map.

pub mod config;
pub mod ledger;
pub mod money;
pub mod policy;
