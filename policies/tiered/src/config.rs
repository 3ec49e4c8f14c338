//! The config as it is written, its defaults and its checks. `{}` is a complete config.

use std::collections::BTreeMap;

use fingerpost_sdk::names::{attribute, failure_kind};
use fingerpost_sdk::prelude::*;
use serde::Deserialize;

use crate::plan::{Class, Level, Order, Plan, Resume, Step};

/// The config of the policy. Durations are in milliseconds, shares in thousandths.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// What the deployer calls the tiers.
    pub tiers: TierNames,
    /// What happens at which share of a budget.
    pub budget: Thresholds,
    /// The wait before a retry.
    pub backoff: BackoffConfig,
    /// Changes to the matrix, by class.
    pub classes: Classes,
    /// Caps by the tenant's plan.
    pub plans: BTreeMap<String, PlanCap>,
    /// Caps on retries by kind of failure. Kinds that are not named may be retried as often as the class may.
    pub retries_by_kind: BTreeMap<String, u32>,
    /// Values of the attributes `sensitivity` and `feature` whose requests are never served by a worse tier than meant.
    pub sensitive: Vec<String>,
    /// Which requests belong to another class than they come with; the first that matches counts.
    pub reclassify: Vec<Reclassify>,
    /// Who may be served by a better tier than meant; without: nobody.
    pub upgrade: Option<Upgrade>,
    /// The queue for later retries; without: the route's first that is not `review_queue`.
    pub queue: Option<String>,
    /// The queue in which people decide; without: the route's queue `review`, where there is one.
    pub review_queue: Option<String>,
    /// The wait before a queued request is tried again; doubles with each try.
    pub queue_wait: u64,
    /// How long a request may stay in queues in all.
    pub queue_expiry: u64,
    /// The prepared answer; without: the route's first.
    pub default_answer: Option<String>,
    /// A target of which fewer than this share of recent attempts succeeded goes last among its equals.
    pub healthy_from: u16,
    /// The number of recent attempts below which health is not judged.
    pub healthy_samples: u32,
    /// With less time left than this no try is begun.
    pub least_time: u64,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            tiers: TierNames::default(),
            budget: Thresholds::default(),
            backoff: BackoffConfig::default(),
            classes: Classes::default(),
            plans: BTreeMap::new(),
            retries_by_kind: BTreeMap::new(),
            sensitive: ["legal", "medical", "financial", "code", "agent", "multilingual-support"]
                .map(str::to_owned)
                .to_vec(),
            reclassify: vec![Reclassify {
                attribute: attribute::ENVIRONMENT.to_owned(),
                value: "staging".to_owned(),
                class: Class::Experiment,
            }],
            upgrade: None,
            queue: None,
            review_queue: None,
            queue_wait: 60_000,
            queue_expiry: 86_400_000,
            default_answer: None,
            healthy_from: 500,
            healthy_samples: 20,
            least_time: 1_000,
        }
    }
}

/// What the deployer calls the tiers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TierNames {
    /// The best.
    pub frontier: String,
    /// Good and affordable.
    pub balanced: String,
    /// Low-cost.
    pub economy: String,
}

impl Default for TierNames {
    fn default() -> TierNames {
        TierNames { frontier: "frontier".into(), balanced: "balanced".into(), economy: "economy".into() }
    }
}

/// From which share of a daily or monthly budget on, in thousandths, what happens. At 1000, and when a prepaid balance
/// is out, every request gets a quota error.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// Non-critical traffic falls back only to targets that are no dearer than the intended one.
    pub restrain_from: u32,
    /// Non-critical traffic begins a tier lower.
    pub downgrade_from: u32,
    /// Only critical traffic is served.
    pub critical_only_from: u32,
}

impl Default for Thresholds {
    fn default() -> Thresholds {
        Thresholds { restrain_from: 700, downgrade_from: 800, critical_only_from: 950 }
    }
}

/// The wait before a retry: exponential, with full jitter, and never sooner than the provider asks.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BackoffConfig {
    /// The most that the first retry waits.
    pub base: u64,
    /// The most that any retry waits.
    pub cap: u64,
    /// A provider that asks for more time than this is not waited for.
    pub longest_retry_after: u64,
}

impl Default for BackoffConfig {
    fn default() -> BackoffConfig {
        let Backoff { base, cap, longest_retry_after } = Backoff::default();
        BackoffConfig { base, cap, longest_retry_after }
    }
}

impl From<BackoffConfig> for Backoff {
    fn from(config: BackoffConfig) -> Backoff {
        let BackoffConfig { base, cap, longest_retry_after } = config;
        Backoff { base, cap, longest_retry_after }
    }
}

/// Caps of a tenant's plan. The tighter of these and the class's hold.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanCap {
    /// Tries in all.
    pub attempts: Option<u32>,
    /// Tries that repeat one at the same target.
    pub retries: Option<u32>,
}

/// Moves requests to another class, where the bounds allow it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reclassify {
    /// The attribute to look at. What only the caller says does not count.
    pub attribute: String,
    /// The value that it must have.
    pub value: String,
    /// The class to move to.
    pub class: Class,
}

/// Who may be served by a better tier than meant, and who pays.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upgrade {
    /// The tenants; empty: all.
    #[serde(default)]
    pub tenants: Vec<String>,
    /// Their plans; empty: all.
    #[serde(default)]
    pub plans: Vec<String>,
    /// The most that the better target may be estimated at, in thousandths of the intended target's estimate.
    pub cost_permille: u32,
    /// Who pays, where it is not the caller's tenant.
    #[serde(default)]
    pub payer: Option<String>,
}

/// Changes to the matrix: one field a row.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Classes {
    /// Changes to the row of critical traffic.
    pub critical: PlanChange,
    /// Changes to the row of interactive traffic.
    pub interactive: PlanChange,
    /// Changes to the row of internal traffic.
    pub internal: PlanChange,
    /// Changes to the row of batch traffic.
    pub batch: PlanChange,
    /// Changes to the row of experiments.
    pub experiment: PlanChange,
}

impl Classes {
    fn of(&self, class: Class) -> &PlanChange {
        match class {
            Class::Critical => &self.critical,
            Class::Interactive => &self.interactive,
            Class::Internal => &self.internal,
            Class::Batch => &self.batch,
            Class::Experiment => &self.experiment,
        }
    }
}

/// Changes to one row of the matrix: what is not given stays as it is. The fields are those of [`Plan`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct PlanChange {
    pub primary: Option<Level>,
    pub order: Option<Order>,
    pub rungs: Option<Vec<Vec<Step>>>,
    pub blocked: Option<Vec<Step>>,
    pub retries: Option<u32>,
    pub attempts: Option<u32>,
    pub latency_window: Option<u64>,
    pub cost_permille: Option<u32>,
    pub floor: Option<Level>,
    pub yields_to_budget: Option<bool>,
    pub larger_context: Option<bool>,
    pub first_token: Option<u64>,
    pub idle: Option<u64>,
    pub total: Option<u64>,
    pub cached_age: Option<u64>,
    pub queue_tries: Option<u32>,
    pub resume: Option<Resume>,
}

impl Config {
    /// The row of the matrix for `class`, with the config's changes.
    #[must_use]
    pub fn plan(&self, class: Class) -> Plan {
        let plan = Plan::of(class);
        let change = self.classes.of(class).clone();
        Plan {
            primary: change.primary.unwrap_or(plan.primary),
            order: change.order.unwrap_or(plan.order),
            rungs: change.rungs.unwrap_or(plan.rungs),
            blocked: change.blocked.unwrap_or(plan.blocked),
            retries: change.retries.unwrap_or(plan.retries),
            attempts: change.attempts.unwrap_or(plan.attempts),
            latency_window: change.latency_window.unwrap_or(plan.latency_window),
            cost_permille: change.cost_permille.unwrap_or(plan.cost_permille),
            floor: change.floor.or(plan.floor),
            yields_to_budget: change.yields_to_budget.unwrap_or(plan.yields_to_budget),
            larger_context: change.larger_context.unwrap_or(plan.larger_context),
            degraded: plan.degraded,
            first_token: change.first_token.unwrap_or(plan.first_token),
            idle: change.idle.unwrap_or(plan.idle),
            total: change.total.unwrap_or(plan.total),
            cached_age: change.cached_age.unwrap_or(plan.cached_age),
            queue_tries: change.queue_tries.unwrap_or(plan.queue_tries),
            resume: change.resume.unwrap_or(plan.resume),
        }
    }

    /// Everything that is wrong with the config.
    #[must_use]
    pub fn problems(&self, setup: &Setup) -> Vec<Problem> {
        let mut problems = Vec::new();
        let Thresholds { restrain_from, downgrade_from, critical_only_from } = self.budget;
        if restrain_from > downgrade_from || downgrade_from > critical_only_from || critical_only_from > 1000 {
            let rule = "restrain_from, downgrade_from and critical_only_from must rise and not exceed 1000";
            problems.push(Problem::new("budget", rule));
        }
        if self.backoff.base > self.backoff.cap {
            problems.push(Problem::new("backoff.base", "must not exceed backoff.cap"));
        }
        for kind in self.retries_by_kind.keys() {
            if !failure_kind::ALL.contains(&kind.as_str()) {
                let message = format!("there is no such kind of failure; there are {}", failure_kind::ALL.join(", "));
                problems.push(Problem::new(format!("retries_by_kind.{kind}"), message));
            }
        }
        for class in Class::ALL {
            if self.classes.of(class).attempts == Some(0) {
                let path = format!("classes.{}.attempts", class.name());
                problems.push(Problem::new(path, "must be at least 1"));
            }
        }
        let named = [
            ("queue", &self.queue, &setup.queues),
            ("review_queue", &self.review_queue, &setup.queues),
            ("default_answer", &self.default_answer, &setup.default_answers),
        ];
        for (path, name, known) in named {
            if let Some(name) = name.as_ref().filter(|name| !known.contains(name)) {
                problems.push(Problem::new(path, format!("the route has no `{name}`; it has [{}]", known.join(", "))));
            }
        }
        problems
    }
}
