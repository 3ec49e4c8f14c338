//! `fingerpost policy build` and `inspect`: from a crate to a component, and what a compiled policy holds.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use fingerpost_guest_build::{Build, Inspection, Kind, Toolchain, check_interface, componentize, inspect};

use super::shown;
use crate::policy::Digest;

#[derive(Debug, Clone, clap::Subcommand)]
pub(super) enum PolicyCommand {
    /// Compile a policy crate and wrap it as a component
    Build {
        /// The crate's folder
        #[arg(default_value = ".")]
        krate: PathBuf,
        /// Where to write the component [default: NAME.wasm in the present folder]
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
    /// Say what a compiled policy holds, and whether this gateway could run it
    Inspect {
        /// The component
        file: PathBuf,
    },
}

/// Runs `fingerpost policy …`.
pub(super) fn run(command: PolicyCommand) -> anyhow::Result<()> {
    match command {
        PolicyCommand::Build { krate, output } => build(&krate, output),
        PolicyCommand::Inspect { file } => {
            let bytes = std::fs::read(&file).with_context(|| format!("failed to read `{}`", shown(&file)))?;
            let inspection = inspect(&bytes).with_context(|| format!("`{}` is no policy", shown(&file)))?;
            print(&file, &bytes, &inspection);
            check_interface(&inspection)?;
            println!("fits          this gateway can run it");
            Ok(())
        }
    }
}

fn build(krate: &Path, output: Option<PathBuf>) -> anyhow::Result<()> {
    let manifest = krate.join("Cargo.toml");
    if !manifest.exists() {
        bail!("there is no `{}`: name the folder of a policy crate", shown(&manifest));
    }
    let toolchain = Toolchain::find()?;
    let modules = Build::new(&manifest).run(&toolchain, &mut |line| eprintln!("{line}"))?;
    let [module] = modules.as_slice() else {
        bail!("`{}` builds {} policies: name the folder of one crate", shown(krate), modules.len());
    };
    let component = componentize(&module.read()?)?;
    let inspection = inspect(&component)?;
    check_interface(&inspection)?;
    let name = module.package.replace("fingerpost-policy-", "");
    let path = output.unwrap_or_else(|| PathBuf::from(format!("{name}.wasm")));
    std::fs::write(&path, &component).with_context(|| format!("failed to write `{}`", shown(&path)))?;
    print(&path, &component, &inspection);
    println!("next          curl -X PUT --data-binary @{} … /admin/v1/routes/ROUTE/policy", shown(&path));
    Ok(())
}

fn print(path: &Path, bytes: &[u8], inspection: &Inspection) {
    println!("file          {}", shown(path));
    println!("size          {} bytes", bytes.len());
    println!("sha256        {}", Digest::of(bytes));
    let kind = match inspection.kind {
        Kind::Component => "component",
        Kind::CoreModule => "core module (not yet a component: `fingerpost policy build` makes one)",
    };
    println!("kind          {kind}");
    println!("imports       {}", join(&inspection.imports));
    println!("interface     {}", join(&inspection.interface_versions));
    if inspection.has_large_stack() {
        println!(
            "note          its stack is 1 MiB: build with `fingerpost policy build`, which asks for 64 KiB, for faster decisions"
        );
    }
}

fn join(list: &[String]) -> String {
    if list.is_empty() { "none".into() } else { list.join(", ") }
}
