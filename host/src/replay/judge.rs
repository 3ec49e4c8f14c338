//! Whether the host would carry an answer out: the gateway's own check, with what the record knows.

use std::borrow::Cow;
use std::num::NonZeroU32;
use std::time::Duration;

use super::Setting;
use crate::attributes::FALLBACK;
use crate::boundary::Allowed;
use crate::config::{AttemptLimits, Bounds, DeferralQueue, TrafficClass};
use crate::decision::{Circumstances, Places, Spot, Tried, Ways, check_class, check_recovery, check_routing};
use crate::decision_log::{Input, Output, QueueRule};
use crate::deferral::plan::Deferring;
use crate::dialect::openai::prompt::Counted;
use crate::estimate::Estimate;
use crate::money::NanoUsd;
use crate::outcome::Kind;
use crate::policy::wire::{Attempt, Attribute};

/// What the host would do with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Carry it out.
    CarriedOut,
    /// Refuse it, for this bound.
    Overruled(Cow<'static, str>),
    /// There is no answer.
    NoAnswer,
    /// It moves the request to a class whose bounds are not in the record.
    OtherClass,
}

impl Places for Setting {
    fn spot(&self, index: usize) -> Option<Spot<'_>> {
        let target = self.setup.targets.get(index)?;
        Some(Spot {
            tier_rank: target.tier_rank,
            model: &target.model,
            takes_prefill: self.rules.prefill.get(index).copied().unwrap_or(false),
        })
    }
}

/// Checks an answer as the gateway would have.
pub(super) fn judge(output: &Output, input: &Input, setting: &Setting) -> Verdict {
    let facts = &input.facts;
    let Some(bounds) = bounds(input, setting) else { return Verdict::OtherClass };
    if let Output::Routed(routed) = output
        && let Some(class) = &routed.traffic_class
    {
        let Some(present) = TrafficClass::from_name(&facts.request.traffic_class) else { return Verdict::OtherClass };
        match check_class(class, present, &bounds) {
            Err(overruled) => return Verdict::Overruled(overruled.as_str().into()),
            Ok(class) if class != present => return Verdict::OtherClass,
            Ok(_) => {}
        }
    }
    let allowed = Allowed::Listed(facts.targets.iter().map(|target| target.allowed).collect());
    let estimate = |cost: u64| Estimate {
        input: Counted { tokens: facts.request.input_tokens, is_exact: facts.request.input_tokens_exact },
        cost: (cost != u64::MAX).then_some(NanoUsd(cost)),
    };
    let estimates: Vec<_> = facts.targets.iter().map(|target| estimate(target.estimated_cost)).collect();
    let tried: Vec<_> = input.attempts.iter().map(tried).collect();
    let queues: Vec<_> = setting.setup.queues.iter().zip(&setting.rules.queues).map(queue).collect();
    let standing = &input.standing;
    let begun = standing.begun.as_ref();
    let began = begun.and_then(|begun| setting.setup.targets.get(usize::from(begun.target)));
    let circumstances = Circumstances {
        targets: setting,
        allowed: &allowed,
        estimates: &estimates,
        bounds: &bounds,
        // They shape what is carried out, not whether it is.
        limits: LIMITS,
        max_output_tokens: facts.request.max_output_tokens,
        tried: &tried,
        intended: standing.intended.map(usize::from),
        time_left: Duration::from_millis(facts.request.time_left),
        committed: begun.is_some_and(|begun| begun.committed),
        ways: begun.map_or_else(Ways::default, |begun| Ways { prefill: begun.prefill, matching: begun.matching }),
        began: began.map(|target| target.model.as_str()),
        tenant: &facts.caller.tenant,
        cached_age: facts.cached_answer_age,
        default_answers: setting.setup.default_answers.len(),
        deferring: deferring(input, &queues),
    };
    let checked = match output {
        Output::Routed(routed) => check_routing(routed, &circumstances),
        Output::Recovered(recovered) => check_recovery(recovered, &circumstances),
        Output::Failed(_) => return Verdict::NoAnswer,
    };
    checked.map_or_else(|overruled| Verdict::Overruled(overruled.as_str().into()), |_| Verdict::CarriedOut)
}

fn bounds(input: &Input, setting: &Setting) -> Option<Bounds> {
    let bounds = &input.facts.bounds;
    Some(Bounds {
        max_attempts: NonZeroU32::new(bounds.max_attempts)?,
        max_same_target: NonZeroU32::new(bounds.max_same_target)?,
        deadline: Duration::from_millis(bounds.deadline),
        worst_tier_rank: bounds.worst_tier_rank,
        max_cost: bounds.max_cost.map(NanoUsd),
        max_cost_permille: bounds.max_cost_permille,
        downgrade: bounds.downgrade,
        upgrade: bounds.upgrade,
        may_reclassify_to: bounds.may_reclassify_to.iter().filter_map(|name| TrafficClass::from_name(name)).collect(),
        min_output_tokens: setting.rules.min_output_tokens,
        may_defer: bounds.may_defer,
        fallback: !input.facts.request.attributes.iter().any(is_kept_from_fallback),
    })
}

/// What the gateway says of a route, a key or a tenant that is kept from any fallback.
fn is_kept_from_fallback(attribute: &Attribute) -> bool {
    attribute.source == "host" && attribute.name == FALLBACK && attribute.value == "none"
}

fn tried(attempt: &Attempt) -> Tried {
    Tried {
        target: usize::from(attempt.target),
        same_target_ok: attempt.failure.same_target_ok,
        other_target_ok: attempt.failure.other_target_ok,
        refused_prefill: attempt.failure.kind == Kind::PrefillRefused.as_str(),
        cost: NanoUsd(attempt.cost),
    }
}

fn queue((name, rule): (&String, &QueueRule)) -> DeferralQueue {
    DeferralQueue {
        name: name.as_str().into(),
        // What a check does not look at.
        concurrency: NonZeroU32::MIN,
        tries: NonZeroU32::MIN,
        per_tenant: NonZeroU32::MIN,
        ttl: Duration::from_millis(rule.ttl),
        review: rule.review,
        webhook: None,
    }
}

fn deferring<'a>(input: &'a Input, queues: &'a [DeferralQueue]) -> Deferring<'a> {
    match &input.standing.putting {
        None => Deferring::NOWHERE,
        Some(putting) => Deferring {
            queues,
            turns: &putting.turns,
            is_allowed: input.facts.bounds.may_defer,
            is_status_given: putting.is_status_given,
            since: putting.since,
            now: putting.now,
        },
    }
}

const LIMITS: AttemptLimits = AttemptLimits {
    connect: Duration::from_secs(1),
    first_byte: Duration::from_secs(1),
    first_token: Duration::from_secs(1),
    idle: Duration::from_secs(1),
    content_idle: Duration::from_secs(1),
    total: Duration::from_secs(1),
};
