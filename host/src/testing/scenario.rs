//! A scenario: what providers do call by call, what callers ask, and what shall come of it. The requests run through the
//! gateway's own attempt loop, on a virtual clock. Reading is in `scenario/file.rs` and `scenario/setting.rs`, playing in
//! `scenario/play.rs`.

mod file;
pub(crate) mod play;
pub(crate) mod setting;
mod tell;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::expect::{Actual, Expectation};
use super::report::{CaseReport, Kind};
use crate::config::Config;
use crate::policy::Engine;
use crate::sim::indoors::Behaviour;
use crate::sim::scripted::Question;

/// The fields that can be expected of a scenario, or of one request of several.
const EXPECTED: &[&str] = &[
    "calls",
    "ending",
    "status",
    "target",
    "intended",
    "tier_change",
    "degraded",
    "fallback_reason",
    "first_token",
    "took",
    "cost",
    "retry_cost",
    "charge",
    "code",
    "text",
    "input_tokens",
    "output_tokens",
    "rules",
    "decisions",
    "overruled",
    "attempts",
    "answered",
    "spent.",
];

/// The fields that an update writes where a scenario expects nothing yet.
pub(super) const TELLING: &[&str] =
    &["calls", "ending", "status", "target", "fallback_reason", "degraded", "code", "first_token", "cost", "rules"];

/// One scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its name within the file.
    pub name: String,
    /// The file that it stands in.
    pub file: Arc<Path>,
    /// Its line there, from 1.
    pub line: usize,
    /// The gateway's config, but for the policy.
    config: Config,
    /// Targets by their ids: where their provider is, and what the provider calls their model.
    addresses: BTreeMap<String, (String, String)>,
    /// The share of each budget that is used, in thousandths.
    used: BTreeMap<String, u32>,
    /// What happens with the calls of each target.
    calls: BTreeMap<String, Vec<Behaviour>>,
    /// What is asked.
    asks: Vec<Ask>,
    /// What shall come of it all.
    expect: Expectation,
    case: Option<usize>,
}

/// One request.
#[derive(Debug, Clone)]
struct Ask {
    /// From the beginning.
    at: Duration,
    question: Question,
    headers: Vec<(String, String)>,
    /// When the caller hangs up, from then.
    hang_up_after: Option<Duration>,
    /// What shall come of it, where there are several.
    expect: Expectation,
}

/// Plays scenarios against a component, in their order, each in a thread and a gateway of its own.
///
/// # Errors
/// When the policy is not admitted for a scenario, or a gateway cannot be put together.
pub fn run_scenarios(engine: &Engine, component: &Bytes, scenarios: &[Scenario]) -> anyhow::Result<Vec<CaseReport>> {
    let run = |scenario: &Scenario| {
        let (engine, component, scenario) = (engine.clone(), component.clone(), scenario.clone());
        // A paused clock belongs to its runtime, and a virtual wall clock to its thread.
        let played = std::thread::spawn(move || (play::play(&engine, &component, &scenario), scenario)).join();
        let (played, scenario) = played.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let played = played.map_err(|error| error.context(format!("the scenario `{}`", scenario.name)))?;
        Ok(report(&scenario, played))
    };
    scenarios.iter().map(run).collect()
}

/// What came of a scenario.
struct Played {
    /// Of all of it; of its request, where there is one.
    whole: Actual,
    /// Of each request.
    asks: Vec<Actual>,
    /// What happened, a line each.
    story: Vec<String>,
}

fn report(scenario: &Scenario, played: Played) -> CaseReport {
    let mut mismatches = scenario.expect.check(&played.whole);
    for (number, (ask, actual)) in scenario.asks.iter().zip(&played.asks).enumerate() {
        mismatches.extend(ask.expect.check(actual).into_iter().map(|mut mismatch| {
            mismatch.field = format!("asks[{number}].{}", mismatch.field);
            mismatch
        }));
    }
    CaseReport {
        kind: Kind::Scenario,
        name: scenario.name.clone(),
        file: scenario.file.to_path_buf(),
        line: scenario.line,
        expects_nothing: scenario.expect.is_empty() && scenario.asks.iter().all(|ask| ask.expect.is_empty()),
        mismatches,
        story: played.story,
        actual: played.whole,
        case: scenario.case,
    }
}
