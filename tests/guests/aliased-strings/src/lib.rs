//! Answers a list of 300,000 strings that are all the same 64 KiB of its memory: 4 MiB for the guest, 19 GiB for a host
//! that copies them out one by one.
//!
//! The bindings would spend the guest's fuel on writing such a list, so it is made by doubling copies and put into the
//! honest answer as that lies in memory, in place of a list of a length that nothing else there has.

#[allow(clippy::too_many_arguments)]
mod bindings {
    use super::Honest;

    // The prefix leaves the names without it to the functions below.
    wit_bindgen::generate!({
        world: "policy",
        path: "../../../wit",
        generate_all,
        export_prefix: "honest_",
    });

    export!(Honest);
}

use bindings::fingerpost::policy::common::Hold;
use bindings::fingerpost::policy::decisions::{Explanation, Failing, Recovery, Routing, Send, SessionUse};
use bindings::fingerpost::policy::setup::{Problem, Route};
use bindings::{Attempt, DecisionFacts, Guest, Recovered, Routed};

/// How many strings.
const COUNT: usize = 300_000;

/// What all of them are.
static TEXT: [u8; 64 * 1024] = [b'a'; 64 * 1024];

/// The length of the honest list, by which it is found.
const MARK: u16 = 613;

struct Honest;

impl Guest for Honest {
    fn configure(_: Route) -> Result<(), Vec<Problem>> {
        Ok(())
    }

    fn route(_: DecisionFacts) -> Routed {
        let send = Send {
            target: 0,
            intended: 0,
            after: 0,
            limits: None,
            hold: Hold::FirstToken,
            as_stream: false,
            max_output_tokens: None,
            degraded: None,
            payer: None,
            session: SessionUse::Keep,
        };
        Routed { decision: Routing::Send(send), traffic_class: None, explanation: explanation(MARK) }
    }

    fn fallback(_: DecisionFacts, _: Vec<Attempt>) -> Recovered {
        Recovered {
            decision: Recovery::Fail(Failing::Original(None)),
            cause: "error".to_owned(),
            explanation: explanation(0),
        }
    }
}

fn explanation(considered: u16) -> Explanation {
    Explanation {
        rule: "first".to_owned(),
        reason: "The first target serves.".to_owned(),
        considered: (0..considered).map(|target| (target, String::new())).collect(),
        notes: Vec::new(),
    }
}

/// An element of the list as it lies in memory: an index, then a string's address and length.
#[repr(C)]
#[derive(Clone, Copy)]
struct Considered(u32, *const u8, usize);

fn aliased() -> &'static [Considered] {
    let mut list = vec![Considered(0, TEXT.as_ptr(), TEXT.len())];
    list.reserve_exact(COUNT - 1);
    while list.len() < COUNT {
        list.extend_from_within(..list.len().min(COUNT - list.len()));
    }
    list.leak()
}

#[unsafe(export_name = "route")]
unsafe extern "C" fn route(facts: *mut u8) -> *mut u8 {
    let list = aliased();
    unsafe {
        let answer = bindings::_export_route_cabi::<Honest>(facts);
        let mut word = answer.cast::<usize>();
        while word.add(1).read_volatile() != usize::from(MARK) {
            word = word.add(1);
        }
        word.write_volatile(list.as_ptr() as usize);
        word.add(1).write_volatile(list.len());
        answer
    }
}

#[unsafe(export_name = "fallback")]
unsafe extern "C" fn fallback(arguments: *mut u8) -> *mut u8 {
    unsafe { bindings::_export_fallback_cabi::<Honest>(arguments) }
}

/// Takes the address and the length of each of the route's fields.
#[unsafe(export_name = "configure")]
#[allow(clippy::too_many_arguments)]
unsafe extern "C" fn configure(
    name: *mut u8,
    name_len: usize,
    class: *mut u8,
    class_len: usize,
    targets: *mut u8,
    targets_len: usize,
    queues: *mut u8,
    queues_len: usize,
    answers: *mut u8,
    answers_len: usize,
    config: *mut u8,
    config_len: usize,
) -> *mut u8 {
    unsafe {
        bindings::_export_configure_cabi::<Honest>(
            name,
            name_len,
            class,
            class_len,
            targets,
            targets_len,
            queues,
            queues_len,
            answers,
            answers_len,
            config,
            config_len,
        )
    }
}
