//! Runs fixtures against a component in the engine that serves requests: admitted for each set-up as a route's policy is,
//! and each decision in a fresh sandbox.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value as Json;

use super::embed::embedded;
use super::expect::Actual;
use super::fixture::Fixture;
use super::report::{CaseReport, Kind};
use super::told;
use crate::config::{Config, EngineLimits};
use crate::policy::wire::RouteSetup;
use crate::policy::{AdmissionError, Engine, EngineError, EngineOptions, Module, Solo};

/// How long a decision of a test may take: a machine that builds beside it must not make it fail. Fuel is what holds a
/// policy to its limits, here as in a gateway.
const PATIENCE: Duration = Duration::from_secs(2);

/// The fields that an update writes where a case expects nothing yet: what was decided, not every word of why.
pub(super) const TELLING: &[&str] = &[
    "decision",
    "target",
    "answer",
    "queue",
    "status",
    "code",
    "failure",
    "degraded",
    "traffic_class",
    "cause",
    "rule",
];

/// An engine for tests of policies, with the limits of the default config.
///
/// # Errors
/// Where the machine does not allow it.
pub fn engine(cache: &Path, admit_program: Option<&Path>) -> Result<Engine, EngineError> {
    let mut options = EngineOptions::new(cache.to_owned())?;
    if let Some(program) = admit_program {
        options.admit_program = program.to_owned();
    }
    Engine::start(&limits(), options)
}

/// The limits of policies under test: those of the default config, but for the clock on the wall.
#[must_use]
pub fn limits() -> EngineLimits {
    EngineLimits { wall_clock: PATIENCE, ..Config::builtin().engine }
}

/// Runs fixtures against a component, in their order. A set-up that the policy refuses fails the cases that use it, unless
/// they expect `failure = "not-admitted"`.
pub async fn run_fixtures(engine: &Engine, component: &Bytes, fixtures: &[Fixture]) -> Vec<CaseReport> {
    let modules = admit_all(engine, component, fixtures).await;
    let run = |fixture: &Fixture| {
        let actual = match modules.get(&key(&fixture.setup)) {
            Some(Ok(module)) => decide(module, fixture),
            Some(Err(error)) => told::not_admitted(error),
            None => Actual::new(),
        };
        report(fixture, actual)
    };
    // Decisions are synchronous calls of some microseconds, so nothing else of this runtime waits for long.
    fixtures.iter().map(run).collect()
}

type Modules = BTreeMap<String, Result<Module, Arc<AdmissionError>>>;

/// Admits the component for every set-up that is used, side by side.
pub(super) async fn admit_all(engine: &Engine, component: &Bytes, fixtures: &[Fixture]) -> Modules {
    let setups: BTreeMap<String, &RouteSetup> =
        fixtures.iter().map(|fixture| (key(&fixture.setup), &fixture.setup)).collect();
    let mut admissions = tokio::task::JoinSet::new();
    for (key, setup) in setups {
        let (engine, component, setup) = (engine.clone(), component.clone(), setup.clone());
        admissions.spawn(async move { (key, engine.admit(component, &setup).await.map_err(Arc::new)) });
    }
    admissions.join_all().await.into_iter().collect()
}

/// Tells set-ups apart.
pub(super) fn key(setup: &RouteSetup) -> String {
    serde_json::to_string(setup).unwrap_or_default()
}

/// Asks once, and tells what came of it.
fn decide(module: &Module, fixture: &Fixture) -> Actual {
    if fixture.attempts.is_empty() {
        tell(module.try_route(&fixture.facts), |routed| told::routed(&fixture.setup, routed))
    } else {
        let solo = module.try_fallback(&fixture.facts, &fixture.attempts);
        tell(solo, |recovered| told::recovered(&fixture.setup, recovered))
    }
}

fn tell<T>(solo: Solo<T>, told: impl Fn(&T) -> Actual) -> Actual {
    let mut actual = match &solo.outcome {
        Ok(answer) => told(answer),
        Err(failure) => told::failed(failure),
    };
    actual.insert("fuel".into(), solo.fuel.into());
    actual.insert("memory".into(), solo.memory.into());
    actual.insert("log".into(), solo.log.into_iter().map(Json::from).collect());
    actual
}

fn report(fixture: &Fixture, actual: Actual) -> CaseReport {
    let asked = if fixture.attempts.is_empty() { "route" } else { "fallback" };
    CaseReport {
        kind: Kind::Fixture,
        name: fixture.name.clone(),
        file: fixture.file.to_path_buf(),
        line: fixture.line,
        expects_nothing: fixture.expect.is_empty(),
        mismatches: fixture.expect.check(&actual),
        story: vec![format!("asked {asked}: {}", summary(&actual))],
        case: fixture.case,
        actual,
    }
}

/// A decision in a line.
fn summary(actual: &Actual) -> String {
    let word =
        |name: &str| actual.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let parts = ["decision", "target", "answer", "queue", "status", "code", "failure", "message", "rule", "reason"];
    let said = parts.iter().filter_map(|name| Some(format!("{name} {}", word(name)?)));
    said.collect::<Vec<_>>().join(", ")
}

/// Runs the fixtures that a component carries. A component that carries none passes.
///
/// # Errors
/// With what failed, a sentence each, or with why the fixtures cannot be read.
pub async fn run_own_fixtures(engine: &Engine, component: &Bytes) -> Result<(), Vec<String>> {
    let fixtures = embedded(component).map_err(|error| vec![format!("{error:#}")])?;
    let reports = run_fixtures(engine, component, &fixtures).await;
    let complain = |report: &CaseReport| {
        let (file, line) = (report.file.display(), report.line);
        let because = if report.actual.contains_key("failure") {
            format!(" ({})", report.story.join("; "))
        } else {
            String::new()
        };
        format!("{file}:{line} `{}`: {}{because}", report.name, report.complaints().join("; "))
    };
    let failures: Vec<_> = reports.iter().filter(|report| !report.passed()).map(complain).collect();
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}
