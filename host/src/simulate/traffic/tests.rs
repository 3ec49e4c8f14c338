//! Traffic as it was asked for: how many requests, when, by whom and how long.

use std::collections::BTreeMap;

use super::*;

fn model() -> Model {
    Model {
        route: "r".into(),
        requests: Some(5_000),
        span: None,
        rate: 60.0,
        daily: None,
        bursts: Vec::new(),
        input_tokens: Spread::new(500.0, 2_000.0),
        output_tokens: Spread::new(200.0, 800.0),
        max_output_tokens: Some(1_000),
        streamed: 0.25,
        weights: vec![3.0, 1.0],
        sessions: None,
    }
}

fn caller(tenant: &str) -> Caller {
    Caller { tenant: tenant.into(), key: tenant.into(), class: None }
}

fn traffic(model: Model) -> Traffic {
    Traffic { begins: 0, callers: vec![caller("acme"), caller("globex")], source: Source::Model(Box::new(model)) }
}

const MINUTE: Duration = Duration::from_secs(60);

/// How many arrive in a stretch.
fn between(requests: &[Arrival], from: Duration, until: Duration) -> usize {
    requests.iter().filter(|request| request.at >= from && request.at < until).count()
}

#[test]
fn the_same_seed_and_run_are_the_same_requests_and_others_are_others() {
    let traffic = traffic(model());
    let first = traffic.requests(1, 0, None);
    assert_eq!(first, traffic.requests(1, 0, None));
    assert!(first != traffic.requests(1, 1, None) && first != traffic.requests(2, 0, None));
    assert!(first.is_sorted_by_key(|request| request.at));
}

#[test]
fn requests_are_as_many_as_often_and_as_long_as_was_asked() {
    let requests = traffic(model()).requests(1, 0, None);
    assert_eq!((requests.len(), traffic(model()).requests(1, 0, Some(7)).len()), (5_000, 7));
    // 5,000 at 60 a minute take 83 minutes; the standard error is 1.2.
    let minutes = requests.last().unwrap().at.as_secs() / 60;
    assert!((78..=89).contains(&minutes), "{minutes}");
    let streamed = requests.iter().filter(|request| request.streams).count();
    let acme = requests.iter().filter(|request| request.caller == 0).count();
    assert!((1_100..1_400).contains(&streamed) && (3_600..3_900).contains(&acme), "{streamed}, {acme}");
    let mut tokens: Vec<u32> = requests.iter().map(|request| request.input_tokens).collect();
    tokens.sort_unstable();
    assert!((450..550).contains(&tokens[2_500]) && (1_700..2_300).contains(&tokens[4_750]), "{}", tokens[2_500]);
}

#[test]
fn a_burst_and_the_time_of_day_raise_the_rate_while_they_last() {
    let burst = Burst { from: 30 * MINUTE, lasts: 10 * MINUTE, every: None, factor: 5.0 };
    let bursting = traffic(Model { bursts: vec![burst], span: Some(60 * MINUTE), requests: None, ..model() });
    let requests = bursting.requests(1, 0, None);
    let (during, after) = (between(&requests, 30 * MINUTE, 40 * MINUTE), between(&requests, 40 * MINUTE, 50 * MINUTE));
    assert!((2_700..3_300).contains(&during) && (500..700).contains(&after), "{during}, {after}");
    let daily = Daily { peak: 12 * 60 * MINUTE, ratio: 3.0 };
    let day =
        traffic(Model { daily: Some(daily), span: Some(24 * 60 * MINUTE), requests: None, rate: 10.0, ..model() });
    let requests = day.requests(1, 0, None);
    let hour = |hour: u32| between(&requests, hour * 60 * MINUTE, (hour + 1) * 60 * MINUTE);
    // The mean of the day is the rate, and noon has three times the rate of midnight.
    assert!((14_000..14_800).contains(&requests.len()), "{}", requests.len());
    assert!((800..1_000).contains(&hour(12)) && (240..370).contains(&hour(0)), "{} {}", hour(12), hour(0));
}

#[test]
fn conversations_have_as_many_turns_as_was_asked_and_their_share_of_the_requests() {
    let sessions = Sessions { share: 0.5, turns: 4 };
    let requests = traffic(Model { sessions: Some(sessions), ..model() }).requests(1, 0, None);
    let mut turns: BTreeMap<&str, u32> = BTreeMap::new();
    for session in requests.iter().filter_map(|request| request.session.as_deref()) {
        *turns.entry(session).or_default() += 1;
    }
    let all: u32 = turns.values().sum();
    let whole = turns.values().filter(|turns| **turns == 4).count();
    assert!((2_300..2_700).contains(&all) && turns.values().all(|turns| *turns <= 4), "{all}");
    assert!(turns.len() - whole <= 16, "only those that are open at the end are shorter");
}

#[test]
fn recorded_requests_come_as_they_were_or_drawn_anew_at_their_instants() {
    let recorded: Vec<Arrival> = traffic(model()).requests(1, 0, Some(200));
    let of = |resampled| Traffic {
        begins: 0,
        callers: vec![caller("acme"), caller("globex")],
        source: Source::Recorded { requests: recorded.clone(), resampled },
    };
    assert_eq!(of(false).requests(9, 3, None), recorded);
    let drawn = of(true).requests(9, 3, None);
    let instants = |requests: &[Arrival]| requests.iter().map(|request| request.at).collect::<Vec<_>>();
    assert_eq!(instants(&drawn), instants(&recorded));
    assert!(drawn != recorded && drawn != of(true).requests(9, 4, None));
    let known = |request: &Arrival| recorded.iter().any(|one| one.input_tokens == request.input_tokens);
    assert!(drawn.iter().all(known));
}
