//! What a decision starts from: the request's class with its plan, how scarce the money is, and the target that is
//! meant. Routing and fallback work it out alike, so that a fallback knows what routing meant.

use fingerpost_sdk::names::{attribute, period};
use fingerpost_sdk::prelude::*;

use crate::Tiered;
use crate::config::{PlanCap, Upgrade};
use crate::plan::{Class, Level, Order, Plan, Step};

/// How scarce the money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Money {
    /// Full fallback.
    Plenty,
    /// No fallback to anything dearer.
    Restrained,
    /// Non-critical traffic begins a tier lower.
    Scarce,
    /// What is left is for critical traffic.
    CriticalOnly,
    /// Nothing is left.
    Out,
}

/// Why the intended target is the intended one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meant {
    /// A reviewer chose it.
    Reviewed,
    /// The caller named it, and may.
    Requested,
    /// It served the session last.
    Session,
    /// The matrix says so.
    Primary,
}

/// What a decision starts from.
pub(crate) struct Situation<'a> {
    pub(crate) policy: &'a Tiered,
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) class: Class,
    pub(crate) plan: &'a Plan,
    /// What is open to the tenant's plan, where the config says so.
    pub(crate) cap: Option<&'a PlanCap>,
    pub(crate) money: Money,
    /// No worse tier than meant may serve.
    pub(crate) strict: bool,
    pub(crate) intended: Target<'a>,
    pub(crate) meant: Meant,
    /// The rank of the tier to begin with: the intended target's, or a worse one where the money is scarce.
    pub(crate) home: u8,
    /// The worst rank that the class and the bounds let serve.
    pub(crate) worst: u8,
    /// The ranks that the tenant's plan leaves open to a fallback: the best and the worst.
    pub(crate) open: (u8, u8),
}

impl<'a> Situation<'a> {
    /// `None` where the route has no targets.
    pub(crate) fn new(policy: &'a Tiered, facts: &'a Facts<'a>) -> Option<Situation<'a>> {
        let class = policy.class(facts);
        let plan = &policy.plans[class as usize];
        let money = money(policy, facts);
        let strict = is_sensitive(policy, facts);
        let worst = worst_rank(policy, facts, plan);
        let (intended, meant) = intended(policy, facts, plan, worst)?;
        let cap = policy.config.fallback.plans.get(&facts.caller.plan);
        let rank = |level: Option<Level>| level.and_then(|level| named_rank(policy, facts, level));
        let open = cap.map_or((0, u8::MAX), |cap| (rank(cap.ceiling).unwrap_or(0), rank(cap.floor).unwrap_or(u8::MAX)));
        let yields = plan.yields_to_budget
            && money >= Money::Scarce
            && meant == Meant::Primary
            && !strict
            && facts.bounds.downgrade
            && !facts.is_kept_from_fallback();
        let lower = if yields { next_worse(facts, intended.tier_rank(), worst.min(open.1)) } else { None };
        let home = lower.unwrap_or(intended.tier_rank());
        Some(Situation { policy, facts, class, plan, cap, money, strict, intended, meant, home, worst, open })
    }

    /// Whether the budget's state keeps this request from any model.
    pub(crate) fn is_blocked(&self) -> bool {
        self.money == Money::CriticalOnly && self.class != Class::Critical
    }

    /// Whether a try at `target` is this step of the matrix.
    pub(crate) fn is_step(&self, step: Step, target: Target<'_>) -> bool {
        let rank = target.tier_rank();
        target != self.intended
            && match step {
                Step::SameTier => rank == self.home,
                Step::SamePrice => rank == self.home && self.costs_the_same(target),
                Step::CheaperTier => rank > self.home,
                Step::BetterTier => rank < self.home,
                Step::CachedAnswer | Step::DefaultAnswer | Step::Queue | Step::Review => false,
            }
    }

    fn costs_the_same(&self, target: Target<'_>) -> bool {
        let (here, meant) = (target.estimated_cost(), self.intended.estimated_cost());
        here.abs_diff(meant) <= meant / 20
    }

    /// Whether the tenant's plan opens this step.
    pub(crate) fn opens(&self, step: Step) -> bool {
        self.cap.is_none_or(|cap| cap.opens(step))
    }

    /// How many tries the class and the plan allow, and the bounds.
    pub(crate) fn most_attempts(&self) -> u32 {
        let capped = self.cap.and_then(|cap| cap.attempts).unwrap_or(u32::MAX);
        capped.min(self.plan.attempts).min(self.facts.bounds.max_attempts)
    }

    /// The longest wait, in milliseconds, that a provider may ask for.
    pub(crate) fn longest_retry_after(&self) -> u64 {
        self.plan.longest_retry_after.unwrap_or(self.policy.config.fallback.backoff.longest_retry_after)
    }

    /// Until no further try may be begun, in milliseconds.
    pub(crate) fn window_left(&self) -> u64 {
        let request = self.facts.request;
        self.plan.latency_window.saturating_sub(request.elapsed).min(request.time_left)
    }

    /// What lets the caller be served by a better tier than meant.
    pub(crate) fn upgrade(&self) -> Option<&'a Upgrade> {
        let caller = self.facts.caller;
        let named = |names: &[String], name: &String| names.is_empty() || names.contains(name);
        let upgrade = self.policy.config.routing.upgrade.as_ref()?;
        (named(&upgrade.tenants, &caller.tenant) && named(&upgrade.plans, &caller.plan)).then_some(upgrade)
    }
}

impl Tiered {
    /// The class of the request, after reclassification.
    pub(crate) fn class(&self, facts: &Facts<'_>) -> Class {
        let given = Class::named(&facts.request.traffic_class);
        let moved = self.config.routing.reclassify.iter().find(|rule| {
            facts.bounds.may_reclassify_to.iter().any(|class| class == rule.class.name())
                && facts.trusted_attribute(&rule.attribute) == Some(&rule.value)
        });
        moved.map_or(given, |rule| rule.class)
    }

    /// The rank that `level` means here: that of the tier with its name, or else the nearest thing that the route has.
    fn rank(&self, level: Level, facts: &Facts<'_>) -> u8 {
        let names = &self.config.routing.tiers;
        let first = facts.target(0).map_or(0, |target| target.tier_rank());
        let floor = facts.bounds.worst_tier_rank;
        let allowed = || facts.targets().map(|target| target.tier_rank()).filter(move |rank| *rank <= floor);
        let (name, otherwise) = match level {
            Level::Frontier => (&names.frontier, allowed().min()),
            Level::Balanced => (&names.balanced, Some(first)),
            Level::Economy => (&names.economy, allowed().max()),
            Level::First => return first,
        };
        let named = facts.targets().find(|target| target.tier() == name && target.tier_rank() <= floor);
        named.map(|target| target.tier_rank()).or(otherwise).unwrap_or(first)
    }
}

fn intended<'a>(policy: &Tiered, facts: &Facts<'a>, plan: &Plan, worst: u8) -> Option<(Target<'a>, Meant)> {
    let reviewed = facts.deferred.and_then(|deferred| deferred.review_target);
    if let Some(target) = reviewed.and_then(|index| facts.target(index)) {
        return Some((target, Meant::Reviewed));
    }
    if let Some(target) = facts.request.requested_target.and_then(|index| facts.target(index)) {
        return Some((target, Meant::Requested));
    }
    let session = facts.session_target();
    if let Some(target) = session.filter(|target| target.tier_rank() <= worst && target.state().allowed) {
        return Some((target, Meant::Session));
    }
    if plan.primary == Level::First {
        return facts.target(0).map(|target| (target, Meant::Primary));
    }
    let rank = policy.rank(plan.primary, facts);
    let of_rank = facts.targets().filter(|target| target.tier_rank() == rank);
    // Whether a target is healthy plays no part: what is meant must be the same in every decision of the request. So
    // are the caller's boundaries.
    let meant = of_rank.min_by_key(|target| {
        let price = if plan.order == Order::Cheapest { target.estimated_cost() } else { 0 };
        (!target.state().allowed, facts.misfit(*target).is_some(), price)
    });
    meant.or_else(|| facts.target(0)).map(|target| (target, Meant::Primary))
}

fn worst_rank(policy: &Tiered, facts: &Facts<'_>, plan: &Plan) -> u8 {
    // A floor that names a tier which the route does not have leaves the bounds as the floor.
    let rank = plan.floor.and_then(|level| named_rank(policy, facts, level));
    rank.unwrap_or(u8::MAX).min(facts.bounds.worst_tier_rank)
}

/// The rank of the tier with the name of `level`, where the route has one.
fn named_rank(policy: &Tiered, facts: &Facts<'_>, level: Level) -> Option<u8> {
    let names = &policy.config.routing.tiers;
    let name = match level {
        Level::Frontier => &names.frontier,
        Level::Balanced => &names.balanced,
        Level::Economy => &names.economy,
        Level::First => return facts.target(0).map(|target| target.tier_rank()),
    };
    facts.targets().find(|target| target.tier() == name).map(|target| target.tier_rank())
}

fn next_worse(facts: &Facts<'_>, than: u8, worst: u8) -> Option<u8> {
    let ranks = facts.targets().map(|target| target.tier_rank());
    ranks.filter(|rank| *rank > than && *rank <= worst).min()
}

fn money(policy: &Tiered, facts: &Facts<'_>) -> Money {
    let config = &policy.config;
    if facts.budgets.iter().any(|budget| budget.used_permille() >= 1000) {
        return Money::Out;
    }
    // A prepaid balance may be used to its end: it is there to be used.
    let periodic = facts.budgets.iter().filter(|budget| budget.period != period::PREPAID);
    match periodic.map(|budget| budget.used_permille()).max().unwrap_or(0) {
        used if used >= config.routing.budget.critical_only_from => Money::CriticalOnly,
        used if used >= config.routing.budget.downgrade_from => Money::Scarce,
        used if used >= config.fallback.restrain_from => Money::Restrained,
        _ => Money::Plenty,
    }
}

fn is_sensitive(policy: &Tiered, facts: &Facts<'_>) -> bool {
    // A caller may claim this as well: it only makes the policy stricter.
    let attributes = &facts.request.attributes;
    attributes
        .iter()
        .filter(|one| one.name == attribute::SENSITIVITY || one.name == attribute::FEATURE)
        .any(|one| policy.config.routing.sensitive.contains(&one.value))
}
