//! What calls meet at targets, in virtual time.

use super::*;

fn asked(count: usize) -> Arc<Vec<Arrival>> {
    let one = Arrival {
        at: Duration::ZERO,
        caller: 0,
        route: "r".into(),
        input_tokens: 80,
        output_tokens: 20,
        streams: true,
        max_output_tokens: None,
        session: None,
    };
    Arc::new(vec![one; count])
}

fn playing(model: Model, spells: Vec<Spell>, seed: u64) -> Playing {
    let place = Place { id: "t".to_owned(), model, context_window: 0, spells };
    let places = BTreeMap::from([(("h".to_owned(), "m".to_owned()), place)]);
    Playing::new(places, asked(2_000), (seed, 0), Instant::now())
}

fn call(playing: &Playing, number: u64) -> Behaviour {
    playing.next(Called { host: "h", model: "m", seed: Some(number) })
}

fn status(behaviour: &Behaviour) -> Option<u16> {
    match behaviour.end {
        End::Status { status, .. } => Some(status),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn the_nth_try_of_a_request_meets_the_same_whatever_came_between() {
    let model = Model { errors: vec![(Fault::Status(500), 0.3)], ..Model::default() };
    let (one, other) = (playing(model.clone(), Vec::new(), 5), playing(model, Vec::new(), 5));
    let in_order: Vec<_> = [1, 2, 1].map(|number| call(&one, number)).into();
    let turned: Vec<_> = [2, 1, 1].map(|number| call(&other, number)).into();
    assert_eq!((&in_order[0], &in_order[1], &in_order[2]), (&turned[1], &turned[0], &turned[2]));
    assert_ne!(in_order[0].first_token, in_order[2].first_token, "another try is another draw");
}

#[tokio::test(start_paused = true)]
async fn errors_have_their_shares() {
    let errors = vec![(Fault::Status(500), 0.2), (Fault::Cut, 0.1)];
    let playing = playing(Model { errors, ..Model::default() }, Vec::new(), 1);
    let all: Vec<_> = (0..2_000).map(|number| call(&playing, number)).collect();
    let failed = all.iter().filter(|one| status(one) == Some(500)).count();
    let cut = all.iter().filter(|one| matches!(one.end, End::Cut(_))).count();
    assert!((340..460).contains(&failed) && (150..250).contains(&cut), "{failed}, {cut}");
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_takes_a_minutes_worth_and_says_when_there_is_room_again() {
    let limit = RateLimit { requests: Some(60), tokens: None };
    let playing = playing(Model { limit, ..Model::default() }, Vec::new(), 1);
    let taken = (0..100).filter(|number| status(&call(&playing, *number)).is_none()).count();
    assert_eq!(taken, 60);
    let End::Status { status: 429, retry_after: Some(wait), .. } = call(&playing, 100).end else {
        panic!("the hundredth is refused")
    };
    assert_eq!(wait, Duration::from_secs(2), "one a second, and a whole number of them");
    tokio::time::advance(wait).await;
    assert_eq!(status(&call(&playing, 101)), None);
}

#[tokio::test(start_paused = true)]
async fn tokens_are_limited_too_and_what_is_larger_than_a_minute_waits_for_a_full_one() {
    let limit = RateLimit { requests: None, tokens: Some(50) };
    let playing = playing(Model { limit, ..Model::default() }, Vec::new(), 1);
    assert_eq!(status(&call(&playing, 0)), None);
    assert_eq!(status(&call(&playing, 1)), Some(429));
    // It took twice a minute's worth, so the next one comes two minutes later.
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(status(&call(&playing, 1)), Some(429));
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(status(&call(&playing, 2)), None);
}

#[tokio::test(start_paused = true)]
async fn a_spell_changes_what_calls_meet_until_it_is_over() {
    let spell =
        |trouble| Spell { from: Duration::ZERO, until: Duration::from_secs(60), trouble, share: 1.0, is_fixed: true };
    let down = playing(Model::default(), vec![spell(Trouble::Down(503))], 1);
    assert_eq!(status(&call(&down, 0)), Some(503));
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(status(&call(&down, 0)), None);
    let steady = Model { first_token: Spread::always(100.0), per_token: Spread::always(10.0), ..Model::default() };
    let slow = call(&playing(steady.clone(), vec![spell(Trouble::Slow(3.0))], 1), 0);
    assert_eq!(
        (slow.after + slow.first_token, slow.per_token),
        (Duration::from_millis(300), Duration::from_millis(30))
    );
    assert_eq!(call(&playing(steady, vec![spell(Trouble::Hang)], 1), 0).end, End::Silence);
}

#[tokio::test(start_paused = true)]
async fn an_input_that_does_not_fit_the_window_is_refused_as_providers_do() {
    let refused = |context_window| {
        let place = Place { id: "t".to_owned(), model: Model::default(), context_window, spells: Vec::new() };
        let places = BTreeMap::from([(("h".to_owned(), "m".to_owned()), place)]);
        call(&Playing::new(places, asked(1), (1, 0), Instant::now()), 0)
    };
    let code = Some("context_length_exceeded".to_owned());
    assert_eq!(refused(79).end, End::Status { status: 400, retry_after: None, code });
    assert_eq!((refused(80).end, refused(0).end), (End::Whole, End::Whole));
}
