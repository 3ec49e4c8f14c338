//! `fingerpost policy push`: takes a component to a registry, its signature with it, and says how to name it from then on.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use bytes::Bytes;
use fingerpost_guest_build::{check_interface, check_types, inspect};

use super::deploy::signature_of;
use super::registry::{RegistryArgs, reference};
use crate::cli::shown;
use crate::policy::Digest;
use crate::registry::Artifact;

/// What `fingerpost policy push` was told.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct PushArgs {
    /// The component
    file: PathBuf,
    /// Where to: oci://HOST[:PORT]/REPOSITORY:TAG
    reference: String,
    /// The file of its signature [default: the component's with .sig after its name, if there is one]
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    #[command(flatten)]
    registry: RegistryArgs,
}

pub(super) fn run(args: &PushArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let reference = reference(&args.reference)?;
    if reference.tag().is_none() || reference.digest().is_some() {
        bail!("`{reference}` is no place to push to: name a tag, and no digest, which follows from the component");
    }
    let component = std::fs::read(&args.file).with_context(|| format!("failed to read `{}`", shown(&args.file)))?;
    // What no gateway of this version would take is not handed round.
    check_interface(&inspect(&component).with_context(|| format!("`{}` is no policy", shown(&args.file)))?)?;
    check_types(&component)?;
    let signature = signature_of(&args.file, args.signature.as_deref())?;
    let digest = Digest::of(&component);
    let artifact = Artifact::of_component(Bytes::from(component), signature)?;
    args.registry.push(&reference, &artifact)?;
    let pinned = reference.pinned(artifact.digest());
    writeln!(out, "pushed       {reference}")?;
    writeln!(out, "digest       sha256:{}", artifact.digest())?;
    writeln!(out, "component    {digest}")?;
    writeln!(out, "signed       {}", if signature.is_some() { "yes" } else { "no" })?;
    writeln!(out, "reference    {pinned}")?;
    writeln!(out, "next         policy = {{ source = \"oci\", reference = \"{pinned}\" }} in a route of the config,")?;
    Ok(writeln!(out, "             or fingerpost policy deploy {pinned} --route ROUTE --shadow")?)
}
