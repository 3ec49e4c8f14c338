//! Shadow decisions: a candidate is given what the active version was given, on threads of its own and in sandboxes of its
//! own, after the request has gone on. Nothing is done with what it says but comparing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::counts::DecisionEnd;
use super::differences::{Difference, Differences, Said, Seen};
use super::surroundings::Surroundings;
use super::{Side, Trial};
use crate::consult;
use crate::decision::{Overruled, Plan, cut};
use crate::exchange::Exchange;
use crate::policy::{Decided, Engine, EngineError, Module, wire};

/// Decisions that wait for a thread, of all routes. Each takes some kilobytes.
const QUEUE: usize = 1024;

/// Threads: a shadow decision takes as long as any other, and there are a few for each request at most.
const THREADS: usize = 2;

/// Where shadow decisions are made. Ends with the last clone.
#[derive(Debug, Clone)]
pub struct Shadows {
    queue: SyncSender<Job>,
    engine: Engine,
}

/// A candidate as a shadow.
#[derive(Debug)]
pub struct Shadow {
    queue: SyncSender<Job>,
    /// Loaded by the engine of shadows.
    module: Module,
    differences: Mutex<Differences>,
    dropped: AtomicU64,
}

/// One decision to be made.
#[derive(Debug)]
struct Job {
    question: Question,
    active: Said,
    active_rule: Box<str>,
}

/// What the active version was asked, kept for the shadow.
#[derive(Debug)]
pub struct Question {
    trial: Arc<Trial>,
    facts: wire::Facts,
    /// None: it is the first decision.
    attempts: Option<Vec<wire::Attempt>>,
    surroundings: Surroundings,
}

impl Shadows {
    /// Starts the threads, with an engine beside the one that serves requests.
    ///
    /// # Errors
    /// When the machine does not allow it.
    pub fn start(serving: &Engine) -> Result<Self, EngineError> {
        let engine = serving.beside()?;
        let (queue, jobs) = sync_channel(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..THREADS {
            let jobs: Arc<Mutex<Receiver<Job>>> = Arc::clone(&jobs);
            let work = move || {
                // One thread waits for a job, the other for the lock.
                while let Ok(job) = { jobs.lock().unwrap_or_else(PoisonError::into_inner).recv() } {
                    job.run();
                }
            };
            std::thread::Builder::new().name("shadow".into()).spawn(work).map_err(EngineError::Thread)?;
        }
        Ok(Self { queue, engine })
    }

    /// What loads modules for shadows.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// A candidate as a shadow, with nothing seen yet.
    #[must_use]
    pub fn shadow(&self, module: Module) -> Shadow {
        let (differences, dropped) = (Mutex::default(), AtomicU64::new(0));
        Shadow { queue: self.queue.clone(), module, differences, dropped }
    }
}

impl Shadow {
    /// Goes on from what was seen before.
    pub(super) fn resume(&self, seen: Seen) {
        self.dropped.store(seen.dropped, Ordering::Relaxed);
        *self.differences.lock().unwrap_or_else(PoisonError::into_inner) = Differences::resuming(seen);
    }

    /// What was seen so far.
    #[must_use]
    pub fn seen(&self) -> Seen {
        let dropped = self.dropped.load(Ordering::Relaxed);
        self.differences.lock().unwrap_or_else(PoisonError::into_inner).seen(dropped)
    }
}

/// Keeps what a decision is asked, where the route's candidate is a shadow.
#[must_use]
pub fn question(exchange: &Exchange, facts: &wire::Facts, is_first: bool) -> Option<Question> {
    let trial = &exchange.trial.as_ref()?.trial;
    trial.shadow.as_ref()?;
    let attempts = (!is_first).then(|| exchange.attempts.clone());
    let surroundings = Surroundings::of(exchange);
    Some(Question { trial: Arc::clone(trial), facts: facts.clone(), attempts, surroundings })
}

impl Question {
    /// Hands the question over with the exchange's last decision, for comparing. Does not wait: where the shadow is behind, it
    /// is dropped and counted.
    pub fn put(self, exchange: &Exchange) {
        let trial = Arc::clone(&self.trial);
        let (Some(shadow), Some(entry)) = (&trial.shadow, exchange.decisions.last()) else { return };
        let active = match &entry.overruled {
            None => said(&entry.decision, entry.target.as_deref()),
            Some(why) if entry.decision.is_empty() => format!("failed: {why}").into(),
            Some(why) => format!("overruled: {why}").into(),
        };
        let route = Arc::clone(&exchange.route);
        let job = Job { question: self, active, active_rule: entry.rule.as_ref().into() };
        if shadow.queue.try_send(job).is_err() {
            shadow.dropped.fetch_add(1, Ordering::Relaxed);
            route.metrics.shadowed("dropped");
        }
    }
}

impl Job {
    fn run(self) {
        let Some(shadow) = &self.question.trial.shadow else { return };
        let Question { facts, attempts, surroundings, .. } = &self.question;
        let (candidate, rule, reason) = match attempts {
            None => self.compare(shadow.module.route(facts), surroundings),
            Some(attempts) => self.compare(shadow.module.fallback(facts, attempts), surroundings),
        };
        let difference = Difference {
            request_id: facts.request.id.as_str().into(),
            decision_index: facts.request.decision_index,
            active: self.active.clone(),
            active_rule: self.active_rule.clone(),
            candidate,
            candidate_rule: rule,
            candidate_reason: reason,
        };
        let differs = shadow.differences.lock().unwrap_or_else(PoisonError::into_inner).note(difference);
        surroundings.route.metrics.shadowed(if differs { "different" } else { "same" });
    }

    /// What the candidate said, by which rule and why; counted like any decision.
    fn compare<T: consult::Said>(
        &self,
        decided: Decided<T>,
        surroundings: &Surroundings,
    ) -> (Said, Box<str>, Box<str>) {
        let Decided { outcome, fuel, took } = decided;
        let counts = self.question.trial.comparison().of(Side::Candidate);
        let answer = match outcome {
            Ok(answer) => answer,
            Err(failure) => {
                let end = if failure.blames_policy() { DecisionEnd::Failed } else { DecisionEnd::Excused };
                counts.decided(end, fuel, took);
                return (format!("failed: {}", failure.kind()).into(), "".into(), cut(&failure.to_string()));
            }
        };
        let checked = surroundings.check(answer.class(), |circumstances| answer.check(circumstances));
        counts.decided(if checked.is_ok() { DecisionEnd::Good } else { DecisionEnd::Overruled }, fuel, took);
        let explanation = answer.explanation();
        (short(&checked, answer.decision(), surroundings), cut(&explanation.rule), cut(&explanation.reason))
    }
}

fn short(checked: &Result<Plan, Overruled>, decision: &str, surroundings: &Surroundings) -> Said {
    match checked {
        Ok(Plan::Send(send)) => said(decision, Some(&surroundings.route.targets[send.target].setting.id)),
        Ok(_) => said(decision, None),
        Err(overruled) => format!("overruled: {}", overruled.as_str()).into(),
    }
}

fn said(decision: &str, target: Option<&str>) -> Said {
    match target {
        Some(target) => format!("{decision} {target}").into(),
        None => decision.into(),
    }
}
