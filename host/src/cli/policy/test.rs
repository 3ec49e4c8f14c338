//! `fingerpost policy test`: fixtures and scenarios against the real component in the real engine.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};

use super::exit::Exit;
use super::source::{Source, engine};
use super::watching::Watching;
use crate::cli::output::Output;
use crate::cli::told;
use crate::testing::report::{self, CaseReport};
use crate::testing::{run_fixtures, run_scenarios, update};

#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct TestArgs {
    #[command(flatten)]
    source: Source,
    /// Write what came into the files, in place of what was expected
    #[arg(long)]
    update: bool,
    /// Run again whenever the crate changes
    #[arg(long, conflicts_with = "update")]
    watch: bool,
    /// How the result is written
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Where it is written, instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Tell what happened in cases that passed, too
    #[arg(long, short)]
    verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON object
    Json,
    /// XML for build servers
    Junit,
}

/// Runs the tests. The exit code is 0 where all passed, 1 where some did not, 2 where they could not be run.
pub(super) fn run(args: &TestArgs) -> anyhow::Result<()> {
    if args.watch {
        return watch(args);
    }
    let reports = reports(&args.source).map_err(Exit::could_not)?;
    if args.update {
        return mend(args, &reports);
    }
    write(args, &reports).map_err(Exit::could_not)?;
    if !reports.iter().all(CaseReport::passed) {
        return Err(Exit::FAILED.into());
    }
    if args.format == Format::Human && args.output.is_none() && args.source.is_crate() {
        writeln!(Output, "next: fingerpost policy bench, then fingerpost policy build")?;
    }
    Ok(())
}

/// Writes what came into the files, and says what fails nevertheless: not everything can be mended so.
fn mend(args: &TestArgs, reports: &[CaseReport]) -> anyhow::Result<()> {
    let written = update(reports).map_err(Exit::could_not)?;
    writeln!(Output, "wrote {written} fields; look at what has changed before you keep it")?;
    if reports.iter().all(CaseReport::passed) {
        return Ok(());
    }
    let after = self::reports(&args.source).map_err(Exit::could_not)?;
    if after.iter().all(CaseReport::passed) {
        return Ok(());
    }
    writeln!(Output, "what still fails is yours to mend: a part of a text, or what did not come at all")?;
    write!(Output, "{}", report::failures(&after))?;
    Err(Exit::FAILED.into())
}

fn watch(args: &TestArgs) -> anyhow::Result<()> {
    let watching = Watching::of(&args.source)?;
    loop {
        match reports(&args.source).and_then(|reports| write(args, &reports)) {
            Ok(()) => {}
            Err(error) if Output::is_closed() => return Err(error),
            Err(error) => eprintln!("error: {}", told(&error)),
        }
        eprintln!("waiting for changes; end with Ctrl-C");
        watching.wait()?;
    }
}

/// Builds what is to be built, and runs all cases.
pub(super) fn reports(source: &Source) -> anyhow::Result<Vec<CaseReport>> {
    // What people write is read first: a slip there need not wait for a build.
    let (fixtures, scenarios) = (source.fixtures()?, source.scenarios()?);
    if fixtures.is_empty() && scenarios.is_empty() {
        let (fixtures, scenarios) = (source.fixtures_dir(), source.scenarios_dir());
        bail!("there is nothing to test: {}", source.nothing_in(&[&fixtures, &scenarios]));
    }
    let component = source.component()?;
    run_all(&component, &fixtures, &scenarios)
}

/// Runs all cases against a component.
pub(super) fn run_all(
    component: &bytes::Bytes,
    fixtures: &[crate::testing::Fixture],
    scenarios: &[crate::testing::Scenario],
) -> anyhow::Result<Vec<CaseReport>> {
    let engine = engine()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut reports = runtime.block_on(run_fixtures(&engine, component, fixtures));
    reports.extend(run_scenarios(&engine, component, scenarios)?);
    Ok(reports)
}

fn write(args: &TestArgs, reports: &[CaseReport]) -> anyhow::Result<()> {
    let text = match args.format {
        Format::Human => report::human(reports, args.verbose),
        Format::Json => report::json(reports),
        Format::Junit => report::junit(reports),
    };
    match &args.output {
        Some(file) => std::fs::write(file, text).with_context(|| format!("failed to write `{}`", file.display())),
        None => Ok(Output.write_all(text.as_bytes())?),
    }
}
