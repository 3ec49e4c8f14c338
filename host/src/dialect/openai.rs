//! OpenAI's chat-completions dialect: what the gateway needs to read from it, and the few things it changes. Everything
//! else passes through untouched.

pub mod answer;
pub mod chunk;
pub mod edit;
pub mod failure;
pub mod request;

use serde::Deserialize;

/// Token counts as the provider reports them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Usage {
    /// Tokens of the input.
    #[serde(default, rename = "prompt_tokens")]
    pub input_tokens: u64,
    /// Tokens of the output, reasoning included.
    #[serde(default, rename = "completion_tokens")]
    pub output_tokens: u64,
}

/// The reasons for which a choice may end and count as complete. Anything else is an interruption.
/// Source: the `finish_reason` enum of the OpenAI API reference, chat completions.
pub(crate) fn is_accepted_finish(reason: &str) -> bool {
    matches!(reason, "stop" | "length" | "tool_calls" | "content_filter" | "function_call")
}
