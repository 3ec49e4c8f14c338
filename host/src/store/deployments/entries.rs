//! What the store of deployments holds: versions, stages, quarantine, audit.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::config::Name;
use crate::policy::Digest;

/// A version of a route's policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// Counts the route's versions from 1, also across restarts.
    pub number: u64,
    /// The digest of its component.
    pub digest: Digest,
    /// What it is called in headers and records.
    pub name: Name,
    /// The policy's config when it was deployed, as JSON.
    pub config: String,
    /// The public key that its signature was made for, in hexadecimal digits; none: it needed no signature.
    pub signer: Option<String>,
    /// Who deployed it, by their own word.
    pub deployed_by: String,
    /// When, in milliseconds since the Unix epoch.
    pub deployed_at: u64,
    /// Whether it ever decided on its own.
    pub was_active: bool,
}

/// A version to be.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// The component.
    pub component: Bytes,
    /// Its digest.
    pub digest: Digest,
    /// What it is called.
    pub name: Name,
    /// The policy's config, as JSON.
    pub config: String,
    /// The public key that its signature was made for.
    pub signer: Option<String>,
    /// What the audit says besides how it is tried; it may be empty.
    pub remark: String,
}

/// How a candidate is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It decides beside the active version, and nothing is done with what it decides.
    Shadow,
    /// It decides about this share of requests, in thousandths.
    Canary(u32),
}

/// What a route's versions are doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The one that decides.
    pub active: Version,
    /// The one on trial.
    pub candidate: Option<(Version, Stage)>,
}

/// Who does something, and when.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// The route.
    pub route: &'a str,
    /// Who, by their own word.
    pub by: &'a str,
    /// Milliseconds since the Unix epoch.
    pub at: u64,
}

/// A digest that may not decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quarantined {
    /// Which.
    pub digest: Digest,
    /// Why.
    pub reason: String,
    /// Since when, in milliseconds since the Unix epoch.
    pub since: u64,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audited {
    /// When, in milliseconds since the Unix epoch.
    pub at: u64,
    /// Who.
    pub actor: String,
    /// What: `bootstrap`, `deploy`, `promote`, `stage`, `roll-back`, `withdraw`, `release`.
    pub action: String,
    /// The version that it was done to.
    pub version: Option<u64>,
    /// The digest that it was done to.
    pub digest: Option<String>,
    /// In which way, or why.
    pub detail: String,
}
