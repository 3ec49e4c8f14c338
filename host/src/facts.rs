//! Everything that a policy may see of a request: one sample, taken at once, before each decision. What is told of why a
//! target is left alone is in `facts/cooling.rs`.

mod cooling;

use tokio::time::Instant;

use self::cooling::Cooling;
use crate::account::{BudgetState, Reserving};
use crate::attributes;
use crate::deferral::Deferrable;
use crate::exchange::Exchange;
use crate::gateway::now_ms;
use crate::health::{Availability, Permit};
use crate::metering::reserved_at_once;
use crate::policy::wire;
use crate::session::Sitting;

/// The facts of one decision, and the targets whose probe permit it holds.
#[derive(Debug)]
pub struct Gathered {
    /// What the policy sees.
    pub facts: wire::Facts,
    /// Indices of targets that only this request may probe now, with its permits.
    pub probes: Vec<(usize, Permit)>,
}

/// Takes the sample for the next decision of an exchange.
#[must_use]
pub fn gather(exchange: &Exchange) -> Gathered {
    let (now, instant) = (now_ms(), Instant::now());
    // Where a bound needs a price, a target without one counts as too dear for it, here as in the host's own check.
    let is_bound =
        exchange.bounds.max_cost.is_some() || exchange.estimates.iter().any(|estimate| estimate.cost.is_some());
    let unknown_cost = if is_bound { u64::MAX } else { 0 };
    let (mut probes, mut cooling) = (Vec::new(), Cooling::default());
    let mut targets = exchange
        .route
        .targets
        .iter()
        .enumerate()
        .map(|(index, target)| {
            let sampled = target.health.sample(exchange.seed, instant);
            let (availability, cooling_for) = match sampled.availability {
                Availability::Available => (wire::Availability::Available, None),
                Availability::Probing(permit) => {
                    probes.push((index, permit));
                    (wire::Availability::Probing, None)
                }
                Availability::Cooling(left) => (wire::Availability::Cooling, Some(left)),
                Availability::Resting(left) => {
                    cooling.resting.push(index);
                    (wire::Availability::Cooling, Some(left))
                }
                Availability::Recovering(left) => {
                    cooling.recovering.push(index);
                    (wire::Availability::Cooling, Some(left))
                }
            };
            wire::TargetState {
                allowed: exchange.allowed.contains(index),
                availability,
                cooling_for,
                samples: sampled.figures.samples.into(),
                success_permille: sampled.figures.success_permille,
                first_token_p50: sampled.figures.first_token_p50_ms.into(),
                latency_p95: sampled.figures.latency_p95_ms.into(),
                in_flight: sampled.takes.in_flight,
                slots_left: sampled.takes.slots_left,
                queue_left: sampled.takes.queue_left,
                retries_left: sampled.takes.retries_left,
                estimated_cost: exchange.estimates[index].cost.map_or(unknown_cost, |cost| cost.0),
                reserved_at_once: reserved_at_once(exchange, index).0,
            }
        })
        .collect::<Vec<_>>();
    let budgets = budgets(exchange, now);
    cooling.spare(exchange, &mut targets, &budgets);
    let mut request = request(exchange);
    note_intended(exchange, &mut request);
    cooling.tell(exchange, &mut request.attributes);
    let facts = wire::Facts {
        request,
        caller: wire::Caller {
            tenant: exchange.caller.tenant.name.to_string(),
            key: exchange.caller.key.name.to_string(),
            plan: exchange.caller.tenant.plan.to_string(),
            user: exchange.who.user.as_deref().map(Into::into),
        },
        bounds: bounds(exchange),
        budgets,
        first_free_in: first_free_in(&targets),
        targets,
        session: exchange.sitting.as_ref().map(|sitting| session(exchange, sitting)),
        deferred: exchange.deferrable.as_deref().and_then(Deferrable::deferred),
        queues: queues(exchange),
        cached_answer_age: exchange.cached_age(),
    };
    Gathered { facts, probes }
}

/// Where every allowed target is cooling: until the first of them may be tried.
pub(crate) fn first_free_in(targets: &[wire::TargetState]) -> Option<u64> {
    let allowed = || targets.iter().filter(|target| target.allowed);
    if allowed().any(|target| target.availability != wire::Availability::Cooling) {
        return None;
    }
    allowed().filter_map(|target| target.cooling_for).min()
}

/// Tells what the first decision meant; nothing in that decision itself, or where nothing counts that it meant.
pub fn note_intended(exchange: &Exchange, request: &mut wire::Request) {
    request.attributes.retain(|one| one.name != attributes::INTENDED);
    let intended = exchange.intended.and_then(|index| exchange.route.targets.get(index));
    request.attributes.extend(intended.map(|target| attributes::own(attributes::INTENDED, &target.setting.id)));
}

fn request(exchange: &Exchange) -> wire::Request {
    let chat = &exchange.chat;
    wire::Request {
        id: exchange.id.to_string(),
        endpoint: "chat-completions".into(),
        requested_model: chat.model.clone(),
        requested_target: exchange.requested_target,
        traffic_class: exchange.class.as_str().into(),
        streaming: chat.stream,
        needs: chat.needs.iter().map(ToString::to_string).collect(),
        input_tokens: chat.input_tokens,
        input_tokens_exact: exchange.estimates.iter().all(|estimate| estimate.input.is_exact),
        max_output_tokens: chat.max_output_tokens,
        received_at: exchange.received_at,
        utc_offset_minutes: exchange.caller.tenant.zone.offset_minutes(exchange.received_at),
        elapsed: exchange.elapsed_ms(),
        time_left: u64::try_from(exchange.time_left().as_millis()).unwrap_or(u64::MAX),
        seed: exchange.seed,
        decision_index: exchange.decision_index(),
        attributes: exchange.attributes.clone(),
    }
}

fn bounds(exchange: &Exchange) -> wire::Bounds {
    let bounds = &exchange.bounds;
    wire::Bounds {
        max_attempts: bounds.max_attempts.get(),
        max_same_target: bounds.max_same_target.get(),
        deadline: u64::try_from(bounds.deadline.as_millis()).unwrap_or(u64::MAX),
        worst_tier_rank: bounds.worst_tier_rank,
        max_cost: bounds.max_cost.map(|cost| cost.0),
        max_cost_permille: bounds.max_cost_permille,
        downgrade: bounds.downgrade,
        upgrade: bounds.upgrade,
        may_defer: exchange.deferring().is_possible(),
        may_reclassify_to: bounds.may_reclassify_to.iter().map(|class| class.as_str().into()).collect(),
    }
}

/// The queues of the route, as they were a moment ago.
fn queues(exchange: &Exchange) -> Vec<wire::QueueState> {
    let queues = &exchange.route.setting.queues;
    if queues.is_empty() {
        return Vec::new();
    }
    let (key, route) = (&exchange.caller.key, &exchange.route.setting.name);
    let seen = exchange.gateway.deferrals.seen();
    let state = |queue: &crate::config::DeferralQueue| wire::QueueState {
        depth: seen.depth(&queue.name),
        paused: seen.is_paused(&queue.name, &key.tenant, &key.name, route, exchange.class.as_str()),
    };
    queues.iter().map(state).collect()
}

fn session(exchange: &Exchange, sitting: &Sitting) -> wire::Session {
    let known = &sitting.known;
    let index = known.target.as_ref().and_then(|id| exchange.route.place_of(id));
    let target = index.and_then(|index| u16::try_from(index).ok());
    wire::Session {
        target,
        target_id: known.target.as_deref().unwrap_or_default().to_owned(),
        turns: known.turns,
        needs: known.needs.iter().map(ToString::to_string).collect(),
        cached_tokens: if target.is_some() { sitting.cached_tokens } else { 0 },
    }
}

fn budgets(exchange: &Exchange, now: u64) -> Vec<wire::Budget> {
    let budget = |state: BudgetState| wire::Budget {
        remaining: i64::try_from(i128::from(state.limit.0) - i128::from(state.spent.0) - i128::from(state.reserved.0))
            .unwrap_or(i64::MIN),
        id: state.id.to_string(),
        scope: state.scope.into(),
        period: state.period.into(),
        limit: state.limit.0,
        spent: state.spent.0,
        reserved: state.reserved.0,
        own_reserved: exchange.reserved().0,
        resets_in: state.resets_in.map(|left| u64::try_from(left.as_millis()).unwrap_or(u64::MAX)),
    };
    exchange.gateway.budgets.sample(&exchange.covered(), now).into_iter().map(budget).collect()
}
