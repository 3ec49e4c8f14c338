//! `fingerpost policy dev`: builds a policy whenever it changes, tests it, and deploys it where the tests pass.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail};
use bytes::Bytes;

use super::deploy::{Upload, put};
use super::rehearsed;
use super::settings::SettingsArgs;
use super::source::{Source, build};
use super::test::run_all;
use super::watching::Watching;
use crate::cli::operator::{GatewayArgs, NO_TOKEN, SideArgs};
use crate::cli::output::Output;
use crate::cli::told;
use crate::testing::embed;
use crate::testing::report::{self, CaseReport};

#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct DevArgs {
    #[command(flatten)]
    source: Source,
    /// Deploy to this route, whose policy has `source = "deployed"`
    #[arg(long, value_name = "NAME")]
    route: Option<String>,
    #[command(flatten)]
    side: SideArgs,
    /// The admin token, which the gateway printed at its first start; only for --route
    #[arg(long, env = "FINGERPOST_ADMIN_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Write the component here, for a route whose policy has this file as its source
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    settings: SettingsArgs,
    /// Leave out `cargo test`
    #[arg(long)]
    no_native_tests: bool,
    /// Do not ask the policy what the route decided last
    #[arg(long)]
    skip_rehearsal: bool,
    /// Do it once, and end
    #[arg(long)]
    once: bool,
}

/// Builds, tests and deploys; and again after each change.
pub(super) fn run(args: &DevArgs) -> anyhow::Result<()> {
    if args.route.is_some() && args.token.is_none() {
        bail!("{NO_TOKEN}. Without one, use --output with a route whose policy has a file as its source");
    }
    if args.once {
        return cycle(args);
    }
    let watching = Watching::of(&args.source)?;
    loop {
        match cycle(args) {
            Err(error) if Output::is_closed() => return Err(error),
            Err(error) => eprintln!("error: {}", told(&error)),
            Ok(()) => {}
        }
        eprintln!("waiting for changes; end with Ctrl-C");
        watching.wait()?;
    }
}

fn cycle(args: &DevArgs) -> anyhow::Result<()> {
    let began = Instant::now();
    let (fixtures, scenarios) = (args.source.fixtures()?, args.source.scenarios()?);
    let built = build(&args.source.krate, args.source.target_dir())?;
    step("built", &built.package, began)?;
    let component = Bytes::from(embed(built.component, &args.source.fixtures_dir())?);
    let reports = run_all(&component, &fixtures, &scenarios)?;
    if !reports.iter().all(CaseReport::passed) {
        write!(Output, "{}", report::human(&reports, false))?;
        bail!("nothing was deployed, since tests failed");
    }
    step("tested", &report::counts(&reports), began)?;
    if !args.no_native_tests {
        native_tests(args)?;
        step("tested", "cargo test passed", began)?;
    }
    if let Some(file) = &args.output {
        replace(file, &component)?;
        step("wrote", &file.display().to_string(), began)?;
    }
    if let (Some(route), Some(token)) = (&args.route, &args.token) {
        let gateway = GatewayArgs::at(&args.side, token);
        let upload = Upload { component: Some(component), settings: args.settings.read()? };
        let done = put(&gateway, route, Vec::new(), args.skip_rehearsal, upload).context("nothing was deployed")?;
        rehearsed::tell(&done["rehearsal"], &mut Output)?;
        step("deployed", &format!("route {route}, version {}", done["version"]), began)?;
    }
    Ok(())
}

fn step(what: &str, detail: &str, began: Instant) -> std::io::Result<()> {
    writeln!(Output, "{what:<9} {detail} ({:.1} s)", began.elapsed().as_secs_f32())
}

fn native_tests(args: &DevArgs) -> anyhow::Result<()> {
    let manifest = args.source.krate.join("Cargo.toml");
    let output = Command::new("cargo")
        .args(["test", "--quiet", "--manifest-path"])
        .arg(manifest)
        .output()
        .context("failed to run `cargo test`")?;
    if !output.status.success() {
        write!(Output, "{}", String::from_utf8_lossy(&output.stdout))?;
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        bail!("nothing was deployed, since `cargo test` failed");
    }
    Ok(())
}

/// Puts the component in the file's place at once, so that a gateway never reads half of it.
fn replace(file: &std::path::Path, component: &[u8]) -> anyhow::Result<()> {
    let failed = || format!("failed to write `{}`", file.display());
    let beside = file.with_extension("wasm.new");
    std::fs::write(&beside, component).with_context(failed)?;
    std::fs::rename(&beside, file).with_context(failed)
}
