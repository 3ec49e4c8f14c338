//! Bringing policies from registries and taking them there. What comes back is held against the digest that was asked for.

use std::path::Path;

use bytes::Bytes;

use super::{Access, Artifact, Order, Reference, RegistryError, Task, process};
use crate::parts;
use crate::policy::Digest;

/// Brings a policy: by its digest, or what the tag has now. `program` is this very binary, which
/// does it in a process of its own; `component_bytes` is the largest component that is taken.
///
/// # Errors
/// When it cannot be had, or is something else than what was asked for.
pub async fn pull(
    program: &Path,
    reference: &Reference,
    access: &Access,
    component_bytes: usize,
) -> Result<Artifact, RegistryError> {
    let order = Order { reference: reference.clone(), access: access.clone(), component_bytes, task: Task::Pull };
    let (manifest, component) = process::carry_out(program, &order, &[]).await?;
    Artifact::checked(reference, manifest, component, component_bytes)
}

/// The digest that a tag has now.
///
/// # Errors
/// When the registry does not say.
pub async fn digest_of_tag(program: &Path, reference: &Reference, access: &Access) -> Result<Digest, RegistryError> {
    let order = Order { reference: reference.clone(), access: access.clone(), component_bytes: 0, task: Task::Look };
    let (manifest, _) = process::carry_out(program, &order, &[]).await?;
    Ok(Digest::of(&manifest))
}

/// Takes a policy to a registry, under the reference's tag.
///
/// # Errors
/// When the registry does not take it.
pub async fn push(
    program: &Path,
    reference: &Reference,
    access: &Access,
    artifact: &Artifact,
) -> Result<(), RegistryError> {
    let component_bytes = artifact.component.len();
    let order = Order { reference: reference.clone(), access: access.clone(), component_bytes, task: Task::Push };
    let mut content = Vec::with_capacity(artifact.component.len() + artifact.manifest.len() + 4);
    parts::write(&mut content, &artifact.manifest).map_err(RegistryError::machinery)?;
    content.extend_from_slice(&artifact.component);
    process::carry_out(program, &order, &Bytes::from(content)).await.map(drop)
}
