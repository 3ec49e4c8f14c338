//! The config as it is written, its defaults and its checks. `{}` is a complete config.

mod fallback;
mod plans;
mod reach;
mod routing;

use fingerpost_sdk::prelude::*;
use serde::Deserialize;

pub use self::fallback::{BackoffConfig, FallbackChange, FallbackConfig};
pub use self::plans::PlanCap;
pub use self::routing::{Reclassify, RoutingChange, RoutingConfig, Thresholds, TierNames, Upgrade};
use crate::plan::{Class, Plan};

/// The config of the policy: a route's two sections. Durations are in milliseconds, shares in thousandths.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The normal path: which target first, and which quality may serve whom.
    pub routing: RoutingConfig,
    /// The exception path: what follows when the first choice cannot serve.
    pub fallback: FallbackConfig,
}

impl Config {
    /// The row of the matrix for `class`, with the config's changes.
    #[must_use]
    pub fn plan(&self, class: Class) -> Plan {
        let mut plan = Plan::of(class);
        self.routing.classes.of(class).apply(&mut plan);
        self.fallback.classes.of(class).apply(&mut plan, &self.fallback.on);
        plan
    }

    /// Everything that is wrong with the config.
    #[must_use]
    pub fn problems(&self, setup: &Setup) -> Vec<Problem> {
        let mut problems = self.routing.problems();
        if self.fallback.restrain_from > self.routing.budget.downgrade_from {
            problems.push(Problem::new("fallback.restrain_from", "must not exceed routing.budget.downgrade_from"));
        }
        problems.extend(self.fallback.problems(setup));
        problems.extend(self.unreachable(setup));
        problems
    }
}

/// Changes to the matrix: one field a row.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, bound = "C: Default + Deserialize<'de>")]
pub struct Classes<C> {
    /// Changes to the row of critical traffic.
    pub critical: C,
    /// Changes to the row of interactive traffic.
    pub interactive: C,
    /// Changes to the row of internal traffic.
    pub internal: C,
    /// Changes to the row of batch traffic.
    pub batch: C,
    /// Changes to the row of experiments.
    pub experiment: C,
}

impl<C> Classes<C> {
    fn of(&self, class: Class) -> &C {
        match class {
            Class::Critical => &self.critical,
            Class::Interactive => &self.interactive,
            Class::Internal => &self.internal,
            Class::Batch => &self.batch,
            Class::Experiment => &self.experiment,
        }
    }
}

/// Puts in what is given.
fn change<T: Clone>(value: &mut T, given: &Option<T>) {
    if let Some(given) = given {
        value.clone_from(given);
    }
}
