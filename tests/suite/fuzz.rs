//! What providers send, for a moment: the properties of `support::fuzz` on some thousand inputs, or on as many as
//! `FUZZ_INPUTS` says. `make fuzz` goes on for longer, and learns which inputs are worth more.

use support::fuzz::{self, mutate};

/// As many as take a second or two where nothing is optimised.
const INPUTS: u64 = 4_000;

/// Tries a property on what grows from each seed.
fn hold(property: fn(&[u8]), grow: fn(u64) -> Vec<u8>) {
    let inputs = std::env::var("FUZZ_INPUTS").ok().and_then(|inputs| inputs.parse().ok()).unwrap_or(INPUTS);
    (0..inputs).for_each(|seed| property(&grow(seed)));
}

#[test]
fn whatever_a_stream_holds_its_cuts_change_nothing_and_nothing_unjudged_is_passed_on() {
    hold(fuzz::stream, mutate::stream);
}

#[test]
fn whatever_a_plain_answer_holds_only_a_right_one_passes() {
    hold(fuzz::answer, mutate::answer);
}

#[test]
fn whatever_an_error_holds_what_is_made_of_it_is_bounded() {
    hold(fuzz::failure, mutate::failure);
}
