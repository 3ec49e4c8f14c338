//! The journal across crashes. Budgets, journal and ledger together are held against a model of the truth in
//! `tests/interleavings.rs`.

mod interleavings;

use std::path::Path;

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::*;
use crate::account::Reservation;
use crate::config::TrafficClass;
use crate::ledger::{CostState, Ending, Who};
use crate::money::NanoUsd;
use crate::store::arbitrary::plain;
use crate::store::{Found, Ledger, Reader};

const DAY: u64 = 86_400_000;

fn who() -> Who {
    Who { tenant: "acme".into(), key: "k".into(), ..Who::default() }
}

fn intent<'a>(id: &'a str, who: &'a Who, held: Option<&'a Reservation>) -> Intent<'a> {
    let at = held.map_or(DAY, Reservation::at);
    Intent {
        request_id: id,
        received_at: at,
        reserved_at: at,
        at,
        who,
        route: "support",
        class: TrafficClass::Critical,
        streaming: false,
        number: 1,
        target: "fast",
        provider: "sim",
        model: "m",
        amount: held.map_or(NanoUsd(7), Reservation::amount),
        holds: held.map_or(&[], Reservation::holds),
    }
}

fn open(dir: &Path) -> (Journal, JournalHandle) {
    Journal::open(dir, Sync::Grouped).unwrap()
}

/// Ends the thread; marks that are not settled keep the files, as a kill would.
fn kill(journal: Journal) {
    journal.close();
}

fn segments(dir: &Path) -> usize {
    segment::list(dir).unwrap().len()
}

fn record_of(dir: &Path, id: &str) -> Record {
    match Reader::open(dir).unwrap().record(id).unwrap() {
        Found::One(record) => *record,
        other => panic!("{id}: {other:?}"),
    }
}

#[test]
fn what_was_open_becomes_exposure_and_what_was_over_keeps_its_record() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, handle) = open(dir.path());
    let _marks = (
        handle.intend(&intent("req_open", &who(), None)).unwrap(),
        handle.intend(&intent("req_over", &who(), None)).unwrap(),
        handle.record(&plain("req_over")).unwrap(),
    );
    kill(journal);
    Ledger::open(dir.path()).unwrap().0.close().unwrap();
    let lost = record_of(dir.path(), "req_open");
    assert_eq!(
        (lost.ending, lost.attempts[0].cost, lost.attempts[0].cost_state),
        (Ending::Lost, NanoUsd(7), CostState::Exposure)
    );
    assert_eq!(record_of(dir.path(), "req_over"), plain("req_over"));
    assert_eq!(segments(dir.path()), 0);
}

#[test]
fn a_crash_during_recovery_counts_nothing_twice() {
    let (dir, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (journal, handle) = open(dir.path());
    let _marks = (handle.intend(&intent("req_1", &who(), None)), handle.record(&plain("req_2")));
    kill(journal);
    let (_, segment) = segment::list(dir.path()).unwrap().remove(0);
    let kept = copy.path().join("segment");
    std::fs::copy(&segment, &kept).unwrap();
    for _ in 0..3 {
        Ledger::open(dir.path()).unwrap().0.close().unwrap();
        // As if the process had died before it deleted the file.
        std::fs::copy(&kept, &segment).unwrap();
    }
    assert_eq!(Reader::open(dir.path()).unwrap().recent(9).unwrap().len(), 2);
}

#[test]
fn a_torn_frame_is_skipped_wherever_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, handle) = open(dir.path());
    let _marks = ["req_1", "req_2", "req_3"].map(|id| handle.record(&plain(id)).unwrap());
    kill(journal);
    let (_, path) = segment::list(dir.path()).unwrap().remove(0);
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(segment::frames(&whole).count(), 3);
    let mut torn = whole.clone();
    torn[whole.len() / 2] ^= 1;
    assert_eq!(segment::frames(&torn).count(), 2);
    for end in 0..whole.len() {
        assert!(segment::frames(&whole[..end]).count() <= 2);
    }
}

#[test]
fn any_text_is_read_back_as_it_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, handle) = open(dir.path());
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = crate::store::arbitrary::record();
    let (mut records, mut marks) = (Vec::new(), Vec::new());
    for _ in 0..200 {
        let record = strategy.new_tree(&mut runner).unwrap().current();
        marks.push(handle.record(&record).unwrap());
        records.push(record);
    }
    kill(journal);
    let (_, path) = segment::list(dir.path()).unwrap().remove(0);
    let bytes = std::fs::read(path).unwrap();
    let read: Vec<Record> =
        segment::frames(&bytes).map(|(_, payload)| serde_json::from_slice(payload).unwrap()).collect();
    assert_eq!(read, records);
}

#[test]
fn a_segment_goes_when_all_of_it_is_in_the_ledger_and_not_before() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, handle) = open(dir.path());
    handle.intend(&intent("req_1", &who(), None)).unwrap().settle();
    let unsettled = handle.intend(&intent("req_2", &who(), None)).unwrap();
    journal.close();
    assert_eq!(segments(dir.path()), 1);
    drop(unsettled);
    let (journal, handle) = open(dir.path());
    handle.intend(&intent("req_3", &who(), None)).unwrap().settle();
    journal.close();
    assert_eq!(segments(dir.path()), 1, "the second one is gone");
}

#[test]
fn a_disk_that_is_full_is_noticed_and_gotten_over_without_help() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, handle) = open(dir.path());
    let next = segment::folder(dir.path()).join("00000002.log");
    std::os::unix::fs::symlink("/dev/full", &next).unwrap();
    let active = handle.0.active.load_full().unwrap();
    handle.0.give_up(&active, &std::io::ErrorKind::StorageFull.into());
    std::thread::sleep(HEAL_EVERY * 2);
    assert!(!handle.healthy() && handle.intend(&intent("req_1", &who(), None)).is_err());
    std::fs::remove_file(&next).unwrap();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !handle.healthy() && std::time::Instant::now() < until {
        std::thread::sleep(HEAL_EVERY);
    }
    handle.intend(&intent("req_1", &who(), None)).unwrap().settle();
    journal.close();
}

#[tokio::test]
async fn with_full_sync_a_frame_is_on_the_disk_before_the_request_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, handle) = Journal::open(dir.path(), Sync::Full).unwrap();
    for number in 0..20 {
        let mark = handle.intend(&intent(&format!("req_{number}"), &who(), None)).unwrap();
        handle.synced(&mark).await.unwrap();
        assert!(*handle.0.synced.borrow() >= mark.number);
        mark.settle();
    }
    journal.close();
}
