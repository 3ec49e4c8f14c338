//! The journal across crashes: budgets, journal and ledger together against a model of the truth.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::*;
use crate::account::{Budgets, Covered, Reservation, Reserving};
use crate::config::{Budget, BudgetPeriod, BudgetScope, TrafficClass, Zone};
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

/// A gateway without its network: what keeps money, and the truth beside it.
struct Books {
    dir: tempfile::TempDir,
    budgets: Budgets,
    journal: Option<(Journal, JournalHandle)>,
    ledger: Option<(Ledger, crate::store::LedgerHandle)>,
    open: BTreeMap<u64, (Reservation, Vec<Mark>)>,
    /// By period: what was settled.
    truth: BTreeMap<u64, u64>,
    exposed: BTreeMap<String, u64>,
    limit: u64,
}

const WHAT: Covered<'static> = Covered { tenant: "acme", key: "k", route: "support", class: TrafficClass::Critical };

impl Books {
    fn new(limit: u64) -> Self {
        let mut books = Self {
            dir: tempfile::tempdir().unwrap(),
            budgets: Budgets::default(),
            journal: None,
            ledger: None,
            open: BTreeMap::new(),
            truth: BTreeMap::new(),
            exposed: BTreeMap::new(),
            limit,
        };
        books.start(DAY);
        books
    }

    fn start(&mut self, now: u64) {
        self.ledger = Some(Ledger::open(self.dir.path()).unwrap());
        self.journal = Some(open(self.dir.path()));
        let budget = Budget {
            id: "b".into(),
            scope: BudgetScope::Tenant("acme".into()),
            period: BudgetPeriod::Day,
            zone: Zone::UTC,
            limit: NanoUsd(self.limit),
            since: 0,
            thresholds: [].into(),
            webhook: None,
        };
        self.budgets = Budgets::default();
        let reader = Reader::open(self.dir.path()).unwrap();
        let unknown = self.budgets.unknown(std::slice::from_ref(&budget), now);
        let spent = reader.spent(&budget.scope, unknown[0].1).unwrap();
        self.budgets.configure(&[budget], now, |_| spent);
    }

    /// Everything in memory is gone; of the ledger's queue some may be written and some not.
    fn crash(&mut self, now: u64) {
        for (number, (reservation, marks)) in std::mem::take(&mut self.open) {
            self.exposed.insert(format!("req_{number:04}"), reservation.amount().0);
            std::mem::forget(marks);
        }
        if let Some((journal, _)) = self.journal.take() {
            kill(journal);
        }
        // The lock goes with the thread; what it still writes is what a slower crash would have found written.
        if let Some((ledger, handle)) = self.ledger.take() {
            drop(handle);
            ledger.close().unwrap();
        }
        self.start(now);
    }

    fn begin(&mut self, number: u64, amount: u64, now: u64) {
        let Ok(reservation) = self.budgets.reserve(&WHAT, NanoUsd(amount), now) else { return };
        let (who, id) = (who(), format!("req_{number:04}"));
        let (_, journal) = self.journal.as_ref().unwrap();
        let mark = journal.intend(&intent(&id, &who, Some(&reservation))).unwrap();
        self.open.insert(number, (reservation, vec![mark]));
    }

    fn raise(&mut self, number: u64, amount: u64, now: u64) {
        let Some((reservation, marks)) = self.open.get_mut(&number) else { return };
        if self.budgets.raise(reservation, NanoUsd(amount), now).is_ok() {
            let (who, id) = (who(), format!("req_{number:04}"));
            let (_, journal) = self.journal.as_ref().unwrap();
            marks.push(journal.intend(&intent(&id, &who, Some(reservation))).unwrap());
        }
    }

    /// Settles; where the queue never hands the record on, only the journal has it.
    fn end(&mut self, number: u64, share: u64, is_queued: bool, now: u64) {
        let Some((reservation, mut marks)) = self.open.remove(&number) else { return };
        let cost = reservation.amount().0 * share / 100;
        let mut record = plain(&format!("req_{number:04}"));
        (record.who, record.route, record.class) = (who(), "support".into(), TrafficClass::Critical);
        (record.received_at, record.reserved_at) = (reservation.at(), reservation.at());
        (record.cost, record.attempts[0].cost) = (NanoUsd(cost), NanoUsd(cost));
        (record.charge, record.attempts[0].charge) = (NanoUsd(cost), NanoUsd(cost));
        let (_, journal) = self.journal.as_ref().unwrap();
        marks.push(journal.record(&record).unwrap());
        *self.truth.entry(reservation.at() - reservation.at() % DAY).or_default() += cost;
        self.budgets.settle(reservation, NanoUsd(cost), now);
        let (_, ledger) = self.ledger.as_ref().unwrap();
        if is_queued {
            // Marks stay: a crash may come before the commit.
            ledger.try_append(Box::new(record)).unwrap();
        }
        std::mem::forget(marks);
    }

    fn check(&self, now: u64) {
        let today = now - now % DAY;
        let state = &self.budgets.sample(&WHAT, now)[0];
        assert_eq!(state.spent.0, self.truth.get(&today).copied().unwrap_or_default());
        assert!(state.spent + state.reserved <= state.limit);
    }

    /// Every nano-dollar is in exactly one entry.
    fn audit(&mut self, now: u64) {
        self.crash(now);
        self.check(now);
        let records = Reader::open(self.dir.path()).unwrap().recent(u32::MAX).unwrap();
        let (mut truth, mut exposed) = (BTreeMap::<u64, u64>::new(), BTreeMap::new());
        for record in &records {
            let [entry] = &record.attempts[..] else { panic!("{record:?}") };
            if record.ending == Ending::Lost {
                exposed.insert(record.request_id.to_string(), entry.cost.0);
            } else {
                *truth.entry(record.reserved_at - record.reserved_at % DAY).or_default() += entry.cost.0;
            }
        }
        assert_eq!((truth, exposed), (self.truth.clone(), self.exposed.clone()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_crash_loses_or_doubles_a_nano_dollar(
        limit in 50..300u64,
        steps in prop::collection::vec((0..12u8, 1..60u64, 0..=100u64, 0..30u64), 20..120),
    ) {
        let mut books = Books::new(limit);
        let mut now = DAY;
        for (number, (action, amount, share, pick)) in (0..).zip(steps) {
            let picked = books.open.keys().nth(pick as usize % books.open.len().max(1)).copied().unwrap_or_default();
            match action {
                0..=4 => books.begin(number, amount, now),
                5 | 6 => books.raise(picked, amount, now),
                7..=9 => books.end(picked, share, pick % 3 > 0, now),
                10 => now += DAY / 4,
                _ if share < 40 => books.crash(now),
                _ => {}
            }
            books.check(now);
        }
        books.audit(now);
    }
}
