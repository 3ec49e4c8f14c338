//! A policy's answer checked against the bounds (promise 3). What comes in is untrusted; what goes out can be carried out as
//! it stands, or says which bound the answer would have broken.

mod overruled;

pub use overruled::Overruled;

use std::time::Duration;

use http::StatusCode;

use crate::boundary::Allowed;
use crate::catalog::Target;
use crate::config::{AttemptLimits, Bounds, TrafficClass};
use crate::deferral::plan::{DeferPlan, Deferring};
use crate::dialect::openai::continuation::How;
use crate::estimate::Estimate;
use crate::money::NanoUsd;
use crate::policy::wire;

/// The longest free text that is kept of a policy, in bytes.
pub const TEXT_BYTES: usize = 512;

/// Whether a text is a token that may reach headers and metric labels: `[a-z0-9_.-]{1,64}`.
#[must_use]
pub fn is_token(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-'))
}

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

/// What has happened to the request so far, as far as bounds depend on it.
#[derive(Debug, Clone, Copy)]
pub struct Tried {
    /// The target's index.
    pub target: usize,
    /// Whether another try there can help.
    pub same_target_ok: bool,
    /// Whether a try elsewhere can help.
    pub other_target_ok: bool,
    /// Whether it was not tried after all: the target does not take an answer that has begun. That counts for no bound,
    /// and may happen once at each target.
    pub refused_prefill: bool,
    /// What it cost, as far as known.
    pub cost: NanoUsd,
}

/// How a stream that broke could be continued.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ways {
    /// With what was delivered as the beginning, at a target that takes it.
    pub prefill: bool,
    /// By comparing a new answer with it.
    pub matching: bool,
}

impl Ways {
    /// Those that are open.
    pub fn open(self) -> impl Iterator<Item = How> {
        [(self.prefill, How::Prefill), (self.matching, How::Match)]
            .into_iter()
            .filter_map(|(open, how)| open.then_some(how))
    }
}

/// What a check knows of a target: of the catalog, or of the decision log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot<'a> {
    /// The rank of its tier; 0 is the best.
    pub tier_rank: u8,
    /// Its provider's name of the model.
    pub model: &'a str,
    /// Whether it takes an answer that has begun.
    pub takes_prefill: bool,
}

/// A route's targets, as far as a check needs them.
pub trait Places: std::fmt::Debug {
    /// The target with this index, if there is one.
    fn spot(&self, index: usize) -> Option<Spot<'_>>;
}

impl Places for Vec<std::sync::Arc<Target>> {
    fn spot(&self, index: usize) -> Option<Spot<'_>> {
        let setting = &self.get(index)?.setting;
        Some(Spot { tier_rank: setting.tier_rank, model: &setting.model, takes_prefill: setting.prefill.is_some() })
    }
}

/// Everything that a decision is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The route's targets.
    pub targets: &'a dyn Places,
    /// Those of them that the boundaries of the tenant and the key allow.
    pub allowed: &'a Allowed,
    /// What this request is estimated to cost at each; none: unknown.
    pub estimates: &'a [Estimate],
    /// What the request is held to.
    pub bounds: &'a Bounds,
    /// Limits where the policy names none.
    pub limits: AttemptLimits,
    /// The caller's limit on output tokens.
    pub max_output_tokens: Option<u32>,
    /// The attempts so far.
    pub tried: &'a [Tried],
    /// The target that the first decision meant.
    pub intended: Option<usize>,
    /// Until the deadline.
    pub time_left: Duration,
    /// Whether a part of the answer has reached the caller.
    pub committed: bool,
    /// How a stream that broke could be continued.
    pub ways: Ways,
    /// The model that began it.
    pub began: Option<&'a str>,
    /// The caller's tenant.
    pub tenant: &'a str,
    /// The age of the stored answer to the request, in milliseconds; none: there is none.
    pub cached_age: Option<u64>,
    /// How many prepared answers the route has.
    pub default_answers: usize,
    /// Where and until when it may be put off.
    pub deferring: Deferring<'a>,
}

/// Checks a routing decision.
///
/// # Errors
/// With the first bound that it would break.
pub fn check_routing(routed: &wire::Routed, circumstances: &Circumstances<'_>) -> Result<Plan, Overruled> {
    check_explanation(&routed.explanation)?;
    match &routed.decision {
        wire::Routing::Send(send) => circumstances.check_send(send).map(Plan::Send),
        wire::Routing::Reject(rejection) => check_rejection(rejection).map(Plan::Reject),
        wire::Routing::Defer(deferral) => circumstances.deferring.check(deferral).map(Plan::Defer),
        wire::Routing::Answer(answer) => circumstances.check_answer(*answer),
    }
}

/// Checks a fallback decision.
///
/// # Errors
/// With the first bound that it would break.
pub fn check_recovery(recovered: &wire::Recovered, circumstances: &Circumstances<'_>) -> Result<Plan, Overruled> {
    check_explanation(&recovered.explanation)?;
    if !is_token(&recovered.cause) {
        return Err(Overruled::BadToken);
    }
    match &recovered.decision {
        wire::Recovery::Send(_) | wire::Recovery::Answer(_) | wire::Recovery::Defer(_) if circumstances.committed => {
            Err(Overruled::AfterCommit)
        }
        wire::Recovery::Send(send) => circumstances.check_send(send).map(Plan::Send),
        wire::Recovery::Resume(resumption) => circumstances.check_resume(resumption).map(Plan::Send),
        wire::Recovery::Answer(answer) => circumstances.check_answer(*answer),
        wire::Recovery::Defer(deferral) => circumstances.deferring.check(deferral).map(Plan::Defer),
        wire::Recovery::Fail(wire::Failing::Custom(rejection)) => check_rejection(rejection).map(Plan::Reject),
        wire::Recovery::Fail(wire::Failing::Original(None)) => Ok(Plan::Fail(None)),
        wire::Recovery::Fail(wire::Failing::Original(Some(number))) => {
            let is_known = *number >= 1 && *number as usize <= circumstances.tried.len();
            is_known.then_some(Plan::Fail(Some(*number))).ok_or(Overruled::UnknownAttempt)
        }
    }
}

/// Checks that the policy may move the request to this class.
///
/// # Errors
/// When it may not, or when there is no such class.
pub fn check_class(name: &str, present: TrafficClass, bounds: &Bounds) -> Result<TrafficClass, Overruled> {
    let class = TrafficClass::from_name(name).ok_or(Overruled::ClassNotAllowed)?;
    let allowed = class == present || bounds.may_reclassify_to.contains(&class);
    allowed.then_some(class).ok_or(Overruled::ClassNotAllowed)
}

fn check_explanation(explanation: &wire::Explanation) -> Result<(), Overruled> {
    is_token(&explanation.rule).then_some(()).ok_or(Overruled::BadToken)
}

fn check_rejection(rejection: &wire::Rejection) -> Result<RejectPlan, Overruled> {
    let status = StatusCode::from_u16(rejection.status)
        .ok()
        .filter(|status| (400..600).contains(&status.as_u16()))
        .ok_or(Overruled::BadStatus)?;
    if !is_token(&rejection.code) {
        return Err(Overruled::BadToken);
    }
    Ok(RejectPlan { status, code: rejection.code.as_str().into(), message: cut(&rejection.message) })
}

impl Circumstances<'_> {
    /// A stored answer must be there and fresh enough, a prepared one must be there.
    fn check_answer(&self, answer: wire::Answer) -> Result<Plan, Overruled> {
        if !self.bounds.fallback {
            return Err(Overruled::FallbackNotAllowed);
        }
        let plan = match answer {
            wire::Answer::Cached(max_age) => self.cached_age.filter(|age| *age <= max_age).map(|_| AnswerPlan::Cached),
            wire::Answer::Default(index) => {
                Some(usize::from(index)).filter(|index| *index < self.default_answers).map(AnswerPlan::Default)
            }
        };
        plan.map(Plan::Answer).ok_or(Overruled::NoAnswer)
    }

    fn check_send(&self, send: &wire::Send) -> Result<SendPlan, Overruled> {
        let target = usize::from(send.target);
        // Only the first decision says what was meant: a later one cannot rename a downgrade.
        let intended = self.intended.unwrap_or(usize::from(send.intended));
        self.check_place(target, intended)?;
        self.plan(send, target, intended)
    }

    /// After the commit only the model that began may go on, unless the policy says that another may.
    fn check_resume(&self, resumption: &wire::Resumption) -> Result<SendPlan, Overruled> {
        let how = How::from_name(&resumption.how).filter(|how| self.ways.open().any(|open| open == *how));
        let how = how.filter(|_| self.committed).ok_or(Overruled::CannotResume)?;
        let target = usize::from(resumption.send.target);
        let intended = self.intended.unwrap_or(usize::from(resumption.send.intended));
        self.check_bounds(target, intended)?;
        let there = self.targets.spot(target).ok_or(Overruled::UnknownTarget)?;
        let has_refused = || self.tried.iter().any(|tried| tried.target == target && tried.refused_prefill);
        if how == How::Prefill && (!there.takes_prefill || has_refused()) {
            return Err(Overruled::CannotResume);
        }
        if !resumption.other_model && self.began.is_none_or(|model| model != there.model) {
            return Err(Overruled::OtherModel);
        }
        let plan = self.plan(&resumption.send, target, intended)?;
        Ok(SendPlan { resume: Some(how), hold: wire::Hold::None, ..plan })
    }

    fn plan(&self, send: &wire::Send, target: usize, intended: usize) -> Result<SendPlan, Overruled> {
        let after = Duration::from_millis(send.after);
        if after >= self.time_left {
            return Err(Overruled::WaitTooLong);
        }
        if send.degraded.as_deref().is_some_and(|mark| !is_token(mark)) {
            return Err(Overruled::BadToken);
        }
        if send.degraded.is_some() && !self.bounds.fallback {
            return Err(Overruled::FallbackNotAllowed);
        }
        if send.payer.as_deref().is_some_and(|payer| payer != self.tenant) {
            return Err(Overruled::PayerNotAllowed);
        }
        // A caller that asks for less gets less; a decision never makes an answer too short to be one.
        let least =
            self.max_output_tokens.map_or(self.bounds.min_output_tokens, |own| own.min(self.bounds.min_output_tokens));
        if send.max_output_tokens.is_some_and(|limit| limit < least) {
            return Err(Overruled::BelowMinimumOutput);
        }
        Ok(SendPlan {
            target,
            intended,
            after,
            limits: send.limits.map_or(self.limits, |limits| self.clamp(limits)),
            hold: send.hold,
            as_stream: send.as_stream,
            max_output_tokens: send.max_output_tokens.map(|tokens| tokens.max(1)),
            degraded: send.degraded.as_deref().map(Into::into),
            resume: None,
            session: send.session,
        })
    }

    /// Whether this target may be tried now. The static order of `on_policy_failure` is held to it too.
    ///
    /// # Errors
    /// With the first bound that a try would break.
    pub fn check_place(&self, target: usize, intended: usize) -> Result<(), Overruled> {
        if self.committed {
            return Err(Overruled::AfterCommit);
        }
        self.check_bounds(target, intended)
    }

    /// Whether the bounds let this target be called now, for a new answer or for the rest of one.
    fn check_bounds(&self, target: usize, intended: usize) -> Result<(), Overruled> {
        let (Some(there), Some(meant)) = (self.targets.spot(target), self.targets.spot(intended)) else {
            return Err(Overruled::UnknownTarget);
        };
        let (rank, meant_rank) = (there.tier_rank, meant.tier_rank);
        let bounds = self.bounds;
        let tried = || self.tried.iter().filter(|tried| !tried.refused_prefill);
        let tried_here = || tried().filter(|tried| tried.target == target);
        let broken = [
            (!self.allowed.contains(target), Overruled::OutOfBoundary),
            (target != intended && !bounds.fallback, Overruled::FallbackNotAllowed),
            (self.time_left.is_zero(), Overruled::WaitTooLong),
            (tried().count() >= bounds.max_attempts.get() as usize, Overruled::AttemptsExhausted),
            (tried_here().count() >= bounds.max_same_target.get() as usize, Overruled::SameTargetExhausted),
            (tried_here().any(|tried| !tried.same_target_ok), Overruled::NotRetryable),
            (self.is_refused_for_all(target), Overruled::NoOtherTarget),
            (rank > bounds.worst_tier_rank, Overruled::BelowQualityFloor),
            (rank > meant_rank && !bounds.downgrade, Overruled::DowngradeNotAllowed),
            (rank < meant_rank && !bounds.upgrade, Overruled::UpgradeNotAllowed),
            (target != intended && self.exceeds_multiple(target, intended), Overruled::CostMultiple),
            (self.exceeds_ceiling(target), Overruled::CostCeiling),
        ];
        broken.into_iter().find(|(is_broken, _)| *is_broken).map_or(Ok(()), |(_, bound)| Err(bound))
    }

    /// Whether an earlier target refused what no other may answer.
    fn is_refused_for_all(&self, target: usize) -> bool {
        self.tried.iter().any(|tried| tried.target != target && !tried.other_target_ok)
    }

    /// An unknown price next to a known one counts as too much: nobody can say that it is not.
    fn exceeds_multiple(&self, target: usize, intended: usize) -> bool {
        match (self.estimates[target].cost, self.estimates[intended].cost) {
            (Some(here), Some(meant)) => {
                u128::from(here.0) * 1000 > u128::from(meant.0) * u128::from(self.bounds.max_cost_permille)
            }
            (None, None) => false,
            (None, Some(_)) | (Some(_), None) => true,
        }
    }

    fn exceeds_ceiling(&self, target: usize) -> bool {
        let Some(ceiling) = self.bounds.max_cost else { return false };
        let so_far: NanoUsd = self.tried.iter().map(|tried| tried.cost).sum();
        self.estimates[target].cost.is_none_or(|estimate| so_far + estimate > ceiling)
    }

    /// A policy's limits, at least a millisecond and at most the request's deadline.
    fn clamp(&self, limits: wire::Limits) -> AttemptLimits {
        let within = |millis: u64| Duration::from_millis(millis.max(1)).min(self.bounds.deadline);
        AttemptLimits {
            connect: within(limits.connect),
            first_byte: within(limits.first_byte),
            first_token: within(limits.first_token),
            idle: within(limits.idle),
            content_idle: within(limits.content_idle),
            total: within(limits.total),
        }
    }
}

/// At most [`TEXT_BYTES`] of a text, cut between two characters.
#[must_use]
pub fn cut(text: &str) -> Box<str> {
    text[..text.floor_char_boundary(TEXT_BYTES)].into()
}

#[cfg(test)]
mod tests;
