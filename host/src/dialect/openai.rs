//! OpenAI's chat-completions dialect: what the gateway needs to read from it, and the few things it changes. Everything
//! else passes through untouched.

pub mod answer;
pub mod assemble;
pub mod chunk;
pub mod continuation;
pub mod delivered;
pub mod edit;
pub mod failure;
pub mod finale;
pub mod request;
pub mod stored;
mod waits;

use serde::Deserialize;

use chunk::EventFault;

/// Token counts as the provider reports them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the input.
    pub input_tokens: u64,
    /// Tokens of the output, reasoning included.
    pub output_tokens: u64,
}

/// The `usage` field as it comes: some servers leave counts out or send nulls.
#[derive(Debug, Clone, Copy, Deserialize)]
struct ReportedUsage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}

impl ReportedUsage {
    /// Both counts, or none: half of a report is no basis for a bill.
    fn whole(self) -> Option<Usage> {
        Some(Usage { input_tokens: self.prompt_tokens?, output_tokens: self.completion_tokens? })
    }
}

/// Reads what the gateway needs of a provider's JSON. What it skips is JSON in UTF-8 as well, which serde alone would not
/// look at.
fn read_json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, EventFault> {
    let text = std::str::from_utf8(bytes).map_err(|error| EventFault::Garbled(error.to_string()))?;
    serde_json::from_str(text).map_err(|error| EventFault::Garbled(error.to_string()))
}

/// The reasons for which a choice may end and count as complete. Anything else is an interruption.
/// Source: the `finish_reason` enum of the OpenAI API reference, chat completions.
pub(crate) fn is_accepted_finish(reason: &str) -> bool {
    matches!(reason, "stop" | "length" | "tool_calls" | "content_filter" | "function_call")
}
