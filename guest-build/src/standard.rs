//! The standard library for WebAssembly where the toolchain has it only as source: built once for each target directory and
//! compiler, whatever crates are built there.
//!
//! Cargo's own `build-std` builds it again for each set of flags, and the flags of a policy name its workspace. So it is built
//! here by itself, for a crate that is empty, and kept as a sysroot that the policies are compiled with.

use std::ffi::OsString;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::compile::{BuildError, PROFILE, PROFILE_SETTINGS, configure};
use crate::toolchain::{children, holds_std};
use crate::{TARGET, Toolchain, environment, messages};

/// The crate that it is built for. A library of both kinds makes cargo keep machine code and what link-time optimisation
/// needs, as in the library that comes with rustup.
const MANIFEST: &str = "[package]\nname = \"standard-library\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
                        [lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n[workspace]\n";

/// The sysroot that holds it, built first if it is not there yet.
pub(crate) fn sysroot(
    toolchain: &Toolchain,
    target_dir: &Path,
    flags: &[OsString],
    offline: bool,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<PathBuf, BuildError> {
    let name = name(toolchain, flags);
    let sysroot = target_dir.join(&name);
    if holds_std(&sysroot) {
        return Ok(sysroot);
    }
    fs::create_dir_all(target_dir).map_err(BuildError::Keep)?;
    let lock = File::create(target_dir.join(format!("{name}.lock"))).map_err(BuildError::Keep)?;
    lock.lock().map_err(BuildError::Keep)?;
    // Another build may have made it meanwhile.
    if holds_std(&sysroot) {
        return Ok(sysroot);
    }
    progress(&format!(
        "building Rust's standard library for WebAssembly from source: about a minute, once for {}",
        target_dir.display()
    ));
    let scratch = target_dir.join(format!("{name}.building"));
    let made = build(toolchain, &scratch, flags, offline, progress)?;
    keep(&made, &scratch.join("sysroot"), &sysroot).map_err(BuildError::Keep)?;
    // What is left is of no use, and does no harm.
    let _ = fs::remove_dir_all(scratch);
    Ok(sysroot)
}

/// A name of its own for each compiler and each way to build it.
fn name(toolchain: &Toolchain, flags: &[OsString]) -> String {
    let mut hasher = DefaultHasher::new();
    let changed = fs::metadata(&toolchain.rustc).and_then(|rustc| rustc.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    (&toolchain.version, &toolchain.rustc, changed, flags, PROFILE_SETTINGS, MANIFEST).hash(&mut hasher);
    format!("std-{:016x}", hasher.finish())
}

/// Builds it, and returns the directory with all that was made.
fn build(
    toolchain: &Toolchain,
    scratch: &Path,
    flags: &[OsString],
    offline: bool,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<PathBuf, BuildError> {
    let manifest = scratch.join("Cargo.toml");
    let source = scratch.join("src");
    fs::create_dir_all(&source).map_err(BuildError::Keep)?;
    fs::write(&manifest, MANIFEST).map_err(BuildError::Keep)?;
    fs::write(source.join("lib.rs"), "").map_err(BuildError::Keep)?;
    let mut cargo = toolchain.cargo();
    let target_dir = scratch.join("target");
    cargo.current_dir(scratch).arg("build").arg("--manifest-path").arg(manifest).arg("--target-dir").arg(&target_dir);
    cargo.args(["--target", TARGET, "--profile", PROFILE, "--message-format", "json-render-diagnostics"]);
    cargo.arg("-Zbuild-std=std,panic_abort");
    // A stable cargo refuses `-Z` without it.
    cargo.env("RUSTC_BOOTSTRAP", "1");
    configure(&mut cargo);
    if offline {
        cargo.arg("--offline");
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", environment::encode_flags(flags));
    messages::run(cargo, progress)?;
    Ok(target_dir.join(TARGET).join(PROFILE).join("deps"))
}

/// Makes a sysroot of the libraries in a directory. It gets its name last, so that it is whole or not there.
fn keep(made: &Path, scratch: &Path, sysroot: &Path) -> io::Result<()> {
    let library = scratch.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&library)?;
    for file in children(made).iter().filter(|file| file.extension().is_some_and(|extension| extension == "rlib")) {
        let Some(name) = file.file_name().filter(|name| !name.to_string_lossy().starts_with("libstandard_library"))
        else {
            continue;
        };
        fs::copy(file, library.join(name))?;
    }
    // The remains of one that somebody has damaged.
    let _ = fs::remove_dir_all(sysroot);
    fs::rename(scratch, sysroot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_libraries_are_kept_and_not_that_of_the_empty_crate() {
        let folder = std::env::temp_dir().join(format!("fingerpost-standard-{}", std::process::id()));
        let made = folder.join("made");
        fs::create_dir_all(&made).unwrap();
        for name in ["libstd-1.rlib", "libcore-2.rlib", "libstd-1.rmeta", "std-1.d", "libstandard_library-3.rlib"] {
            fs::write(made.join(name), "").unwrap();
        }
        let sysroot = folder.join("sysroot");
        keep(&made, &folder.join("scratch"), &sysroot).unwrap();
        let kept = children(&sysroot.join("lib/rustlib").join(TARGET).join("lib"));
        let names: Vec<_> = kept.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        assert_eq!(names, ["libcore-2.rlib", "libstd-1.rlib"]);
        assert!(holds_std(&sysroot));
        fs::remove_dir_all(folder).unwrap();
    }
}
