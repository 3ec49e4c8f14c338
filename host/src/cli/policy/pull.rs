//! `fingerpost policy pull`: brings a component from a registry into a file, its signature beside it.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;

use super::registry::{RegistryArgs, reference};
use crate::cli::shown;
use crate::policy::Digest;
use crate::signature::path_for;

/// What `fingerpost policy pull` was told.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct PullArgs {
    /// Which: oci://HOST[:PORT]/REPOSITORY@sha256:DIGEST, or with :TAG what the tag has now
    reference: String,
    /// Where to write the component; its signature goes beside it [default: NAME.wasm in the present folder]
    #[arg(long, short)]
    output: Option<PathBuf>,
    #[command(flatten)]
    registry: RegistryArgs,
}

pub(super) fn run(args: &PullArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let reference = reference(&args.reference)?;
    let artifact = args.registry.pull(&reference)?;
    let path = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.wasm", reference.name())));
    let beside = path_for(&path);
    let failed = |path: &PathBuf| format!("failed to write `{}`", shown(path));
    std::fs::write(&path, artifact.component()).with_context(|| failed(&path))?;
    writeln!(out, "component    {}", shown(&path))?;
    writeln!(out, "sha256       {}", Digest::of(artifact.component()))?;
    match artifact.signature() {
        Some(signature) => {
            std::fs::write(&beside, format!("{signature}\n")).with_context(|| failed(&beside))?;
            writeln!(out, "signature    {} (not checked here: that is done where it is deployed)", shown(&beside))?;
        }
        None if beside.exists() => {
            writeln!(out, "note         it came without a signature; `{}` is of another policy", shown(&beside))?;
        }
        None => {}
    }
    writeln!(out, "reference    {}", reference.pinned(artifact.digest()))?;
    Ok(writeln!(
        out,
        "next         fingerpost policy inspect {0}, fingerpost policy deploy {0} --route ROUTE",
        shown(&path)
    )?)
}
