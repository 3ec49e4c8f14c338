//! Calls itself until a stack is full: `route` the engine's own, `fallback` the one in the guest's memory.

use std::hint::black_box;

use guest_kit::{Attempt, Behaviour, Facts, Failing, Recovered, Recovery, Routed, Routing, recovered, routed, send};

struct Recurses;

impl Behaviour for Recurses {
    fn route(facts: Facts) -> Routed {
        routed(Routing::Send(send(without_memory(facts.request.seed, 0) as u16)))
    }

    fn fallback(_: Facts, _: Vec<Attempt>) -> Recovered {
        recovered(Recovery::Fail(Failing::Original(Some(in_memory(0)))))
    }
}

/// Keeps nothing in memory, so that only the engine's stack grows. The rotation keeps the compiler from turning the
/// recursion into a loop.
#[inline(never)]
fn without_memory(seed: u64, depth: u64) -> u64 {
    if depth == u64::MAX {
        return seed;
    }
    without_memory(seed.rotate_left(7) ^ depth, depth + 1).rotate_left(3) ^ seed
}

/// Keeps a kilobyte a call in memory.
#[inline(never)]
fn in_memory(depth: u32) -> u32 {
    let frame = black_box([depth; 256]);
    if depth == u32::MAX {
        return 0;
    }
    in_memory(depth + 1).rotate_left(frame[7] % 31)
}

guest_kit::export!(Recurses);
