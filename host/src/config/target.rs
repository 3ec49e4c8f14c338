//! Targets: where requests can go, and what each takes.

use std::num::NonZeroU32;
use std::sync::Arc;

use super::{Name, OnCancel, Queue};
use crate::price::Priced;
use crate::tokenizer::Tokenizer;

/// Provider, model and credential: a place that a request can go to.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its id.
    pub id: Name,
    /// Its provider's name.
    pub provider: Name,
    /// The provider's name of the model.
    pub model: Name,
    /// Its tier's name.
    pub tier: Name,
    /// Its tier's rank; 0 is the best.
    pub tier_rank: u8,
    /// Input and output tokens together; 0: unknown.
    pub context_window: u32,
    /// Output tokens of one choice, at most; 0: unknown.
    pub max_output_tokens: u32,
    /// What counts its input; none: it is estimated by its bytes.
    pub tokenizer: Option<Tokenizer>,
    /// Whether it produces tokens that do not show in its stream.
    pub hidden_tokens: bool,
    /// Output tokens by which the reservation of a stream grows.
    pub slice: NonZeroU32,
    /// What its provider does with an answer that nobody waits for any more.
    pub on_cancel: OnCancel,
    /// What it can do.
    pub features: Vec<Name>,
    /// Where it runs: its provider's region.
    pub region: Option<Name>,
    /// What holds there: its provider's terms.
    pub terms: Vec<Name>,
    /// What it charges; none: unknown.
    pub price: Option<Arc<Priced>>,
    /// Requests at once.
    pub max_in_flight: NonZeroU32,
    /// Where requests wait for a slot; none: they do not.
    pub queue: Option<Queue>,
    /// The share of its recent requests, in thousandths, that may be retries; 0: none may.
    pub retry_permille: u32,
    /// Whether it understands `stream_options.include_usage`.
    pub stream_usage: bool,
    /// Which field limits its output.
    pub output_limit: OutputLimitField,
    /// How it takes an answer that has begun; none: it does not.
    pub prefill: Option<PrefillForm>,
}

/// How a target takes an answer that has begun, as the assistant's last message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrefillForm {
    /// The message as it is.
    Assistant,
    /// With `prefix: true` in the message.
    Prefix,
    /// With `continue_final_message: true` beside the messages.
    ContinueFinalMessage,
}

/// The request field that limits output tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputLimitField {
    /// `max_tokens`, which older and compatible servers read.
    MaxTokens,
    /// `max_completion_tokens`, which counts reasoning too.
    MaxCompletionTokens,
}
