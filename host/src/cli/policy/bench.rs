//! `fingerpost policy bench`: what decisions cost, compared with another version and with a budget.

use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

use super::exit::Exit;
use super::source::{Source, engine, version};
use crate::testing::bench::{Limits, bench, table};

#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct BenchArgs {
    #[command(flatten)]
    source: Source,
    /// Another version to compare with: a component's file, or `builtin:NAME`
    #[arg(long, value_name = "VERSION")]
    against: Option<String>,
    /// How often each fixture is asked
    #[arg(long, default_value_t = 2_000)]
    rounds: usize,
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

/// Measures. The exit code is 1 where a budget is exceeded, 2 where nothing could be measured.
pub(super) fn run(args: &BenchArgs) -> anyhow::Result<()> {
    let limits = limits(args).map_err(Exit::could_not)?;
    let exceeded = measure(args, limits).map_err(Exit::could_not)?;
    if !exceeded.is_empty() {
        return Err(Exit::over_budget(exceeded.join("\n       ")).into());
    }
    if !args.json && args.source.is_crate() {
        println!("next: fingerpost policy build");
    }
    Ok(())
}

fn measure(args: &BenchArgs, limits: Limits) -> anyhow::Result<Vec<String>> {
    let fixtures = args.source.fixtures()?;
    if fixtures.is_empty() {
        bail!("there is nothing to measure: no case in `{}` is asked for", args.source.fixtures_dir().display());
    }
    let component = args.source.component()?;
    let other = args.against.as_deref().map(version).transpose()?;
    let engine = engine()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (figures, other) = runtime.block_on(async {
        let other = match &other {
            Some(other) => Some(bench(&engine, other, &fixtures, args.rounds).await.context("the other version")?),
            None => None,
        };
        anyhow::Ok((bench(&engine, &component, &fixtures, args.rounds).await?, other))
    })?;
    if args.json {
        println!("{:#}", serde_json::json!({ "figures": figures, "against": other }));
    } else {
        print!("{}", table(&figures, other.as_deref()));
    }
    Ok(limits.exceeded(&figures))
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
