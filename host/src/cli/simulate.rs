//! `fingerpost simulate`: policies compared on simulated traffic, as tables, as JSON, or as a page with plots.

mod html;
mod shown;
mod table;
#[cfg(test)]
mod tests;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use super::explain::plain_json;
use super::policy::source;
use super::usage::{Since, since};
use super::{Place, shown as path_shown};
use crate::builtin;
use crate::config::nearest::suggestion;
use crate::decision_log::Selection;
use crate::simulate::{Contestant, EXAMPLE, MOST_REQUESTS, MOST_RUNS, Recording, Report, Simulation};

/// What `fingerpost simulate` was told.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 simulated, 1 it could not be, 2 wrong arguments.")]
pub(super) struct SimulateArgs {
    /// The simulation file; without one the program's own example
    file: Option<PathBuf>,
    /// A policy to compare: one of the file's, `builtin:NAME`, a component file, or `route` for the one that the config names;
    /// may stand there several times, and the first is what the others are held against
    #[arg(long = "policy", value_name = "POLICY")]
    policies: Vec<String>,
    /// What all draws follow from: the same seed is the same result
    #[arg(long)]
    seed: Option<u64>,
    /// How many runs each policy makes; intervals need two at least
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_RUNS)))]
    runs: Option<u32>,
    /// How many requests a run has, whatever the file says
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=MOST_REQUESTS as u64))]
    requests: Option<u64>,
    /// The report as JSON
    #[arg(long)]
    json: bool,
    /// The report as a page with plots, into this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Take the traffic from a gateway's decision log; without a file, the gateway from its config and how targets behave
    /// from its ledger
    #[arg(long)]
    from_log: bool,
    /// Only recorded requests of this route
    #[arg(long, requires = "from_log")]
    route: Option<String>,
    /// Only requests recorded since: `24h`, `7d`, a day such as `2026-11-01` (in UTC), or an instant
    #[arg(long, value_parser = since, requires = "from_log")]
    since: Option<Since>,
    /// Every run has the recorded requests as they were; else each draws anew which of them arrives at each instant
    #[arg(long, requires = "from_log")]
    as_recorded: bool,
    /// Print the program's own example, to begin with
    #[arg(long, conflicts_with_all = ["file", "policies", "seed", "runs", "requests", "json", "html", "from_log"])]
    example: bool,
}

/// Simulates what was typed.
pub(super) fn run(args: &SimulateArgs, place: &Place, out: &mut dyn Write) -> anyhow::Result<()> {
    if args.example {
        return Ok(out.write_all(EXAMPLE.as_bytes())?);
    }
    let mut simulation = simulation(args, place)?;
    simulation.seed = args.seed.unwrap_or(simulation.seed);
    simulation.runs = args.runs.unwrap_or(simulation.runs);
    simulation.at_most = args.requests.and_then(|requests| usize::try_from(requests).ok());
    if !args.policies.is_empty() {
        simulation.policies = chosen(&args.policies, &simulation.policies)?;
    }
    // Each loaded policy holds its file open.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let engine = simulation.engine(&source::cache()?, None)?;
    let report = simulation.run(&engine, &progress())?;
    show(&report, args, out)
}

fn simulation(args: &SimulateArgs, place: &Place) -> anyhow::Result<Simulation> {
    let mut of_file = args.file.as_deref().map(Simulation::load).transpose()?;
    if args.from_log {
        let selection = Selection {
            route: args.route.clone(),
            request: None,
            since: args.since.map_or(0, Since::millis),
            limit: None,
        };
        let recording = Recording::read(&place.data_dir()?, &selection, !args.as_recorded)?;
        match &mut of_file {
            Some(simulation) => simulation.take_traffic(recording),
            None => return Simulation::of_gateway(place.look()?, recording),
        }
    }
    match of_file {
        Some(simulation) => Ok(simulation),
        None => Ok(Simulation::parse(EXAMPLE, Path::new("the example"))?),
    }
}

/// The policies that were named, in their order.
fn chosen(named: &[String], of_file: &[Contestant]) -> anyhow::Result<Vec<Contestant>> {
    let one = |name: &String| {
        if let Some(contestant) = of_file.iter().find(|contestant| contestant.name == *name) {
            return Ok(contestant.clone());
        }
        let builtin_name = name.strip_prefix("builtin:").unwrap_or(name);
        if builtin::component(builtin_name).is_some() {
            return Ok(Contestant::of_builtin(builtin_name));
        }
        if Path::new(name).is_file() {
            return Ok(Contestant::of_file(PathBuf::from(name)));
        }
        let mut names: Vec<&str> = builtin::names().collect();
        names.extend(of_file.iter().map(|contestant| contestant.name.as_str()));
        names.sort_unstable();
        names.dedup();
        bail!("there is no policy or component file `{name}`: {}", suggestion(name, names));
    };
    let mut chosen: Vec<Contestant> = named.iter().map(one).collect::<anyhow::Result<_>>()?;
    // The same twice would be the same column twice.
    let mut names = std::collections::BTreeSet::new();
    chosen.retain(|contestant| names.insert(contestant.name.clone()));
    Ok(chosen)
}

/// Tells a person at a terminal how far it is.
fn progress() -> impl Fn(usize, usize) + Sync {
    let is_seen = std::io::stderr().is_terminal();
    move |over, all| {
        if is_seen {
            let end = if over == all { "\r\u{1b}[K" } else { "" };
            eprint!("\rsimulated {over} of {all} runs{end}");
        }
    }
}

fn show(report: &Report, args: &SimulateArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    if let Some(file) = &args.html {
        std::fs::write(file, html::page(report)).with_context(|| format!("failed to write `{}`", path_shown(file)))?;
    }
    if args.json {
        writeln!(out, "{}", plain_json(&serde_json::to_value(report)?))?;
    } else {
        out.write_all(table::text(report).as_bytes())?;
        if let Some(file) = &args.html {
            writeln!(out, "\nthe page is in {}", path_shown(file))?;
        }
    }
    Ok(())
}
