//! Which Rust policies need, and which one a compiler says that it is.

use std::fmt;

/// The oldest Rust that builds policies and the SDK. It is the `rust-version` of the SDK's manifest, which
/// `scripts/toolchain.sh` reads; a test holds the two together.
pub const OLDEST_RUST: RustVersion = RustVersion { major: 1, minor: 85 };

/// A version of Rust, as far as features go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RustVersion {
    /// 1.
    pub major: u32,
    /// What the next release has one more of.
    pub minor: u32,
}

impl RustVersion {
    /// The version in `rustc 1.96.0 (…)`, `cargo 1.96.0-nightly (…)` or `1.96.0`.
    pub fn of(text: &str) -> Option<Self> {
        let number = text.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
        let mut parts = number.split('.');
        Some(Self { major: parts.next()?.parse().ok()?, minor: parts.next()?.parse().ok()? })
    }

    /// Whether what a compiler says of itself is a version before the oldest that builds policies.
    pub(crate) fn is_too_old(said: &str) -> bool {
        Self::of(said).is_some_and(|version| version < OLDEST_RUST)
    }
}

impl fmt::Display for RustVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_what_a_compiler_says() {
        for said in
            ["rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)", "cargo 1.96.0-nightly", "1.96"]
        {
            assert_eq!(RustVersion::of(said), Some(RustVersion { major: 1, minor: 96 }), "{said}");
        }
        assert_eq!(RustVersion::of("nonsense"), None);
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(RustVersion::is_too_old("rustc 1.9.0") && RustVersion::is_too_old("rustc 1.84.1 (x)"));
        assert!(!RustVersion::is_too_old("rustc 1.85.0") && !RustVersion::is_too_old("rustc 1.100.0"));
    }

    #[test]
    fn the_oldest_rust_is_the_one_that_the_workspace_gives_to_policies() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let manifest = std::fs::read_to_string(format!("{root}/Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("\nrust-version = \"{OLDEST_RUST}\"\n")));
        let sdk = std::fs::read_to_string(format!("{root}/guest-sdk/Cargo.toml")).unwrap();
        assert!(sdk.contains("\nrust-version.workspace = true\n"));
    }
}
