//! Finds a Rust toolchain that can build for `wasm32-unknown-unknown`. It installs nothing: `make toolchain` and
//! `rustup target add` do.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::version::{OLDEST_RUST, RustVersion};
use crate::{TARGET, debian, environment};

/// The environment variable that settles which toolchain is used: `rustup` or `debian`.
const CHOICE: &str = "FINGERPOST_GUEST_TOOLCHAIN";

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
    pub(crate) kind: ToolchainKind,
    pub(crate) version: String,
    pub(crate) cargo: PathBuf,
    pub(crate) rustc: PathBuf,
    pub(crate) sysroot: PathBuf,
    pub(crate) linker: Option<PathBuf>,
    /// Where its programs find their shared libraries, if that is not where the system looks.
    pub(crate) libraries: Option<OsString>,
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
    /// `FINGERPOST_GUEST_TOOLCHAIN=rustup` or `=debian` settles the choice. `FINGERPOST_DEBIAN_ROOT` names the folder
    /// in which Debian's packages are unpacked, where they are not installed.
    pub fn find() -> Result<Self, ToolchainError> {
        Self::choose(std::env::var_os(CHOICE), &installed, &debian::find)
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
        if let Some(libraries) = &self.libraries {
            command.env("LD_LIBRARY_PATH", libraries);
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

/// The active toolchain, if it is new enough and has the target. Its own binaries are used rather than rustup's proxies, so
/// that the directory that cargo runs in cannot change the choice.
fn installed() -> Result<Toolchain, String> {
    let rustc = Program::named("rustc");
    let sysroot = rustc.ask(&["--print", "sysroot"]).map(PathBuf::from)?;
    let version = rustc.ask(&["--version"])?;
    if RustVersion::is_too_old(&version) {
        let place = sysroot.display();
        return Err(format!(
            "the active one ({place}) is {version}, and policies need Rust {OLDEST_RUST} or later: `rustup update`"
        ));
    }
    if !holds_std(&sysroot) {
        return Err(format!("the active one ({}) has no standard library for it", sysroot.display()));
    }
    let own = |name: &str| {
        let path = sysroot.join("bin").join(name).with_extension(std::env::consts::EXE_EXTENSION);
        if path.is_file() { path } else { PathBuf::from(name) }
    };
    Ok(Toolchain {
        kind: ToolchainKind::Installed,
        version,
        cargo: own("cargo"),
        rustc: own("rustc"),
        sysroot,
        linker: None,
        libraries: None,
    })
}

/// Whether a sysroot has the standard library for the target.
pub(crate) fn holds_std(sysroot: &Path) -> bool {
    children(&sysroot.join("lib/rustlib").join(TARGET).join("lib"))
        .iter()
        .filter_map(|file| file.file_name())
        .any(|name| name.to_string_lossy().starts_with("libstd-"))
}

/// The entries of a directory in the order of their names; none where it can't be read.
pub(crate) fn children(directory: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    entries
}

/// A program that is asked something about itself.
pub(crate) struct Program<'a> {
    pub(crate) path: &'a Path,
    pub(crate) libraries: Option<&'a OsString>,
}

impl<'a> Program<'a> {
    /// The one that the shell would run.
    pub(crate) fn named(name: &'a str) -> Self {
        Self { path: Path::new(name), libraries: None }
    }

    /// Runs it and returns the line that it prints. `RUSTUP_TOOLCHAIN` stays: with `cargo +nightly`, nightly is the active
    /// toolchain.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new(self.path);
        let name = self.path.display();
        let chosen = std::env::var_os("RUSTUP_TOOLCHAIN");
        environment::clean(&mut command);
        if let Some(chosen) = chosen {
            command.env("RUSTUP_TOOLCHAIN", chosen);
        }
        if let Some(libraries) = self.libraries {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        let output = command.args(arguments).output().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => format!("there is no `{name}`"),
            _ => format!("`{name}` does not start: {error}"),
        })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("`{name} {}` fails: {}", arguments.join(" "), said.trim()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
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
            libraries: None,
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
}
