//! What a decision comes to, once it is checked.

use std::time::Duration;

use http::StatusCode;

use crate::config::AttemptLimits;
use crate::deferral::plan::DeferPlan;
use crate::dialect::openai::continuation::How;
use crate::policy::wire;

/// What the host will do.
#[derive(Debug, Clone)]
pub enum Plan {
    /// Try a target.
    Send(SendPlan),
    /// Give an answer that needs no model.
    Answer(AnswerPlan),
    /// Put it off.
    Defer(DeferPlan),
    /// Refuse the request.
    Reject(RejectPlan),
    /// Give up, with the error of the attempt of this number, or else with the most telling one.
    Fail(Option<u32>),
}

/// An answer that needs no model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerPlan {
    /// The stored one.
    Cached,
    /// The prepared one with this index in the route's list.
    Default(usize),
}

/// A try at a target.
#[derive(Debug, Clone)]
pub struct SendPlan {
    /// Its index in the route's targets.
    pub target: usize,
    /// The index of the target that the route meant.
    pub intended: usize,
    /// How long to wait first.
    pub after: Duration,
    /// Time limits.
    pub limits: AttemptLimits,
    /// How much to keep back.
    pub hold: wire::Hold,
    /// Whether a plain request is called as a stream.
    pub as_stream: bool,
    /// A lower limit on output tokens.
    pub max_output_tokens: Option<u32>,
    /// Marks the answer.
    pub degraded: Option<Box<str>>,
    /// How it continues a broken stream, where it does.
    pub resume: Option<How>,
    /// What it means for the session, should it serve.
    pub session: wire::SessionUse,
}

/// A refusal.
#[derive(Debug, Clone)]
pub struct RejectPlan {
    /// 400 to 599.
    pub status: StatusCode,
    /// A token.
    pub code: Box<str>,
    /// For people.
    pub message: Box<str>,
}
