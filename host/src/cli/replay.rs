//! `fingerpost replay`: recorded decisions made again, as a table, as JSON, or as a page with plots.

mod html;
pub(super) mod nothing;
mod table;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use bytes::Bytes;
use clap::Args;

use super::explain::plain_json;
use super::policy::settings::read as read_settings;
use super::usage::{Since, since};
use super::{Place, shown};
use crate::builtin;
use crate::config::nearest::suggestion;
use crate::config::{Config, PolicySource, Route};
use crate::decision_log::{Log, Selection};
use crate::policy::EngineOptions;
use crate::registry::Kept;
use crate::replay::{Against, Candidate, Mode, Report, Setting, replay};

/// A recorded decision is not made again as it was.
const DIFFERS: u8 = 3;
/// The candidate fails, or would be overruled, where the record has an answer that was carried out.
const REFUSED: u8 = 4;

/// What `fingerpost replay` was told.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 replayed (against the record: all equal), 1 nothing could be replayed, 2 wrong arguments,\n\
                        3 a recorded decision is not made again as it was, 4 the candidate fails or would be overruled."
)]
pub(super) struct ReplayArgs {
    /// One request, by its id or the beginning of it
    #[arg(long)]
    request: Option<String>,
    /// Only decisions of this route
    #[arg(long)]
    route: Option<String>,
    /// Since when: `24h`, `7d`, a day such as `2026-11-01` (in UTC), or an instant such as `2026-11-01T08:00:00Z`
    #[arg(long, value_parser = since)]
    since: Option<Since>,
    /// Only the latest so many decisions
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// What to compare with: a component file, or the name of a built-in policy; without it, the recorded decisions must
    /// come out as they were
    #[arg(long)]
    candidate: Option<String>,
    /// A config whose route the candidate is set up with; without it, the set-up of the record
    #[arg(long, requires = "route")]
    candidate_config: Option<PathBuf>,
    /// Settings of the candidate, as `fingerpost policy deploy --settings` takes them, in place of those of the record or of the config
    #[arg(long, value_name = "FILE")]
    candidate_settings: Option<PathBuf>,
    /// The report as JSON
    #[arg(long)]
    json: bool,
    /// The report as a page with plots, into this file
    #[arg(long)]
    html: Option<PathBuf>,
}

/// Replays what was typed.
pub(super) fn run(args: ReplayArgs, place: &Place, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let data_dir = place.data_dir()?;
    let log = Log::open(&data_dir)?;
    let selection = Selection {
        route: args.route.clone(),
        request: args.request.clone(),
        since: args.since.map_or(0, Since::millis),
        limit: args.limit,
    };
    let against = against(&args)?;
    // Each loaded policy holds its file open.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let options = EngineOptions::new(data_dir.join("compiled"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(replay(log.clone(), selection.clone(), against, options));
    let report = report.map_err(|error| nothing::named(error, &log, &selection))?;
    show(&report, &args, out)?;
    Ok(code(&report))
}

/// What a report comes to.
fn code(report: &Report) -> ExitCode {
    let refused = report.groups.route.values().any(|row| row.refused > 0);
    match report.mode {
        _ if report.compared == 0 => ExitCode::FAILURE,
        Mode::Recorded if report.is_equal() => ExitCode::SUCCESS,
        Mode::Recorded => ExitCode::from(DIFFERS),
        Mode::Candidate { .. } if refused => ExitCode::from(REFUSED),
        Mode::Candidate { .. } => ExitCode::SUCCESS,
    }
}

fn show(report: &Report, args: &ReplayArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    if let Some(file) = &args.html {
        write(file, &html::page(report)).with_context(|| format!("failed to write `{}`", shown(file)))?;
    }
    if args.json {
        writeln!(out, "{}", plain_json(&serde_json::to_value(report)?))?;
    } else {
        out.write_all(table::text(report, args.request.is_some()).as_bytes())?;
        if let Some(file) = &args.html {
            writeln!(out, "\nthe page is in {}", shown(file))?;
        }
    }
    Ok(())
}

fn write(file: &Path, page: &str) -> io::Result<()> {
    std::fs::write(file, page)
}

/// What the record is held against.
fn against(args: &ReplayArgs) -> anyhow::Result<Against> {
    if args.candidate.is_none() && args.candidate_config.is_none() && args.candidate_settings.is_none() {
        return Ok(Against::Recorded);
    }
    let settings = args.candidate_settings.as_deref().map(read_settings).transpose()?;
    let name = if args.candidate.is_none() { "the recorded policy with other settings" } else { "candidate" };
    let mut candidate = Candidate { name: name.into(), component: None, setting: None, settings };
    if let (Some(file), Some(name)) = (&args.candidate_config, &args.route) {
        let config = Config::load_without_secrets(file)?;
        let Some(route) = config.routes.get(name.as_str()) else {
            let hint = suggestion(name, config.routes.keys().map(|name| &**name));
            bail!("`{}` has no route `{name}`: {hint}", shown(file));
        };
        candidate.setting = Some(Box::new(Setting::new(&config, route)));
        if args.candidate.is_none() {
            (candidate.name, candidate.component) = of_route(route, &config.data_dir)?;
        }
    }
    if let Some(named) = &args.candidate {
        (candidate.name, candidate.component) = component(named).map(|(name, bytes)| (name, Some(bytes)))?;
    }
    Ok(Against::Candidate(candidate))
}

/// The policy that a config names for a route; one that is deployed is that of the record.
fn of_route(route: &Route, data_dir: &Path) -> anyhow::Result<(String, Option<Bytes>)> {
    match &route.policy {
        PolicySource::Builtin(name) => component(name).map(|(name, bytes)| (name, Some(bytes))),
        PolicySource::File(path) => component(&shown(path)).map(|(name, bytes)| (name, Some(bytes))),
        PolicySource::Oci(reference) => {
            let found = Kept::of(data_dir).find(reference).with_context(|| {
                format!("`{reference}` is not in `{}`: bring it with `fingerpost policy pull`, and give the file as --candidate", shown(data_dir))
            })?;
            Ok((reference.name().to_owned(), Some(found.component().clone())))
        }
        PolicySource::Deployed(_) => Ok(("the recorded policy with another set-up".into(), None)),
    }
}

/// A component file, or what the binary carries under that name.
fn component(named: &str) -> anyhow::Result<(String, Bytes)> {
    if let Some(component) = builtin::component(named) {
        return Ok((named.to_owned(), component));
    }
    let builtin = builtin::names().collect::<Vec<_>>().join(", ");
    let bytes = std::fs::read(named)
        .with_context(|| format!("failed to read `{named}`: name a component file or a built-in policy ({builtin})"))?;
    let name = Path::new(named).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok((name, bytes.into()))
}
