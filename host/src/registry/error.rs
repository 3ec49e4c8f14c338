//! What can go wrong between here and a registry, in words that say where, and how to mend it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::reference::Reference;

/// A policy that could not be brought from a registry, or taken there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RegistryError {
    /// No connection, or one that broke.
    #[error(
        "failed to reach the registry {host} over {protocol} for {reference}: {reason}; is the registry running, and is the \
         host right? Plain HTTP is spoken only to this machine, and where `plain_http` or `--plain-http` says so"
    )]
    Unreachable {
        /// What was wanted.
        reference: Reference,
        /// The host.
        host: String,
        /// `https` or `http`.
        protocol: String,
        /// What the transport says.
        reason: String,
    },
    /// It took too long.
    #[error(
        "the registry {host} took longer than {seconds} s for {reference}: try again, or give it more time (`timeout` of \
         the registry, or `--timeout`)"
    )]
    TimedOut {
        /// What was wanted.
        reference: Reference,
        /// The host.
        host: String,
        /// The time that it had.
        seconds: u64,
    },
    /// Whoever asks may not have it.
    #[error(
        "the registry {host} refuses {reference} to {whom}: check the name, the password and what they may do. They are those \
         of `[registries.\"{host}\"]`, of the variables FINGERPOST_REGISTRY_USERNAME and FINGERPOST_REGISTRY_PASSWORD for a \
         command, or else of `docker login {host}` (without a credential helper)"
    )]
    Unauthorized {
        /// What was wanted.
        reference: Reference,
        /// The host.
        host: String,
        /// As whom it was asked.
        whom: String,
    },
    /// There is no such thing.
    #[error("the registry {host} has no {reference}: look for the right repository, tag and digest; some registries also \
             say so to those who may not see it ({whom} asked)", host = .reference.host())]
    NotFound {
        /// What was wanted.
        reference: Reference,
        /// As whom it was asked.
        whom: String,
    },
    /// It is something else.
    #[error(
        "{reference} is no policy: it has {found}. A policy has a config of type `application/vnd.wasm.config.v0+json` and one \
         layer of type `application/wasm`, as `fingerpost policy push` makes it"
    )]
    NotWasm {
        /// What was wanted.
        reference: Reference,
        /// What it has instead.
        found: String,
    },
    /// It has more than one layer, or none.
    #[error(
        "{reference} has {count} layers ({types}), and a policy has one: push the component alone, with `fingerpost policy push`",
        count = .types.len(), types = .types.join(", ")
    )]
    Layers {
        /// What was wanted.
        reference: Reference,
        /// Their media types.
        types: Vec<String>,
    },
    /// The registry gave something else than what was asked for.
    #[error(
        "the registry {host} gave other bytes for the {what} of {reference} than were asked for: {expected} is wanted, \
         {found} came. The registry, or something before it, is broken or lies", host = .reference.host()
    )]
    WrongBytes {
        /// What was wanted.
        reference: Reference,
        /// `manifest` or `component`.
        what: String,
        /// The digest that it must have.
        expected: String,
        /// The digest that it has.
        found: String,
    },
    /// It is larger than it may be.
    #[error("the {what} of {reference} is larger than {limit} bytes{setting}")]
    TooLarge {
        /// What was wanted.
        reference: Reference,
        /// `manifest` or `component`.
        what: String,
        /// What it may be, in bytes.
        limit: usize,
        /// How to change that.
        setting: String,
    },
    /// The registry gave an answer that says otherwise.
    #[error("the registry {host} answered {answer} for {reference}", host = .reference.host())]
    Answered {
        /// What was wanted.
        reference: Reference,
        /// What it said.
        answer: String,
    },
    /// The file is none that can be pushed.
    #[error("this is no policy: {reason}")]
    NotAComponent {
        /// Why.
        reason: String,
    },
    /// Docker's file cannot be read.
    #[error("failed to read the credentials in `{path}`: {reason}", path = .path.display())]
    Docker {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The process that speaks to registries failed.
    #[error("the process that speaks to registries failed for {reference}: {reason}")]
    Died {
        /// What was wanted.
        reference: Reference,
        /// Its end.
        reason: String,
    },
    /// This machine is at fault.
    #[error("failed to speak to a registry: {0}")]
    Machinery(String),
}

impl RegistryError {
    pub(super) fn machinery(error: impl std::fmt::Display) -> Self {
        Self::Machinery(error.to_string())
    }

    pub(super) fn too_large(reference: &Reference, what: &str, limit: usize) -> Self {
        let setting = if what == "component" { " (`engine.component`)" } else { "" };
        Self::TooLarge { reference: reference.clone(), what: what.into(), limit, setting: setting.into() }
    }
}
