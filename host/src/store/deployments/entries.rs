//! What the store of deployments holds: versions, stages, quarantine, audit.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::config::{Name, PolicySource};
use crate::policy::{Digest, Settings};

/// Whose word says which component a version has. A route that changes from one to the other goes on where it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Line {
    /// The config's source: `builtin`, `file` or `oci`.
    Source,
    /// Whoever deploys.
    Deployed,
}

impl Line {
    /// That of a route.
    #[must_use]
    pub const fn of(source: &PolicySource) -> Self {
        match source {
            PolicySource::Deployed(_) => Self::Deployed,
            PolicySource::Builtin(_) | PolicySource::File(_) | PolicySource::Oci(_) => Self::Source,
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Deployed => "deployed",
        }
    }
}

/// A version of a route's policy: a component with its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// Counts the route's versions from 1, also across restarts.
    pub number: u64,
    /// The digest of component and settings: by it the version is known everywhere.
    pub digest: Digest,
    /// The digest of its component alone.
    pub component: Digest,
    /// What it is called in headers and records.
    pub name: Name,
    /// What it is configured with.
    pub settings: Settings,
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
    /// What it is configured with.
    pub settings: Settings,
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
    /// What the config's file said when it was read last; none: nobody noted it.
    pub said: Option<Said>,
}

/// What a config's file says of a route's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What its sections say.
    pub settings: Settings,
    /// The digest of the component that its source names; none: the source is `deployed`.
    pub component: Option<Digest>,
}

/// What a config's file has said, to be noted; with the version that it makes, where it makes one.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// The route.
    pub route: Name,
    /// Which of its lines.
    pub line: Line,
    /// What was said.
    pub said: Said,
    /// What it is called in the audit that this becomes the active version, and what that version is; none: it is as before.
    pub new: Option<(&'static str, NewVersion)>,
    /// Whether what is on trial is given up.
    pub ends_trial: bool,
}

/// Who does something, and when.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// The route.
    pub route: &'a str,
    /// Which of its lines.
    pub line: Line,
    /// Who, by their own word.
    pub by: &'a str,
    /// Milliseconds since the Unix epoch.
    pub at: u64,
}

/// A digest that may not decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quarantined {
    /// Which version; or with `any_settings` which component.
    pub digest: Digest,
    /// Whether the component may not decide with any settings: so it is with what was quarantined before versions had any.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub any_settings: bool,
    /// Why.
    pub reason: String,
    /// Since when, in milliseconds since the Unix epoch.
    pub since: u64,
}

impl Quarantined {
    /// Whether it keeps out the version that a component is with these settings.
    #[must_use]
    pub fn covers(&self, component: &Digest, settings: &Settings) -> bool {
        if self.any_settings { self.digest == *component } else { self.digest == settings.version_of(component) }
    }
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audited {
    /// When, in milliseconds since the Unix epoch.
    pub at: u64,
    /// Who.
    pub actor: String,
    /// What: `bootstrap`, `deploy`, `promote`, `stage`, `roll-back`, `withdraw`, `release`; `config` and `file` where what the
    /// config says became the active version.
    pub action: String,
    /// The version that it was done to.
    pub version: Option<u64>,
    /// The digest that it was done to.
    pub digest: Option<String>,
    /// In which way, or why.
    pub detail: String,
}
