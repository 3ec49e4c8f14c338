//! Fingerpost: an OpenAI-compatible AI gateway whose every routing and fallback decision is made by a sandboxed
//! WebAssembly policy. The binary is a thin shell around this library; `ARCHITECTURE.md` is the map.

// In the order in which a request meets them.
pub mod accept;
pub mod answers;
pub mod attempt;
pub mod attributes;
pub mod authenticate;
pub mod consult;
pub mod decision;
pub mod deferral;
pub mod downstream;
pub mod endpoints;
pub mod estimate;
pub mod exchange;
pub mod facts;
pub mod fallback;
pub mod headers;
pub mod idempotency;
pub mod metering;
pub mod record;
pub mod refusal;
pub mod request;
pub mod serving;
pub mod spend;
pub mod stream;

// What the stages stand on.
pub mod account;
pub mod admin;
pub mod boundary;
pub mod builtin;
pub mod cache;
pub mod catalog;
pub mod caught;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dialect;
pub mod error;
pub mod gateway;
pub mod health;
pub mod ids;
pub mod ledger;
pub mod lifecycle;
pub mod limits;
pub mod money;
pub mod outcome;
pub mod policy;
pub mod price;
pub mod reconcile;
pub mod retention;
pub mod retry_budget;
pub mod serve;
pub mod session;
pub mod sim;
pub mod slots;
pub mod store;
pub mod telemetry;
pub mod testing;
pub mod threshold;
pub mod tokenizer;
pub mod upstream;
pub mod watch_files;
pub mod webhook;
