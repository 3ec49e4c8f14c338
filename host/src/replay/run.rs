//! The loop: takes recorded decisions one after the other, has them made again, and hands both to the tally. One thread,
//! nothing kept of a decision that has not changed.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::time::Instant;

use serde::Serialize;

use super::compare::{self, Change, change};
use super::judge::{Verdict, judge};
use super::prepare::Prepared;
use super::report::{Mode, Report};
use super::tally::Tally;
use super::{Against, ReplayError};
use crate::decision_log::{Input, Log, Output, Selection, Stored, Told, canonical, with_other_stand_ins};
use crate::policy::wire::Send;
use crate::policy::{Digest, Module, PolicyFailure};

/// Why a recorded decision says nothing about the replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unanswered {
    /// What came of it depended on the machine: a time-out, a full pool, the native stack, a policy set aside.
    Machine,
    /// The replay itself was held up by the machine.
    MachineNow,
    /// Something of it was redacted, and the replay differs.
    Redacted,
    /// Its background or its component is not kept any more.
    NotKept,
    /// An earlier decision of the request has another effect now, so this one might never have come.
    AfterDivergence,
    /// It is about a target that the candidate does not have.
    TargetGone,
    /// The candidate's answer names a target of which the record knows nothing, so nobody knows whether it may.
    TargetNew,
    /// The candidate moves it to a class whose bounds are not in the record.
    OtherClass,
}

impl Unanswered {
    /// What it means, for people.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Machine => "what came of it depended on the machine",
            Self::MachineNow => "the machine held this replay up",
            Self::Redacted => "a part of the record was redacted, and the answer differs",
            Self::NotKept => "its set-up or its component is not kept any more",
            Self::AfterDivergence => "an earlier decision of the request went another way",
            Self::TargetGone => "it is about a target that the candidate does not have",
            Self::TargetNew => "its answer is about a target that the record does not know",
            Self::OtherClass => "the bounds of the class that it is moved to are not in the record",
        }
    }
}

/// A replay under way.
struct Run<'a> {
    prepared: &'a BTreeMap<Digest, Prepared>,
    is_candidate: bool,
    /// When a rehearsal is cut short; none: it is a replay.
    until: Option<Instant>,
    tally: Tally,
    /// Requests that went another way, with the target that is wanted and what is known of it.
    diverged: HashMap<String, Wanted>,
    buffer: Vec<u8>,
}

/// Requests that went another way and are remembered, before old ones are given up.
const DIVERGED: usize = 100_000;
/// Longer than requests take.
const HOUR: u64 = 3_600_000;

/// A try that history did not make.
pub(super) struct Wanted {
    /// The id of its target; none: the request needs none any more.
    pub(super) target: Option<String>,
    /// Whether the request tried it later, and whether that failed.
    pub(super) later: Option<bool>,
    /// When it was wanted.
    at: u64,
}

/// Replays the decisions that are asked for; those of a rehearsal, until it is cut short.
pub(super) fn run(
    log: &Log,
    selection: &Selection,
    against: &Against,
    prepared: &BTreeMap<Digest, Prepared>,
    until: Option<Instant>,
) -> Result<Report, ReplayError> {
    if let Against::Recorded = against
        && prepared.values().all(|one| one.module.is_none())
        && let Some(lost) = prepared.values().find_map(|one| one.background.origin.component)
    {
        return Err(ReplayError::Component(lost));
    }
    let started = Instant::now();
    let is_candidate = matches!(against, Against::Candidate(_));
    let (diverged, buffer) = (HashMap::new(), Vec::new());
    let mut run = Run { prepared, is_candidate, until, tally: Tally::default(), diverged, buffer };
    let is_over = || until.is_some_and(|until| Instant::now() >= until);
    let read = log.visit(selection, |digest, stored| {
        run.one(digest, stored)?;
        Ok(if is_over() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    let is_cut_short = is_over();
    if read.decisions == 0 {
        return Err(ReplayError::Nothing);
    }
    let mode = match against {
        Against::Recorded => Mode::Recorded,
        Against::Candidate(candidate) => Mode::Candidate {
            name: candidate.name.clone(),
            component: candidate.component.as_ref().map(|component| Digest::of(component)),
        },
    };
    let unknown = prepared.values().flat_map(|one| {
        one.mapping.unknown().filter_map(|index| one.setting.setup.targets.get(index)).map(|target| target.id.clone())
    });
    let unknown_targets = unknown.collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let report =
        Report { mode, selection: selection.clone(), read, is_cut_short, unknown_targets, micros, ..Report::default() };
    Ok(run.tally.finish(report, run.diverged.into_values()))
}

impl Run<'_> {
    fn one(&mut self, digest: Digest, stored: &Stored<'_>) -> Result<(), postcard::Error> {
        let (input, recorded, told) = (stored.input()?, stored.output()?, stored.told()?);
        self.tally.see(stored, &input);
        let prepared = self.prepared.get(&digest);
        let of = Of { at: stored.at, input: &input, recorded: &recorded, told: &told };
        let Some(prepared) = prepared else {
            self.tally.unanswered(&of, None, Unanswered::NotKept);
            return Ok(());
        };
        self.follow(prepared, &of);
        match self.ask(prepared, stored, &of) {
            Ok(answer) => self.tally.answer(&of, prepared, &answer),
            Err(why) => self.tally.unanswered(&of, Some(&prepared.background), why),
        }
        Ok(())
    }

    /// Has a decision made again.
    fn ask<'a>(&mut self, prepared: &Prepared, stored: &Stored<'_>, of: &Of<'a>) -> Result<Answer<'a>, Unanswered> {
        // A candidate can be asked what the recorded policy had no chance to say, but nothing compares.
        if is_of_machine(of.recorded) {
            return Err(Unanswered::Machine);
        }
        let module = prepared.module.as_ref().ok_or(Unanswered::NotKept)?;
        let id = &of.input.facts.request.id;
        if self.diverged.contains_key(id) {
            return Err(Unanswered::AfterDivergence);
        }
        let input = prepared.mapping.input(of.input)?;
        let (output, fuel) = decide(module, &input);
        // A rehearsal asks on a clock that is patient, so the policy itself has taken its time.
        if is_of_machine(&output) && !(self.until.is_some() && is_of_policy(&output)) {
            return Err(Unanswered::MachineNow);
        }
        // Encoding what a policy can answer never fails; if it did, the bytes would differ, which is reported.
        let is_equal = canonical(&output, &mut self.buffer).is_ok() && self.buffer == stored.output;
        if !is_equal && stored.redacted && !self.is_candidate {
            return Err(Unanswered::Redacted);
        }
        let was_carried_out = of.was_carried_out();
        let verdict = match &output {
            Output::Failed(_) => Verdict::NoAnswer,
            // The same answer to the same facts under the same rules: the host would say what it said.
            _ if is_equal && !prepared.is_other_setting => match &of.told.overruled {
                None => Verdict::CarriedOut,
                Some(bound) => Verdict::Overruled(bound.clone().into()),
            },
            _ => judge(&output, &input, &prepared.setting),
        };
        if verdict == Verdict::OtherClass {
            return Err(Unanswered::OtherClass);
        }
        let is_unknown = |send: &Send| prepared.mapping.unknown().any(|index| index == usize::from(send.target));
        if matches!(verdict, Verdict::Overruled(_)) && compare::sent(&output).is_some_and(is_unknown) {
            return Err(Unanswered::TargetNew);
        }
        let change = if is_equal && !prepared.is_other_setting {
            Change::Equal
        } else {
            let named = prepared.mapping.output(of.recorded.clone());
            change(named.as_ref(), was_carried_out, &output, &verdict)
        };
        let again = |input: &Input| {
            let (again, _) = decide(module, input);
            refusal(&again, &judge(&again, input, &prepared.setting)) == refusal(&output, &verdict)
        };
        if stored.redacted && change.is_refused() && !whatever_was_redacted(&input, again) {
            return Err(Unanswered::Redacted);
        }
        if self.is_candidate && change.has_effect() && change != Change::Details {
            let send = compare::sent(&output).filter(|_| verdict == Verdict::CarriedOut);
            let target = send.map(|send| compare::target(&prepared.setting.setup, send.target));
            self.diverged.insert(id.clone(), Wanted { target, later: None, at: of.at });
            self.settle(of.at);
        }
        Ok(Answer { input, output, fuel, verdict, change })
    }

    /// Gives those up that went another way long ago, where there are many: nothing more will be heard of them.
    fn settle(&mut self, now: u64) {
        if self.diverged.len() >= DIVERGED {
            let is_over = |wanted: &Wanted| wanted.at.saturating_add(HOUR) < now;
            self.diverged.retain(|_, wanted| {
                let is_over = is_over(wanted);
                if is_over {
                    self.tally.wanted(wanted);
                }
                !is_over
            });
        }
    }

    /// Takes in what a later decision says of a request that went another way.
    fn follow(&mut self, prepared: &Prepared, of: &Of<'_>) {
        let Some(wanted) = self.diverged.get_mut(&of.input.facts.request.id) else { return };
        let Some(target) = &wanted.target else { return };
        let setup = &prepared.background.setup;
        let is_it = |index: u16| compare::target(setup, index) == *target;
        if of.input.attempts.iter().any(|attempt| is_it(attempt.target)) {
            wanted.later = Some(true);
        } else if compare::sent(of.recorded).is_some_and(|send| is_it(send.target)) {
            wanted.later = Some(false);
        }
    }
}

/// A recorded decision.
pub(super) struct Of<'a> {
    pub(super) at: u64,
    pub(super) input: &'a Input,
    pub(super) recorded: &'a Output,
    pub(super) told: &'a Told,
}

impl Of<'_> {
    /// Whether the host did what the policy said.
    pub(super) fn was_carried_out(&self) -> bool {
        self.told.overruled.is_none() && !matches!(self.recorded, Output::Failed(_))
    }
}

/// What came of a replayed decision.
pub(super) struct Answer<'a> {
    /// What it was made from, in the candidate's numbers.
    pub(super) input: Cow<'a, Input>,
    pub(super) output: Output,
    pub(super) fuel: u64,
    pub(super) verdict: Verdict,
    pub(super) change: Change,
}

/// Why an answer is not carried out; none: it is.
fn refusal<'a>(output: &'a Output, verdict: &'a Verdict) -> Option<&'a str> {
    match (output, verdict) {
        (Output::Failed(kind), _) => Some(kind),
        (_, Verdict::Overruled(bound)) => Some(bound),
        _ => None,
    }
}

/// Whether what a redacted record shows is so whatever stands for what was taken out: then it does not come of that.
pub(super) fn whatever_was_redacted(input: &Input, mut is_so: impl FnMut(&Input) -> bool) -> bool {
    let Input { facts, attempts, standing } = input;
    let with = |facts| Input { facts, attempts: attempts.clone(), standing: standing.clone() };
    with_other_stand_ins(facts).all(|facts| is_so(&with(facts)))
}

fn is_of_machine(output: &Output) -> bool {
    matches!(output, Output::Failed(kind) if !PolicyFailure::is_deterministic(kind))
}

/// Whether the policy itself ran for too long, or too deep.
fn is_of_policy(output: &Output) -> bool {
    matches!(output, Output::Failed(kind) if ["wall-clock", "stack-overflow"].contains(&kind.as_str()))
}

fn decide(module: &Module, input: &Input) -> (Output, u64) {
    let failed = |failure: PolicyFailure| Output::Failed(failure.kind().to_owned());
    if input.facts.request.decision_index == 0 {
        let decided = module.route(&input.facts);
        (decided.outcome.map_or_else(failed, Output::Routed), decided.fuel)
    } else {
        let decided = module.fallback(&input.facts, &input.attempts);
        (decided.outcome.map_or_else(failed, Output::Recovered), decided.fuel)
    }
}
