//! The host's bounds hold whatever a policy answers.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use fingerpost::boundary::Allowed;
use fingerpost::catalog::Target;
use fingerpost::config::{self, AttemptLimits, Bounds, HealthRules};
use fingerpost::decision::{Circumstances, Plan, Tried, Ways, check_recovery, check_routing, is_token};
use fingerpost::deferral::plan::Deferring;
use fingerpost::dialect::openai::continuation::How;
use fingerpost::dialect::openai::prompt::Counted;
use fingerpost::estimate::Estimate;
use fingerpost::health::{Credential, Health};
use fingerpost::money::NanoUsd;
use fingerpost::policy::wire;
use fingerpost::telemetry::metrics::Metrics;
use proptest::prelude::*;
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::upstream::{Reply, Upstream};

/// Fails now and then, so that fallbacks are decided too.
pub(crate) async fn unreliable() -> Upstream {
    let upstream = Upstream::start().await;
    for model in ["model-a", "model-b", "model-c", "model-d"] {
        let good = || Reply::ok("x").usage(10, 10);
        let mut script = upstream.on(model);
        for _ in 0..60 {
            script = script.reply(Reply::status(500)).reply(good()).reply(Reply::status(429)).reply(good());
        }
        script.reply(good());
    }
    upstream
}

/// A route whose policy decides nonsense, is never set aside, and gives way to fixed targets; with more lines of the route.
pub(crate) fn nonsense(upstream: &Upstream, dir: &Path, more: &str) -> ConfigText {
    let path = dir.join("nonsense.wasm");
    std::fs::write(&path, guests::component("nonsense")).expect("it can be written");
    let fixed = "on_policy_failure = { action = \"static\", targets = [\"a\", \"b\", \"c\"] }";
    ConfigText::new(upstream)
        .policy_file(&path)
        .route(&format!("{fixed}\n{more}"))
        .engine("failures_until_set_aside = 1000000")
}

#[tokio::test]
async fn no_bound_is_broken_by_three_hundred_requests_of_nonsense() {
    let upstream = unreliable().await;
    let dir = tempfile::tempdir().unwrap();
    let config = nonsense(&upstream, dir.path(), "")
        .bounds("max_attempts = 3\nmax_same_target = 1\ndeadline = \"2s\"\ndowngrade = false\nupgrade = false")
        .limits("total = \"1s\"");
    let gateway = Gateway::start_in(dir, &config).await;
    for _ in 0..300 {
        let answer = gateway.client().chat("r", "hi").await;
        let status = answer.status.as_u16();
        assert!(status == 200 || (400..600).contains(&status));
    }
    let mut overruled = BTreeMap::<String, u32>::new();
    for record in gateway.records_after(300).await {
        assert!(record.attempts.len() <= 3, "{record:#?}");
        assert!(record.latency_ms < 2_500, "{record:#?}");
        assert!(record.tier_change == fingerpost::ledger::TierChange::None, "{record:#?}");
        let mut targets: Vec<_> = record.attempts.iter().map(|entry| &entry.place.target).collect();
        targets.sort();
        let all = targets.len();
        targets.dedup();
        assert_eq!(targets.len(), all, "{record:#?}");
        for why in record.decisions.iter().filter_map(|decision| decision.overruled.as_deref()) {
            *overruled.entry(why.to_owned()).or_default() += 1;
        }
    }
    assert!(overruled.len() >= 5, "nonsense breaks many bounds, or this shows nothing: {overruled:?}");
    upstream.finish().await;
}

/// An estimate with this cost.
fn estimated(cost: Option<NanoUsd>) -> Estimate {
    Estimate { input: Counted { tokens: 1, is_exact: false }, cost }
}

/// Targets of these tier ranks.
fn targets(ranks: &[u8]) -> Vec<Arc<Target>> {
    let metrics = Metrics::default();
    let target = |(index, rank): (usize, &u8)| {
        let id: config::Name = format!("t{index}").into();
        let setting = config::Target {
            id: id.clone(),
            provider: "p".into(),
            model: format!("m{}", index % 2).into(),
            tier: "tier".into(),
            tier_rank: *rank,
            context_window: 0,
            max_output_tokens: 0,
            tokenizer: None,
            hidden_tokens: false,
            slice: NonZeroU32::MIN,
            on_cancel: config::OnCancel::Unknown,
            features: Vec::new(),
            region: None,
            terms: Vec::new(),
            price: None,
            max_in_flight: NonZeroU32::MIN,
            queue: None,
            retry_permille: 200,
            stream_usage: true,
            output_limit: config::OutputLimitField::MaxTokens,
            prefill: (index % 3 == 0).then_some(config::PrefillForm::Assistant),
        };
        let chat = http::Uri::from_static("http://127.0.0.1:1/");
        let metrics = metrics.target(&id, &"p".into());
        let health = Health::new(&setting, HealthRules::default(), Arc::new(Credential::new("p")));
        Arc::new(Target { setting, chat, authorization: None, health, metrics })
    };
    ranks.iter().enumerate().map(target).collect()
}

prop_compose! {
    fn any_bounds()(
        attempts in 0..4u32, same in 0..3u32, deadline in 1..100_000u64, worst in 0..4u8,
        cost in proptest::option::of(0..1_000u64), multiple in 0..3_000u32, downgrade: bool, upgrade: bool,
        min_output_tokens in 0..3_000u32, fallback: bool,
    ) -> Bounds {
        Bounds {
            max_attempts: NonZeroU32::MIN.saturating_add(attempts),
            max_same_target: NonZeroU32::MIN.saturating_add(same),
            deadline: Duration::from_millis(deadline),
            worst_tier_rank: worst,
            max_cost: cost.map(NanoUsd),
            max_cost_permille: multiple,
            downgrade,
            upgrade,
            may_reclassify_to: Vec::new(),
            min_output_tokens,
            may_defer: false,
            fallback,
        }
    }
}

prop_compose! {
    fn any_send()(
        target in 0..6u16, intended in 0..6u16, after in prop_oneof![Just(0), any::<u64>(), 0..100_000u64],
        limits in proptest::option::of(any::<[u64; 6]>()), degraded in proptest::option::of("[a-z]{1,5}|.{0,3}"),
        payer in proptest::option::of("acme|other"), max_output_tokens: Option<u32>,
        session in prop_oneof![
            Just(wire::SessionUse::Keep), Just(wire::SessionUse::Move), Just(wire::SessionUse::Once)
        ],
    ) -> wire::Send {
        let limits = limits.map(|[connect, first_byte, first_token, idle, content_idle, total]| {
            wire::Limits { connect, first_byte, first_token, idle, content_idle, total }
        });
        let (hold, as_stream) = (wire::Hold::FirstToken, false);
        wire::Send { target, intended, after, limits, hold, as_stream, max_output_tokens, degraded, payer, session }
    }
}

prop_compose! {
    fn any_tried()(
        target in 0..4usize, same_target_ok: bool, other_target_ok: bool, refused_prefill: bool, cost in 0..500u64,
    ) -> Tried {
        Tried { target, same_target_ok, other_target_ok, refused_prefill, cost: NanoUsd(cost) }
    }
}

fn any_allowed() -> impl Strategy<Value = Allowed> {
    let listed = proptest::collection::vec(any::<bool>(), 0..5).prop_map(|list| Allowed::Listed(list.into()));
    prop_oneof![Just(Allowed::All), any::<u64>().prop_map(Allowed::Some), listed]
}

fn explanation(rule: &str) -> wire::Explanation {
    wire::Explanation { rule: rule.into(), reason: String::new(), considered: Vec::new(), notes: Vec::new() }
}

const LIMITS: AttemptLimits = AttemptLimits {
    connect: Duration::from_secs(1),
    first_byte: Duration::from_secs(1),
    first_token: Duration::from_secs(1),
    idle: Duration::from_secs(1),
    content_idle: Duration::from_secs(1),
    total: Duration::from_secs(1),
};

proptest! {
    #[test]
    fn what_may_be_carried_out_keeps_every_bound(
        send in any_send(), bounds in any_bounds(), ranks in proptest::collection::vec(0..4u8, 1..5),
        tried in proptest::collection::vec(any_tried(), 0..4), estimates in any::<[Option<u8>; 4]>(),
        committed: bool, time_left in 0..50_000u64, intended in proptest::option::of(0..4usize), asked in 0..3u8,
        ways: (bool, bool), how in "prefill|match|other", other_model: bool,
        allowed in any_allowed(), asked_tokens: Option<u16>,
    ) {
        let asked_tokens = asked_tokens.map(u32::from);
        let targets = targets(&ranks);
        let estimates: Vec<_> =
            estimates.iter().take(ranks.len()).map(|cost| estimated(cost.map(|cost| NanoUsd(cost.into())))).collect();
        let circumstances = Circumstances {
            targets: &targets,
            allowed: &allowed,
            estimates: &estimates,
            max_output_tokens: asked_tokens,
            bounds: &bounds,
            limits: LIMITS,
            tried: &tried,
            intended,
            time_left: Duration::from_millis(time_left),
            committed,
            ways: Ways { prefill: ways.0, matching: ways.1 },
            began: Some("m0"),
            tenant: "acme",
            cached_age: None,
            default_answers: 0,
            deferring: Deferring::NOWHERE,
        };
        let plan = if asked == 0 {
            let decision = wire::Routing::Send(send.clone());
            check_routing(&wire::Routed { decision, traffic_class: None, explanation: explanation("r") }, &circumstances)
        } else {
            let resumption = wire::Resumption { send: send.clone(), how: how.clone(), other_model };
            let decision =
                if asked == 1 { wire::Recovery::Send(send.clone()) } else { wire::Recovery::Resume(resumption) };
            let recovered = wire::Recovered { decision, cause: "error".into(), explanation: explanation("r") };
            check_recovery(&recovered, &circumstances)
        };
        let Ok(Plan::Send(plan)) = plan else { return Ok(()) };
        let (rank, meant) = (ranks[plan.target], ranks[plan.intended]);
        prop_assert_eq!(committed, asked == 2);
        if let Some(resume) = plan.resume {
            let setting = &targets[plan.target].setting;
            prop_assert_eq!(resume.as_str(), &how);
            let is_open = if resume == How::Prefill { ways.0 && setting.prefill.is_some() } else { ways.1 };
            prop_assert!(is_open);
            let refused = tried.iter().any(|tried| tried.target == plan.target && tried.refused_prefill);
            prop_assert!(resume == How::Match || !refused, "a target refuses an answer that has begun only once");
            prop_assert!(other_model || &*setting.model == "m0");
        }
        prop_assert!(allowed.contains(plan.target));
        prop_assert_eq!(plan.session, send.session);
        prop_assert_eq!(plan.intended, intended.unwrap_or(usize::from(send.intended)));
        prop_assert!(rank <= bounds.worst_tier_rank);
        prop_assert!(rank <= meant || bounds.downgrade);
        prop_assert!(rank >= meant || bounds.upgrade);
        prop_assert!(bounds.fallback || (plan.target == plan.intended && plan.degraded.is_none()));
        let counted = || tried.iter().filter(|tried| !tried.refused_prefill);
        prop_assert!(counted().count() < bounds.max_attempts.get() as usize);
        let here = || counted().filter(|tried| tried.target == plan.target);
        prop_assert!(here().count() < bounds.max_same_target.get() as usize);
        prop_assert!(here().all(|tried| tried.same_target_ok));
        prop_assert!(tried.iter().all(|tried| tried.target == plan.target || tried.other_target_ok));
        prop_assert!(plan.after < Duration::from_millis(time_left));
        let spent: u64 = tried.iter().map(|tried| tried.cost.0).sum();
        if let Some(most) = bounds.max_cost {
            prop_assert!(estimates[plan.target].cost.is_some_and(|estimate| spent + estimate.0 <= most.0));
        }
        if let (Some(there), Some(meant), true) =
            (estimates[plan.target].cost, estimates[plan.intended].cost, plan.target != plan.intended)
        {
            prop_assert!(there.0 * 1000 <= meant.0 * u64::from(bounds.max_cost_permille));
        }
        if let Some(limit) = plan.max_output_tokens {
            let asked = asked_tokens.unwrap_or(u32::MAX);
            prop_assert!(limit >= bounds.min_output_tokens.min(asked), "a decision makes no answer too short");
        }
        prop_assert!(plan.degraded.as_deref().is_none_or(is_token));
        for limit in [plan.limits.connect, plan.limits.first_byte, plan.limits.idle, plan.limits.total] {
            prop_assert!(!limit.is_zero() && limit <= bounds.deadline.max(LIMITS.total));
        }
    }

    #[test]
    fn a_rejection_that_may_be_carried_out_is_an_error_with_a_plain_code(status: u16, code in ".{0,70}") {
        let rejection = wire::Rejection { status, code, message: "\r\nx: y".into() };
        let routed = wire::Routed {
            decision: wire::Routing::Reject(rejection),
            traffic_class: None,
            explanation: explanation("r"),
        };
        let (targets, bounds) = (targets(&[0]), none());
        let circumstances = Circumstances {
            targets: &targets,
            allowed: &Allowed::All,
            estimates: &[estimated(None)],
            max_output_tokens: None,
            bounds: &bounds,
            limits: LIMITS,
            tried: &[],
            intended: None,
            time_left: Duration::from_secs(1),
            committed: false,
            ways: Ways::default(),
            began: None,
            tenant: "acme",
            cached_age: None,
            default_answers: 0,
            deferring: Deferring::NOWHERE,
        };
        if let Ok(Plan::Reject(plan)) = check_routing(&routed, &circumstances) {
            prop_assert!((400..600).contains(&plan.status.as_u16()) && is_token(&plan.code));
        }
    }
}

/// Bounds that bind nothing here.
fn none() -> Bounds {
    Bounds {
        max_attempts: NonZeroU32::MIN,
        max_same_target: NonZeroU32::MIN,
        deadline: Duration::from_secs(1),
        worst_tier_rank: 9,
        max_cost: None,
        max_cost_permille: 1_000,
        downgrade: true,
        upgrade: true,
        may_reclassify_to: Vec::new(),
        min_output_tokens: 0,
        may_defer: false,
        fallback: true,
    }
}
