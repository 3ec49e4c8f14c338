//! What is written is read back equal, and every sum is the sum of the raw entries.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::ledger::{CostState, Ending, Entry};
use crate::store::Ledger;
use crate::store::arbitrary::{plain, record};

/// A folder whose ledger holds these records, as a server leaves it.
fn holding(records: &[Record]) -> (tempfile::TempDir, Reader) {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, handle) = Ledger::open(dir.path()).unwrap();
    for record in records {
        handle.try_append(Box::new(record.clone())).unwrap();
    }
    ledger.close().unwrap();
    let reader = Reader::open(dir.path()).unwrap();
    (dir, reader)
}

fn one(reader: &Reader, id: &str) -> Option<Record> {
    match reader.record(id).unwrap() {
        Found::One(record) => Some(*record),
        _ => None,
    }
}

/// The sum as the ledger would hold it.
fn held(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}

fn sum<'a>(records: impl IntoIterator<Item = &'a Record>, what: impl Fn(&Record, usize, &Entry) -> u64) -> u64 {
    let entries = records.into_iter().flat_map(|r| r.attempts.iter().enumerate().map(move |(at, e)| (r, at, e)));
    held(entries.map(|(record, at, entry)| u128::from(what(record, at, entry))).sum())
}

/// Whether another target than the intended one served, or more than one was tried.
fn fell_back(record: &Record) -> bool {
    let target = |place: &Option<crate::ledger::Place>| place.as_ref().map(|place| place.target.clone());
    let (intended, serving) = (target(&record.intended), target(&record.serving));
    let moved = intended.is_some() && serving.is_some() && intended != serving;
    moved || record.attempts.windows(2).any(|pair| pair[0].place.target != pair[1].place.target)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_appended_is_read_back_equal(records in vec(record(), 1..8)) {
        let (_dir, reader) = holding(&records);
        for record in &records {
            prop_assert_eq!(&one(&reader, &record.request_id), &Some(record.clone()));
        }
        let newest_first: Vec<_> = records.into_iter().rev().collect();
        prop_assert_eq!(reader.recent(100).unwrap(), newest_first);
    }

    #[test]
    fn sums_by_anything_are_the_sums_of_the_raw_entries(records in vec(record(), 0..24)) {
        let (_dir, reader) = holding(&records);
        for by in By::ALL {
            let usage = reader.usage(by, 0, u64::MAX).unwrap();
            let total = &usage.total;
            prop_assert_eq!(total.requests, records.iter().filter(|r| r.reserved_at < i64::MAX as u64).count() as u64);
            prop_assert_eq!(total.cost.0, sum(&records, |_, _, entry| entry.billed().0));
            let exposed = |_: &_, _, entry: &Entry| held(u128::from(entry.cost.0 - entry.billed().0) + u128::from(entry.exposure.0));
            prop_assert_eq!(total.exposure.0, sum(&records, exposed));
            prop_assert_eq!(total.charge.0, sum(&records, |_, _, entry| entry.charge.0));
            let serves = |record: &Record, at| record.serving_attempt() == Some(at);
            let retry = |record: &Record, at, entry: &Entry| u64::from(!serves(record, at)) * entry.billed().0;
            prop_assert_eq!(total.retry_cost.0, sum(&records, retry));
            if total.cost.0 < u64::MAX {
                let growth = |record: &Record, at, entry: &Entry| u64::from(serves(record, at)) * entry.billed().0;
                prop_assert_eq!(total.growth_cost().0, sum(&records, growth));
            }
            let fell = || records.iter().filter(|record| fell_back(record));
            prop_assert_eq!(total.fallbacks, fell().count() as u64);
            prop_assert_eq!(total.cost_before_fallback.0, sum(fell(), retry));
            let after = |record: &Record, at, entry: &Entry| u64::from(serves(record, at)) * entry.billed().0;
            prop_assert_eq!(total.cost_after_fallback.0, sum(fell(), after));
            let rows = |what: fn(&super::super::UsageRow) -> NanoUsd| held(usage.rows.iter().map(|row| u128::from(what(row).0)).sum());
            prop_assert_eq!(rows(|row| row.cost_before_fallback), total.cost_before_fallback.0);
            prop_assert_eq!(rows(|row| row.cost_after_fallback), total.cost_after_fallback.0);
            prop_assert_eq!(total.input_tokens, sum(&records, |_, _, entry| entry.input_tokens));
            prop_assert_eq!(usage.rows.iter().map(|row| row.attempts).sum::<u64>(), sum(&records, |_, _, _| 1));
            prop_assert_eq!(held(usage.rows.iter().map(|row| u128::from(row.cost.0)).sum()), total.cost.0);
            for row in usage.rows.iter().chain([total]) {
                prop_assert_eq!(row.requests, row.served + row.rejected + row.failed + row.abandoned + row.deferred);
            }
        }
    }

    #[test]
    fn what_was_spent_is_the_sum_of_the_entries_since(records in vec(record(), 0..24), since in 0..10_000_u64) {
        let (_dir, reader) = holding(&records);
        for of in &records {
            let counted = |r: &&Record| r.reserved_at >= since;
            let tenant = records.iter().filter(counted).filter(|r| r.who.tenant == of.who.tenant);
            let class = records.iter().filter(counted).filter(|r| r.class == of.class);
            let spent = |scope| reader.spent(&scope, since).unwrap().0;
            prop_assert_eq!(spent(BudgetScope::Tenant(of.who.tenant.clone())), sum(tenant, |_, _, e| e.charge.0));
            prop_assert_eq!(spent(BudgetScope::Class(of.class)), sum(class, |_, _, e| e.charge.0));
        }
    }
}

#[test]
fn a_beginning_is_enough_where_it_is_unique() {
    let (_dir, reader) = holding(&[plain("req_a1"), plain("req_a1b"), plain("req_b")]);
    assert_eq!(&*one(&reader, "req_b").unwrap().request_id, "req_b");
    assert_eq!(&*one(&reader, "req_a1").unwrap().request_id, "req_a1", "a whole id is no beginning");
    assert_eq!(reader.record("req_a").unwrap(), Found::Several(vec!["req_a1".into(), "req_a1b".into()]));
    assert_eq!(reader.record("req_c").unwrap(), Found::Nothing);
}

#[test]
fn hostile_text_survives() {
    let mut record = plain("req_1");
    record.decisions[0].reason = "\0'\"; DROP TABLE records; --\u{202e}".repeat(40_000).into();
    record.who.user = Some("\0\r\n\u{1b}[2J".into());
    record.attempts[0].detail = Some("x'; --\0y".into());
    assert!(record.decisions[0].reason.len() > 1_000_000);
    let (_dir, reader) = holding(std::slice::from_ref(&record));
    assert_eq!(one(&reader, "req_1"), Some(record));
}

#[test]
fn amounts_past_the_greatest_are_held_there() {
    let mut record = plain("req_1");
    (record.attempts[0].cost, record.attempts[0].charge) = (NanoUsd(u64::MAX), NanoUsd(u64::MAX));
    let (_dir, reader) = holding(&[record.clone(), Record { request_id: "req_2".into(), ..record }]);
    assert_eq!(one(&reader, "req_1").unwrap().attempts[0].cost, NanoUsd(i64::MAX as u64));
    assert_eq!(reader.usage(By::Day, 0, u64::MAX).unwrap().total.cost, NanoUsd(u64::MAX - 1));
    assert_eq!(reader.spent(&BudgetScope::Key("demo".into()), 0).unwrap(), NanoUsd(u64::MAX - 1));
}

#[test]
fn a_fallback_is_counted_where_it_failed_and_where_it_served() {
    let mut record = plain("req_1");
    let mut second = record.attempts[0].clone();
    second.place.target = "slow".into();
    (second.number, second.cost, second.duration_ms) = (2, NanoUsd(7), 300);
    (record.serving, record.attempts[0].outcome) = (Some(second.place.clone()), "timeout".into());
    record.attempts.push(second);
    let (_dir, reader) = holding(&[record]);
    let usage = reader.usage(By::Target, 0, u64::MAX).unwrap();
    let [fast, slow] = &usage.rows[..] else { panic!("{usage:?}") };
    assert_eq!((&*fast.name, fast.served, fast.failed, fast.retry_cost), ("fast", 0, 1, NanoUsd(60_000)));
    assert_eq!((&*slow.name, slow.served, slow.failed, slow.retry_cost), ("slow", 1, 0, NanoUsd::ZERO));
    assert_eq!((usage.total.requests, usage.total.fallbacks, usage.total.attempts), (1, 1, 2));
    assert_eq!((usage.total.cost, slow.mean_latency_ms), (NanoUsd(60_007), 300));
}

#[test]
fn what_nobody_knows_is_counted_and_exposure_is_no_cost() {
    let mut record = Record { ending: Ending::Abandoned, ..plain("req_1") };
    record.attempts[0].cost_state = CostState::Exposure;
    let (_dir, reader) = holding(&[record]);
    let total = reader.usage(By::Route, 0, u64::MAX).unwrap().total;
    assert_eq!((total.cost, total.exposure, total.unknown_cost, total.abandoned), (NanoUsd(0), NanoUsd(60_000), 1, 1));
}

#[test]
fn days_are_those_of_utc_and_the_end_is_not_in_the_time() {
    let at = |id: &str, reserved_at| Record { reserved_at, ..plain(id) };
    let (_dir, reader) = holding(&[at("1", 86_399_999), at("2", 86_400_000), at("3", 172_800_000)]);
    let usage = reader.usage(By::Day, 0, 172_800_000).unwrap();
    let days: Vec<_> = usage.rows.iter().map(|row| (&*row.name, row.requests)).collect();
    assert_eq!(days, [("1970-01-01", 1), ("1970-01-02", 1)]);
}

#[test]
fn the_95th_latency_is_at_most_a_sixteenth_too_high() {
    let records: Vec<_> = (1..=100).map(|ms| Record { latency_ms: ms * 10, ..plain(&format!("req_{ms}")) }).collect();
    let (_dir, reader) = holding(&records);
    let total = reader.usage(By::Class, 0, u64::MAX).unwrap().total;
    assert_eq!(total.mean_latency_ms, 505);
    assert!((950..=950 + 950 / 16).contains(&total.p95_latency_ms), "{}", total.p95_latency_ms);
}

#[tokio::test]
async fn one_reads_while_another_writes() {
    let dir = tempfile::tempdir().unwrap();
    let (_ledger, handle) = Ledger::open(dir.path()).unwrap();
    let reader = Reader::open(dir.path()).unwrap();
    for id in ["req_1", "req_2"] {
        handle.append(Box::new(plain(id))).await;
        handle.flush().await;
        assert_eq!(one(&reader, id), Some(plain(id)));
    }
}

#[test]
fn a_missing_or_foreign_file_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let said = |dir: &Path| Reader::open(dir).unwrap_err().to_string();
    assert!(said(dir.path()).contains("is this the data folder"));
    let (_dir, reader) = holding(&[]);
    let folder = reader.path().parent().unwrap();
    let other = Connection::open(reader.path()).unwrap();
    other.pragma_update(None, "user_version", 99).unwrap();
    assert!(said(folder).contains("use the version that wrote it"));
    assert!(matches!(Ledger::open(folder), Err(StoreError::Version { found: 99, .. })));
}

#[test]
fn a_ledger_of_the_first_layout_is_brought_up_to_date_with_what_it_holds() {
    let dir = tempfile::tempdir().unwrap();
    let file = Connection::open(Kind::Ledger.path(dir.path())).unwrap();
    file.execute_batch(crate::store::schema::LEDGER[0]).unwrap();
    let insert = "INSERT INTO records (request_id, received_at, tenant, key, route, class, streaming, requested_model, \
        tier_change, ending, status, latency_ms, input_tokens, output_tokens, cost, retry_cost, cost_known, decisions) \
        VALUES ('req_old', 7, 'acme', 'demo', 'support', 'critical', 0, 'support', 'none', 'failed', 502, 9, 0, 0, 0, 0, \
        1, '[]')";
    file.execute_batch(insert).unwrap();
    file.pragma_update(None, "user_version", 1).unwrap();
    drop(file);
    let (ledger, handle) = Ledger::open(dir.path()).unwrap();
    let moved = Record { session_moved_from: Some("fast".into()), ..plain("req_new") };
    handle.try_append(Box::new(moved.clone())).unwrap();
    ledger.close().unwrap();
    let reader = Reader::open(dir.path()).unwrap();
    assert_eq!(one(&reader, "req_old").unwrap().session_moved_from, None);
    assert_eq!(one(&reader, "req_new"), Some(moved));
}
