//! How policies are built: with the oldest Rust that is supported, with one standard library for all crates of a target folder,
//! and never one crate in place of another.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, SystemTime};

use crate::lab::{command, lab, turn};
use crate::programs::shown;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ has a parent").to_owned()
}

/// A crate that `fingerpost policy new` makes, as it is made: cargo has seen this place before, so that little is built anew.
fn new_crate(path: &str) -> PathBuf {
    let folder = lab().join(path);
    let _ = fs::remove_dir_all(&folder);
    let name = folder.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
    let output = command(&format!("fingerpost policy new {name} --path {path}")).output().expect("bash runs");
    assert!(output.status.success(), "{}", shown(&output));
    folder
}

/// Builds a crate, and gives the component and what was said.
fn build(krate: &Path, environment: &[(&str, &Path)]) -> (Vec<u8>, String) {
    let file = lab().join("built.wasm");
    let script = format!("fingerpost policy build '{}' --output '{}'", krate.display(), file.display());
    let output: Output = command(&script).envs(environment.iter().copied()).output().expect("bash runs");
    assert!(output.status.success(), "{}", shown(&output));
    (fs::read(file).expect("it was written"), shown(&output))
}

#[test]
fn the_built_in_policies_and_a_new_crate_build_with_the_oldest_rust_and_one_standard_library() {
    let root = workspace().join("target/oldest-rust");
    if !root.join("usr/bin/rustc").exists() {
        let why =
            fs::read_to_string(root.join("missing")).unwrap_or_else(|_| "`make oldest-rust` unpacks it.\n".to_owned());
        say_nothing_is_built(&why);
        return;
    }
    let _turn = turn();
    let target_dir = workspace().join("target/guests-oldest");
    let with = [
        ("FINGERPOST_GUEST_TOOLCHAIN", Path::new("debian")),
        ("FINGERPOST_DEBIAN_ROOT", &root),
        ("FINGERPOST_GUEST_TARGET_DIR", &target_dir),
    ];
    let mut crates: Vec<_> = fingerpost::builtin::names().map(|name| workspace().join("policies").join(name)).collect();
    crates.push(new_crate("oldest/fresh"));
    let said: Vec<_> = crates.iter().map(|krate| build(krate, &with).1).collect();
    let announced = said.iter().filter(|said| said.contains("building Rust's standard library")).count();
    let libraries = fs::read_dir(&target_dir).expect("it is there").flatten().map(|entry| entry.path());
    let libraries = libraries.filter(|path| path.join("lib/rustlib").is_dir()).count();
    assert!(announced <= 1 && libraries == 1, "{announced} {libraries} {said:?}");
}

/// Says it past the test harness, which would keep it back.
fn say_nothing_is_built(why: &str) {
    let _ = writeln!(std::io::stderr(), "nothing is built with the oldest Rust that is supported: {}", why.trim());
}

#[test]
fn the_same_source_gives_the_same_bytes_and_a_crate_of_the_same_name_is_never_taken_for_it() {
    let _turn = turn();
    let (one, other) = (new_crate("twins/one/twin"), new_crate("twins/other/twin"));
    let (first, _) = build(&one, &[]);
    assert_eq!(build(&other, &[]).0, first, "the place of a crate must not be in its bytes");
    let source = other.join("src/lib.rs");
    let text = fs::read_to_string(&source).expect("it is there").replace("first-usable", "first-altered");
    fs::write(&source, text).expect("it can be written");
    // Cargo tells by the time of a file whether it has changed.
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let file = fs::File::options().write(true).open(&source).expect("it can be opened");
    let has = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    let (altered, _) = build(&other, &[]);
    assert!(has(&altered, "first-altered"), "the altered crate is built from its own source");
    file.set_modified(long_ago).expect("a time can be set");
    let third = new_crate("twins/third/twin");
    fs::copy(&source, third.join("src/lib.rs")).expect("it can be copied");
    let copied = fs::File::options().write(true).open(third.join("src/lib.rs")).expect("it can be opened");
    copied.set_modified(long_ago).expect("a time can be set");
    assert_eq!(build(&third, &[]).0, altered, "an old file in a new place is another crate's all the same");
    assert_eq!(build(&one, &[]).0, first);
}
