//! Policies in OCI registries: `oci://HOST/REPOSITORY@sha256:…`. A policy lies there as the wasm artifact of the CNCF's
//! guidance: a manifest, a config and one layer, the component; its signature is an annotation of that layer.
//!
//! Registries are strangers. The crate that speaks to them (`oci-client`) reads answers without a limit, so that it runs in a
//! process of our own binary, which limits its own memory and is given a time (`child`). What it hands back is believed as
//! far as it has the digest that was asked for (`fetch`). Which policy may decide is for the gateway's admission to say.

mod access;
mod artifact;
mod bounded;
mod child;
mod docker;
mod error;
mod fetch;
mod kept;
mod process;
mod reference;

use serde::{Deserialize, Serialize};

pub use access::{Access, Login};
pub use artifact::Artifact;
pub use child::child_main;
pub use error::RegistryError;
pub use fetch::{digest_of_tag, pull, push};
pub use kept::Kept;
pub use reference::{Reference, ReferenceError};

/// The hidden subcommand under which the binary speaks to registries: `main` calls [`child_main`] for it.
pub const REGISTRY_COMMAND: &str = "__registry";

/// What the process is asked to do. The component follows where something is to be pushed.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    reference: Reference,
    access: Access,
    /// The largest component, in bytes.
    component_bytes: usize,
    task: Task,
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Task {
    /// Bring manifest and component.
    Pull,
    /// Bring the manifest.
    Look,
    /// Take manifest, config and component there.
    Push,
}
