//! `fingerpost policy deploy`, `promote`, `rollback` and `release`: what changes the policy of a route while the gateway runs.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use http::Method;
use serde_json::Value;

use super::registry::{RegistryArgs, reference};
use super::rehearsed;
use super::settings::SettingsArgs;
use crate::cli::explain::visible;
use crate::cli::operator::{GatewayArgs, Refused};
use crate::cli::shown;
use crate::policy::Settings;
use crate::registry::Reference;
use crate::signature::{self, Signature};

/// What `fingerpost policy deploy` was told.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct DeployArgs {
    /// The component: its file, or oci://HOST[:PORT]/REPOSITORY@sha256:DIGEST; with --settings it may be left out, for the one
    /// that is active
    #[arg(value_name = "FILE|REFERENCE", required_unless_present = "settings")]
    component: Option<String>,
    /// The route; where its `policy.source` is not "deployed", only settings can be deployed
    #[arg(long, short)]
    route: String,
    #[command(flatten)]
    settings: SettingsArgs,
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
    /// The number of the version to go back to, as the history shows it [default: the latest before the active one]
    #[arg(long, value_name = "VERSION")]
    to: Option<u64>,
    #[command(flatten)]
    gateway: GatewayArgs,
}

/// What `fingerpost policy release` was told.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct ReleaseArgs {
    /// The digest of the quarantined version, or its beginning
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
    let upload = Upload { component, settings: args.settings.read()? };
    let signature = signature.map(|signature| signature.to_string());
    let mut query = args.stage.query();
    query.extend(signature.as_deref().map(|signature| ("signature", signature)));
    let done = match put(&args.gateway, &args.route, query, args.skip_rehearsal, upload) {
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

/// What is deployed.
#[derive(Debug)]
pub(super) struct Upload {
    /// None: the component that is active.
    pub(super) component: Option<Bytes>,
    /// None: what the route's sections say.
    pub(super) settings: Option<Settings>,
}

/// Gives a version to a gateway, and returns what it says.
pub(super) fn put(
    gateway: &GatewayArgs,
    route: &str,
    mut query: Vec<(&str, &str)>,
    skip_rehearsal: bool,
    Upload { component, settings }: Upload,
) -> anyhow::Result<Value> {
    query.extend(skip_rehearsal.then_some(("rehearsal", "skip")));
    match (component, settings) {
        (Some(component), None) => gateway.ask(Method::PUT, route, "", &query, component),
        (component, settings) => {
            let mut body = serde_json::Map::new();
            body.extend(component.map(|bytes| ("component".to_owned(), BASE64_STANDARD.encode(bytes).into())));
            body.extend(settings.map(|settings| ("settings".to_owned(), settings.json())));
            gateway.ask_with_json(Method::PUT, route, &query, &Value::Object(body))
        }
    }
}

pub(super) fn promote(args: &PromoteArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let done = args.gateway.ask(Method::POST, &args.route, "/promote", &args.stage.query(), Bytes::new())?;
    told(&done, &args.route, out)
}

pub(super) fn rollback(args: &RollbackArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let to = args.to.map(|to| to.to_string());
    let reason = args.reason.iter().map(|reason| ("reason", reason.as_str()));
    let query: Vec<_> = reason.chain(to.iter().map(|to| ("to", to.as_str()))).collect();
    let done = args.gateway.ask(Method::POST, &args.route, "/rollback", &query, Bytes::new())?;
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
fn component_of(args: &DeployArgs) -> anyhow::Result<(Option<Bytes>, Option<Signature>)> {
    let named = || args.signature.as_deref().map(read_signature).transpose();
    let Some(component) = &args.component else { return Ok((None, named()?)) };
    if Reference::looks_like_one(component) {
        let artifact = args.registry.pull_pinned(&reference(component)?)?;
        return Ok((Some(artifact.component().clone()), named()?.or(artifact.signature())));
    }
    let file = Path::new(component);
    let component = std::fs::read(file).with_context(|| format!("failed to read `{}`", shown(file)))?;
    Ok((Some(component.into()), signature_of(file, args.signature.as_deref())?))
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
    let (version, digest, route) = (&done["version"], text(&done["digest"]), visible(route));
    let digest = short(&digest);
    if done["unchanged"] == true {
        writeln!(
            out,
            "Version {version} ({digest}) decides on {route} already, with these settings: nothing has changed."
        )?;
        return Ok(writeln!(out, "next: fingerpost policy status --route {route}")?);
    }
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
