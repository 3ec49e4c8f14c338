//! `scripts/toolchain.sh` on machines that lack this or that: programs that play rustc, apt and rustup are all that is on its
//! path. Whatever it finds, it says within seconds, and compiles nothing.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::programs::shown;

/// What the script may take for granted on any machine.
const TOOLS: &[&str] =
    &["basename", "bash", "cat", "chmod", "cp", "dirname", "env", "ln", "mkdir", "sed", "timeout", "touch", "uname"];

/// A machine: a path of its own, a place for Debian's packages, and what apt offers.
struct Machine {
    folder: tempfile::TempDir,
    rustup_server: String,
}

impl Machine {
    /// With this version of Rust, which has a linker and not the target, with apt and root, and a rustup that reaches
    /// nobody.
    fn with_rust(version: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let machine = Self { folder, rustup_server: "http://127.0.0.1:9".to_owned() };
        fs::create_dir(machine.at("bin")).expect("it can be made");
        let path = std::env::var_os("PATH").expect("a path");
        for tool in TOOLS {
            let mut places = std::env::split_paths(&path).map(|folder| folder.join(tool));
            let real = places.find(|path| path.is_file()).unwrap_or_else(|| panic!("no {tool}"));
            symlink(real, machine.at("bin").join(tool)).expect("a link can be made");
        }
        fs::create_dir_all(machine.at("sysroot/lib/rustlib/host/bin")).expect("it can be made");
        fs::write(machine.at("sysroot/lib/rustlib/host/bin/rust-lld"), "").expect("it can be written");
        let rustc = format!("[[ $1 == --print ]] && echo $AT/sysroot || echo 'rustc {version} (x 2026-01-01)'");
        let apt = r#"[[ ! -e $AT/locked ]] || { echo "E: Could not get lock" >&2; exit 100; }
            case "$1" in
                update) echo update >>$AT/log; cp $AT/offers.new $AT/offers 2>/dev/null; exit 0 ;;
                install) echo "$@" >>$AT/log; $AT/unpack "$(cat $AT/offers)" ;;
            esac"#;
        machine
            .program("rustc", &rustc)
            .program("cargo", &format!("echo cargo {version}"))
            .program("cc", "")
            .program("id", "echo ${UID_OF_USER:-0}")
            .program("rustup", "echo \"$@\" >>$AT/log; exit 1")
            .program("apt-get", apt)
            .program("apt-cache", r#"echo "$2:"; echo "  Candidate: $(cat $AT/offers 2>/dev/null || echo '(none)')""#)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn program(self, name: &str, script: &str) -> Self {
        self.executable(&format!("bin/{name}"), script)
    }

    fn executable(self, path: &str, script: &str) -> Self {
        fs::write(self.at(path), format!("#!/bin/bash\nAT={}\n{script}\n", self.folder.path().display())).expect(path);
        fs::set_permissions(self.at(path), fs::Permissions::from_mode(0o755)).expect(path);
        self
    }

    fn without(self, name: &str) -> Self {
        fs::remove_file(self.at("bin").join(name)).expect(name);
        self
    }

    /// What apt's lists hold: those of now, and those that an update brings.
    fn apt_offers(self, now: &str, updated: &str) -> Self {
        for (file, version) in [("offers", now), ("offers.new", updated)] {
            fs::write(self.at(file), version).expect("it can be written");
        }
        let unpack = r#"v=${1#*:}; v=${v%%[+~-]*}; src=$AT/root/usr/src/rustc-${SOURCE:-$v}
            mkdir -p $AT/root/usr/bin $AT/root/usr/lib/rustlib/src $src/library
            touch $src/library/Cargo.lock; ln -sfn $src $AT/root/usr/lib/rustlib/src/rust
            for p in rustc cargo; do
                printf '#!/bin/bash\necho %s\n' "$p $v '(x)'" >$AT/root/usr/bin/$p; chmod +x $AT/root/usr/bin/$p
            done"#;
        self.executable("unpack", unpack)
    }

    /// Debian's packages of this version, with the source of that one, are there already.
    fn has_debian(self, version: &str, source: &str) -> Self {
        let mut unpack = Command::new(self.at("unpack"));
        assert!(unpack.arg(version).env("SOURCE", source).status().expect("it runs").success());
        self
    }

    fn run(&self, environment: &[(&str, &str)]) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/toolchain.sh");
        let began = Instant::now();
        let mut command = Command::new(self.at("bin/bash"));
        command.arg(script).env_clear().env("PATH", self.at("bin")).env("FINGERPOST_DEBIAN_ROOT", self.at("root"));
        let output = command.env("RUSTUP_DIST_SERVER", &self.rustup_server).envs(environment.iter().copied()).output();
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        output.expect("bash runs")
    }

    /// It ends well and says this.
    fn is_ready(&self, says: &str) {
        let output = self.run(&[]);
        assert!(output.status.success() && shown(&output).contains(says), "{}", shown(&output));
    }

    /// It ends badly and says all of this.
    fn is_refused(&self, environment: &[(&str, &str)], says: &[&str]) {
        let output = self.run(environment);
        assert!(!output.status.success(), "{}", shown(&output));
        for part in says {
            assert!(shown(&output).contains(part), "{part}: {}", shown(&output));
        }
    }

    /// What apt and rustup were asked for.
    fn log(&self) -> String {
        fs::read_to_string(self.at("log")).unwrap_or_default()
    }
}

const APT: &str = "apt-get update && apt-get install rustc-web cargo-web rust-web-src";
const RUSTUP: &str = "rustup target add wasm32-unknown-unknown";

#[test]
fn lists_are_fetched_before_packages_are_taken_from_them() {
    let machine = Machine::with_rust("1.95.0").apt_offers("1.63.0+dfsg1-2", "1.96.0+dfsg1-1~deb12u2");
    machine.is_ready("Policies are built by Debian's rustc 1.96.0");
    let log = machine.log();
    assert!(log.starts_with("update\ninstall ") && log.contains("rustc-web cargo-web rust-web-src"), "{log}");
}

#[test]
fn the_oldest_that_is_supported_will_do() {
    for offered in ["1.85.0+dfsg3-1~deb12u3", "1:1.85.1-1"] {
        Machine::with_rust("1.95.0").apt_offers(offered, offered).is_ready("Policies are built by Debian's rustc 1.85");
    }
}

#[test]
fn what_is_installed_already_is_brought_up_to_date_where_it_does_not_fit() {
    for (version, source) in [("1.63.0", "1.63.0"), ("1.84.1", "1.84.1"), ("1.96.0", "1.85.0")] {
        let machine = Machine::with_rust("1.95.0").apt_offers("1.85.0", "1.96.0").has_debian(version, source);
        machine.is_ready("Policies are built by Debian's rustc 1.96.0");
    }
    let machine = Machine::with_rust("1.95.0").apt_offers("1.85.0", "1.96.0").has_debian("1.85.0", "1.85.0");
    machine.is_ready("Policies are built by Debian's rustc 1.85.0");
    assert_eq!(machine.log(), "", "what fits is left alone");
}

#[test]
fn too_old_an_offer_is_told_with_what_mends_it_and_not_installed() {
    let machine =
        Machine::with_rust("1.95.0").apt_offers("1.63.0+dfsg1-2", "1.84.0+dfsg1-1").has_debian("1.63.0", "1.63.0");
    let lack = "usr/bin/rustc is 1.63.0";
    machine.is_refused(&[], &["apt offers rustc-web 1.84.0", lack, "does not answer", "need Rust 1.85", APT, RUSTUP]);
    assert_eq!(machine.log(), "update\n");
    Machine::with_rust("1.95.0").is_refused(&[], &["apt offers no rustc-web", APT, RUSTUP]);
}

#[test]
fn a_machine_without_apt_without_root_or_with_a_lock_that_is_held_is_told_so() {
    let offers = || Machine::with_rust("1.95.0").apt_offers("1.96.0", "1.96.0");
    offers().without("apt-get").is_refused(&[], &["there is no apt-get", "does not answer", RUSTUP]);
    offers().is_refused(&[("UID_OF_USER", "1000")], &["there is no sudo", "needs root", APT]);
    let locked_sudo = offers().program("sudo", "echo 'sudo: a password is required' >&2; exit 1");
    locked_sudo.is_refused(&[("UID_OF_USER", "1000")], &["a password is required", "needs root", APT]);
    let locked = offers();
    fs::write(locked.at("locked"), "").expect("it can be written");
    locked.is_refused(&[], &["Could not get lock", "apt-get install fails", APT]);
    offers().without("apt-get").without("rustup").is_refused(&[], &["there is no rustup", RUSTUP]);
}

#[test]
fn a_rust_that_cannot_build_the_gateway_is_told_at_once_even_if_it_has_the_target() {
    for version in ["1.94.1", "1.84.0", "1.9.0"] {
        let machine = Machine::with_rust(version).apt_offers("1.96.0", "1.96.0");
        let library = machine.at("sysroot/lib/rustlib/wasm32-unknown-unknown/lib");
        fs::create_dir_all(&library).expect("it can be made");
        fs::write(library.join("libstd-1.rlib"), "").expect("it can be written");
        machine.is_refused(&[], &[&format!("rustc {version} "), "needs 1.95 or later", "rustup update stable"]);
        assert_eq!(machine.log(), "");
        machine.without("rustup").is_refused(&[], &["https://rustup.rs"]);
    }
}

#[test]
fn where_rustups_server_answers_the_target_is_fetched_from_it() {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let add = "mkdir -p $AT/sysroot/lib/rustlib/$3/lib && touch $AT/sysroot/lib/rustlib/$3/lib/libstd-1.rlib";
    let mut machine = Machine::with_rust("1.96.0").without("apt-get").program("rustup", add);
    machine.rustup_server = format!("http://{}", server.local_addr().expect("an address"));
    machine.is_ready("Policies are built by rustc 1.96.0");
    machine.is_ready("Policies are built by rustc 1.96.0");
}

#[test]
fn a_choice_in_the_environment_is_kept_to() {
    let offers = || Machine::with_rust("1.95.0").apt_offers("1.96.0", "1.96.0").has_debian("1.96.0", "1.96.0");
    let machine = offers();
    machine.is_refused(&[("FINGERPOST_GUEST_TOOLCHAIN", "rustup")], &["does not answer", RUSTUP]);
    assert_eq!(machine.log(), "");
    offers().is_refused(&[("FINGERPOST_GUEST_TOOLCHAIN", "nix")], &["must be rustup, debian or not set"]);
    let machine = Machine::with_rust("1.95.0").apt_offers("1.63.0", "1.63.0");
    let output = machine.run(&[("FINGERPOST_GUEST_TOOLCHAIN", "debian")]);
    assert!(!output.status.success() && !shown(&output).contains(RUSTUP), "{}", shown(&output));
}

#[test]
fn a_machine_without_cargo_or_a_c_compiler_is_told_what_to_install() {
    for (program, says) in [("cargo", "https://rustup.rs"), ("rustc", "https://rustup.rs"), ("cc", "build-essential")] {
        Machine::with_rust("1.95.0").without(program).is_refused(&[], &[says]);
    }
}
