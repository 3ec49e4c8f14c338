//! Makes recorded decisions again: by the policy that made them, which must give the same answers byte for byte, or by a
//! candidate, to say what it would change before it goes live. What a record cannot answer is counted as that. How it is
//! shown is `cli/replay.rs`.

mod compare;
mod judge;
mod prepare;
mod rehearse;
mod report;
mod run;
mod tally;
#[cfg(test)]
mod tests;
mod translate;

pub use compare::Change;
pub(crate) use prepare::Engines;
pub use rehearse::rehearse;
pub use report::{
    Attempts, Bucket, Compared, Cost, Difference, Example, Fuel, Groups, Mode, Report, Row, Transition, Verdicts,
};
pub use run::Unanswered;

use bytes::Bytes;

use crate::config::{Config, Route};
use crate::decision_log::{Log, LogError, Rules, Selection};
use crate::gateway;
use crate::policy::wire::RouteSetup;
use crate::policy::{AdmissionError, Digest, EngineError, EngineOptions, Settings};

/// What recorded decisions are held against.
#[derive(Debug, Clone)]
pub enum Against {
    /// The policies that made them.
    Recorded,
    /// Another policy, or the same with another set-up.
    Candidate(Candidate),
}

/// A policy that is not active yet.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// What it is called in the report.
    pub name: String,
    /// Its component; none: that of each record.
    pub component: Option<Bytes>,
    /// What it is set up with; none: what each record was.
    pub setting: Option<Box<Setting>>,
    /// Its settings in place of those of the set-up; none: those.
    pub settings: Option<Settings>,
}

/// A route as a candidate would have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// What the policy is set up with.
    pub setup: RouteSetup,
    /// What the host checks answers by.
    pub rules: Rules,
}

impl Setting {
    /// That of a route of a config.
    #[must_use]
    pub fn new(config: &Config, route: &Route) -> Self {
        let targets = || route.targets.iter().filter_map(|id| config.targets.get(id));
        Self { setup: gateway::setup(route, targets()), rules: Rules::new(route, targets()) }
    }

    /// The same for a version with these settings.
    #[must_use]
    pub fn with(self, settings: &Settings) -> Self {
        Self { setup: gateway::with_settings(&self.setup, settings), ..self }
    }
}

/// Nothing can be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// There is nothing of what was asked for.
    #[error("no recorded decision is one that was asked for")]
    Nothing,
    /// There was no time to find any.
    #[error("time was up before a decision was found")]
    TimeUp,
    /// The engine does not start.
    #[error("failed to start the policy engine: {0}")]
    Engine(#[from] EngineError),
    /// A policy is not admitted.
    #[error("{name} is not admitted with the set-up of route `{route}`: {why}")]
    Admission {
        /// The policy.
        name: String,
        /// The route.
        route: String,
        /// Why.
        why: Box<AdmissionError>,
    },
    /// A recorded policy is not kept any more, and nothing can be compared with it.
    #[error("the component {0} is not kept any more: replay against a candidate")]
    Component(Digest),
    /// The replay itself broke off.
    #[error("the replay broke off: {0}")]
    Broken(String),
}

/// Replays what is asked for, on a thread of its own, with an engine and a pool of its own. `options` says where compiled
/// policies are kept and what admits them.
///
/// # Errors
/// When there is nothing to replay, or no policy to do so with.
pub async fn replay(
    log: Log,
    selection: Selection,
    against: Against,
    options: EngineOptions,
) -> Result<Report, ReplayError> {
    let backgrounds = log.backgrounds(&selection)?;
    if backgrounds.is_empty() {
        return Err(ReplayError::Nothing);
    }
    let prepared = prepare::prepare(&log, backgrounds, &against, Engines::of_record(options)).await?;
    let running = tokio::task::spawn_blocking(move || run::run(&log, &selection, &against, &prepared, None));
    running.await.map_err(|error| ReplayError::Broken(error.to_string()))?
}
