//! What a decision is checked against, kept for somebody who checks another one later: a copy of the exchange as it was.

use std::sync::Arc;
use std::time::Duration;

use crate::boundary::Allowed;
use crate::config::{Bounds, TrafficClass};
use crate::decision::{Circumstances, Overruled, Plan, Tried, Ways, check_class};
use crate::deferral::plan::Deferring;
use crate::estimate::Estimate;
use crate::exchange::Exchange;
use crate::gateway::{Caller, RouteState};

/// An exchange as it was before a decision, as far as bounds depend on it.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// The route.
    pub(super) route: Arc<RouteState>,
    caller: Arc<Caller>,
    class: TrafficClass,
    bounds: Bounds,
    allowed: Allowed,
    estimates: Box<[Estimate]>,
    max_output_tokens: Option<u32>,
    tried: Vec<Tried>,
    intended: Option<usize>,
    time_left: Duration,
    committed: bool,
    ways: Ways,
    began: Option<Box<str>>,
    cached_age: Option<u64>,
    turns: Vec<Option<u64>>,
    is_allowed: bool,
    is_status_given: bool,
    since: u64,
    now: u64,
}

impl Surroundings {
    /// As they are now.
    #[must_use]
    pub(super) fn of(exchange: &Exchange) -> Self {
        let Circumstances { time_left, committed, ways, began, cached_age, deferring, .. } = exchange.circumstances();
        Self {
            time_left,
            committed,
            ways,
            began: began.map(Into::into),
            cached_age,
            turns: deferring.turns.to_vec(),
            is_allowed: deferring.is_allowed,
            is_status_given: deferring.is_status_given,
            since: deferring.since,
            now: deferring.now,
            route: Arc::clone(&exchange.route),
            caller: Arc::clone(&exchange.caller),
            class: exchange.class,
            bounds: exchange.bounds.clone(),
            allowed: exchange.allowed.clone(),
            estimates: exchange.estimates.clone(),
            max_output_tokens: exchange.chat.max_output_tokens,
            tried: exchange.tried.clone(),
            intended: exchange.intended,
        }
    }

    /// Checks an answer as the exchange would: by the bounds of the class that it moves the request to.
    ///
    /// # Errors
    /// With the first bound that it would break.
    pub(super) fn check(
        &self,
        class: Option<&str>,
        check: impl FnOnce(&Circumstances<'_>) -> Result<Plan, Overruled>,
    ) -> Result<Plan, Overruled> {
        let Some(name) = class else { return check(&self.circumstances(&self.bounds)) };
        let class = check_class(name, self.class, &self.bounds)?;
        if class == self.class {
            return check(&self.circumstances(&self.bounds));
        }
        let bounds = self.route.bounds(class).clone().narrowed(&self.caller.key.bounds);
        check(&self.circumstances(&bounds))
    }

    fn circumstances<'a>(&'a self, bounds: &'a Bounds) -> Circumstances<'a> {
        let setting = &self.route.setting;
        Circumstances {
            targets: &self.route.targets,
            allowed: &self.allowed,
            estimates: &self.estimates,
            bounds,
            limits: setting.limits,
            max_output_tokens: self.max_output_tokens,
            tried: &self.tried,
            intended: self.intended,
            time_left: self.time_left,
            committed: self.committed,
            ways: self.ways,
            began: self.began.as_deref(),
            tenant: &self.caller.tenant.name,
            cached_age: self.cached_age,
            default_answers: setting.default_answers.len(),
            deferring: Deferring {
                queues: &setting.queues,
                turns: &self.turns,
                is_allowed: self.is_allowed,
                is_status_given: self.is_status_given,
                since: self.since,
                now: self.now,
            },
        }
    }
}
