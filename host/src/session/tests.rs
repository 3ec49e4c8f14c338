//! Sessions one after the other, side by side, too many and too old.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const HERE: Scope<'static> = Scope { tenant: "acme", route: "chat" };
const HOUR: Duration = Duration::from_secs(3_600);

fn attend(sessions: &Sessions, name: &str, now: Instant) -> Sitting {
    sessions.attend(HERE, name, HOUR, now).expect("a short name")
}

/// Takes in a turn of a hundred tokens at this target, on a route that has every target.
fn serve(sessions: &Sessions, sitting: &mut Sitting, target: &str, meaning: SessionUse, now: Instant) -> Option<Name> {
    sitting.means(meaning);
    sessions.settle(sitting, &Turn { target: &target.into(), needs: &[], tokens: 100 }, |_| true, now)
}

/// One whole request.
fn request(sessions: &Sessions, name: &str, target: &str, meaning: SessionUse, now: Instant) -> Option<Name> {
    let mut sitting = attend(sessions, name, now);
    serve(sessions, &mut sitting, target, meaning, now)
}

fn belongs_to(sessions: &Sessions, name: &str, now: Instant) -> Option<String> {
    attend(sessions, name, now).known.target.map(|target| target.to_string())
}

#[test]
fn a_session_takes_the_target_of_its_first_turn_and_leaves_it_only_by_a_move() {
    let (sessions, now) = (Sessions::default(), Instant::now());
    assert_eq!(attend(&sessions, "s", now).known, Known::default());
    assert_eq!(request(&sessions, "s", "a", SessionUse::Keep, now), None);
    assert_eq!(request(&sessions, "s", "b", SessionUse::Keep, now), None);
    assert_eq!(request(&sessions, "s", "c", SessionUse::Once, now), None);
    assert_eq!(belongs_to(&sessions, "s", now).as_deref(), Some("a"));
    assert_eq!(request(&sessions, "s", "b", SessionUse::Move, now).as_deref(), Some("a"));
    assert_eq!(request(&sessions, "s", "b", SessionUse::Move, now), None);
    let known = attend(&sessions, "s", now).known;
    assert_eq!((known.target.as_deref(), known.turns), (Some("b"), 5));
}

#[test]
fn a_turn_that_is_once_elsewhere_claims_no_target() {
    let (sessions, now) = (Sessions::default(), Instant::now());
    request(&sessions, "s", "a", SessionUse::Once, now);
    let known = attend(&sessions, "s", now).known;
    assert_eq!((known.target, known.turns), (None, 1));
}

#[test]
fn a_request_that_is_never_served_changes_nothing() {
    let (sessions, now) = (Sessions::default(), Instant::now());
    attend(&sessions, "s", now).means(SessionUse::Move);
    assert_eq!(attend(&sessions, "s", now).known, Known::default());
    assert!(sessions.shards.iter().all(|shard| shard.lock().expect("no panic").sessions.is_empty()));
}

#[test]
fn a_kept_session_whose_target_the_route_has_lost_goes_along_and_says_so() {
    let (sessions, now) = (Sessions::default(), Instant::now());
    request(&sessions, "s", "gone", SessionUse::Keep, now);
    let sitting = attend(&sessions, "s", now);
    let turn = Turn { target: &"b".into(), needs: &[], tokens: 1 };
    let left = sessions.settle(&sitting, &turn, |id| id != "gone", now);
    assert_eq!((left.as_deref(), belongs_to(&sessions, "s", now).as_deref()), (Some("gone"), Some("b")));
}

#[test]
fn the_same_name_of_another_tenant_or_route_is_another_session() {
    let (sessions, now) = (Sessions::default(), Instant::now());
    request(&sessions, "s", "a", SessionUse::Keep, now);
    for scope in [
        Scope { tenant: "other", ..HERE },
        Scope { route: "other", ..HERE },
        Scope { tenant: "acm", route: "echat" },
        Scope { tenant: "acmechat", route: "" },
    ] {
        let sitting = sessions.attend(scope, "s", HOUR, now).expect("a short name");
        assert_eq!(sitting.known, Known::default(), "{scope:?}");
    }
}

#[test]
fn a_name_that_is_too_long_names_no_session() {
    let (sessions, now) = (Sessions::default(), Instant::now());
    assert!(sessions.attend(HERE, &"x".repeat(512), HOUR, now).is_some());
    assert!(sessions.attend(HERE, &"x".repeat(513), HOUR, now).is_none());
}

#[test]
fn what_earlier_turns_needed_adds_up() {
    let (sessions, now) = (Sessions::default(), Instant::now());
    for needs in [&["tools"][..], &["vision", "tools"], &[]] {
        let sitting = attend(&sessions, "s", now);
        sessions.settle(&sitting, &Turn { target: &"a".into(), needs, tokens: 1 }, |_| true, now);
    }
    assert_eq!(attend(&sessions, "s", now).known.needs, ["tools", "vision"]);
}

#[test]
fn a_session_lasts_from_its_last_use_on_whether_or_not_that_was_served() {
    let (sessions, start) = (Sessions::default(), Instant::now());
    request(&sessions, "s", "a", SessionUse::Keep, start);
    assert!(belongs_to(&sessions, "s", start + HOUR).is_some());
    assert!(belongs_to(&sessions, "s", start + 2 * HOUR).is_some());
    assert_eq!(belongs_to(&sessions, "s", start + 3 * HOUR + Duration::from_millis(1)), None);
    assert_eq!(attend(&sessions, "s", start + 3 * HOUR).known.turns, 0);
}

#[test]
fn tokens_count_as_cached_for_minutes_and_only_at_the_target_of_the_session() {
    let (sessions, now) = (Sessions::default(), Instant::now());
    let cached = |at| attend(&sessions, "s", at).cached_tokens;
    request(&sessions, "s", "a", SessionUse::Keep, now);
    assert_eq!((cached(now), cached(now + CACHED), cached(now + CACHED + HOUR / 60)), (100, 100, 0));
    let later = now + CACHED + HOUR / 60;
    request(&sessions, "s", "b", SessionUse::Once, later);
    assert_eq!(cached(later), 0, "what b has cached does not help a");
    request(&sessions, "s", "b", SessionUse::Move, later);
    assert_eq!(cached(later), 100);
}

#[test]
fn too_many_sessions_lose_the_longest_unused() {
    let (sessions, now) = (Sessions::of_at_most(SHARDS * 4), Instant::now());
    request(&sessions, "old", "a", SessionUse::Keep, now);
    for number in 0..1_000 {
        request(&sessions, &number.to_string(), "a", SessionUse::Keep, now);
        assert!(belongs_to(&sessions, "old", now).is_some(), "it was used just now");
    }
    for shard in &sessions.shards {
        let shard = shard.lock().expect("no panic");
        assert!(shard.sessions.len() <= 4);
        assert_eq!(shard.sessions.len(), shard.by_use.len());
    }
    assert_eq!(belongs_to(&sessions, "0", now), None);
}

#[test]
fn a_session_that_had_to_make_room_under_way_comes_back_as_it_was() {
    let (sessions, now) = (Sessions::of_at_most(SHARDS), Instant::now());
    request(&sessions, "s", "a", SessionUse::Keep, now);
    let mut sitting = attend(&sessions, "s", now);
    for number in 0..1_000 {
        request(&sessions, &number.to_string(), "b", SessionUse::Keep, now);
    }
    assert_eq!(serve(&sessions, &mut sitting, "c", SessionUse::Keep, now), None);
    let known = attend(&sessions, "s", now).known;
    assert_eq!((known.target.as_deref(), known.turns), (Some("a"), 2));
}

/// A request of the session: where it is served and what that means for the session; none: it fails.
type Request = Option<(u8, SessionUse)>;

fn any_request() -> impl Strategy<Value = Request> {
    let meaning = prop_oneof![Just(SessionUse::Keep), Just(SessionUse::Move), Just(SessionUse::Once)];
    proptest::option::weighted(0.8, (0..4_u8, meaning))
}

proptest! {
    /// The order of `moments` is the order in which requests arrive and end: the first time that a request's number
    /// comes up it arrives, the second time it ends.
    #[test]
    fn however_requests_of_a_session_overlap_it_ends_where_the_last_move_took_it(
        requests in vec(any_request(), 1..8), moments in vec(any::<prop::sample::Index>(), 1..60),
    ) {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let mut under_way: Vec<Option<Sitting>> = requests.iter().map(|_| None).collect();
        let mut ended = vec![false; requests.len()];
        let (mut expected, mut turns) = (None, 0);
        for number in moments.into_iter().map(|moment| moment.index(requests.len())) {
            if ended[number] {
                continue;
            }
            let Some(mut sitting) = under_way[number].take() else {
                let sitting = attend(&sessions, "s", now);
                prop_assert_eq!(sitting.known.target.as_deref(), expected.as_deref());
                prop_assert_eq!(sitting.known.turns, turns);
                under_way[number] = Some(sitting);
                continue;
            };
            ended[number] = true;
            let Some((target, meaning)) = requests[number] else { continue };
            let target = format!("t{target}");
            let left = serve(&sessions, &mut sitting, &target, meaning, now);
            turns += 1;
            let moves = meaning == SessionUse::Move && expected.as_ref().is_some_and(|before| *before != target);
            prop_assert_eq!(left.as_deref(), expected.as_deref().filter(|_| moves));
            if meaning == SessionUse::Move || meaning == SessionUse::Keep && expected.is_none() {
                expected = Some(target);
            }
        }
        prop_assert_eq!(belongs_to(&sessions, "s", now), expected);
    }
}

#[test]
fn a_move_is_never_undone_by_requests_that_began_before_it() {
    let (sessions, now) = (Sessions::default(), Instant::now());
    request(&sessions, "s", "a", SessionUse::Keep, now);
    let before: Vec<_> = (0..32).map(|_| attend(&sessions, "s", now)).collect();
    request(&sessions, "s", "b", SessionUse::Move, now);
    std::thread::scope(|threads| {
        for mut sitting in before {
            let sessions = &sessions;
            threads.spawn(move || assert_eq!(serve(sessions, &mut sitting, "a", SessionUse::Keep, now), None));
        }
    });
    let known = attend(&sessions, "s", now).known;
    assert_eq!((known.target.as_deref(), known.turns), (Some("b"), 34));
}
