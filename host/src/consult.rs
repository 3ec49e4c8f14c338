//! Asks the policy, checks its answer against the bounds, keeps the decision for the record and the log, and falls back to the route's
//! `on_policy_failure` when there is no answer that can be carried out.

use std::sync::Arc;
use std::time::Duration;

use crate::decision::{
    Circumstances, Overruled, Plan, SendPlan, check_class, check_recovery, check_routing, cut, is_token,
};
use crate::decision_log::{Decision, Output, Standing, Told};
use crate::exchange::Exchange;
use crate::facts::{Gathered, gather, note_intended};
use crate::health::Permit;
use crate::ledger::DecisionEntry;
use crate::policy::{Decided, Generation, wire};
use crate::trial::{self, DecisionEnd};

/// How many candidates and notes of one decision are kept: more than any route has targets to explain.
const LISTED: usize = 64;

/// What the policy said, whichever function said it.
pub trait Said {
    /// Why.
    fn explanation(&self) -> &wire::Explanation;
    /// What is to be done, in a word.
    fn decision(&self) -> &'static str;
    /// The index of the target that it names, whether there is one or not.
    fn target(&self) -> Option<u16>;
    /// Checks it against the bounds.
    ///
    /// # Errors
    /// With the first bound that it would break.
    fn check(&self, circumstances: &Circumstances<'_>) -> Result<Plan, Overruled>;
    /// The whole of it, for the log.
    fn into_output(self) -> Output;
    /// The class that it moves the request to.
    fn class(&self) -> Option<&str> {
        None
    }
    /// Why the intended target did not serve.
    fn cause(&self) -> Option<&str> {
        None
    }
}

impl Said for wire::Routed {
    fn explanation(&self) -> &wire::Explanation {
        &self.explanation
    }

    fn decision(&self) -> &'static str {
        match self.decision {
            wire::Routing::Send(_) => "send",
            wire::Routing::Answer(_) => "answer",
            wire::Routing::Defer(_) => "defer",
            wire::Routing::Reject(_) => "reject",
        }
    }

    fn target(&self) -> Option<u16> {
        if let wire::Routing::Send(send) = &self.decision { Some(send.target) } else { None }
    }

    fn check(&self, circumstances: &Circumstances<'_>) -> Result<Plan, Overruled> {
        check_routing(self, circumstances)
    }

    fn into_output(self) -> Output {
        Output::Routed(self)
    }

    fn class(&self) -> Option<&str> {
        self.traffic_class.as_deref()
    }

    /// The note `cause`, where the request does not go to the intended target; without one the policy wanted it so, or the
    /// code of its refusal tells.
    fn cause(&self) -> Option<&str> {
        let otherwise = match &self.decision {
            wire::Routing::Send(send) if send.target == send.intended => return None,
            wire::Routing::Send(_) | wire::Routing::Answer(_) | wire::Routing::Defer(_) => "policy",
            wire::Routing::Reject(rejection) => cause_of_refusal(&rejection.code),
        };
        let named = self.explanation.notes.iter().find(|(name, cause)| name == "cause" && is_token(cause));
        Some(named.map_or(otherwise, |(_, cause)| cause))
    }
}

impl Said for wire::Recovered {
    fn explanation(&self) -> &wire::Explanation {
        &self.explanation
    }

    fn decision(&self) -> &'static str {
        match self.decision {
            wire::Recovery::Send(_) => "send",
            wire::Recovery::Resume(_) => "resume",
            wire::Recovery::Answer(_) => "answer",
            wire::Recovery::Defer(_) => "defer",
            wire::Recovery::Fail(_) => "fail",
        }
    }

    fn target(&self) -> Option<u16> {
        match &self.decision {
            wire::Recovery::Send(send) => Some(send.target),
            wire::Recovery::Resume(resumption) => Some(resumption.send.target),
            wire::Recovery::Answer(_) | wire::Recovery::Defer(_) | wire::Recovery::Fail(_) => None,
        }
    }

    fn check(&self, circumstances: &Circumstances<'_>) -> Result<Plan, Overruled> {
        check_recovery(self, circumstances)
    }

    fn into_output(self) -> Output {
        Output::Recovered(self)
    }

    fn cause(&self) -> Option<&str> {
        Some(&self.cause)
    }
}

/// The cause that a refusal with this code has where the policy names none.
#[must_use]
pub fn cause_of_refusal(code: &str) -> &'static str {
    if matches!(code, "insufficient_quota" | "request_exceeds_budget") { "budget" } else { "policy" }
}

/// Asks for the next decision.
pub async fn consult(exchange: &mut Exchange) -> Plan {
    let Gathered { mut facts, probes } = gather(exchange);
    if let Some(deferrable) = &mut exchange.deferrable {
        deferrable.note_turns(&facts.budgets);
    }
    let is_first = exchange.decisions.is_empty();
    let question = trial::question(exchange, &facts, is_first);
    let mut asked = ask(exchange, &facts, is_first).await;
    if asked.taken.plan.is_none() && exchange.leave_canary() {
        asked.log(exchange, &facts, is_first);
        note_intended(exchange, &mut facts.request);
        asked = ask(exchange, &facts, is_first).await;
    }
    if let Some(question) = question {
        question.put(exchange);
    }
    let plan = asked.log(exchange, &facts, is_first);
    let plan = plan.unwrap_or_else(|| without_policy(exchange));
    if let (Plan::Send(send), Some(sitting)) = (&plan, &mut exchange.sitting) {
        sitting.means(send.session);
    }
    return_probes(exchange, &probes, &plan);
    plan
}

/// What came of asking one generation.
struct Asked {
    taken: Taken,
    generation: Option<Arc<Generation>>,
    /// What bounds the decision besides the facts, as it was before; where the log takes the decision.
    standing: Option<Standing>,
}

/// What came of asking, checked and noted in the record.
struct Taken {
    /// None: there is no answer that can be carried out.
    plan: Option<Plan>,
    output: Output,
    told: Told,
}

impl Asked {
    /// Keeps the decision for the log, if that takes it; gives the plan.
    fn log(self, exchange: &Exchange, facts: &wire::Facts, is_first: bool) -> Option<Plan> {
        let Taken { plan, output, told } = self.taken;
        if let Some(standing) = &self.standing {
            exchange.gateway.decision_log.record(Decision {
                route: &exchange.route,
                decider: self.generation.as_deref().map(Into::into),
                facts,
                attempts: if is_first { &[] } else { &exchange.attempts },
                standing,
                output: &output,
                told: &told,
            });
        }
        plan
    }
}

/// Asks the exchange's generation.
async fn ask(exchange: &mut Exchange, facts: &wire::Facts, is_first: bool) -> Asked {
    let is_logged = exchange.gateway.decision_log.takes(&exchange.route, exchange.seed);
    let standing = is_logged.then(|| exchange.standing());
    let at_ms = facts.request.elapsed;
    let generation = exchange.generation.clone();
    let policy = exchange.route.policy.clone();
    let taken = match &generation {
        None => no_answer(exchange, at_ms, "missing", 0, Duration::ZERO),
        Some(generation) if is_first => {
            let decided = policy.route(generation, &exchange.id, facts).await;
            take(exchange, at_ms, generation, decided)
        }
        Some(generation) => {
            let decided = policy.fallback(generation, &exchange.id, facts, &exchange.attempts).await;
            take(exchange, at_ms, generation, decided)
        }
    };
    Asked { taken, generation, standing }
}

/// Keeps what was decided for the record; gives the plan if it can be carried out.
fn take<T: Said>(exchange: &mut Exchange, at_ms: u64, generation: &Arc<Generation>, decided: Decided<T>) -> Taken {
    let Decided { outcome, fuel, took } = decided;
    let route = Arc::clone(&exchange.route);
    let metrics = &route.metrics;
    metrics.decision_seconds.observe(took.as_secs_f64());
    #[allow(clippy::cast_precision_loss, reason = "a histogram of fuel needs no exact numbers")]
    metrics.decision_fuel.observe(fuel as f64);
    let short = generation.short();
    let said = match outcome {
        Ok(said) => said,
        Err(failure) => {
            metrics.decided(short, failure.kind());
            let end = if failure.blames_policy() { DecisionEnd::Failed } else { DecisionEnd::Excused };
            exchange.note_decision(end, fuel, took);
            return no_answer(exchange, at_ms, failure.kind(), fuel, took);
        }
    };
    let checked = check(exchange, &said);
    let overruled = checked.as_ref().err().copied();
    match overruled {
        None => exchange.route.policy.accepted(generation),
        Some(_) => exchange.route.policy.overruled(generation),
    }
    metrics.decided(short, overruled.map_or("carried-out", Overruled::as_str));
    let end = if overruled.is_some() { DecisionEnd::Overruled } else { DecisionEnd::Good };
    exchange.note_decision(end, fuel, took);
    if let (Some(cause), None) = (said.cause(), overruled) {
        exchange.cause = Some(cause.into());
    }
    // Of an answer that is overruled, too: that is what was overruled.
    let named = said.target().and_then(|index| exchange.route.targets.get(usize::from(index)));
    let target = named.map(|target| target.setting.id.clone());
    let entry = entry(exchange, at_ms, said.decision(), target, said.explanation(), overruled, fuel, took);
    let told = Told { fuel, micros: entry.micros, overruled: overruled.map(|overruled| overruled.as_str().into()) };
    exchange.decisions.push(entry);
    Taken { plan: checked.ok(), output: said.into_output(), told }
}

/// Moves the request to the class that the decision names, then checks the decision against that class's bounds. One that
/// is not carried out moves nothing.
fn check(exchange: &mut Exchange, said: &impl Said) -> Result<Plan, Overruled> {
    let before = (exchange.class, exchange.bounds.clone());
    let checked = reclassify(exchange, said.class()).and_then(|()| said.check(&exchange.circumstances()));
    if checked.is_err() {
        (exchange.class, exchange.bounds) = before;
    }
    checked
}

#[allow(clippy::too_many_arguments, reason = "a decision entry has that many independent parts")]
fn entry(
    exchange: &Exchange,
    at_ms: u64,
    decision: &'static str,
    target: Option<crate::config::Name>,
    explanation: &wire::Explanation,
    overruled: Option<Overruled>,
    fuel: u64,
    took: Duration,
) -> DecisionEntry {
    let named = |(index, verdict): &(u16, String)| {
        Some((exchange.route.targets.get(usize::from(*index))?.setting.id.clone(), cut(verdict)))
    };
    DecisionEntry {
        index: exchange.decision_index(),
        at_ms,
        decision: decision.into(),
        target,
        rule: if is_token(&explanation.rule) { explanation.rule.as_str().into() } else { "".into() },
        reason: cut(&explanation.reason),
        considered: explanation.considered.iter().take(LISTED).filter_map(named).collect(),
        notes: explanation.notes.iter().take(LISTED).map(|(name, text)| (cut(name), cut(text))).collect(),
        overruled: overruled.map(|overruled| overruled.as_str().into()),
        left_to: None,
        fuel,
        micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
    }
}

/// Keeps that the policy gave no answer.
fn no_answer(exchange: &mut Exchange, at_ms: u64, kind: &'static str, fuel: u64, took: Duration) -> Taken {
    let nothing =
        wire::Explanation { rule: String::new(), reason: String::new(), considered: Vec::new(), notes: Vec::new() };
    let mut entry = entry(exchange, at_ms, "", None, &nothing, None, fuel, took);
    entry.overruled = Some(kind.into());
    let told = Told { fuel, micros: entry.micros, overruled: None };
    exchange.decisions.push(entry);
    Taken { plan: None, output: Output::Failed(kind.into()), told }
}

/// Moves the request to another class, with that class's bounds.
fn reclassify(exchange: &mut Exchange, name: Option<&str>) -> Result<(), Overruled> {
    let Some(name) = name else { return Ok(()) };
    let class = check_class(name, exchange.class, &exchange.bounds)?;
    if class != exchange.class {
        exchange.class = class;
        exchange.bounds = exchange.bounds_of(class);
    }
    Ok(())
}

/// What the route does when its policy fails: the first target of its static order that may be tried now.
fn without_policy(exchange: &mut Exchange) -> Plan {
    exchange.cause.get_or_insert_with(|| "policy".into());
    let circumstances = exchange.circumstances();
    let order = exchange.route.static_order.as_deref().unwrap_or_default();
    // Without any fallback the first of them is what the route means, and none takes its place.
    let order = if exchange.bounds.fallback { order } else { &order[..order.len().min(1)] };
    let intended = |target: usize| exchange.intended.unwrap_or(target);
    let next = order.iter().copied().find(|target| {
        let untried = exchange.tried.iter().all(|tried| tried.target != *target);
        untried && circumstances.check_place(*target, intended(*target)).is_ok()
    });
    match next {
        Some(target) => Plan::Send(SendPlan {
            target,
            intended: intended(target),
            after: Duration::ZERO,
            limits: exchange.route.setting.limits,
            hold: wire::Hold::FirstToken,
            as_stream: false,
            max_output_tokens: None,
            degraded: None,
            resume: None,
            // Nobody decided to move the session.
            session: wire::SessionUse::Keep,
        }),
        None => Plan::Fail(None),
    }
}

/// Keeps the probe permit of the target that is tried, and gives the others back.
fn return_probes(exchange: &mut Exchange, probes: &[(usize, Permit)], plan: &Plan) {
    let used = match plan {
        Plan::Send(send) => Some(send.target),
        Plan::Answer(_) | Plan::Defer(_) | Plan::Reject(_) | Plan::Fail(_) => None,
    };
    for (index, permit) in probes {
        if Some(*index) == used {
            exchange.probing = Some((*index, *permit));
        } else {
            exchange.route.targets[*index].health.return_probe(*permit);
        }
    }
}
