//! The section `routing`: the normal path. Which target first, and which quality may serve whom.

use fingerpost_sdk::names::attribute;
use fingerpost_sdk::prelude::*;
use serde::Deserialize;

use super::{Classes, change};
use crate::plan::{Class, Level, Order, Plan};

/// The normal path.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoutingConfig {
    /// What the deployer calls the tiers.
    pub tiers: TierNames,
    /// From which share of a budget on routing takes the money into account.
    pub budget: Thresholds,
    /// Values of the attributes `sensitivity` and `feature` whose requests are never served by a worse tier than meant.
    pub sensitive: Vec<String>,
    /// Which requests belong to another class than they come with; the first that matches counts.
    pub reclassify: Vec<Reclassify>,
    /// Who may be served by a better tier than meant; without: nobody.
    pub upgrade: Option<Upgrade>,
    /// A target of which fewer than this share of recent attempts succeeded goes last among its equals.
    pub healthy_from: u16,
    /// The number of recent attempts below which health is not judged.
    pub healthy_samples: u32,
    /// Changes to the matrix, by class.
    pub classes: Classes<RoutingChange>,
}

impl Default for RoutingConfig {
    fn default() -> RoutingConfig {
        RoutingConfig {
            tiers: TierNames::default(),
            budget: Thresholds::default(),
            sensitive: ["legal", "medical", "financial", "code", "agent", "multilingual-support"]
                .map(str::to_owned)
                .to_vec(),
            reclassify: vec![Reclassify {
                attribute: attribute::ENVIRONMENT.to_owned(),
                value: "staging".to_owned(),
                class: Class::Experiment,
            }],
            upgrade: None,
            healthy_from: 500,
            healthy_samples: 20,
            classes: Classes::default(),
        }
    }
}

impl RoutingConfig {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let Thresholds { downgrade_from, critical_only_from } = self.budget;
        if downgrade_from <= critical_only_from && critical_only_from <= 1000 {
            return Vec::new();
        }
        let rule = "downgrade_from must not exceed critical_only_from, nor that 1000";
        vec![Problem::new("routing.budget", rule)]
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
    /// Non-critical traffic begins a tier lower.
    pub downgrade_from: u32,
    /// Only critical traffic is served.
    pub critical_only_from: u32,
}

impl Default for Thresholds {
    fn default() -> Thresholds {
        Thresholds { downgrade_from: 800, critical_only_from: 950 }
    }
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

/// Who may be served by a better tier than meant. The caller's tenant pays.
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
}

/// Changes to the normal path of one class: what is not given stays as it is. The fields are those of [`Plan`].
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct RoutingChange {
    pub primary: Option<Level>,
    pub order: Option<Order>,
    pub floor: Option<Level>,
    pub yields_to_budget: Option<bool>,
}

impl RoutingChange {
    pub(super) fn apply(&self, plan: &mut Plan) {
        change(&mut plan.primary, &self.primary);
        change(&mut plan.order, &self.order);
        plan.floor = self.floor.or(plan.floor);
        change(&mut plan.yields_to_budget, &self.yields_to_budget);
    }
}
