//! Runs cargo, hands on what it says, and finds in its messages the core modules that it made.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::compile::BuildError;

/// How many lines of cargo's output an error repeats at most.
const REPEATED_LINES: usize = 200;

/// Runs cargo and returns the modules that it made, by package.
pub(crate) fn run(
    mut cargo: Command,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<BTreeMap<String, PathBuf>, BuildError> {
    let mut child =
        cargo.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(BuildError::Run)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    // Both pipes must be read at once: cargo stops while either of them is full.
    let (made, said) = std::thread::scope(|scope| {
        let said = scope.spawn(|| forward(stderr, progress));
        (artefacts(stdout), said.join().unwrap_or_default())
    });
    let status = child.wait().map_err(BuildError::Run)?;
    if status.success() { Ok(made) } else { Err(BuildError::Cargo { status, output: said }) }
}

/// Hands on each line of what cargo says, and returns the last of them.
fn forward(stderr: Option<impl Read>, progress: &mut (dyn FnMut(&str) + Send)) -> String {
    let mut last = VecDeque::new();
    for line in lines(stderr) {
        progress(&line);
        if last.len() == REPEATED_LINES {
            last.pop_front();
        }
        last.push_back(line);
    }
    Vec::from(last).join("\n")
}

/// The modules in cargo's messages, by package.
fn artefacts(stdout: Option<impl Read>) -> BTreeMap<String, PathBuf> {
    lines(stdout).filter_map(|line| artefact(&line)).collect()
}

fn artefact(message: &str) -> Option<(String, PathBuf)> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    if message["reason"] != "compiler-artifact" {
        return None;
    }
    if !message["target"]["crate_types"].as_array()?.iter().any(|kind| kind == "cdylib") {
        return None;
    }
    let mut files = message["filenames"].as_array()?.iter().filter_map(|file| file.as_str());
    let module = files.find(|file| file.ends_with(".wasm"))?;
    Some((package_name(message["package_id"].as_str()?).to_owned(), PathBuf::from(module)))
}

/// The name in a package id: `path+file:///a/b#name@0.1.0`, or `path+file:///a/name#0.1.0` where the directory has the
/// package's name.
fn package_name(id: &str) -> &str {
    let (source, fragment) = id.rsplit_once('#').unwrap_or((id, ""));
    match fragment.split_once('@') {
        Some((name, _)) => name,
        None => source.rsplit('/').next().unwrap_or(source),
    }
}

/// The lines of a pipe, read to its end whatever bytes it carries.
fn lines(pipe: Option<impl Read>) -> impl Iterator<Item = String> {
    let lines = pipe.into_iter().flat_map(|pipe| BufReader::new(pipe).split(b'\n').map_while(Result::ok));
    lines.map(|line| String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_named_by_either_form_of_its_id() {
        assert_eq!(package_name("path+file:///work/tests/guests/traps#guest-traps@0.1.0"), "guest-traps");
        assert_eq!(package_name("path+file:///work/my-policy#0.1.0"), "my-policy");
    }

    #[test]
    fn only_modules_count_as_artefacts() {
        let message = |kind: &str, file: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","package_id":"path+file:///p#0.1.0","target":{{"crate_types":["{kind}"]}},"filenames":["{file}"]}}"#
            )
        };
        assert_eq!(artefact(&message("cdylib", "/t/p.wasm")), Some(("p".to_owned(), PathBuf::from("/t/p.wasm"))));
        assert_eq!(artefact(&message("lib", "/t/libp.rlib")), None);
        assert_eq!(artefact(r#"{"reason":"build-finished","success":true}"#), None);
        assert_eq!(artefact("no JSON"), None);
    }
}
