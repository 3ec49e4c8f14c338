//! The writer under load, on a disk that refuses, and at its end.

use super::*;
use crate::config::Sync;
use crate::store::arbitrary::plain;
use crate::store::{By, Journal, Reader};

fn numbered(number: usize) -> Box<Record> {
    Box::new(plain(&format!("req_{number:08}")))
}

fn written(dir: &Path) -> u64 {
    Reader::open(dir).unwrap().usage(By::Tenant, 0, u64::MAX).unwrap().total.requests
}

/// Holds up every writer of the file, as a full disk would.
fn blocked(dir: &Path) -> Connection {
    let other = Connection::open(Kind::Ledger.path(dir)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

/// Waits until the writer has noticed that it cannot write; from then on it takes nothing from the queue.
async fn trouble(handle: &LedgerHandle) {
    while handle.healthy() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn what_was_appended_is_there_after_a_flush() {
    let dir = tempfile::tempdir().unwrap();
    let (_ledger, handle) = Ledger::open(dir.path()).unwrap();
    for number in 0..1000 {
        handle.append(numbered(number)).await;
    }
    handle.flush().await;
    assert_eq!((written(dir.path()), handle.lag()), (1000, 0));
}

#[tokio::test]
async fn a_record_that_waits_for_the_disk_is_in_the_journal() {
    let (dir, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (_ledger, handle) = Ledger::open(dir.path()).unwrap();
    let (_journal, ahead) = Journal::open(dir.path(), Sync::Grouped).unwrap();
    handle.write_ahead_to(ahead);
    let _other = blocked(dir.path());
    handle.append(numbered(1)).await;
    trouble(&handle).await;
    // What a next process would find, were this one killed now.
    let segments = copy.path().join("journal");
    std::fs::create_dir(&segments).unwrap();
    for entry in std::fs::read_dir(dir.path().join("journal")).unwrap().flatten() {
        std::fs::copy(entry.path(), segments.join(entry.file_name())).unwrap();
    }
    Ledger::open(copy.path()).unwrap().0.close().unwrap();
    assert_eq!(written(copy.path()), 1);
}

#[tokio::test]
async fn closing_writes_what_is_queued_even_while_handles_live() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, handle) = Ledger::open(dir.path()).unwrap();
    for number in 0..1000 {
        handle.append(numbered(number)).await;
    }
    ledger.close().unwrap();
    assert_eq!(written(dir.path()), 1000);
    assert!(handle.try_append(numbered(1000)).is_err(), "nobody would write it");
}

#[tokio::test]
async fn without_close_everything_is_written_when_the_last_handle_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, handle) = Ledger::open(dir.path()).unwrap();
    handle.append(numbered(1)).await;
    let thread = ledger.thread;
    drop((ledger.handle, handle));
    thread.join().unwrap().unwrap();
    assert_eq!(written(dir.path()), 1);
}

#[tokio::test]
async fn a_record_that_comes_twice_is_kept_once() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, handle) = Ledger::open(dir.path()).unwrap();
    handle.append(numbered(1)).await;
    handle.append(numbered(1)).await;
    ledger.close().unwrap();
    assert_eq!(written(dir.path()), 1);
}

#[tokio::test]
async fn a_full_queue_makes_callers_wait() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, handle) = Ledger::open_with_queue(dir.path(), 4).unwrap();
    let other = blocked(dir.path());
    handle.append(numbered(0)).await;
    trouble(&handle).await;
    for number in 1..=4 {
        handle.try_append(numbered(number)).unwrap();
    }
    let back = handle.try_append(numbered(5)).unwrap_err();
    let waiting = tokio::spawn({
        let handle = handle.clone();
        async move { handle.append(back).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!waiting.is_finished());
    drop(other);
    waiting.await.unwrap();
    ledger.close().unwrap();
    assert_eq!(written(dir.path()), 6);
}

#[tokio::test]
async fn nothing_is_lost_while_the_disk_refuses() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, handle) = Ledger::open(dir.path()).unwrap();
    let other = blocked(dir.path());
    handle.append(numbered(1)).await;
    trouble(&handle).await;
    assert_eq!(handle.lag(), 1);
    drop(other);
    handle.flush().await;
    assert!(handle.healthy() && written(dir.path()) == 1);
    ledger.close().unwrap();
}

#[tokio::test]
async fn closing_on_a_dead_disk_says_how_much_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, handle) = Ledger::open(dir.path()).unwrap();
    let _other = blocked(dir.path());
    handle.append(numbered(1)).await;
    let error = ledger.close().unwrap_err().to_string();
    assert!(error.contains("failed to write 1 record "), "{error}");
}

#[test]
fn a_second_server_is_refused_until_the_first_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, _handle) = Ledger::open(dir.path()).unwrap();
    assert!(matches!(Ledger::open(dir.path()), Err(StoreError::Locked { .. })));
    ledger.close().unwrap();
    Ledger::open(dir.path()).unwrap();
}

/// The CPU time of this process so far, as Linux counts it: in hundredths of a second.
fn cpu() -> Duration {
    let statistics = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = statistics.rsplit(')').next().unwrap();
    let ticks: u64 = after_name.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

/// What a record costs, its making included: `cargo test --release --lib the_cost_of_a_record -- --ignored
/// --nocapture`.
#[tokio::test]
#[ignore = "measures; run it alone, in release"]
#[allow(clippy::print_stderr, reason = "the measurement is what this is for")]
async fn the_cost_of_a_record() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, handle) = Ledger::open(dir.path()).unwrap();
    for (rate, count) in [(u64::MAX, 200_000), (5_000, 20_000), (500, 4_000)] {
        let (start, before) = (Instant::now(), cpu());
        for number in 0..count {
            // The runtime sleeps a millisecond at least, so faster rates come in bursts of that.
            let due = start + Duration::from_nanos(1_000_000_000 / rate * number);
            if due > Instant::now() {
                tokio::time::sleep(due - Instant::now()).await;
            }
            handle.append(numbered(usize::try_from(rate.min(999_999) * 1_000_000 + number).unwrap())).await;
        }
        handle.flush().await;
        let spent = (cpu() - before) / u32::try_from(count).unwrap();
        eprintln!("at {rate} a second: {spent:?} of CPU a record");
    }
    ledger.close().unwrap();
}
