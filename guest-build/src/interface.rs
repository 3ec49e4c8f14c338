//! Compares what a binary imports and exports with the interface of policies, and names every mismatch at once.

use std::fmt;

use crate::inspect::{Inspection, Kind};

/// The package that holds the interface.
pub const PACKAGE: &str = "fingerpost:policy";

/// The version of the interface that this crate builds for. Any other with the same major and minor number fits.
pub const INTERFACE_VERSION: &str = "0.1.0";

/// The functions that a policy exports.
pub const EXPORTS: &[&str] = &["configure", "route", "fallback"];

/// What a policy may import: `log` is the only one with a function, the others hold types.
const IMPORTS: &[&str] = &["common", "setup", "facts", "decisions", "log"];

/// A binary does not fit the interface of policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterfaceError {
    /// Everything that does not fit.
    pub problems: Vec<InterfaceProblem>,
}

/// One thing that does not fit the interface of policies. Its words say how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InterfaceProblem {
    /// The binary is a core module.
    #[error("this is a core module, not a component: `fingerpost policy build` makes components")]
    NotAComponent,
    /// It wants an operating system.
    #[error(
        "it imports `{import}`: a policy has no operating system, clock or entropy. Build it for \
         wasm32-unknown-unknown, not for a wasip target, and take time and randomness from the facts"
    )]
    Wasi {
        /// What it imports.
        import: String,
    },
    /// It wants something else that a policy can't have.
    #[error("it imports `{import}`, but a policy imports nothing but {PACKAGE}/log: remove what needs it")]
    Import {
        /// What it imports.
        import: String,
    },
    /// It was built against a version of the interface that does not fit.
    #[error(
        "it speaks {PACKAGE}@{found}, the gateway speaks {PACKAGE}@{INTERFACE_VERSION} and takes {range}: build it against a \
         fingerpost-sdk of the gateway's version", range = range()
    )]
    Version {
        /// The version that it names.
        found: String,
    },
    /// It names a version that fits, and means something else by it.
    #[error(
        "it speaks {PACKAGE}@{found}, of which the gateway takes {range}, but its types are others: {differences}. Build it \
         against a fingerpost-sdk of the gateway's version", range = range()
    )]
    Types {
        /// The version that it names.
        found: String,
        /// Where the types part, and how.
        differences: String,
    },
    /// It lacks a function that the gateway calls.
    #[error("it does not export the function `{name}`: `fingerpost_sdk::export!` exports all of them")]
    MissingExport {
        /// The function's name.
        name: &'static str,
    },
    /// It exports something under the name of a function that the gateway calls.
    #[error("its export `{name}` is not a function")]
    NotAFunction {
        /// The function's name.
        name: &'static str,
    },
}

impl fmt::Display for InterfaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this does not fit the interface of policies: ")?;
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for InterfaceError {}

/// Says whether a component fits the interface of policies, by the names of its imports and exports. Whether the types
/// fit too, [`crate::check_types`] says of a valid one.
pub fn check_interface(inspection: &Inspection) -> Result<(), InterfaceError> {
    if inspection.kind == Kind::CoreModule {
        return Err(InterfaceError { problems: vec![InterfaceProblem::NotAComponent] });
    }
    let exports = inspection.exports.iter().map(|export| (export.name.as_str(), export.function)).collect::<Vec<_>>();
    check(inspection.imports.iter().map(String::as_str), &exports)
}

/// Compares names of imports and exports with those of the interface.
pub(crate) fn check<'a>(
    imports: impl Iterator<Item = &'a str>,
    exports: &[(&str, bool)],
) -> Result<(), InterfaceError> {
    let mut problems = Vec::new();
    let mut note = |problem| {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    };
    for import in imports {
        if let Some(problem) = check_import(import) {
            note(problem);
        }
    }
    for &name in EXPORTS {
        match exports.iter().find(|(export, _)| *export == name) {
            None => note(InterfaceProblem::MissingExport { name }),
            Some((_, false)) => note(InterfaceProblem::NotAFunction { name }),
            Some((_, true)) => {}
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(InterfaceError { problems }) }
}

fn check_import(import: &str) -> Option<InterfaceProblem> {
    if is_wasi(import) {
        return Some(InterfaceProblem::Wasi { import: import.to_owned() });
    }
    let (name, version) = import.split_once('@').unwrap_or((import, ""));
    let interface = name.strip_prefix(PACKAGE).and_then(|rest| rest.strip_prefix('/'));
    match interface {
        Some(_) if !fits(version) => Some(InterfaceProblem::Version { found: version.to_owned() }),
        Some(interface) if IMPORTS.contains(&interface) => None,
        _ => Some(InterfaceProblem::Import { import: import.to_owned() }),
    }
}

/// Whether an import, of a component or of a core module, is one of WASI's.
pub(crate) fn is_wasi(import: &str) -> bool {
    import.starts_with("wasi:") || import.starts_with("wasi_")
}

/// The versions that fit, in words: `0.1.0 to 0.1.x`.
fn range() -> String {
    let series = INTERFACE_VERSION.rsplit_once('.').map_or(INTERFACE_VERSION, |(series, _)| series);
    format!("{series}.0 to {series}.x")
}

/// Whether a version is 0.1.something. A pre-release promises nothing.
pub(crate) fn fits(version: &str) -> bool {
    let release = |version: &str| -> Option<(String, u32)> {
        let (minor, patch) = version.rsplit_once('.')?;
        Some((minor.to_owned(), patch.parse().ok()?))
    };
    match (release(version), release(INTERFACE_VERSION)) {
        (Some((found, _)), Some((ours, _))) => found == ours,
        _ => false,
    }
}

/// The version in the name of an import or export of the interface's package.
pub(crate) fn version_of(name: &str) -> Option<&str> {
    let rest = name.strip_prefix(PACKAGE)?.strip_prefix('/')?;
    let (_, version) = rest.split_once('@')?;
    Some(version.split_once('#').map_or(version, |(version, _)| version))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[(&str, bool)] = &[("configure", true), ("route", true), ("fallback", true)];

    fn problems(imports: &[&str], exports: &[(&str, bool)]) -> String {
        check(imports.iter().copied(), exports).unwrap_err().to_string()
    }

    #[test]
    fn the_version_and_the_names_are_those_of_the_interface_itself() {
        let wit = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../wit/policy.wit")).unwrap();
        assert!(wit.contains(&format!("package {PACKAGE}@{INTERFACE_VERSION};")));
        for name in EXPORTS {
            assert!(wit.contains(&format!("export {name}: func(")), "the interface exports {name}");
        }
        for name in IMPORTS {
            assert!(wit.contains(&format!("interface {name} {{")), "the interface has {name}");
        }
    }

    #[test]
    fn a_policy_of_a_later_patch_version_fits() {
        check(["fingerpost:policy/facts@0.1.7", "fingerpost:policy/log@0.1.7"].into_iter(), ALL).unwrap();
    }

    #[test]
    fn another_version_is_named_once_beside_the_gateways() {
        let said = problems(&["fingerpost:policy/facts@0.2.0", "fingerpost:policy/log@0.2.0"], ALL);
        assert_eq!(
            said.matches("fingerpost:policy@0.2.0, the gateway speaks fingerpost:policy@0.1.0").count(),
            1,
            "{said}"
        );
    }

    #[test]
    fn a_pre_release_does_not_fit() {
        assert!(!fits("0.1.0-rc.1"));
        assert!(!fits("0.10.0"));
        assert!(!fits(""));
    }

    #[test]
    fn wasi_is_told_from_other_stray_imports() {
        let said = problems(&["wasi:clocks/wall-clock@0.2.6", "acme:cache/store@1.0.0"], ALL);
        assert!(said.contains("`wasi:clocks/wall-clock@0.2.6`: a policy has no operating system"), "{said}");
        assert!(said.contains("`acme:cache/store@1.0.0`, but a policy imports nothing but"), "{said}");
    }

    #[test]
    fn every_missing_export_is_named() {
        let said = problems(&[], &[("route", false)]);
        assert!(said.contains("does not export the function `configure`"), "{said}");
        assert!(said.contains("its export `route` is not a function"), "{said}");
        assert!(said.contains("does not export the function `fallback`"), "{said}");
    }

    #[test]
    fn versions_are_found_in_names_of_either_kind() {
        assert_eq!(version_of("fingerpost:policy/log@0.1.0"), Some("0.1.0"));
        assert_eq!(version_of("fingerpost:policy/log@0.1.0#log"), Some("0.1.0"));
        assert_eq!(version_of("wasi:clocks/wall-clock@0.2.6"), None);
    }
}
