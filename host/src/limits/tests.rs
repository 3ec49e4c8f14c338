//! What limits promise: never more than the limit and one burst, all scopes or none, and nobody waits in vain.

use std::num::NonZeroU32;

use proptest::prelude::*;

use super::*;

const MINUTE: u64 = 60_000_000_000;

fn bucket(limit: u32) -> Bucket {
    Bucket::new(NonZeroU32::new(limit).expect("not 0"))
}

fn rate(requests: u32, tokens: u32, concurrent: u32) -> Rate {
    Rate {
        requests: NonZeroU32::new(requests),
        tokens: NonZeroU32::new(tokens),
        concurrent: NonZeroU32::new(concurrent),
    }
}

fn scope(limits: &Limits, kind: ScopeKind, rate: Rate) -> Arc<Scope> {
    limits.scope(kind, &"x".into(), rate).expect("a rate")
}

#[test]
fn resets_are_written_as_openai_does() {
    let written = |millis| Level { limit: 1, remaining: 0, resets_in: Duration::from_millis(millis) }.reset();
    for (millis, text) in
        [(360_000, "6m0s"), (1_000, "1s"), (20, "20ms"), (0, "0ms"), (8_640, "8.64s"), (3_661_001, "1h1m1.001s")]
    {
        assert_eq!(written(millis), text);
    }
}

#[tokio::test(start_paused = true)]
async fn all_scopes_admit_or_none_is_charged() {
    let limits = Limits::default();
    let wide = scope(&limits, ScopeKind::Tenant, rate(10, 0, 0));
    let narrow = scope(&limits, ScopeKind::Key, rate(1, 0, 0));
    let pass = limits.admit([Some(&wide), Some(&narrow), None], 0).expect("there is room");
    let left = |level: Option<Level>| level.map(|level| (level.limit, level.remaining));
    assert_eq!(left(pass.standing.requests), Some((1, 0)), "the tightest scope is told");
    for _ in 0..20 {
        let limited = limits.admit([Some(&wide), Some(&narrow), None], 0).expect_err("the key is used up");
        assert_eq!(limited.wait, Some(Duration::from_secs(60)));
    }
    let standing = limits.admit([Some(&wide), None, None], 0).expect("the tenant is not").standing;
    assert_eq!(left(standing.requests), Some((10, 8)));
}

#[tokio::test(start_paused = true)]
async fn places_are_given_back_and_tokens_corrected() {
    let limits = Limits::default();
    let scope = scope(&limits, ScopeKind::Route, rate(0, 1_000, 1));
    let pass = limits.admit([None, None, Some(&scope)], 900).expect("there is room");
    assert_eq!(limits.admit([None, None, Some(&scope)], 1).expect_err("one at once").what, "requests at once");
    limits.leave(&pass, 100);
    let pass = limits.admit([None, None, Some(&scope)], 900).expect("800 came back");
    limits.leave(&pass, 1_900);
    let limited = limits.admit([None, None, Some(&scope)], 1).expect_err("a thousand too many were used");
    assert!(limited.wait.is_some_and(|wait| wait > Duration::from_secs(59)));
    assert!(limits.admit([None, None, Some(&scope)], 1_001).expect_err("never").to_api_error().forbids_retry());
}

#[tokio::test]
async fn limits_that_did_not_change_keep_what_they_know() {
    let limits = Limits::default();
    let before = scope(&limits, ScopeKind::Key, rate(10, 0, 0));
    assert!(Arc::ptr_eq(&before, &scope(&limits, ScopeKind::Key, rate(10, 0, 0))));
    assert!(!Arc::ptr_eq(&before, &scope(&limits, ScopeKind::Tenant, rate(10, 0, 0))));
    assert!(!Arc::ptr_eq(&before, &scope(&limits, ScopeKind::Key, rate(11, 0, 0))));
    assert!(limits.scope(ScopeKind::Key, &"x".into(), Rate::default()).is_none());
}

#[test]
fn many_threads_together_get_no_more_than_the_limit() {
    let limits = Limits::default();
    let scope = scope(&limits, ScopeKind::Tenant, rate(100, 0, 0));
    let admitted: usize = std::thread::scope(|threads| {
        let spawn =
            |_| threads.spawn(|| (0..100).filter(|_| limits.admit([Some(&scope), None, None], 1).is_ok()).count());
        let running: Vec<_> = (0..8).map(spawn).collect();
        running.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    // One comes back every 600 ms, should the machine be that slow.
    assert!((100..=110).contains(&admitted), "{admitted}");
}

proptest! {
    #[test]
    fn no_window_of_a_minute_has_more_than_the_limit_and_one_burst(
        limit in 1..500_u32,
        asked in proptest::collection::vec((0..5_000_000_000_u64, 1..200_u64), 1..300),
    ) {
        let mut bucket = bucket(limit);
        let (mut now, mut admitted) = (0, Vec::new());
        for (pause, amount) in asked {
            now += pause;
            if bucket.wait(amount, now).is_none() {
                bucket.charge(amount, now);
                admitted.push((now, amount));
            }
            let level = bucket.level(now);
            prop_assert!(level.remaining <= limit);
            prop_assert!(level.remaining == 0 || bucket.wait(u64::from(level.remaining), now).is_none(), "it is there");
        }
        for (start, _) in &admitted {
            let inside = admitted.iter().filter(|(at, _)| at >= start && *at - start < MINUTE);
            prop_assert!(inside.map(|(_, amount)| amount).sum::<u64>() <= 2 * u64::from(limit));
        }
    }

    #[test]
    fn whoever_waits_as_long_as_it_is_told_is_admitted_if_nobody_else_came(
        (limit, amount) in (1..500_u32).prop_flat_map(|limit| (Just(limit), 1..=u64::from(limit))),
        used in proptest::collection::vec(1..200_u64, 0..20),
    ) {
        let mut bucket = bucket(limit);
        used.iter().for_each(|used| bucket.charge(*used, 7));
        let wait = bucket.wait(amount, 7).map_or(0, |wait| u64::try_from(wait.as_nanos()).expect("it fits"));
        prop_assert_eq!(bucket.wait(amount, 7 + wait), None);
        prop_assert!(wait == 0 || bucket.wait(amount, 7 + wait - 1).is_some(), "and not a moment earlier");
    }

    #[test]
    fn what_is_given_back_leaves_what_was_used_and_never_more_than_the_limit(
        limit in 1..500_u32,
        charged in 0..500_u64,
        share in 0..=100_u64,
        pause in 0..2 * MINUTE,
    ) {
        let used = charged * share / 100;
        let (mut corrected, mut plain) = (bucket(limit), bucket(limit));
        corrected.charge(charged, 7);
        corrected.correct(charged, used, 7 + pause);
        plain.charge(used, 7);
        let (left, least) = (corrected.level(7 + pause).remaining, plain.level(7 + pause).remaining);
        prop_assert!(left <= limit);
        // Rounding may cost one; more than what was used never comes back.
        prop_assert!(left <= least.saturating_add(1), "{} {}", left, least);
    }
}
