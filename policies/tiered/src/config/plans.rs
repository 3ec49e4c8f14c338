//! What is open to a tenant's plan: how often may be tried, in which tiers, and on which steps. It only narrows what the class
//! may do.

use fingerpost_sdk::prelude::*;
use serde::Deserialize;

use crate::actions::Steps;
use crate::plan::{Level, Step};

/// What is open to a tenant's plan. The tighter of this and of what the class says holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlanCap {
    /// Tries in all.
    pub attempts: Option<u32>,
    /// Tries that repeat one at the same target.
    pub retries: Option<u32>,
    /// The worst tier that a fallback may go to.
    pub floor: Option<Level>,
    /// The best tier that a fallback may go to.
    pub ceiling: Option<Level>,
    /// The steps that are open; without: those of the class.
    pub rungs: Option<Steps>,
}

impl PlanCap {
    /// Whether this step is open.
    #[must_use]
    pub fn opens(&self, step: Step) -> bool {
        self.rungs.as_ref().is_none_or(|Steps(open)| open.contains(&step))
    }

    pub(super) fn problems(&self, name: &str) -> Vec<Problem> {
        let path = |field: &str| format!("fallback.plans.{name}.{field}");
        let mut problems = Vec::new();
        if self.attempts == Some(0) {
            problems.push(Problem::new(path("attempts"), "must be at least 1"));
        }
        let named = |level: &Level| *level != Level::First;
        let bounds = self.floor.filter(named).zip(self.ceiling.filter(named));
        if bounds.is_some_and(|(floor, ceiling)| floor < ceiling) {
            let message =
                "is better than the plan's `ceiling`, so no tier is open; the order is frontier, balanced, economy";
            problems.push(Problem::new(path("floor"), message));
        }
        problems
    }
}
