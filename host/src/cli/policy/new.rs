//! `fingerpost policy new`: a crate with a policy, its tests, fixtures, a scenario and a README, which builds and passes at
//! once.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::cli::shown;

#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct NewArgs {
    /// The policy's name: lower-case letters, digits and `-`, beginning with a letter; no word of Rust or of cargo, such as `test`
    name: String,
    /// The folder that becomes the crate [default: the policy's name]
    #[arg(long, value_name = "FOLDER")]
    path: Option<PathBuf>,
    /// The folder of the SDK's sources, `guest-sdk` in a clone of Fingerpost [default: that of this program's own clone]
    #[arg(long, value_name = "FOLDER")]
    sdk: Option<PathBuf>,
}

/// The files, by their paths within the crate. `NAME`, `TYPE`, `SDK`, `VERSION` and `RUST` in capitals
/// between `@` are filled in.
const FILES: [(&str, &str); 7] = [
    ("Cargo.toml", include_str!("template/Cargo.toml.in")),
    ("src/lib.rs", include_str!("template/lib.rs.in")),
    ("src/tests.rs", include_str!("template/tests.rs.in")),
    ("fixtures/routing.toml", include_str!("template/routing.toml.in")),
    ("fixtures/fallback.toml", include_str!("template/fallback.toml.in")),
    ("scenarios/outage.toml", include_str!("template/outage.toml.in")),
    ("README.md", include_str!("template/README.md.in")),
];

/// Makes the crate.
pub(super) fn run(args: &NewArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    check_name(&args.name)?;
    let folder = args.path.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    if folder.exists() && std::fs::read_dir(&folder).map_or(true, |mut entries| entries.next().is_some()) {
        bail!("`{}` is there already and not an empty folder: choose another name or --path", shown(&folder));
    }
    let sdk = sdk(args.sdk.as_deref())?;
    for (name, template) in FILES {
        write(&folder.join(name), &filled(template, &args.name, &sdk))?;
    }
    let workspace = stand_alone_or_join(&folder, &sdk)?;
    writeln!(out, "made          {}", shown(&folder))?;
    writeln!(out, "sdk           {} {}", shown(&sdk), env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "workspace     {workspace}")?;
    writeln!(out, "next          cd {} && cargo test && fingerpost policy test", shown(&folder))?;
    Ok(())
}

/// Words of the language, and names that cargo itself refuses.
const RESERVED: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "build",
    "const",
    "continue",
    "core",
    "crate",
    "deps",
    "do",
    "dyn",
    "else",
    "enum",
    "examples",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "incremental",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc-macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "con",
    "nul",
    "prn",
    "aux",
];

/// A name that can be a crate's and a policy's.
fn check_name(name: &str) -> anyhow::Result<()> {
    let fits = name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.ends_with('-');
    if !fits {
        bail!(
            "`{name}` cannot be a policy's name: begin with a lower-case letter, and use those, digits and `-`, 64 at most, \
             such as `cheapest-first`"
        );
    }
    if RESERVED.contains(&name) {
        bail!("`{name}` cannot be a policy's name: Rust or cargo keeps that word for itself; try `{name}-policy`");
    }
    Ok(())
}

/// The SDK that the crate depends on: of this program's version, since both speak one interface.
fn sdk(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    let own = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../guest-sdk"));
    let folder = given.unwrap_or(own);
    let Ok(folder) = folder.canonicalize() else {
        bail!(
            "there is no SDK at `{}`: name the folder `guest-sdk` of a clone of Fingerpost {} with --sdk",
            shown(folder),
            env!("CARGO_PKG_VERSION")
        );
    };
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    let package: toml::Table = manifest.parse().unwrap_or_default();
    let name = package.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    if name != Some("fingerpost-sdk") {
        bail!("`{}` is not the SDK: name the folder `guest-sdk` of a clone of Fingerpost", shown(&folder));
    }
    Ok(folder)
}

fn filled(template: &str, name: &str, sdk: &Path) -> String {
    let title = |part: &str| {
        let mut letters = part.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    let type_name: String = name.split('-').map(title).collect();
    template
        .replace("@NAME@", name)
        .replace("@TYPE@", &type_name)
        .replace("@SDK@", &toml::Value::from(shown(sdk)).to_string())
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@RUST@", &fingerpost_guest_build::OLDEST_RUST.to_string())
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("failed to write `{}`", shown(path));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(failed)?;
    }
    std::fs::write(path, text).with_context(failed)
}

/// A workspace around the crate that counts it among its members is joined; in any other the crate stands alone. Cargo
/// itself says which it is.
fn stand_alone_or_join(folder: &Path, sdk: &Path) -> anyhow::Result<String> {
    let manifest = folder.join("Cargo.toml");
    let asked = Command::new("cargo")
        .args(["locate-project", "--workspace", "--message-format", "plain", "--manifest-path"])
        .arg(&manifest)
        .output();
    let outer = match asked {
        Ok(output) if output.status.success() => PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()),
        // Without cargo nothing can be built anyway, which the next command says better.
        _ => manifest.clone(),
    };
    let own = std::path::absolute(&manifest)?;
    if outer.canonicalize().ok() != own.canonicalize().ok() && is_member(&manifest) {
        return Ok(format!("a member of {}", shown(&outer)));
    }
    let text = std::fs::read_to_string(&manifest)?;
    write(&manifest, &format!("{text}\n# This crate stands alone, whatever workspace lies around it.\n[workspace]\n"))?;
    write(&folder.join(".gitignore"), "/target\n")?;
    // The versions that the SDK was tested with. Cargo drops what the crate does not need.
    if let Ok(lock) = std::fs::read_to_string(sdk.join("../Cargo.lock")) {
        write(&folder.join("Cargo.lock"), &lock)?;
    }
    Ok("none: the crate stands alone".to_owned())
}

/// Whether cargo takes the crate as a member of the workspace around it.
fn is_member(manifest: &Path) -> bool {
    let asked = Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline", "--manifest-path"])
        .arg(manifest)
        .output();
    asked.is_ok_and(|output| output.status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_crates() {
        assert!(check_name("cheapest-first2").is_ok());
        for name in ["", "A", "2nd", "a b", "a_b", "../x", "ends-", &"a".repeat(65)] {
            assert!(check_name(name).unwrap_err().to_string().contains("lower-case"), "{name}");
        }
        for name in ["test", "fn"] {
            assert!(check_name(name).unwrap_err().to_string().contains("keeps that word"), "{name}");
        }
    }

    #[test]
    fn the_type_is_named_after_the_policy() {
        assert_eq!(
            filled("@TYPE@ @NAME@ @SDK@", "cheapest-first", Path::new("/a b")),
            "CheapestFirst cheapest-first \"/a b\""
        );
    }

    #[test]
    fn what_is_not_the_sdk_is_refused() {
        let error = sdk(Some(Path::new(env!("CARGO_MANIFEST_DIR")))).unwrap_err().to_string();
        assert!(error.contains("is not the SDK"), "{error}");
        assert!(sdk(Some(Path::new("/nowhere"))).unwrap_err().to_string().contains("--sdk"));
    }
}
