//! What an author sees when deciding: the set-up's targets joined with their state of the moment, and the rest of the
//! facts. Nothing is copied; all of it borrows from the set-up and from the decision's facts.

use crate::names::{attribute, source};
use crate::record::{
    Attempt, Attribute, Availability, Bounds, Budget, Caller, DecisionFacts, Deferred, QueueState, Rejection, Request,
    SendTo, Session, Setup, TargetSpec, TargetState,
};
use crate::{Attempts, Random};

/// Everything that one decision may depend on. Durations are in milliseconds, instants in milliseconds since the Unix
/// epoch, money in nano-USD, shares in thousandths.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// What does not change between requests.
    pub setup: &'a Setup,
    /// The request to decide about.
    pub request: &'a Request,
    /// Who asks.
    pub caller: &'a Caller,
    /// What the host holds the request to, whatever the policy says.
    pub bounds: &'a Bounds,
    /// The budgets that the request counts against.
    pub budgets: &'a [Budget],
    /// The conversation that the request belongs to.
    pub session: Option<&'a Session>,
    /// Present when the request comes from a queue.
    pub deferred: Option<&'a Deferred>,
    /// The state of the set-up's queues, in their order.
    pub queues: &'a [QueueState],
    /// The age in milliseconds of a stored answer to this very request, where there is one.
    pub cached_answer_age: Option<u64>,
    /// Where every allowed target is cooling: the duration in milliseconds until the first of them may be tried.
    pub first_free_in: Option<u64>,
    states: &'a [TargetState],
    attempts: &'a [Attempt],
    is_kept_from_fallback: bool,
}

impl<'a> Facts<'a> {
    pub(crate) fn new(setup: &'a Setup, facts: &'a DecisionFacts, attempts: &'a [Attempt]) -> Facts<'a> {
        Facts {
            setup,
            request: &facts.request,
            caller: &facts.caller,
            bounds: &facts.bounds,
            budgets: &facts.budgets,
            session: facts.session.as_ref(),
            deferred: facts.deferred.as_ref(),
            queues: &facts.queues,
            cached_answer_age: facts.cached_answer_age,
            first_free_in: facts.first_free_in,
            states: &facts.targets,
            attempts,
            is_kept_from_fallback: is_kept_from_fallback(&facts.request),
        }
    }

    /// Whether the route, the key or the tenant is kept from any fallback: only the intended target may serve, and neither a
    /// stored nor a prepared answer may take its place. The host overrules everything else.
    #[must_use]
    pub fn is_kept_from_fallback(&self) -> bool {
        self.is_kept_from_fallback
    }

    /// The route's targets in its order: the first is what the route means to use.
    pub fn targets(&self) -> impl Iterator<Item = Target<'a>> + use<'a> {
        (0_u16..).zip(self.setup.targets.iter().zip(self.states)).map(|(index, (spec, state))| Target {
            index,
            spec,
            state,
        })
    }

    /// The target with this index.
    #[must_use]
    pub fn target(&self, index: u16) -> Option<Target<'a>> {
        let spec = self.setup.targets.get(usize::from(index))?;
        let state = self.states.get(usize::from(index))?;
        Some(Target { index, spec, state })
    }

    /// The target that the request means to use, as its first decision said; `None` in that decision itself.
    #[must_use]
    pub fn intended(&self) -> Option<Target<'a>> {
        self.targets_said(attribute::INTENDED).next()
    }

    /// The targets that may be tried now, in the route's order, where [`Facts::intended`] is meant, or in the first decision
    /// the route's first target. [`Facts::usable_for`] takes another, and [`Facts::obstacle`] says for the others what is
    /// in the way.
    pub fn usable(&self) -> impl Iterator<Item = Target<'a>> + use<'a> {
        self.usable_after(0)
    }

    /// The targets that may be tried now, in the route's order, where `intended` is meant.
    pub fn usable_for(&self, intended: Target<'a>) -> impl Iterator<Item = Target<'a>> + use<'a> {
        let facts = *self;
        self.targets().filter(move |target| facts.obstacle(*target, intended).is_none())
    }

    /// The target that is meant, as far as the facts say: the first one of the route where nothing was decided yet.
    pub(crate) fn meant(&self) -> Option<Target<'a>> {
        self.intended().or_else(|| self.target(0))
    }

    /// The targets of which the gateway itself says that this is so.
    pub(crate) fn targets_said(&self, name: &'static str) -> impl Iterator<Item = Target<'a>> + use<'a> {
        let facts = *self;
        let attributes = self.request.attributes.iter();
        let said = attributes.filter(move |one| one.source == source::HOST && one.name == name);
        said.filter_map(move |one| facts.targets().find(|target| target.id() == one.value))
    }

    /// The target that the session belongs to; `None` where there is no session, where it has no target yet, or where
    /// the route has lost that target.
    #[must_use]
    pub fn session_target(&self) -> Option<Target<'a>> {
        self.target(self.session?.target?)
    }

    /// What to tell the caller when no target is usable: that its boundaries allow none, or that a budget is out, where
    /// that is what stands in the way, and else that none can take the request now.
    #[must_use]
    pub fn refusal(&self) -> Rejection {
        if !self.states.is_empty() && self.states.iter().all(|state| !state.allowed) {
            return Rejection::out_of_boundary();
        }
        let lacks_money = |target: Target<'a>| {
            let intended = self.meant().unwrap_or(target);
            self.obstacle(target, intended).is_some_and(|obstacle| obstacle.is_budget())
        };
        if self.targets().any(lacks_money) {
            return self.money_refusal();
        }
        Rejection::unavailable("No model can take this request now. Try again later.")
    }

    /// What to tell the caller when money stands in the way: that a budget is spent out, or that this request may cost more
    /// than one has left.
    #[must_use]
    pub fn money_refusal(&self) -> Rejection {
        if self.budgets.iter().any(Budget::is_spent_out) {
            Rejection::quota("A budget is spent out.")
        } else {
            Rejection::over_budget("A budget has less left than this request may cost.")
        }
    }

    /// The failed attempts; empty in a routing decision.
    #[must_use]
    pub fn attempts(&self) -> &'a [Attempt] {
        self.attempts
    }

    /// The attribute with this name, whoever says so: a caller may claim anything.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        self.find_attribute(name).map(|attribute| attribute.value.as_str())
    }

    /// The attribute with this name, unless only the caller says so.
    #[must_use]
    pub fn trusted_attribute(&self, name: &str) -> Option<&'a str> {
        let mut all = self.request.attributes.iter();
        all.find(|attribute| attribute.name == name && attribute.source != source::CALLER)
            .map(|attribute| attribute.value.as_str())
    }

    fn find_attribute(&self, name: &str) -> Option<&'a Attribute> {
        self.request.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The present instant, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.request.received_at.saturating_add(self.request.elapsed)
    }

    /// The draws of this decision.
    #[must_use]
    pub fn random(&self) -> Random {
        Random::new(self.request.seed, self.request.decision_index)
    }

    /// The share of the tightest budget that others have used, in thousandths; 0 where there is no budget.
    #[must_use]
    pub fn budget_used_permille(&self) -> u32 {
        self.budgets.iter().map(Budget::used_permille).max().unwrap_or(0)
    }

    /// The budget of which the greatest share is used, with its index.
    #[must_use]
    pub fn tightest_budget(&self) -> Option<(u16, &'a Budget)> {
        (0_u16..).zip(self.budgets).max_by_key(|(_, budget)| budget.used_permille())
    }

    /// The failed attempts as a whole, where there is one.
    pub(crate) fn failed(&self) -> Option<Attempts<'a>> {
        Attempts::new(self.setup, self.attempts)
    }
}

/// Only the gateway itself can say so.
fn is_kept_from_fallback(request: &Request) -> bool {
    let says = |one: &Attribute| one.name == attribute::FALLBACK && one.source == source::HOST;
    request.attributes.iter().any(|one| says(one) && one.value == "none")
}

/// A place that the request can go to, with its present state.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    index: u16,
    spec: &'a TargetSpec,
    state: &'a TargetState,
}

impl PartialEq for Target<'_> {
    /// Targets of one decision are equal when they are the same entry of the route.
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

impl<'a> Target<'a> {
    /// Its index in the route, by which decisions name it.
    #[must_use]
    pub fn index(&self) -> u16 {
        self.index
    }

    /// Its name in the gateway's config.
    #[must_use]
    pub fn id(&self) -> &'a str {
        &self.spec.id
    }

    /// The name of its provider: targets of one provider tend to fail together.
    #[must_use]
    pub fn provider(&self) -> &'a str {
        &self.spec.provider
    }

    /// The provider's own name of the model.
    #[must_use]
    pub fn model(&self) -> &'a str {
        &self.spec.model
    }

    /// The name of its quality class.
    #[must_use]
    pub fn tier(&self) -> &'a str {
        &self.spec.tier
    }

    /// The rank of its quality class: 0 is the best.
    #[must_use]
    pub fn tier_rank(&self) -> u8 {
        self.spec.tier_rank
    }

    /// Input and output tokens together, at most; `None` where that is unknown.
    #[must_use]
    pub fn context_window(&self) -> Option<u32> {
        (self.spec.context_window > 0).then_some(self.spec.context_window)
    }

    /// Whether it can do `feature`, one of [`crate::names::feature`].
    #[must_use]
    pub fn has(&self, feature: &str) -> bool {
        self.spec.features.iter().any(|one| one == feature)
    }

    /// Whether it takes this request: the caller's boundaries allow it, it is healthy, or this request may try whether it
    /// is, and it has a slot or a place in its queue left.
    #[must_use]
    pub fn is_available(&self) -> bool {
        let state = self.state;
        state.allowed && state.availability != Availability::Cooling && (state.slots_left > 0 || state.queue_left > 0)
    }

    /// What the request is estimated to cost there, in nano-USD.
    #[must_use]
    pub fn estimated_cost(&self) -> u64 {
        self.state.estimated_cost
    }

    /// What every budget has to have left before a try there begins, in nano-USD.
    #[must_use]
    pub fn reserved_at_once(&self) -> u64 {
        self.state.reserved_at_once
    }

    /// The share of its recent attempts that succeeded, in thousandths; 1000 where there are none.
    #[must_use]
    pub fn success_permille(&self) -> u16 {
        self.state.success_permille
    }

    /// The rest of what the set-up says about it.
    #[must_use]
    pub fn spec(&self) -> &'a TargetSpec {
        self.spec
    }

    /// The rest of its present state.
    #[must_use]
    pub fn state(&self) -> &'a TargetState {
        self.state
    }

    /// A try at this target, at once and with the route's time limits, where the route's first target was meant. The
    /// methods of [`SendTo`] change that.
    #[must_use]
    pub fn send(&self) -> SendTo {
        SendTo::new(self.index)
    }
}
