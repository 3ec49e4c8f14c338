//! Outages and recoveries as a target's or a credential's condition sees them.

use std::num::NonZeroU32;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Seed of a request that is among the first that a ramp lets through, and of one among the last.
const SEEDS: std::ops::Range<u64> = 0..200;

fn rules() -> HealthRules {
    HealthRules::default()
}

fn times(first_token_ms: u32) -> Times {
    Times { first_token_ms, latency_ms: first_token_ms }
}

/// After so many failures, one each millisecond from 1,001 on.
fn after_failures(count: u64) -> Condition {
    let condition = Condition::new("a");
    for number in 1..=count {
        condition.failed(1_000 + number, 1_000 + number, Asks::Nothing, &rules());
    }
    condition
}

fn seen_closed(condition: &Condition, now: u64) -> usize {
    SEEDS.filter(|seed| condition.look(*seed, now, &rules()) == Look::Closed).count()
}

#[test]
fn five_failures_in_a_row_open_it_and_four_do_not() {
    assert_eq!(after_failures(4).look(1, 1_005, &rules()), Look::Closed);
    let condition = after_failures(5);
    assert_eq!(condition.look(1, 1_005, &rules()), Look::Cooling(5_000));
    assert_eq!(condition.look(1, 6_005, &rules()), Look::Due);
}

#[test]
fn half_of_ten_outcomes_open_it_though_none_came_in_a_row() {
    let condition = Condition::new("a");
    for number in 0..5 {
        condition.served(1_000 + number, 1_000 + number, times(1), &rules());
        assert_eq!(condition.look(1, 1_500, &rules()), Look::Closed, "{number}");
        condition.failed(1_000 + number, 1_000 + number, Asks::Nothing, &rules());
    }
    assert!(matches!(condition.look(1, 1_500, &rules()), Look::Cooling(_)));
}

#[test]
fn the_first_token_of_a_probe_ends_it_with_a_ramp() {
    let condition = after_failures(5);
    let token = condition.take_probe(6_005).expect("it is due");
    assert_eq!([6_105, 7_005, 10_005].map(|now| condition.take_probe(now).err()), [Some(900), Some(20), Some(1_500)]);
    condition.first_token(6_005, 6_200, &rules());
    condition.return_probe(token);
    let seen = [6_200, 7_200, 8_200, 9_200, 10_200].map(|now| seen_closed(&condition, now));
    assert!(seen.is_sorted() && seen[0] > 5 && seen[0] < 50 && seen[4] == SEEDS.count(), "{seen:?}");
}

#[test]
fn a_failed_probe_cools_for_twice_as_long_and_at_most_for_the_longest() {
    let condition = after_failures(5);
    let mut now = 1_005 + 5_000;
    for seconds in [10, 20, 40, 60, 60] {
        assert_eq!(condition.look(1, now, &rules()), Look::Due);
        assert!(condition.failed(now, now + 1, Asks::Nothing, &rules()));
        assert_eq!(condition.look(1, now + 1, &rules()), Look::Cooling(seconds * 1_000));
        now += 1 + seconds * 1_000;
    }
}

#[test]
fn what_was_sent_before_the_deadline_neither_ends_nor_prolongs_a_cool_down() {
    let condition = after_failures(5);
    assert!(!condition.failed(900, 6_100, Asks::Nothing, &rules()));
    condition.first_token(900, 6_100, &rules());
    condition.served(900, 6_100, times(10), &rules());
    assert_eq!(condition.look(1, 6_100, &rules()), Look::Due);
}

#[test]
fn a_probe_that_breaks_after_its_first_token_still_counts_as_a_failure() {
    let one = HealthRules { failures_in_a_row: NonZeroU32::MIN, ..rules() };
    let condition = Condition::new("a");
    condition.failed(1_000, 1_000, Asks::Nothing, &one);
    condition.first_token(6_000, 6_100, &one);
    assert!(condition.failed(6_000, 6_200, Asks::Nothing, &one));
    assert_eq!(condition.look(1, 6_200, &one), Look::Cooling(10_000));
}

#[test]
fn long_streams_that_began_before_an_outage_do_not_hide_it() {
    let condition = Condition::new("a");
    for number in 0..5 {
        condition.failed(2_000 + number, 2_000 + number, Asks::Nothing, &rules());
        condition.served(1_000, 2_000 + number, times(100), &rules());
    }
    assert!(matches!(condition.look(1, 2_010, &rules()), Look::Cooling(_)));
}

#[test]
fn a_provider_can_ask_to_be_left_alone_for_longer_than_its_failures_bring() {
    let condition = after_failures(4);
    condition.failed(1_005, 1_005, Asks::Trial(Duration::from_secs(90)), &rules());
    assert_eq!(condition.look(1, 1_005, &rules()), Look::Cooling(90_000));
}

#[test]
fn an_outage_that_nobody_has_looked_at_for_long_is_forgotten() {
    let condition = after_failures(5);
    let later = 1_005 + 5_000 + 120_000;
    assert_eq!(condition.look(1, later, &rules()), Look::Closed);
    assert!(!condition.failed(later, later, Asks::Nothing, &rules()), "one failure is one again");
    assert_eq!(condition.look(1, later, &rules()), Look::Closed);
}

#[test]
fn figures_start_anew_after_an_outage_but_for_what_served() {
    let condition = Condition::new("a");
    condition.served(1_000, 1_000, times(7), &rules());
    for _ in 0..5 {
        condition.failed(1_000, 1_000, Asks::Nothing, &rules());
    }
    assert_eq!(condition.figures(1_001).success_permille, 166);
    condition.first_token(6_000, 6_001, &rules());
    let figures = condition.figures(6_002);
    assert_eq!((figures.samples, figures.success_permille, figures.first_token_p50_ms), (1, 1_000, 7));
}

/// What a failure may ask for.
fn asks() -> impl Strategy<Value = Asks> {
    let time = (0_u64..20_000).prop_map(Duration::from_millis);
    prop_oneof![Just(Asks::Nothing), time.clone().prop_map(Asks::Rest), time.prop_map(Asks::Trial)]
}

#[test]
fn a_rest_ends_with_its_own_time_without_a_probe_and_without_a_ramp() {
    for millis in [0, 1, 1_000, 60_000] {
        let condition = Condition::new("a");
        condition.failed(900, 1_000, Asks::Rest(Duration::from_millis(millis)), &rules());
        for now in [1_000, 1_000 + millis / 2] {
            let expected = if millis == 0 { Look::Closed } else { Look::Resting(1_000 + millis - now) };
            assert_eq!(condition.look(1, now, &rules()), expected);
        }
        assert_eq!(seen_closed(&condition, 1_000 + millis), SEEDS.count(), "{millis}");
        condition.served(1_000 + millis, 1_010 + millis, times(10), &rules());
        assert_eq!(seen_closed(&condition, 1_011 + millis), SEEDS.count(), "{millis}");
    }
}

#[test]
fn of_several_rests_the_longest_wins_and_what_was_sent_before_is_no_news() {
    let condition = Condition::new("a");
    let rest = |sent, now, millis| condition.failed(sent, now, Asks::Rest(Duration::from_millis(millis)), &rules());
    for number in 0..20 {
        rest(990, 1_000 + number, if number == 3 { 5_000 } else { 500 });
    }
    assert_eq!(condition.look(1, 1_020, &rules()), Look::Resting(4_983));
    assert_eq!(condition.figures(1_020).samples, 1, "one limit that many meet is one failure");
}

#[test]
fn five_limits_one_after_the_other_are_an_outage_like_any_other() {
    let condition = Condition::new("a");
    for number in 0..5 {
        let now = 1_000 + 200 * number;
        condition.failed(now, now, Asks::Rest(Duration::from_millis(100)), &rules());
    }
    assert_eq!(condition.look(1, 1_850, &rules()), Look::Cooling(4_950));
    assert_eq!(condition.look(1, 6_800, &rules()), Look::Due);
}

#[test]
fn an_outage_and_a_rest_hold_for_the_longer_of_both() {
    let condition = after_failures(5);
    condition.failed(1_000, 1_005, Asks::Rest(Duration::from_secs(9)), &rules());
    assert_eq!(condition.look(1, 1_005, &rules()), Look::Cooling(9_000));
    assert_eq!(condition.look(1, 6_005, &rules()), Look::Resting(4_000));
    assert_eq!(condition.look(1, 10_005, &rules()), Look::Due);
}

#[test]
fn what_may_have_been_provoked_is_no_verdict_before_it_comes_from_several() {
    let condition = Condition::new("a");
    let origin = |key: &str, number: u64| Origin::new(("acme", key), &number.to_le_bytes(), number);
    assert!((0..50).all(|number| !condition.counts(origin("k1", number), 1_000, &rules())));
    assert!(
        !condition.counts(origin("k2", 60), 1_000, &rules()) && condition.counts(origin("k3", 70), 1_000, &rules())
    );
}

proptest! {
    /// Whatever happens, something that works again is seen by every request within the longest cool-down and a ramp.
    #[test]
    fn nothing_stays_away_that_works_again(
        past in vec((0_u64..3_000, any::<bool>(), asks()), 0..80)
    ) {
        let (condition, rules, mut now) = (Condition::new("a"), rules(), 1_000);
        for (pause, ok, asked) in past {
            now += pause;
            if ok {
                condition.served(now, now, times(1), &rules);
            } else {
                condition.failed(now, now, asked, &rules);
            }
        }
        // A rest ends within twenty seconds. A cool-down that begins now and is the longest ends at that very millisecond, when a probe may still go out.
        let well_by = now + 60_000;
        while now <= well_by {
            match condition.look(1, now, &rules) {
                Look::Cooling(left) | Look::Resting(left) | Look::Recovering(left) => now += left,
                Look::Due => {
                    let token = condition.take_probe(now).expect("nobody else probes");
                    condition.first_token(now, now + 5, &rules);
                    condition.return_probe(token);
                    now += 5;
                }
                Look::Closed => break,
            }
        }
        now += 4_000;
        prop_assert!(SEEDS.into_iter().all(|seed| condition.look(seed, now, &rules) == Look::Closed));
    }
}
