//! How fast recorded decisions are made again: a log of decisions of every policy that the binary carries, written by the
//! gateway's own writer, replayed on one thread against the record and against a candidate.
//!
//! `cargo bench --package fingerpost-tests --bench replay`; `FINGERPOST_BENCH_DECISIONS=50000` takes another number for
//! each policy, and `FINGERPOST_BENCH_DATA=folder` keeps the log there.

#![allow(clippy::print_stdout, missing_docs)]

use std::path::{Path, PathBuf};
use std::time::Instant;

use fingerpost::builtin;
use fingerpost::decision_log::{Log, Selection, folder};
use fingerpost::policy::EngineOptions;
use fingerpost::replay::{Against, Candidate, replay};
use support::decisions::Recorder;
use support::gateway::admit_program;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let count = std::env::var("FINGERPOST_BENCH_DECISIONS").ok().and_then(|count| count.parse().ok());
    let temporary = tempfile::tempdir().expect("a folder can be made");
    let kept = std::env::var_os("FINGERPOST_BENCH_DATA").map(PathBuf::from);
    let data = kept.as_deref().unwrap_or(temporary.path());
    let count = count.unwrap_or(20_000);
    let mut recorder = Recorder::start(data, 1, "").await;
    let started = Instant::now();
    recorder.decide(count).await;
    let took = started.elapsed();
    let (all, _) = recorder.kept();
    recorder.log.close();
    let bytes = size(&folder(data).join("segments"));
    println!("{all} decisions made and written in {took:.2?}, {} bytes each", bytes / all.max(1));
    for policy in builtin::names() {
        measure(data, Some(policy), "the record", Against::Recorded).await;
    }
    measure(data, None, "the record", Against::Recorded).await;
    let component = builtin::component("cheapest-healthy");
    let candidate = Candidate { name: "cheapest-healthy".into(), component, setting: None, settings: None };
    measure(data, Some("tiered"), "cheapest-healthy", Against::Candidate(candidate)).await;
}

async fn measure(data: &Path, route: Option<&str>, name: &str, against: Against) {
    let mut options = EngineOptions::new(data.join("compiled")).expect("this program is known");
    options.admit_program = admit_program();
    let log = Log::open(data).expect("it was written");
    let selection = Selection { route: route.map(str::to_owned), ..Selection::default() };
    let report = replay(log, selection, against, options).await.unwrap_or_else(|error| panic!("{error}"));
    let equal = if report.is_equal() { "all equal" } else { "with changes" };
    println!(
        "{:<18} against {name:<18} {:>8} compared, {equal:<12} {:>8} a second",
        route.unwrap_or("all"),
        report.compared,
        report.per_second()
    );
}

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("it was written");
    entries.flatten().filter_map(|entry| entry.metadata().ok()).map(|about| about.len()).sum()
}
