//! What the records add up to, what becomes of old ones, and what a provider's statement says of them.

use fingerpost::config::Config;
use fingerpost::ledger::{Entry, Record};
use fingerpost::retention::{delete_old, needed_from};
use fingerpost::store::{Adjustment, By, Reader, Statements};
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

/// A gateway with some traffic behind it: served at once, served elsewhere after a failure that cost something, refused.
async fn busy(upstream: &Upstream, config: &ConfigText) -> (Gateway, Vec<Record>) {
    upstream
        .on("model-a")
        .reply(Reply::ok("x").usage(100, 10))
        .reply(Reply::ok("x").usage(7, 70).finish_reason("error"));
    upstream.on("model-b").reply(Reply::ok("x").usage(11, 13));
    let gateway = Gateway::start(config).await;
    for _ in 0..4 {
        gateway.client().chat("r", "hi").await;
    }
    gateway.client().with_header("x-fingerpost-route", "nowhere").chat("r", "hi").await;
    let records = gateway.records_after(5).await;
    (gateway, records)
}

fn sum(records: &[Record], what: impl Fn(&Record, usize, &Entry) -> u64) -> u64 {
    let entries = records.iter().flat_map(|record| record.attempts.iter().enumerate().map(move |one| (record, one)));
    entries.map(|(record, (at, entry))| what(record, at, entry)).sum()
}

#[tokio::test]
async fn growth_and_retry_spend_agree_with_the_ledger_to_the_nano_dollar() {
    let upstream = Upstream::start().await;
    let (gateway, records) = busy(&upstream, &ConfigText::new(&upstream)).await;
    let reader = Reader::open(&gateway.dir().join("data")).unwrap();
    for by in By::ALL {
        let usage = reader.usage(by, 0, u64::MAX).unwrap();
        let served = |record: &Record, at: usize| record.serving_attempt() == Some(at);
        let growth = sum(&records, |record, at, entry| u64::from(served(record, at)) * entry.billed().0);
        let retry = sum(&records, |record, at, entry| u64::from(!served(record, at)) * entry.billed().0);
        assert!(growth > 0 && retry > 0);
        assert_eq!((usage.total.growth_cost().0, usage.total.retry_cost.0), (growth, retry));
        assert_eq!(usage.rows.iter().map(|row| row.cost.0).sum::<u64>(), growth + retry);
        assert_eq!((usage.total.cost_before_fallback.0, usage.total.fallbacks), (retry, 3));
        assert_eq!(usage.total.fallback_permille(), 600);
    }
    upstream.finish().await;
}

#[tokio::test]
async fn a_statement_is_compared_by_model_and_day_and_its_difference_booked_once() {
    let upstream = Upstream::start().await;
    let (gateway, records) = busy(&upstream, &ConfigText::new(&upstream)).await;
    let data = gateway.dir().join("data");
    let mut ledger = Statements::open(&data).unwrap();
    let billed = ledger.billed("p1", 0, u64::MAX >> 1).unwrap();
    let at_p1 = sum(&records, |_, _, entry| if &*entry.place.provider == "p1" { entry.billed().0 } else { 0 });
    let ((model, day), of_a) = billed.iter().next().unwrap();
    assert_eq!((model.as_str(), of_a.cost, billed.len()), ("model-a", i128::from(at_p1), 1));
    let adjustment = Adjustment {
        provider: "p1".into(),
        model: model.clone(),
        day: day.clone(),
        amount: -7,
        reason: "statement october.csv".into(),
    };
    ledger.adjust(&[adjustment], 1).unwrap();
    assert_eq!(ledger.billed("p1", 0, u64::MAX >> 1).unwrap().values().next().unwrap().cost, i128::from(at_p1) - 7);
    let usage = Reader::open(&data).unwrap().usage(By::Day, 0, u64::MAX).unwrap();
    assert_eq!((usage.total.adjusted, usage.rows.iter().map(|row| row.adjusted).sum::<i128>()), (-7, -7));
    let by_route = Reader::open(&data).unwrap().usage(By::Route, 0, u64::MAX).unwrap();
    assert!(by_route.rows.iter().any(|row| row.name == "(adjustments)" && row.adjusted == -7));
    upstream.finish().await;
}

#[tokio::test]
async fn old_records_go_but_none_that_a_budget_needs() {
    const DAY: u64 = 86_400_000;
    let upstream = Upstream::start().await;
    let budget = "[[budgets]]\nid = \"acme-day\"\nscope = { tenant = \"acme\" }\nperiod = \"day\"\nlimit = \"9.00\"";
    let (gateway, records) = busy(&upstream, &ConfigText::new(&upstream).more(budget)).await;
    let mut config = Config::load(&gateway.dir().join("fingerpost.toml")).unwrap();
    config.keep_records = Some(std::time::Duration::from_millis(1));
    let (data, now) = (gateway.dir().join("data"), records[0].received_at);
    assert_eq!(needed_from(&config.budgets, now).map(|(_, from)| from), Some(now - now % DAY));
    assert_eq!(delete_old(&config, &data, now, || false).unwrap(), 0);
    assert_eq!(delete_old(&config, &data, now + DAY, || false).unwrap(), 5);
    // The gateway writes on.
    gateway.client().chat("r", "hi").await;
    assert_eq!(gateway.records_after(1).await.len(), 1);
    upstream.finish().await;
}
