//! `fingerpost policy …`: a new crate, its tests, from a crate to a component, and what a compiled policy holds. What is done
//! with it on a gateway that runs is in files of its own.

mod bench;
mod deploy;
mod dev;
mod exit;
mod look;
mod new;
mod pull;
mod push;
mod registry;
mod rehearsed;
pub(super) mod settings;
mod sign;
pub(super) mod source;
mod test;
mod watching;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use fingerpost_guest_build::{Inspection, Kind, check_interface, inspect};

pub(super) use self::exit::Exit;
use super::shown;
use crate::policy::Digest;

#[derive(Debug, Clone, clap::Subcommand)]
pub(super) enum PolicyCommand {
    /// Make a crate with a policy, its tests, fixtures and a README
    New(new::NewArgs),
    /// Build, test and deploy a policy whenever it changes
    Dev(dev::DevArgs),
    /// Run fixtures and scenarios against the compiled policy
    Test(test::TestArgs),
    /// Measure what decisions cost
    Bench(bench::BenchArgs),
    /// Compile a policy crate and wrap it as a component
    Build {
        /// The crate's folder
        #[arg(default_value = ".")]
        krate: PathBuf,
        /// Where to write the component [default: NAME.wasm in the present folder]
        #[arg(long, short)]
        output: Option<PathBuf>,
        /// Where cargo builds [default: `target/guests` of the crate's workspace]
        #[arg(long, value_name = "FOLDER", env = "FINGERPOST_GUEST_TARGET_DIR")]
        target_dir: Option<PathBuf>,
    },
    /// Say what a compiled policy holds, and whether this gateway could run it
    Inspect {
        /// The component
        file: PathBuf,
    },
    /// Deploy a policy for a route of a running gateway
    Deploy(deploy::DeployArgs),
    /// Take a policy to an OCI registry, and say how to name it from then on
    Push(push::PushArgs),
    /// Bring a policy from an OCI registry into a file
    Pull(pull::PullArgs),
    /// Say which policy decides on a route, and how what is on trial does
    Status(look::LookArgs),
    /// Let what is on trial decide from now on, or try it in another way
    Promote(deploy::PromoteArgs),
    /// Give up what is on trial, or go back to the version before
    Rollback(deploy::RollbackArgs),
    /// Let a policy in again that was rolled back
    Release(deploy::ReleaseArgs),
    /// Say what was done to a route's policy, and by whom
    History(look::LookArgs),
    /// Show where a shadow decided otherwise than the active version
    Diff(look::LookArgs),
    /// Sign a policy
    Sign(sign::SignArgs),
    /// Make a key for signing policies
    Keygen(sign::KeygenArgs),
}

/// Runs `fingerpost policy …`.
pub(super) fn run(command: PolicyCommand, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        PolicyCommand::New(args) => new::run(&args, out),
        PolicyCommand::Dev(args) => dev::run(&args),
        PolicyCommand::Test(args) => test::run(&args),
        PolicyCommand::Bench(args) => bench::run(&args),
        PolicyCommand::Deploy(args) => deploy::deploy(&args, out),
        PolicyCommand::Push(args) => push::run(&args, out),
        PolicyCommand::Pull(args) => pull::run(&args, out),
        PolicyCommand::Status(args) => look::status(&args, out),
        PolicyCommand::Promote(args) => deploy::promote(&args, out),
        PolicyCommand::Rollback(args) => deploy::rollback(&args, out),
        PolicyCommand::Release(args) => deploy::release(&args, out),
        PolicyCommand::History(args) => look::history(&args, out),
        PolicyCommand::Diff(args) => look::diff(&args, out),
        PolicyCommand::Sign(args) => sign::sign(&args, out),
        PolicyCommand::Keygen(args) => sign::keygen(&args, out),
        PolicyCommand::Build { krate, output, target_dir } => build(&krate, output, target_dir.as_deref(), out),
        PolicyCommand::Inspect { file } => {
            let (bytes, inspection) = source::inspected(&file)?;
            tell(&file, &bytes, &inspection, out)?;
            source::fits(&bytes, &inspection)?;
            writeln!(out, "fits          this gateway can run it")?;
            Ok(())
        }
    }
}

fn build(krate: &Path, output: Option<PathBuf>, target_dir: Option<&Path>, out: &mut dyn Write) -> anyhow::Result<()> {
    let built = source::build(krate, target_dir)?;
    // Admission runs them on the machine that will run the policy.
    let component = crate::testing::embed(built.component, &krate.join("fixtures"))?;
    let inspection = inspect(&component)?;
    check_interface(&inspection)?;
    let path = output.unwrap_or_else(|| PathBuf::from(format!("{}.wasm", built.name)));
    std::fs::write(&path, &component).with_context(|| format!("failed to write `{}`", shown(&path)))?;
    tell(&path, &component, &inspection, out)?;
    writeln!(out, "next          fingerpost policy deploy {} --route ROUTE --shadow", shown(&path))?;
    Ok(())
}

fn tell(path: &Path, bytes: &[u8], inspection: &Inspection, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "file          {}", shown(path))?;
    writeln!(out, "size          {} bytes", bytes.len())?;
    writeln!(out, "sha256        {}", Digest::of(bytes))?;
    let kind = match inspection.kind {
        Kind::Component => "component",
        Kind::CoreModule => "core module (not yet a component: `fingerpost policy build` makes one)",
    };
    writeln!(out, "kind          {kind}")?;
    writeln!(out, "imports       {}", join(&inspection.imports))?;
    writeln!(out, "interface     {}", join(&inspection.interface_versions))?;
    if inspection.has_large_stack() {
        writeln!(
            out,
            "note          its stack is 1 MiB: build with `fingerpost policy build`, which asks for 64 KiB, for faster decisions"
        )?;
    }
    Ok(())
}

fn join(list: &[String]) -> String {
    if list.is_empty() { "none".into() } else { list.join(", ") }
}
