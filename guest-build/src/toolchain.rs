//! Finds a Rust toolchain that can build for `wasm32-unknown-unknown`. It installs nothing: `make toolchain` and
//! `rustup target add` do.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{TARGET, environment};

/// The environment variable that settles which toolchain is used: `rustup` or `debian`.
const CHOICE: &str = "FINGERPOST_GUEST_TOOLCHAIN";

/// The oldest rustc of Debian that can build the workspace: the first with edition 2024.
const OLDEST_DEBIAN: u32 = 85;

/// How a toolchain comes by the standard library for WebAssembly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolchainKind {
    /// The active toolchain has it installed, as after `rustup target add wasm32-unknown-unknown`.
    Installed,
    /// Debian's `rustc-web` and `cargo-web` build it from the source in `rust-web-src`.
    Debian,
}

/// A Rust toolchain that can build policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    kind: ToolchainKind,
    version: String,
    cargo: PathBuf,
    rustc: PathBuf,
    sysroot: PathBuf,
    linker: Option<PathBuf>,
}

/// Failed to find a toolchain that can build policies.
#[derive(Debug, thiserror::Error)]
pub enum ToolchainError {
    /// Neither kind is there.
    #[error(
        "no Rust toolchain here can build for {TARGET}: {active}; {debian}. Run `rustup target add {TARGET}`, or, where \
         rustup can't download it, `make toolchain` in Fingerpost's repository"
    )]
    NotFound {
        /// What the active toolchain lacks.
        active: String,
        /// What Debian's lacks.
        debian: String,
    },
    /// The one that the environment asks for is not there.
    #[error("{CHOICE}={choice} asks for a toolchain that is not there: {lack}")]
    ChoiceNotFound {
        /// What was asked for.
        choice: String,
        /// What it lacks.
        lack: String,
    },
    /// The environment asks for one that does not exist.
    #[error("{CHOICE} is `{choice}`, but must be `rustup`, `debian` or not set")]
    UnknownChoice {
        /// What was asked for.
        choice: String,
    },
}

impl Toolchain {
    /// Finds the toolchain for the current directory: the active one where it has the target, else Debian's.
    ///
    /// `FINGERPOST_GUEST_TOOLCHAIN=rustup` or `=debian` settles the choice.
    pub fn find() -> Result<Self, ToolchainError> {
        Self::choose(std::env::var_os(CHOICE), &installed, &debian)
    }

    fn choose(
        choice: Option<OsString>,
        installed: &dyn Fn() -> Result<Self, String>,
        debian: &dyn Fn() -> Result<Self, String>,
    ) -> Result<Self, ToolchainError> {
        let choice = choice.unwrap_or_default().to_string_lossy().into_owned();
        let chosen = match choice.as_str() {
            "rustup" => installed(),
            "debian" => debian(),
            "" => {
                return installed()
                    .or_else(|active| debian().map_err(|debian| ToolchainError::NotFound { active, debian }));
            }
            _ => return Err(ToolchainError::UnknownChoice { choice }),
        };
        chosen.map_err(|lack| ToolchainError::ChoiceNotFound { choice, lack })
    }

    /// How it comes by the standard library.
    pub fn kind(&self) -> ToolchainKind {
        self.kind
    }

    /// What its compiler calls itself, such as `rustc 1.95.0 (59807616e 2026-04-14)`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Its own directory.
    pub(crate) fn sysroot(&self) -> &Path {
        &self.sysroot
    }

    /// A command that runs its cargo, with nothing of an outer cargo in its environment.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(&self.cargo);
        environment::clean(&mut command);
        command.env("RUSTC", &self.rustc);
        if self.kind == ToolchainKind::Debian {
            // A stable cargo refuses `-Z build-std` without it.
            command.env("RUSTC_BOOTSTRAP", "1");
        }
        if let Some(linker) = &self.linker {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        command
    }
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ToolchainKind::Installed => write!(f, "{} in {}", self.version, self.sysroot.display()),
            ToolchainKind::Debian => write!(f, "Debian's {}, which builds the standard library", self.version),
        }
    }
}

/// The active toolchain, if it has the target. Its own binaries are used rather than rustup's proxies, so that the
/// directory that cargo runs in cannot change the choice.
fn installed() -> Result<Toolchain, String> {
    let sysroot = ask("rustc", &["--print", "sysroot"]).map(PathBuf::from)?;
    let library = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    if !holds_std(&library) {
        return Err(format!("the active one ({}) has no standard library for it", sysroot.display()));
    }
    let own = |name: &str| {
        let path = sysroot.join("bin").join(name).with_extension(std::env::consts::EXE_EXTENSION);
        if path.is_file() { path } else { PathBuf::from(name) }
    };
    Ok(Toolchain {
        kind: ToolchainKind::Installed,
        version: ask("rustc", &["--version"])?,
        cargo: own("cargo"),
        rustc: own("rustc"),
        sysroot,
        linker: None,
    })
}

/// Debian's toolchain, if its source of the standard library and a linker for WebAssembly are there too.
fn debian() -> Result<Toolchain, String> {
    let (rustc, cargo) = (PathBuf::from("/usr/bin/rustc"), PathBuf::from("/usr/bin/cargo"));
    if !rustc.is_file() || !cargo.is_file() {
        return Err("Debian's rustc-web and cargo-web are not installed".to_owned());
    }
    let version = ask("/usr/bin/rustc", &["--version"])?;
    if minor(&version).is_none_or(|minor| minor < OLDEST_DEBIAN) {
        return Err(format!("/usr/bin/rustc is too old ({version})"));
    }
    if !Path::new("/usr/lib/rustlib/src/rust/library/Cargo.lock").is_file() {
        return Err("Debian's rust-web-src is not installed".to_owned());
    }
    let linker = linker().ok_or("Debian's toolchain has no linker for WebAssembly: its packages `lld-…` have one")?;
    Ok(Toolchain {
        kind: ToolchainKind::Debian,
        version,
        cargo,
        rustc,
        sysroot: PathBuf::from("/usr"),
        linker: Some(linker),
    })
}

/// A linker for WebAssembly: rustup's `rust-lld`, else one of the system, of LLVM's versions the latest: an older one than
/// the compiler's can't link what the compiler makes. `is_file` follows links, and so leaves out the `/usr/bin/rust-lld`
/// that dangles until lld is installed.
fn linker() -> Option<PathBuf> {
    let sysroot = ask("rustc", &["--print", "sysroot"]).into_iter();
    let hosts = sysroot.flat_map(|sysroot| children(&Path::new(&sysroot).join("lib/rustlib")));
    let ours = hosts.map(|host| host.join("bin/rust-lld"));
    let versions = children(Path::new("/usr/lib"))
        .into_iter()
        .rev()
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("llvm-")));
    let system = std::iter::once(PathBuf::from("/usr/bin/rust-lld"))
        .chain(versions.map(|llvm| llvm.join("bin/wasm-ld")))
        .chain(["/usr/bin/wasm-ld", "/usr/bin/lld"].map(PathBuf::from));
    ours.chain(system).find(|path| path.is_file())
}

fn holds_std(library: &Path) -> bool {
    children(library)
        .iter()
        .filter_map(|file| file.file_name())
        .any(|name| name.to_string_lossy().starts_with("libstd-"))
}

/// The entries of a directory in the order of their names; none where it can't be read.
fn children(directory: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    entries
}

/// The minor version in `rustc 1.96.0 (…)`.
fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("rustc 1.")?.split('.').next()?.parse().ok()
}

/// Runs a program and returns the line that it prints. `RUSTUP_TOOLCHAIN` stays: with `cargo +nightly`, nightly is the
/// active toolchain.
fn ask(program: &str, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(program);
    let chosen = std::env::var_os("RUSTUP_TOOLCHAIN");
    environment::clean(&mut command);
    if let Some(chosen) = chosen {
        command.env("RUSTUP_TOOLCHAIN", chosen);
    }
    let output = command.args(arguments).output().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no `{program}`"),
        _ => format!("`{program}` does not start: {error}"),
    })?;
    if !output.status.success() {
        return Err(format!(
            "`{program} {}` fails: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: ToolchainKind) -> Result<Toolchain, String> {
        Ok(Toolchain {
            kind,
            version: "rustc 1.96.0".to_owned(),
            cargo: "cargo".into(),
            rustc: "rustc".into(),
            sysroot: "/sysroot".into(),
            linker: None,
        })
    }

    fn choose(choice: &str, active: bool, debian: bool) -> Result<ToolchainKind, ToolchainError> {
        let candidate = |there: bool, kind, lack: &str| {
            if there { found(kind) } else { Err(lack.to_owned()) }
        };
        Toolchain::choose(
            Some(choice.into()),
            &|| candidate(active, ToolchainKind::Installed, "the active one lacks it"),
            &|| candidate(debian, ToolchainKind::Debian, "Debian's is not installed"),
        )
        .map(|toolchain| toolchain.kind())
    }

    #[test]
    fn the_active_toolchain_comes_first() {
        assert_eq!(choose("", true, true).unwrap(), ToolchainKind::Installed);
    }

    #[test]
    fn debians_toolchain_stands_in_for_one_without_the_target() {
        assert_eq!(choose("", false, true).unwrap(), ToolchainKind::Debian);
    }

    #[test]
    fn the_environment_settles_the_choice() {
        assert_eq!(choose("debian", true, true).unwrap(), ToolchainKind::Debian);
        assert_eq!(
            choose("rustup", false, true).unwrap_err().to_string(),
            "FINGERPOST_GUEST_TOOLCHAIN=rustup asks for a toolchain that is not there: the active one lacks it"
        );
        assert!(choose("nix", true, true).unwrap_err().to_string().contains("must be `rustup`, `debian` or not set"));
    }

    #[test]
    fn without_a_toolchain_the_error_says_what_to_run_on_any_machine() {
        let message = choose("", false, false).unwrap_err().to_string();
        assert!(message.contains("the active one lacks it; Debian's is not installed"), "{message}");
        assert!(message.contains("rustup target add wasm32-unknown-unknown"), "{message}");
        assert!(message.contains("make toolchain"), "{message}");
    }

    #[test]
    fn the_minor_version_is_read_from_what_the_compiler_says() {
        assert_eq!(minor("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"), Some(96));
        assert_eq!(minor("nonsense"), None);
    }
}
