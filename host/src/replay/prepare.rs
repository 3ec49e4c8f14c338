//! Admits what decides in a replay, once for each background: with the limits of the record, in an engine for replays.

use std::collections::BTreeMap;
use std::time::Duration;

use super::translate::Mapping;
use super::{Against, ReplayError, Setting};
use crate::config::{Config, EngineLimits};
use crate::decision_log::{Background, Limits, Log};
use crate::policy::{Digest, Engine, EngineError, EngineOptions, Module};

/// A replay is not in a hurry, and a machine that is busy with other things must not decide what comes of it.
const WALL_CLOCK: Duration = Duration::from_secs(5);

/// What decides in place of a recorded policy.
#[derive(Debug)]
pub(super) struct Prepared {
    /// What was recorded.
    pub(super) background: Background,
    /// What decides; none: the recorded component is not kept, or there was none.
    pub(super) module: Option<Module>,
    /// What it is set up with.
    pub(super) setting: Setting,
    /// Whether that is another than the recorded one.
    pub(super) is_other_setting: bool,
    /// From the recorded set-up to that one.
    pub(super) mapping: Mapping,
    /// Whether the fuel of the record and that of the replay compare.
    pub(super) same_engine: bool,
}

/// What decides in a replay.
#[derive(Debug)]
pub(crate) enum Engines {
    /// Engines with the limits of each record, each started once.
    OfRecord {
        /// What they are started with.
        options: EngineOptions,
        /// Those that were.
        started: BTreeMap<Limits, Engine>,
    },
    /// One for all.
    One(Engine),
}

impl Engines {
    /// Engines with the limits of records. None is started yet.
    pub(crate) fn of_record(options: EngineOptions) -> Self {
        Self::OfRecord { options, started: BTreeMap::new() }
    }

    /// The engine for a record with these limits.
    ///
    /// # Errors
    /// When the machine does not allow it.
    pub(crate) fn within(&mut self, limits: Limits) -> Result<Engine, EngineError> {
        let (options, started) = match self {
            Self::One(engine) => return Ok(engine.clone()),
            Self::OfRecord { options, started } => (options, started),
        };
        if let Some(engine) = started.get(&limits) {
            return Ok(engine.clone());
        }
        let engine = Engine::for_replays(&engine_limits(limits), options.clone())?;
        Ok(started.entry(limits).or_insert(engine).clone())
    }
}

/// Prepares every background.
pub(super) async fn prepare(
    log: &Log,
    backgrounds: BTreeMap<Digest, Background>,
    against: &Against,
    mut engines: Engines,
) -> Result<BTreeMap<Digest, Prepared>, ReplayError> {
    let mut prepared = BTreeMap::new();
    for (digest, background) in backgrounds {
        let engine = engines.within(background.origin.limits)?;
        prepared.insert(digest, one(log, background, against, &engine).await?);
    }
    Ok(prepared)
}

async fn one(log: &Log, background: Background, against: &Against, engine: &Engine) -> Result<Prepared, ReplayError> {
    let recorded = || background.origin.component.and_then(|digest| log.component(&digest));
    let recorded_setting = || Setting { setup: background.setup.clone(), rules: background.rules.clone() };
    let (component, setting, name) = match against {
        Against::Recorded => (recorded(), recorded_setting(), background.origin.policy.clone().unwrap_or_default()),
        Against::Candidate(candidate) => {
            let setting = candidate.setting.as_deref().cloned().unwrap_or_else(recorded_setting);
            let setting = match &candidate.settings {
                Some(settings) => setting.with(settings),
                None => setting,
            };
            (candidate.component.clone().or_else(recorded), setting, candidate.name.clone())
        }
    };
    let module = match component {
        None => None,
        Some(component) => {
            let route = background.setup.name.clone();
            let refused = |why| ReplayError::Admission { name: name.clone(), route, why: Box::new(why) };
            Some(engine.admit(component, &setting.setup).await.map_err(refused)?)
        }
    };
    let mapping = Mapping::new(&background.setup, &setting.setup);
    let same_engine = background.origin.engine == *engine.fingerprint();
    let is_other_setting = setting != recorded_setting();
    Ok(Prepared { background, module, setting, is_other_setting, mapping, same_engine })
}

/// The limits of the record; what a decision does not depend on is as in the built-in config.
fn engine_limits(limits: Limits) -> EngineLimits {
    let Limits { fuel, memory_bytes, output_bytes, log_lines } = limits;
    EngineLimits { fuel, memory_bytes, output_bytes, log_lines, wall_clock: WALL_CLOCK, ..Config::builtin().engine }
}
