//! Debian's Rust: `rustc-web` and `cargo-web`, which lie beside rustup's toolchain, and the source of the standard library in
//! `rust-web-src`. Everything that a build would find wrong with them is told here, before anything is compiled.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::toolchain::{Program, Toolchain, ToolchainKind, children};
use crate::version::{OLDEST_RUST, RustVersion};

/// The environment variable that names the folder in which Debian's packages are unpacked, where they are not installed.
const ROOT: &str = "FINGERPOST_DEBIAN_ROOT";

/// What installs them, or brings them up to date.
const MEND: &str = "`apt-get update && apt-get install rustc-web cargo-web rust-web-src`";

/// Finds them where the environment says that they are unpacked, else where they are installed.
pub(crate) fn find() -> Result<Toolchain, String> {
    let root = std::env::var_os(ROOT).filter(|root| !root.is_empty()).map_or_else(|| PathBuf::from("/"), PathBuf::from);
    within(&root)
}

/// Finds them in this root, if the source of the standard library and a linker for WebAssembly are there too.
fn within(root: &Path) -> Result<Toolchain, String> {
    let (rustc, cargo) = (root.join("usr/bin/rustc"), root.join("usr/bin/cargo"));
    if !rustc.is_file() || !cargo.is_file() {
        let place = if root == Path::new("/") { String::new() } else { format!(" in {}", root.display()) };
        return Err(format!("Debian's rustc-web and cargo-web are not there{place}: {MEND}"));
    }
    let libraries = libraries(root);
    let version = version_of(&rustc, libraries.as_ref())?;
    version_of(&cargo, libraries.as_ref())?;
    let source = root.join("usr/lib/rustlib/src/rust");
    if !source.join("library/Cargo.lock").is_file() {
        return Err(format!("Debian's rust-web-src is not there: {MEND}"));
    }
    is_of(&source, &version)?;
    let linker =
        linker(root).ok_or("Debian's toolchain has no linker for WebAssembly: its packages `lld-…` have one")?;
    Ok(Toolchain {
        kind: ToolchainKind::Debian,
        version,
        cargo,
        rustc,
        sysroot: root.join("usr"),
        linker: Some(linker),
        libraries,
    })
}

/// What a program calls itself, if it is new enough.
fn version_of(path: &Path, libraries: Option<&OsString>) -> Result<String, String> {
    let said = Program { path, libraries }.ask(&["--version"])?;
    if !RustVersion::is_too_old(&said) {
        return Ok(said);
    }
    Err(format!("{} is {said}, and policies need Rust {OLDEST_RUST} or later: {MEND}", path.display()))
}

/// Whether the source of the standard library is the compiler's own: another version's does not compile. Debian keeps it
/// in a folder of that name.
fn is_of(source: &Path, rustc: &str) -> Result<(), String> {
    let folder = source.canonicalize().unwrap_or_default();
    let named = folder.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix("rustc-"));
    match (named, rustc.split_whitespace().nth(1)) {
        (Some(source), Some(compiler)) if source != compiler => Err(format!(
            "Debian's rust-web-src is {source}, and its rustc-web {compiler}: they must be of one version: {MEND}"
        )),
        _ => Ok(()),
    }
}

/// Where the shared libraries of unpacked packages are. Those of installed ones are found without.
fn libraries(root: &Path) -> Option<OsString> {
    if root == Path::new("/") {
        return None;
    }
    let multiarch = format!("{}-linux-gnu", std::env::consts::ARCH);
    let own = ["usr/lib", "lib"].map(|folder| root.join(folder));
    let folders = own.iter().flat_map(|folder| [folder.join(&multiarch), folder.clone()]);
    let others: Vec<_> = std::env::var_os("LD_LIBRARY_PATH").iter().flat_map(std::env::split_paths).collect();
    std::env::join_paths(folders.chain(others)).ok()
}

/// A linker for WebAssembly: rustup's `rust-lld`, else one of the system, of LLVM's versions the latest: an older one than
/// the compiler's can't link what the compiler makes. `is_file` follows links, and so leaves out the `/usr/bin/rust-lld`
/// that dangles until lld is installed.
fn linker(root: &Path) -> Option<PathBuf> {
    let sysroot = Program::named("rustc").ask(&["--print", "sysroot"]).into_iter();
    let hosts = sysroot.flat_map(|sysroot| children(&Path::new(&sysroot).join("lib/rustlib")));
    let ours = hosts.map(|host| host.join("bin/rust-lld"));
    let versions = children(&root.join("usr/lib"))
        .into_iter()
        .rev()
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("llvm-")));
    let system = std::iter::once(root.join("usr/bin/rust-lld"))
        .chain(versions.map(|llvm| llvm.join("bin/wasm-ld")))
        .chain(["usr/bin/wasm-ld", "usr/bin/lld"].map(|path| root.join(path)));
    ours.chain(system).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A root with programs that say that they are of these versions, and the source of this one.
    fn root(rustc: &str, cargo: &str, source: &str) -> PathBuf {
        let name = format!("fingerpost-debian-{}-{rustc}-{cargo}-{source}", std::process::id());
        let root = std::env::temp_dir().join(name);
        let folder = root.join("usr/src").join(format!("rustc-{source}"));
        for folder in [root.join("usr/bin"), root.join("usr/lib/rustlib/src"), folder.join("library")] {
            std::fs::create_dir_all(folder).unwrap();
        }
        std::fs::write(folder.join("library/Cargo.lock"), "").unwrap();
        let link = root.join("usr/lib/rustlib/src/rust");
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(folder, link).unwrap();
        for (program, version) in [("rustc", rustc), ("cargo", cargo), ("rust-lld", "19")] {
            let path = root.join("usr/bin").join(program);
            std::fs::write(&path, format!("#!/bin/sh\necho {program} {version} '(x 2025-01-01)'\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        root
    }

    fn lack(rustc: &str, cargo: &str, source: &str) -> String {
        let root = root(rustc, cargo, source);
        let lack = within(&root).expect_err("something is wrong");
        std::fs::remove_dir_all(root).unwrap();
        lack
    }

    #[test]
    fn unpacked_packages_do_with_their_own_libraries() {
        let root = root("1.85.0", "1.85.0", "1.85.0");
        let found = within(&root).unwrap();
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!((found.kind(), found.version()), (ToolchainKind::Debian, "rustc 1.85.0 (x 2025-01-01)"));
        assert_eq!(found.sysroot(), root.join("usr"));
        let libraries = found.libraries.unwrap().into_string().unwrap();
        assert!(libraries.starts_with(root.to_str().unwrap()), "{libraries}");
        assert_eq!(super::libraries(Path::new("/")), None);
    }

    #[test]
    fn what_is_too_old_is_named_with_what_is_needed_and_what_mends_it() {
        for (rustc, cargo) in [("1.63.0", "1.63.0"), ("1.84.1", "1.85.0"), ("1.85.0", "1.84.0")] {
            let lack = lack(rustc, cargo, rustc);
            assert!(lack.contains("need Rust 1.85 or later") && lack.contains("apt-get update"), "{lack}");
        }
    }

    #[test]
    fn the_source_of_another_version_is_refused() {
        let lack = lack("1.96.0", "1.96.0", "1.85.0");
        assert!(lack.contains("rust-web-src is 1.85.0, and its rustc-web 1.96.0"), "{lack}");
    }

    #[test]
    fn an_empty_root_is_named() {
        let lack = within(Path::new("/nowhere")).unwrap_err();
        assert!(lack.contains("not there in /nowhere"), "{lack}");
    }
}
