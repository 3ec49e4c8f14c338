//! A clean environment for the cargo that builds guests, which often runs inside another cargo: a build script, or
//! `cargo test`. What the outer one set for its own build must not reach the inner one.

use std::ffi::{OsStr, OsString};
use std::process::Command;

/// Variables that belong to a build of the outer cargo and would change, break or block the inner one.
const OUTER: &[&str] = &[
    "CARGO",
    "DEBUG",
    "HOST",
    "MAKEFLAGS",
    "MFLAGS",
    "NUM_JOBS",
    "OPT_LEVEL",
    "OUT_DIR",
    "PROFILE",
    "RUSTC",
    "RUSTC_BOOTSTRAP",
    "RUSTC_LINKER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTDOC",
    "RUSTDOCFLAGS",
    "RUSTFLAGS",
    "RUSTUP_TOOLCHAIN",
    "TARGET",
];

/// Variables of cargo that say how this machine reaches the network and where cargo keeps its files: these stay.
const KEPT: &[&str] = &[
    "CARGO_HOME",
    "CARGO_HTTP_",
    "CARGO_NET_",
    "CARGO_REGISTRIES_",
    "CARGO_REGISTRY_",
    "CARGO_SOURCE_",
    "CARGO_TERM_",
];

/// Removes from the command's environment whatever an outer cargo may have put there.
pub(crate) fn clean(command: &mut Command) {
    for name in leaking(std::env::vars_os().map(|(name, _)| name)) {
        command.env_remove(name);
    }
    // An outer cargo lets its children find the libraries of its own toolchain, which may not be the one that builds
    // the guests. Without an outer cargo the variable is the user's, and stays.
    if std::env::var_os("CARGO").is_some() {
        for name in ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"] {
            command.env_remove(name);
        }
    }
}

fn leaking(names: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    names.filter(|name| name.to_str().is_some_and(leaks))
}

fn leaks(name: &str) -> bool {
    if KEPT.iter().any(|kept| name == *kept || (kept.ends_with('_') && name.starts_with(kept))) {
        return false;
    }
    OUTER.contains(&name) || name.starts_with("CARGO_") || name.starts_with("__CARGO") || name.starts_with("DEP_")
}

/// Joins compiler flags the way `CARGO_ENCODED_RUSTFLAGS` wants them, so that paths with spaces stay whole.
pub(crate) fn encode_flags(flags: &[OsString]) -> OsString {
    flags.join(OsStr::new("\u{1f}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_outer_cargo_sets_for_its_own_build_is_removed() {
        for name in [
            "CARGO",
            "CARGO_BUILD_TARGET",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_MAKEFLAGS",
            "CARGO_MANIFEST_DIR",
            "CARGO_PROFILE_RELEASE_LTO",
            "CARGO_TARGET_DIR",
            "DEP_Z_INCLUDE",
            "MAKEFLAGS",
            "RUSTC_WRAPPER",
            "RUSTFLAGS",
            "RUSTUP_TOOLCHAIN",
            "__CARGO_DEFAULT_LIB_METADATA",
        ] {
            assert!(leaks(name), "{name} must not reach the inner cargo");
        }
    }

    #[test]
    fn what_says_how_this_machine_reaches_the_network_stays() {
        for name in ["CARGO_HOME", "CARGO_HTTP_PROXY", "CARGO_NET_OFFLINE", "HTTPS_PROXY", "PATH", "RUSTUP_HOME"] {
            assert!(!leaks(name), "{name} must reach the inner cargo");
        }
    }

    #[test]
    fn flags_with_spaces_stay_whole() {
        let flags = [OsString::from("-Clink-arg=x"), OsString::from("--remap-path-prefix=/my home=/src")];
        assert_eq!(encode_flags(&flags), "-Clink-arg=x\u{1f}--remap-path-prefix=/my home=/src");
    }
}
