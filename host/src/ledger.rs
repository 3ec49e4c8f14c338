//! One append-only record a request, attempts and decisions inside (R27). What a record says is here; how it reaches the
//! disk is `store/`, who fills it is `request.rs`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::config::{Name, TrafficClass};
use crate::decision::Overruled;
use crate::money::NanoUsd;
use crate::policy::{Generation, PolicyFailure};
use crate::price::{Parts, ServiceTier};

/// What becomes of records.
#[derive(Debug, Clone)]
pub enum Books {
    /// They are written to the journal and to the ledger: what every gateway does that serves callers.
    Kept,
    /// They are left unwritten, to measure what writing them costs.
    Left,
    /// They are handed over as they are, which is what a simulation wants to know.
    Told(mpsc::UnboundedSender<Box<Record>>),
}

impl Books {
    /// Whether they are written.
    #[must_use]
    pub const fn are_kept(&self) -> bool {
        matches!(self, Self::Kept)
    }
}

/// Everything that is kept of one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The gateway's id of the request.
    pub request_id: Arc<str>,
    /// When it arrived, in milliseconds since the Unix epoch.
    pub received_at: u64,
    /// When it reserved money, which says to which period of its budgets it belongs; its arrival where it never did.
    pub reserved_at: u64,
    /// Who asked.
    pub who: Who,
    /// The route.
    pub route: Name,
    /// The class that it was decided as.
    pub class: TrafficClass,
    /// Whether the caller asked for a stream.
    pub streaming: bool,
    /// The `model` field as the caller sent it, at most 256 bytes of it.
    pub requested_model: Box<str>,
    /// The target that the policy meant.
    pub intended: Option<Place>,
    /// The target that served.
    pub serving: Option<Place>,
    /// Why another than the intended one served, or none did: `latency`, `error`, `budget`, `quota`, `policy`.
    pub fallback_reason: Option<Box<str>>,
    /// The token by which the policy marked the answer as lesser.
    pub degraded: Option<Box<str>>,
    /// How the serving target's tier compares with the intended one's.
    pub tier_change: TierChange,
    /// The target that the session belonged to until this request moved it to the serving one; none: it did not.
    pub session_moved_from: Option<Name>,
    /// The id of the request whose run or stored answer this one was given, where it has none of its own.
    pub replayed_from: Option<Box<str>>,
    /// What answered in place of a model: `cached`, `default`; none: a model did, or nothing.
    pub answered: Option<Box<str>>,
    /// The job that it became, or that it is a try of.
    #[serde(default)]
    pub job: Option<Box<str>>,
    /// How it ended.
    pub ending: Ending,
    /// The status that the caller saw; 0 where it saw none.
    pub status: u16,
    /// From arrival until the first attempt that failed had failed; none where none did.
    pub latency_before_fallback_ms: Option<u64>,
    /// From arrival until the first token (streams) or the answer's head.
    pub first_token_ms: Option<u64>,
    /// From arrival to the end.
    pub latency_ms: u64,
    /// Tokens of the input of the serving attempt.
    pub input_tokens: u64,
    /// Tokens of its output.
    pub output_tokens: u64,
    /// The cost of all attempts together, as far as known.
    pub cost: NanoUsd,
    /// The part of it that went to attempts that did not serve.
    pub retry_cost: NanoUsd,
    /// What the tenant pays for it: what budgets count.
    pub charge: NanoUsd,
    /// Whether every attempt's cost is known.
    pub cost_known: bool,
    /// The policy that decided.
    pub policy: Option<PolicyMark>,
    /// The attempts, in order.
    pub attempts: Vec<Entry>,
    /// The decisions, in order.
    pub decisions: Vec<DecisionEntry>,
}

impl Record {
    /// The place in `attempts` of the one that served: the last one at the serving target. What any other cost is retry
    /// spend.
    #[must_use]
    pub fn serving_attempt(&self) -> Option<usize> {
        let serving = self.serving.as_ref()?;
        self.attempts.iter().rposition(|entry| entry.place.target == serving.target)
    }
}

/// Who asked, and for what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The tenant.
    pub tenant: Name,
    /// The key's name.
    pub key: Name,
    /// The end user.
    pub user: Option<Box<str>>,
    /// The application.
    pub application: Option<Box<str>>,
    /// The feature.
    pub feature: Option<Box<str>>,
    /// The workflow or assistant.
    pub workflow: Option<Box<str>>,
    /// The thread or session.
    pub session: Option<Box<str>>,
}

/// A target as it was then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its id.
    pub target: Name,
    /// Its provider.
    pub provider: Name,
    /// The provider's name of the model.
    pub model: Name,
}

/// How the serving target's tier compares with the intended one's (R21, R22).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierChange {
    /// The same tier, or nothing served.
    #[default]
    None,
    /// A worse one.
    Downgrade,
    /// A better one.
    Upgrade,
}

impl TierChange {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::Downgrade, Self::Upgrade];

    /// Its name in the ledger and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Downgrade => "downgrade",
            Self::Upgrade => "upgrade",
        }
    }
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The caller got a whole answer.
    Served,
    /// The policy or the host refused it before any attempt.
    Rejected,
    /// Nothing that was tried served.
    Failed,
    /// A part had reached the caller when the answer broke: an error event ended the stream.
    Broken,
    /// The caller went away.
    Abandoned,
    /// It was put into a queue.
    Deferred,
    /// The gateway's process ended while it was under way.
    Lost,
}

impl Ending {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Served, Self::Rejected, Self::Failed, Self::Broken, Self::Abandoned, Self::Deferred, Self::Lost];

    /// Its name in the ledger and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Broken => "broken",
            Self::Abandoned => "abandoned",
            Self::Deferred => "deferred",
            Self::Lost => "lost",
        }
    }
}

/// One try at one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Counted from 1.
    pub number: u32,
    /// Where it went.
    pub place: Place,
    /// From the request's arrival to its start.
    pub started_ms: u64,
    /// How long it took.
    pub duration_ms: u64,
    /// Until its first token.
    pub first_token_ms: Option<u64>,
    /// `ok`, `cancelled`, or the kind of failure.
    pub outcome: Box<str>,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// The provider's own error code.
    pub code: Option<Box<str>>,
    /// What the provider said, or where it said nothing, what happened: at most 512 bytes, which stay in the ledger.
    pub detail: Option<Box<str>>,
    /// Whose fault the failure is.
    pub fault: Option<Box<str>>,
    /// Tokens of its input.
    pub input_tokens: u64,
    /// Tokens of its output.
    pub output_tokens: u64,
    /// Its cost.
    pub cost: NanoUsd,
    /// How sure that is.
    pub cost_state: CostState,
    /// Tokens among them that may have a price of their own.
    pub parts: Parts,
    /// Images of its input.
    pub images: u32,
    /// The service tier that it was priced at.
    pub service_tier: ServiceTier,
    /// Tells the price that was applied from others; none: the target has no price.
    pub price_version: Option<Arc<str>>,
    /// What may have been billed on top of the cost, for an answer that nobody waited for to its end.
    pub exposure: NanoUsd,
    /// What the tenant pays for it.
    pub charge: NanoUsd,
    /// What the provider said that it used, where that was not to be believed and something else is settled.
    #[serde(default)]
    pub reported: Option<Reported>,
}

/// A provider's usage that is not what was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// Tokens of the input; none: it said nothing that could be read.
    pub input_tokens: Option<u64>,
    /// Tokens of the output; likewise.
    pub output_tokens: Option<u64>,
    /// What these would have cost; none: the target has no price.
    pub cost: Option<NanoUsd>,
    /// Why they are not to be believed: `unreadable`, `incomplete`, `total`, `parts`, `input`, `output`.
    pub doubt: Box<str>,
}

impl Entry {
    /// What of its cost counts: money that may have been billed but probably was not is listed, not counted.
    #[must_use]
    pub fn billed(&self) -> NanoUsd {
        if self.cost_state == CostState::Exposure { NanoUsd::ZERO } else { self.cost }
    }
}

/// How sure a cost is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostState {
    /// From the provider's own usage.
    Confirmed,
    /// From tokens that the gateway counted or estimated.
    Estimated,
    /// It may have been billed; nobody knows.
    Exposure,
    /// The target has no price.
    Unknown,
    /// Nothing was sent.
    Nothing,
}

impl CostState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Confirmed, Self::Estimated, Self::Exposure, Self::Unknown, Self::Nothing];

    /// Its name in the ledger and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Estimated => "estimated",
            Self::Exposure => "exposure",
            Self::Unknown => "unknown",
            Self::Nothing => "nothing",
        }
    }
}

/// One decision and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionEntry {
    /// 0 for `route`, then counting up.
    pub index: u32,
    /// From the request's arrival.
    pub at_ms: u64,
    /// What was decided: `send`, `reject`, `fail` and so on; empty where the policy failed.
    pub decision: Box<str>,
    /// The target that it names.
    pub target: Option<Name>,
    /// The policy's rule.
    pub rule: Box<str>,
    /// The policy's reason.
    pub reason: Box<str>,
    /// What it considered, target by target.
    pub considered: Vec<(Name, Box<str>)>,
    /// Its notes.
    pub notes: Vec<(Box<str>, Box<str>)>,
    /// Why the host did not carry it out: `trap`, `out-of-fuel`, `below-quality-floor` and so on.
    pub overruled: Option<Box<str>>,
    /// The active version, which decides from here on, where this was a canary's and there is nothing to carry out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_to: Option<PolicyMark>,
    /// The fuel that it used.
    pub fuel: u64,
    /// Wall time in microseconds.
    pub micros: u64,
}

impl DecisionEntry {
    /// Whether the active version decided in place of a canary that gave no decision. Records of before have no more of it than
    /// the host's note.
    #[must_use]
    pub fn is_left(&self) -> bool {
        const NOTE: &str = "gave no decision, and the active one goes on";
        let by_note = |(name, text): &(Box<str>, Box<str>)| &**name == "canary" && text.ends_with(NOTE);
        self.overruled.is_some() && (self.left_to.is_some() || self.notes.last().is_some_and(by_note))
    }

    /// Why the host did not carry it out, in a sentence; none: it did, or a later version of the gateway knows why.
    #[must_use]
    pub fn overruled_because(&self) -> Option<String> {
        let name = self.overruled.as_deref()?;
        let bound = Overruled::from_name(name).map(|overruled| overruled.to_string());
        bound.or_else(|| PolicyFailure::meaning(name).map(str::to_owned))
    }
}

/// Which policy decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyMark {
    /// The policy's name: of the built-in, of the file, or of the crate that was deployed.
    pub name: Name,
    /// Hex digest of the version, its component and its settings. Records of before have that of component and set-up.
    pub digest: Arc<str>,
}

impl PolicyMark {
    /// That of a generation.
    #[must_use]
    pub fn of(generation: &Generation) -> Self {
        Self { name: generation.name().clone(), digest: generation.digest().to_string().into() }
    }
}
