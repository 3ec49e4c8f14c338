//! `fingerpost policy bench`: what decisions cost, compared with another version and with a budget.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use bytes::Bytes;
use serde::Deserialize;

use super::exit::Exit;
use super::source::{Source, cache, engine, version};
use crate::cli::Place;
use crate::cli::explain::{plain_json, visible};
use crate::cli::output::Output;
use crate::cli::replay::nothing::named;
use crate::cli::usage::{Since, since};
use crate::decision_log::{Log, Selection};
use crate::policy::{Engine, EngineOptions};
use crate::testing::bench::{Limits, bench, table};
use crate::testing::{Fixture, Group, Measured, bench_recorded, recorded};

#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct BenchArgs {
    #[command(flatten)]
    source: Source,
    /// Another version to compare with: a component's file, or `builtin:NAME`
    #[arg(long, value_name = "VERSION")]
    against: Option<String>,
    /// Measure the decisions of a gateway's log in place of fixtures
    #[arg(long)]
    recorded: bool,
    #[command(flatten)]
    of: RecordedArgs,
    /// How often each fixture, or each group of recorded decisions, is asked
    #[arg(long, default_value = "2000", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Fail where the 99th percentile of a decision is longer, in microseconds
    #[arg(long, value_name = "MICROSECONDS")]
    max_p99_us: Option<u64>,
    /// Fail where a decision takes more fuel
    #[arg(long)]
    max_fuel: Option<u64>,
    /// Fail where a decision takes more memory, in bytes
    #[arg(long, value_name = "BYTES")]
    max_memory: Option<usize>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// Which recorded decisions are measured.
#[derive(Debug, Clone, clap::Args)]
struct RecordedArgs {
    #[command(flatten)]
    place: Place,
    /// Only recorded decisions of this route
    #[arg(long, requires = "recorded")]
    route: Option<String>,
    /// Since when: `24h`, `7d`, a day such as `2026-11-01` (in UTC), or an instant such as `2026-11-01T08:00:00Z`
    #[arg(long, value_parser = since, requires = "recorded")]
    since: Option<Since>,
    /// Only the latest so many recorded decisions
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    limit: u64,
}

/// Measures. The exit code is 1 where a budget is exceeded, 2 where nothing could be measured.
pub(super) fn run(args: &BenchArgs) -> anyhow::Result<()> {
    let limits = limits(args).map_err(Exit::could_not)?;
    let exceeded = measure(args, limits).map_err(Exit::could_not)?;
    if !exceeded.is_empty() {
        return Err(Exit::over_budget(exceeded.join("\n       ")).into());
    }
    if !args.json && args.source.is_crate() {
        writeln!(Output, "next: fingerpost policy build")?;
    }
    Ok(())
}

fn measure(args: &BenchArgs, limits: Limits) -> anyhow::Result<Vec<String>> {
    let subject = if args.recorded { Subject::recorded(args)? } else { Subject::fixtures(args)? };
    let component = args.source.component()?;
    let other = args.against.as_deref().map(version).transpose()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (measured, other) = runtime.block_on(async {
        let other = match &other {
            Some(other) => Some(subject.measure(other, args.rounds).await.context("the other version")?),
            None => None,
        };
        anyhow::Ok((subject.measure(&component, args.rounds).await?, other))
    })?;
    let against = other.map(|other| other.figures);
    if args.json {
        writeln!(
            Output,
            "{}",
            plain_json(
                &serde_json::json!({ "figures": measured.figures, "against": against, "missing": measured.missing })
            )
        )?;
    } else {
        write!(Output, "{}", table(&measured.figures, against.as_deref(), subject.noun()))?;
        for missing in &measured.missing {
            writeln!(Output, "not measured: {}", visible(missing))?;
        }
    }
    Ok(limits.exceeded(&measured.figures))
}

/// What is measured on.
enum Subject {
    Fixtures(Vec<Fixture>, Engine),
    Recorded(Vec<Group>, EngineOptions),
}

impl Subject {
    fn fixtures(args: &BenchArgs) -> anyhow::Result<Self> {
        let fixtures = args.source.fixtures()?;
        if fixtures.is_empty() {
            bail!("there is nothing to measure: {}", args.source.nothing_in(&[&args.source.fixtures_dir()]));
        }
        Ok(Self::Fixtures(fixtures, engine()?))
    }

    fn recorded(args: &BenchArgs) -> anyhow::Result<Self> {
        let log = Log::open(&args.of.place.data_dir()?)?;
        let selection = Selection {
            route: args.of.route.clone(),
            since: args.of.since.map_or(0, Since::millis),
            limit: Some(args.of.limit),
            ..Selection::default()
        };
        let groups = recorded(&log, &selection).map_err(|error| named(error, &log, &selection))?;
        Ok(Self::Recorded(groups, EngineOptions::new(cache()?)?))
    }

    fn noun(&self) -> &'static str {
        match self {
            Self::Fixtures(..) => "fixture",
            Self::Recorded(..) => "recorded decisions",
        }
    }

    async fn measure(&self, component: &Bytes, rounds: u32) -> anyhow::Result<Measured> {
        let rounds = usize::try_from(rounds)?;
        match self {
            Self::Fixtures(fixtures, engine) => {
                let figures = bench(engine, component, fixtures, rounds).await?;
                Ok(Measured { figures, ..Measured::default() })
            }
            Self::Recorded(groups, options) => bench_recorded(options, component, groups, rounds).await,
        }
    }
}

/// What was typed, else what the crate's manifest says.
fn limits(args: &BenchArgs) -> anyhow::Result<Limits> {
    let manifest = of_manifest(&args.source.krate.join("Cargo.toml"))?;
    Ok(Limits {
        max_p99_us: args.max_p99_us.or(manifest.max_p99_us),
        max_fuel: args.max_fuel.or(manifest.max_fuel),
        max_memory: args.max_memory.or(manifest.max_memory),
    })
}

/// The budget under `[package.metadata.fingerpost.bench]`; a manifest that is not there has none.
fn of_manifest(path: &Path) -> anyhow::Result<Limits> {
    let Ok(text) = std::fs::read_to_string(path) else { return Ok(Limits::default()) };
    let failed = || format!("failed to read the budget in `{}`", path.display());
    let manifest: toml::Table = text.parse().with_context(failed)?;
    let mut place = manifest.get("package");
    for key in ["metadata", "fingerpost", "bench"] {
        place = place.and_then(|value| value.get(key));
    }
    match place {
        Some(budget) => Limits::deserialize(budget.clone()).with_context(failed),
        None => Ok(Limits::default()),
    }
}
