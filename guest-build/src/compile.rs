//! Says what cargo is to build for any number of guest packages, and picks the core modules that it made. Reading what
//! cargo answers is the part of `messages`, wrapping modules as components that of `componentize`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use crate::{TARGET, Toolchain, ToolchainKind, environment, messages, standard};

/// The stack of a guest: 64 KiB. With the linker's usual 1 MiB the memory that a decision touches no longer fits the
/// resident part of its sandbox, and every decision takes three times as long.
pub const STACK_BYTES: u64 = 64 * 1024;

/// The name of the cargo profile that guests are built with.
pub(crate) const PROFILE: &str = "guest";

/// What `guest` means where the workspace does not define it: small, quick to instantiate, without unwinding.
pub(crate) const PROFILE_SETTINGS: &[&str] = &[
    "inherits=\"release\"",
    "opt-level=\"s\"",
    "lto=true",
    "codegen-units=1",
    "panic=\"abort\"",
    "strip=\"debuginfo\"",
];

/// What to build.
#[derive(Debug, Clone)]
pub struct Build {
    manifest: PathBuf,
    packages: Vec<String>,
    target_dir: Option<PathBuf>,
    offline: bool,
    locked: bool,
}

/// A core module that cargo made, not yet a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreModule {
    /// The package that it was made from.
    pub package: String,
    /// Where it is. The next build of the same target directory may overwrite it.
    pub path: PathBuf,
}

/// Failed to build guests.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// There is no such manifest.
    #[error("there is no manifest at {}: name a crate's directory or its Cargo.toml", path.display())]
    NoManifest {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Cargo can't be started, or its output can't be read.
    #[error("cargo does not run")]
    Run(#[source] std::io::Error),
    /// What is kept for later builds can't be written.
    #[error("the standard library can't be kept in the target directory")]
    Keep(#[source] std::io::Error),
    /// Cargo ran and failed.
    #[error("cargo fails ({status}):\n{output}")]
    Cargo {
        /// How it ended.
        status: ExitStatus,
        /// The last that it said.
        output: String,
    },
    /// A package makes no module.
    #[error("{package} makes no WebAssembly module: its Cargo.toml needs `[lib]` with `crate-type = [\"cdylib\"]`")]
    NoModule {
        /// Which.
        package: String,
    },
}

/// Failed to read a core module that cargo made.
#[derive(Debug, thiserror::Error)]
#[error("can't read the module {}", path.display())]
pub struct ReadError {
    path: PathBuf,
    source: std::io::Error,
}

impl CoreModule {
    /// Reads the module.
    pub fn read(&self) -> Result<Vec<u8>, ReadError> {
        std::fs::read(&self.path).map_err(|source| ReadError { path: self.path.clone(), source })
    }
}

impl Build {
    /// Builds the package, or the default members of the workspace, at a manifest. A directory stands for its
    /// `Cargo.toml`.
    pub fn new(manifest: impl Into<PathBuf>) -> Self {
        Self { manifest: manifest.into(), packages: Vec::new(), target_dir: None, offline: false, locked: false }
    }

    /// Builds these packages of the workspace instead.
    pub fn packages<S: Into<String>>(mut self, packages: impl IntoIterator<Item = S>) -> Self {
        self.packages = packages.into_iter().map(Into::into).collect();
        self
    }

    /// Builds into this directory instead of `target/guests` in the workspace.
    pub fn target_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.target_dir = Some(directory.into());
        self
    }

    /// Whether to do without the network.
    pub fn offline(mut self, offline: bool) -> Self {
        self.offline = offline;
        self
    }

    /// Whether `Cargo.lock` must stay as it is.
    pub fn locked(mut self, locked: bool) -> Self {
        self.locked = locked;
        self
    }

    /// Runs cargo, once. Each line of its progress and of the compiler's messages goes to `progress`, which may be
    /// called from another thread. The modules come in the order of the packages.
    pub fn run(
        &self,
        toolchain: &Toolchain,
        progress: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Vec<CoreModule>, BuildError> {
        let manifest = self.manifest()?;
        let workspace = workspace(toolchain, &manifest)?;
        let target_dir = match &self.target_dir {
            Some(directory) => std::path::absolute(directory).map_err(BuildError::Run)?,
            None => workspace.join("target/guests"),
        };
        let mut flags = flags(toolchain);
        if toolchain.kind() == ToolchainKind::Debian {
            let sysroot = standard::sysroot(toolchain, &target_dir, &flags, self.offline, progress)?;
            flags.push("--sysroot".into());
            flags.push(sysroot.into());
        }
        flags.push(remap(&workspace, "/workspace"));
        let made = messages::run(self.command(toolchain, &manifest, &workspace, &target_dir, &flags), progress)?;
        self.pick(made)
    }

    fn manifest(&self) -> Result<PathBuf, BuildError> {
        let path = std::path::absolute(&self.manifest).map_err(BuildError::Run)?;
        let path = if path.is_dir() { path.join("Cargo.toml") } else { path };
        if path.is_file() { Ok(path) } else { Err(BuildError::NoManifest { path }) }
    }

    fn command(
        &self,
        toolchain: &Toolchain,
        manifest: &Path,
        workspace: &Path,
        target_dir: &Path,
        flags: &[OsString],
    ) -> Command {
        let mut cargo = toolchain.cargo();
        cargo.current_dir(workspace).arg("build").arg("--manifest-path").arg(manifest);
        cargo.args(["--target", TARGET, "--profile", PROFILE, "--message-format", "json-render-diagnostics"]);
        cargo.arg("--target-dir").arg(target_dir);
        if !defines_profile(workspace) {
            configure(&mut cargo);
        }
        for package in &self.packages {
            cargo.arg("--package").arg(package);
        }
        if self.offline {
            cargo.arg("--offline");
        }
        if self.locked {
            cargo.arg("--locked");
        }
        cargo.env("CARGO_ENCODED_RUSTFLAGS", environment::encode_flags(flags));
        cargo
    }

    /// The modules that were asked for: all that were made, or one for each package that was named.
    fn pick(&self, mut made: BTreeMap<String, PathBuf>) -> Result<Vec<CoreModule>, BuildError> {
        if self.packages.is_empty() {
            if made.is_empty() {
                return Err(BuildError::NoModule { package: self.manifest.display().to_string() });
            }
            return Ok(made.into_iter().map(|(package, path)| CoreModule { package, path }).collect());
        }
        let module = |package: &String| match made.remove(package) {
            Some(path) => Ok(CoreModule { package: package.clone(), path }),
            None => Err(BuildError::NoModule { package: package.clone() }),
        };
        self.packages.iter().map(module).collect()
    }
}

/// Tells cargo what the profile is, where no workspace does.
pub(crate) fn configure(cargo: &mut Command) {
    for setting in PROFILE_SETTINGS {
        cargo.arg("--config").arg(format!("profile.{PROFILE}.{setting}"));
    }
}

/// The compiler's flags that are the same for all crates: a small stack, and paths that do not depend on where this machine
/// keeps its files, so that the same source gives the same bytes anywhere. Of several prefixes that fit, the compiler
/// takes the last.
///
/// The workspace's own prefix comes on top of them. It also keeps cargo from taking one crate for another of the same name
/// that was built in the same target directory.
fn flags(toolchain: &Toolchain) -> Vec<OsString> {
    let mut flags = vec![OsString::from(format!("-Clink-arg=-zstack-size={STACK_BYTES}"))];
    flags.push(remap(&toolchain.sysroot().join("lib/rustlib/src/rust"), "/rust"));
    if let Some(home) = cargo_home() {
        // The directory below `src` holds the registry's name and a hash: it stays, being the same everywhere.
        flags.push(remap(&home.join("registry/src"), "/registry"));
    }
    flags
}

fn remap(from: &Path, to: &str) -> OsString {
    let mut flag = OsString::from("--remap-path-prefix=");
    flag.push(from);
    flag.push("=");
    flag.push(to);
    flag
}

fn cargo_home() -> Option<PathBuf> {
    let home = || std::env::home_dir().map(|home| home.join(".cargo"));
    std::env::var_os("CARGO_HOME").filter(|path| !path.is_empty()).map(PathBuf::from).or_else(home)
}

/// The directory of the workspace that the manifest belongs to.
fn workspace(toolchain: &Toolchain, manifest: &Path) -> Result<PathBuf, BuildError> {
    let mut cargo = toolchain.cargo();
    cargo.args(["locate-project", "--workspace", "--message-format", "plain", "--manifest-path"]).arg(manifest);
    let output = cargo.output().map_err(BuildError::Run)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
        return Err(BuildError::Cargo { status: output.status, output: said });
    }
    let root = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    Ok(root.parent().map(Path::to_owned).unwrap_or_default())
}

fn defines_profile(workspace: &Path) -> bool {
    let manifest = std::fs::read_to_string(workspace.join("Cargo.toml")).unwrap_or_default();
    let header = format!("[profile.{PROFILE}]");
    manifest.lines().any(|line| line.trim() == header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_a_module_is_told_what_its_manifest_needs() {
        let error = Build::new(".").packages(["plain"]).pick(BTreeMap::new()).unwrap_err();
        assert!(error.to_string().contains(r#"crate-type = ["cdylib"]"#), "{error}");
    }

    #[test]
    fn the_modules_come_in_the_order_of_the_packages() {
        let made = ["a", "b"].map(|name| (name.to_owned(), PathBuf::from(name))).into();
        let picked = Build::new(".").packages(["b", "a"]).pick(made).unwrap();
        assert_eq!(picked.iter().map(|module| module.package.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn a_missing_manifest_is_named() {
        let error = Build::new("/nowhere").manifest().unwrap_err();
        assert_eq!(error.to_string(), "there is no manifest at /nowhere: name a crate's directory or its Cargo.toml");
    }
}
