//! Budgets against a model of the truth, and the line of those who wait.

use proptest::prelude::*;

use super::*;
use crate::config::{BudgetPeriod, BudgetScope, Zone};

const DAY: u64 = 86_400_000;
const WHAT: Covered<'static> = Covered { tenant: "acme", key: "k", route: "r", class: TrafficClass::Batch };

fn budget(id: &str, limit: u64) -> Budget {
    Budget {
        id: id.into(),
        scope: BudgetScope::Tenant("acme".into()),
        period: BudgetPeriod::Day,
        zone: Zone::UTC,
        limit: NanoUsd(limit),
        since: 0,
        thresholds: [50, 100].into(),
        webhook: None,
    }
}

fn budgets(limits: &[u64]) -> Budgets {
    let budgets = Budgets::default();
    let list: Vec<_> = limits.iter().enumerate().map(|(i, limit)| budget(&format!("b{i}"), *limit)).collect();
    budgets.configure(&list, DAY, |_| NanoUsd::ZERO);
    budgets
}

fn shortage(result: Result<Reservation, Refused>) -> Option<Shortage> {
    result.err().map(|refused| refused.shortage)
}

/// Asks anew; the place in the line where there is one.
fn asked(budgets: &Budgets, amount: u64) -> (Option<Reservation>, Option<Waiting>) {
    let mut held = None;
    match budgets.ask(&mut held, &WHAT, NanoUsd(amount), DAY) {
        Asked::Held => (held, None),
        Asked::Wait(waiting) => (held, Some(waiting)),
        Asked::Refused(refused) => panic!("{refused}"),
    }
}

#[test]
fn spent_out_busy_and_too_large_are_told_apart() {
    let budgets = budgets(&[10]);
    assert_eq!(shortage(budgets.reserve(&WHAT, NanoUsd(11), DAY)), Some(Shortage::TooLarge));
    let held = budgets.reserve(&WHAT, NanoUsd(10), DAY).unwrap();
    assert_eq!(shortage(budgets.reserve(&WHAT, NanoUsd(1), DAY)), Some(Shortage::Busy));
    budgets.settle(held, NanoUsd(10), DAY);
    assert_eq!(shortage(budgets.reserve(&WHAT, NanoUsd(1), DAY)), Some(Shortage::SpentOut));
}

#[test]
fn all_budgets_reserve_or_none() {
    let budgets = budgets(&[10, 5]);
    assert!(budgets.reserve(&WHAT, NanoUsd(7), DAY).is_err());
    assert!(budgets.sample(&WHAT, DAY).iter().all(|state| state.reserved == NanoUsd::ZERO));
}

#[test]
fn what_was_reserved_before_midnight_is_settled_and_raised_in_its_own_period() {
    let budgets = budgets(&[10]);
    let mut held = budgets.reserve(&WHAT, NanoUsd(6), DAY).unwrap();
    assert_eq!(budgets.sample(&WHAT, 2 * DAY - 1)[0].resets_in, Some(Duration::from_millis(1)));
    let new = budgets.reserve(&WHAT, NanoUsd(10), 2 * DAY).unwrap();
    budgets.raise(&mut held, NanoUsd(10), 2 * DAY).unwrap();
    assert!(budgets.raise(&mut held, NanoUsd(11), 2 * DAY).is_err());
    let crossings = budgets.settle(held, NanoUsd(10), 2 * DAY);
    assert_eq!(
        crossings.iter().map(|crossing| (crossing.threshold, crossing.period_start)).collect::<Vec<_>>(),
        [(50, DAY), (100, DAY)]
    );
    assert_eq!(budgets.sample(&WHAT, 2 * DAY)[0].spent, NanoUsd::ZERO);
    budgets.settle(new, NanoUsd(1), 2 * DAY);
}

#[test]
fn a_threshold_is_crossed_once_a_period_and_again_after_a_payment() {
    let budgets = budgets(&[10]);
    let spend = |cost| budgets.settle(budgets.reserve(&WHAT, NanoUsd(cost), DAY).unwrap(), NanoUsd(cost), DAY).len();
    assert_eq!([spend(4), spend(1), spend(1)], [0, 1, 0]);
    assert!(budgets.configure(&[budget("b0", 20)], DAY, |_| NanoUsd::ZERO).is_empty());
    assert_eq!([spend(3), spend(1)], [0, 1]);
}

#[test]
fn a_new_config_keeps_what_was_spent() {
    let budgets = budgets(&[10]);
    budgets.settle(budgets.reserve(&WHAT, NanoUsd(4), DAY).unwrap(), NanoUsd(4), DAY);
    budgets.configure(&[budget("b0", 20)], DAY, |_| NanoUsd(99));
    let state = &budgets.sample(&WHAT, DAY)[0];
    assert_eq!((state.spent, state.limit), (NanoUsd(4), NanoUsd(20)));
}

#[test]
fn what_was_reserved_is_never_settled_in_another_budget_of_the_same_name() {
    let budgets = budgets(&[10]);
    let held = budgets.reserve(&WHAT, NanoUsd(4), DAY).unwrap();
    let other = Budget { scope: BudgetScope::Class(TrafficClass::Batch), ..budget("b0", 10) };
    budgets.configure(&[other], DAY, |_| NanoUsd::ZERO);
    budgets.settle(held, NanoUsd(3), DAY);
    let state = budgets.sample(&WHAT, DAY).remove(0);
    assert_eq!((state.spent, state.reserved), (NanoUsd::ZERO, NanoUsd::ZERO));
}

#[tokio::test]
async fn those_who_wait_are_served_in_their_order_and_nobody_overtakes_them() {
    let budgets = budgets(&[10]);
    let first = budgets.reserve(&WHAT, NanoUsd(10), DAY).unwrap();
    let (_, large) = asked(&budgets, 8);
    let (_, small) = asked(&budgets, 3);
    budgets.settle(first, NanoUsd(1), DAY);
    assert_eq!(shortage(budgets.reserve(&WHAT, NanoUsd(1), DAY)), Some(Shortage::Busy), "the small one waits");
    let (mut large_held, mut small_held) = (None, None);
    budgets.called(&mut large.unwrap(), &mut large_held).await.unwrap();
    budgets.settle(large_held.unwrap(), NanoUsd(1), DAY);
    budgets.called(&mut small.unwrap(), &mut small_held).await.unwrap();
    assert_eq!(budgets.sample(&WHAT, DAY)[0].reserved, NanoUsd(3));
}

#[test]
fn a_place_that_is_given_up_leaves_no_trace_and_lets_the_next_one_through() {
    let budgets = budgets(&[10]);
    let first = budgets.reserve(&WHAT, NanoUsd(5), DAY).unwrap();
    let ((_, large), (_, mut small)) = (asked(&budgets, 8), asked(&budgets, 4));
    assert!(budgets.give_up(large.unwrap(), &mut None, DAY).is_none());
    let mut held = None;
    let called = small.take().and_then(|waiting| budgets.give_up(waiting, &mut held, DAY));
    assert_eq!((called, held.as_ref().map(Reservation::amount)), (Some(Ok(())), Some(NanoUsd(4))));
    for held in [Some(first), held].into_iter().flatten() {
        budgets.settle(held, NanoUsd::ZERO, DAY);
    }
    assert_eq!(budgets.sample(&WHAT, DAY)[0].reserved, NanoUsd::ZERO);
}

#[test]
fn money_granted_to_one_that_vanished_goes_to_the_next() {
    let budgets = budgets(&[10]);
    let first = budgets.reserve(&WHAT, NanoUsd(10), DAY).unwrap();
    let ((_, vanished), (_, next)) = (asked(&budgets, 9), asked(&budgets, 9));
    drop(vanished);
    budgets.settle(first, NanoUsd::ZERO, DAY);
    let mut held = None;
    assert_eq!(budgets.give_up(next.unwrap(), &mut held, DAY), Some(Ok(())));
    assert_eq!(budgets.sample(&WHAT, DAY)[0].reserved, held.unwrap().amount());
}

#[test]
fn those_who_wait_hear_at_once_that_the_money_is_gone() {
    let budgets = budgets(&[10]);
    let first = budgets.reserve(&WHAT, NanoUsd(10), DAY).unwrap();
    let (_, waiting) = asked(&budgets, 2);
    budgets.settle(first, NanoUsd(10), DAY);
    let told = budgets.give_up(waiting.unwrap(), &mut None, DAY).unwrap().unwrap_err();
    assert_eq!(told.shortage, Shortage::SpentOut);
}

#[test]
fn a_turn_of_the_period_serves_the_line() {
    let budgets = budgets(&[10]);
    let first = budgets.reserve(&WHAT, NanoUsd(10), DAY).unwrap();
    let (_, waiting) = asked(&budgets, 10);
    budgets.sample(&WHAT, 2 * DAY);
    let mut held = None;
    assert_eq!(budgets.give_up(waiting.unwrap(), &mut held, 2 * DAY), Some(Ok(())));
    assert_eq!((held.unwrap().holds()[0].period, first.holds()[0].period), (2 * DAY, DAY));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn no_interleaving_exceeds_a_budget_while_requests_cost_no_more_than_they_reserved(
        limits in prop::collection::vec(1..200u64, 1..4),
        steps in prop::collection::vec((0..6u8, 1..60u64, 0..100u64, 0..8usize), 1..80),
    ) {
        let budgets = budgets(&limits);
        let (mut open, mut line): (Vec<Reservation>, Vec<Waiting>) = (Vec::new(), Vec::new());
        let (mut now, mut spent) = (DAY, std::collections::BTreeMap::<u64, u64>::new());
        for (action, amount, share, pick) in steps {
            match (action, open.is_empty()) {
                (0, _) => {
                    let mut held = None;
                    if let Asked::Wait(waiting) = budgets.ask(&mut held, &WHAT, NanoUsd(amount), now) {
                        line.push(waiting);
                    }
                    open.extend(held);
                }
                (1, false) => {
                    let at = pick % open.len();
                    let _ = budgets.raise(&mut open[at], NanoUsd(amount), now);
                }
                (2 | 3, false) => {
                    let held = open.swap_remove(pick % open.len());
                    let cost = held.amount().0 * share / 100;
                    *spent.entry(held.holds()[0].period).or_default() += cost;
                    budgets.settle(held, NanoUsd(cost), now);
                }
                (4, _) if !line.is_empty() => {
                    let mut held = None;
                    budgets.give_up(line.swap_remove(pick % line.len()), &mut held, now);
                    open.extend(held);
                }
                (5, _) if share < 10 => now += DAY / 2,
                _ => {}
            }
            // A period that turns calls the line.
            budgets.sample(&WHAT, now);
            for waiting in std::mem::take(&mut line) {
                // Whoever was called holds its money from then on.
                if waiting.called.is_empty() {
                    line.push(waiting);
                } else {
                    let mut held = None;
                    budgets.give_up(waiting, &mut held, now);
                    open.extend(held);
                }
            }
            let today = now - now % DAY;
            let of_today = |reservation: &&Reservation| reservation.holds()[0].period == today;
            let held: NanoUsd = open.iter().filter(of_today).map(Reservation::amount).sum();
            for state in budgets.sample(&WHAT, now) {
                prop_assert_eq!(state.reserved, held);
                prop_assert_eq!(state.spent.0, spent.get(&today).copied().unwrap_or_default());
                prop_assert!(state.spent + state.reserved <= state.limit);
            }
        }
        let least = limits.iter().min().copied().unwrap_or_default();
        prop_assert!(spent.values().all(|spent| *spent <= least));
    }
}
