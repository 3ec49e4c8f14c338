//! `fingerpost policy dev` as it runs beside an editor: each change that passes is deployed, nothing else is, and it ends when
//! it is told to. And the crate that it works on, in a workspace.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use crate::lab::{command, gateway, lab, turn};
use crate::programs::{Process, shown};

/// Longer than a build takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(300);

/// `fingerpost policy dev` at work. It is killed with the test.
struct Dev {
    child: Child,
    said: Receiver<String>,
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Dev {
    fn start(gateway: &Process) -> Self {
        let admin = format!("http://{}", gateway.admin);
        // `exec`, so that a signal to the child is one to the program; one pipe, so that its lines come in their order.
        let mut command = command("exec fingerpost policy dev my-policy --no-native-tests --route r 2>&1");
        command.env("FINGERPOST_ADMIN", admin).env("FINGERPOST_ADMIN_TOKEN", &gateway.token);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("bash runs");
        let (sender, said) = channel();
        pass_on(child.stdout.take().expect("it is piped"), sender);
        Self { child, said }
    }

    /// Waits until it says that, and gives all that it says until then.
    fn until(&self, what: &str) -> String {
        let mut all = String::new();
        while !all.contains(what) {
            let line = self.said.recv_timeout(PATIENCE);
            all += &line.unwrap_or_else(|_| panic!("it never said `{what}`:\n{all}"));
            all.push('\n');
        }
        all
    }

    /// Waits until it waits for changes, and gives all that it says until then.
    fn round(&self) -> String {
        self.until("waiting for changes")
    }
}

fn pass_on(from: impl Read + Send + 'static, to: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            // Nobody listens any more when the test has ended.
            let _ = to.send(line);
        }
    });
}

#[test]
fn dev_deploys_each_change_that_passes_and_nothing_else_and_ends_when_it_is_told_to() {
    let _turn = turn();
    let gateway = gateway();
    let source = lab().join("my-policy/src/lib.rs");
    let good = fs::read_to_string(&source).expect("it is there");
    let mut dev = Dev::start(&gateway);
    let first = dev.round();
    assert!(first.contains("deployed  route r, version 2"), "{first}");

    fs::write(&source, good.replace("\"first-usable\"", "\"whatever\"")).expect("it can be written");
    let failing = dev.round();
    assert!(
        failing.contains("-   \"first-usable\"") && failing.contains("nothing was deployed, since tests failed"),
        "{failing}"
    );
    assert!(!failing.contains("deployed  route"), "{failing}");

    fs::write(&source, "this is no Rust").expect("it can be written");
    let broken = dev.round();
    assert!(broken.contains("error") && !broken.contains("tested") && !broken.contains("deployed  route"), "{broken}");

    fs::write(&source, good.replace("It comes first in the route.", "It is the first.")).expect("it can be written");
    let mended = dev.round();
    assert!(mended.contains("13 passed, 0 failed"), "{mended}");
    assert!(mended.contains("deployed  route r, version 3"), "{mended}");

    let told = crate::programs::terminate(&dev.child);
    assert!(told);
    assert_eq!(dev.child.wait().expect("it ends").signal(), Some(15));
}

#[test]
fn in_a_workspace_that_takes_it_a_new_policy_is_a_member_that_builds_and_in_any_other_it_stands_alone() {
    let _turn = turn();
    let workspace = lab().join("workspace");
    let _ = fs::remove_dir_all(&workspace);
    fs::create_dir_all(&workspace).expect("it can be made");
    let manifest = "[workspace]\nmembers = [\"policies/*\"]\nresolver = \"3\"\n";
    fs::write(workspace.join("Cargo.toml"), manifest).expect("it can be written");
    // The versions of a workspace are its own; with these nothing has to be fetched.
    let versions = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");
    fs::copy(versions, workspace.join("Cargo.lock")).expect("it can be written");
    let output = command("cd workspace && fingerpost policy new joined --path policies/joined").output();
    let said = shown(&output.expect("bash runs"));
    assert!(said.contains("a member of") && said.contains("workspace/Cargo.toml"), "{said}");
    let output = command("cd workspace && fingerpost policy new alone --path tools/alone").output();
    let said = shown(&output.expect("bash runs"));
    assert!(said.contains("the crate stands alone"), "{said}");
    let output = command("cd workspace && fingerpost policy test policies/joined").output().expect("bash runs");
    assert!(shown(&output).contains("13 passed, 0 failed"), "{}", shown(&output));
}
