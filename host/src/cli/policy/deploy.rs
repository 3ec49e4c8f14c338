//! `fingerpost policy deploy`, `promote`, `rollback` and `release`: what changes the policy of a route while the gateway runs.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use bytes::Bytes;
use http::Method;
use serde_json::Value;

use super::registry::{RegistryArgs, reference};
use super::rehearsed;
use crate::cli::explain::visible;
use crate::cli::operator::{GatewayArgs, Refused};
use crate::cli::shown;
use crate::registry::Reference;
use crate::signature::{self, Signature};

/// What `fingerpost policy deploy` was told.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct DeployArgs {
    /// The component: its file, or oci://HOST[:PORT]/REPOSITORY@sha256:DIGEST
    #[arg(value_name = "FILE|REFERENCE")]
    component: String,
    /// The route, whose `policy.source` is "deployed"
    #[arg(long, short)]
    route: String,
    #[command(flatten)]
    stage: StageArgs,
    /// The file of its signature [default: the component's with .sig after its name, if there is one; or what came along
    /// from the registry]
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    /// Do not ask it what the route decided last; the history says so
    #[arg(long)]
    skip_rehearsal: bool,
    #[command(flatten)]
    gateway: GatewayArgs,
    #[command(flatten)]
    registry: RegistryArgs,
}

/// How a version is tried.
#[derive(Debug, Clone, clap::Args)]
#[group(multiple = false)]
struct StageArgs {
    /// Let it decide beside the active version, change nothing, and record the differences
    #[arg(long)]
    shadow: bool,
    /// Let it decide about a share of sessions and requests, such as 5%
    #[arg(long, value_name = "SHARE")]
    canary: Option<String>,
    /// Let it decide about everything from now on; so it is without any of the three
    #[arg(long)]
    activate: bool,
}

/// What `fingerpost policy promote` was told.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct PromoteArgs {
    /// The route
    #[arg(long, short)]
    route: String,
    #[command(flatten)]
    stage: StageArgs,
    #[command(flatten)]
    gateway: GatewayArgs,
}

/// What `fingerpost policy rollback` was told.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct RollbackArgs {
    /// The route
    #[arg(long, short)]
    route: String,
    /// Why; the history keeps it
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    gateway: GatewayArgs,
}

/// What `fingerpost policy release` was told.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct ReleaseArgs {
    /// The digest of the quarantined component, or its beginning
    digest: String,
    /// The route
    #[arg(long, short)]
    route: String,
    #[command(flatten)]
    gateway: GatewayArgs,
}

impl StageArgs {
    fn query(&self) -> Vec<(&'static str, &str)> {
        match &self.canary {
            Some(share) => vec![("stage", "canary"), ("share", share)],
            None if self.shadow => vec![("stage", "shadow")],
            None => Vec::new(),
        }
    }
}

pub(super) fn deploy(args: &DeployArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let (component, signature) = component_of(args)?;
    let signature = signature.map(|signature| signature.to_string());
    let mut query = args.stage.query();
    query.extend(signature.as_deref().map(|signature| ("signature", signature)));
    let done = match put(&args.gateway, &args.route, query, args.skip_rehearsal, component) {
        Ok(done) => done,
        Err(error) => {
            if let Some(Refused(said)) = error.downcast_ref() {
                tell_steps(&said["error"], out)?;
            }
            return Err(error);
        }
    };
    tell_steps(&done, out)?;
    rehearsed::tell(&done["rehearsal"], out)?;
    for warning in done["warnings"].as_array().into_iter().flatten() {
        writeln!(out, "warning      {}", text(warning))?;
    }
    told(&done, &args.route, out)
}

/// Shows the steps of an admission with their times, and the one that was not passed.
fn tell_steps(said: &Value, out: &mut dyn Write) -> anyhow::Result<()> {
    let passed = said["steps"].as_array().into_iter().flatten().map(|step| (step, ""));
    let failed = Some(&said["failed"]).filter(|step| step.is_object()).map(|step| (step, "  failed"));
    for (step, how) in passed.chain(failed) {
        let micros = step["micros"].as_u64().unwrap_or_default();
        writeln!(out, "{:<12} {:>9}.{:03} ms{how}", text(&step["name"]), micros / 1000, micros % 1000)?;
    }
    Ok(())
}

/// Gives a component to a gateway, and returns what it says.
pub(super) fn put(
    gateway: &GatewayArgs,
    route: &str,
    mut query: Vec<(&str, &str)>,
    skip_rehearsal: bool,
    component: Bytes,
) -> anyhow::Result<Value> {
    query.extend(skip_rehearsal.then_some(("rehearsal", "skip")));
    gateway.ask(Method::PUT, route, "", &query, component)
}

pub(super) fn promote(args: &PromoteArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let done = args.gateway.ask(Method::POST, &args.route, "/promote", &args.stage.query(), Bytes::new())?;
    told(&done, &args.route, out)
}

pub(super) fn rollback(args: &RollbackArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let reason: Vec<_> = args.reason.iter().map(|reason| ("reason", reason.as_str())).collect();
    let done = args.gateway.ask(Method::POST, &args.route, "/rollback", &reason, Bytes::new())?;
    let (number, digest) = (&done["active"]["number"], text(&done["active"]["digest"]));
    let route = visible(&args.route);
    writeln!(out, "Version {number} ({}) decides on {route}.", short(&digest))?;
    Ok(writeln!(out, "next: fingerpost policy history --route {route} tells why; release lets a version in again")?)
}

pub(super) fn release(args: &ReleaseArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let query = [("digest", args.digest.as_str())];
    let done = args.gateway.ask(Method::POST, &args.route, "/release", &query, Bytes::new())?;
    let digest = text(&done["released"]);
    let route = visible(&args.route);
    writeln!(out, "{} may be deployed again on {route}.", short(&digest))?;
    Ok(writeln!(out, "next: fingerpost policy deploy FILE --route {route} --shadow")?)
}

/// The component, read or brought from its registry, with its signature.
fn component_of(args: &DeployArgs) -> anyhow::Result<(Bytes, Option<Signature>)> {
    if Reference::looks_like_one(&args.component) {
        let artifact = args.registry.pull_pinned(&reference(&args.component)?)?;
        let named = args.signature.as_deref().map(read_signature).transpose()?;
        return Ok((artifact.component().clone(), named.or(artifact.signature())));
    }
    let file = Path::new(&args.component);
    let component = std::fs::read(file).with_context(|| format!("failed to read `{}`", shown(file)))?;
    Ok((component.into(), signature_of(file, args.signature.as_deref())?))
}

/// The signature of a component's file that was named, or else lies beside it.
pub(super) fn signature_of(component: &Path, named: Option<&Path>) -> anyhow::Result<Option<Signature>> {
    match named {
        Some(file) => read_signature(file).map(Some),
        None => Ok(signature::beside(component)?),
    }
}

fn read_signature(file: &Path) -> anyhow::Result<Signature> {
    let said = std::fs::read_to_string(file).with_context(|| format!("failed to read `{}`", shown(file)))?;
    Ok(Signature::from_hex(&said)?)
}

/// Says what a version does now, and what can be done next.
fn told(done: &Value, route: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    let (version, digest, route) = (&done["version"], text(&done["component"]), visible(route));
    let digest = short(&digest);
    match (&done["stage"], done["stage"]["canary"].as_u64()) {
        (_, Some(share)) => {
            let share = format!("{}.{} %", share / 10, share % 10);
            writeln!(out, "Version {version} ({digest}) decides about {share} of the requests on {route}.")?;
            Ok(writeln!(out, "next: fingerpost policy status --route {route}, then promote or rollback")?)
        }
        (stage, None) if *stage == "shadow" => {
            writeln!(out, "Version {version} ({digest}) decides in the shadow on {route}, and changes nothing.")?;
            Ok(writeln!(out, "next: fingerpost policy diff --route {route}, then promote --canary 5% or rollback")?)
        }
        _ => {
            writeln!(out, "Version {version} ({digest}) decides on {route}.")?;
            Ok(writeln!(out, "next: fingerpost policy status --route {route}; rollback goes back")?)
        }
    }
}

/// A text of an answer, fit to be printed.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map(visible).unwrap_or_default()
}

/// The beginning of a digest, which is enough for people.
pub(super) fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}
