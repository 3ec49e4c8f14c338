//! Simulated providers: real HTTP servers on loopback ports of this process that speak OpenAI's dialect and answer from a
//! seed. They stand in for vendors where there are no accounts: first runs, the demo, tests and benches. Nothing that
//! serves a caller depends on this module; to the gateway they are providers like any other.
//!
//! [`start`] plays a provider with latencies, token counts, tools and faults; [`start_mock`] is the bare fast path of the
//! benches, which says the same thing to everybody.

mod answer;
mod command;
mod control;
pub(crate) mod draw;
pub mod indoors;
mod mock;
mod request;
mod respond;
mod schema;
pub mod scripted;
mod server;
mod stream;
mod tokens;
mod wire;

pub use command::SimCommand;
pub use control::{Condition, SimControl};
pub use mock::{MockProvider, start_mock};
pub use server::{SimProvider, start, start_on};
pub use tokens::count_tokens;

/// A model that a simulated provider serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimModel {
    /// The name that requests call it by.
    pub name: String,
    /// Prompt and answer together, in tokens; a longer prompt is refused. 0: no limit.
    pub context_window: u32,
}

impl SimModel {
    /// A model without a limit.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), context_window: 0 }
    }

    /// The same with a context window.
    #[must_use]
    pub fn with_context_window(mut self, tokens: u32) -> Self {
        self.context_window = tokens;
        self
    }
}
