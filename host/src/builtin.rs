//! The policies that the binary carries, as components. `build.rs` compiles them from `policies/`.

use bytes::Bytes;

include!(concat!(env!("OUT_DIR"), "/builtin_policies.rs"));

/// The component of a built-in policy.
#[must_use]
pub fn component(name: &str) -> Option<Bytes> {
    POLICIES.iter().find(|(known, _)| *known == name).map(|(_, component)| Bytes::from_static(component))
}

/// The names of the built-in policies.
pub fn names() -> impl Iterator<Item = &'static str> {
    POLICIES.iter().map(|(name, _)| *name)
}
