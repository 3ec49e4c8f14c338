//! Counts what an earlier decision has left in its memory, leaves something there itself, and then takes its time, so that a
//! test can have its memory paged out meanwhile. The rule of each decision is `left-N`: N marks were found.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use guest_kit::{Behaviour, Facts, Routed, Routing, routed, send};

const SIZE: usize = 128 * 1024;
/// One mark a cache line is enough to touch every page many times over.
const STEP: usize = 64;

/// Memory that is zero at the start: no part of the module's image.
static BLANK: [AtomicU8; SIZE] = [const { AtomicU8::new(0) }; SIZE];
/// Memory that the image fills.
static FILLED: [AtomicU8; SIZE] = [const { AtomicU8::new(1) }; SIZE];

struct Remembers;

impl Behaviour for Remembers {
    fn route(_: Facts) -> Routed {
        let left = marks(&BLANK, 0) + marks(&FILLED, 1);
        for turn in 0..100_000_000_u64 {
            std::hint::black_box(turn);
        }
        let mut routed = routed(Routing::Send(send(0)));
        routed.explanation.rule = format!("left-{left}");
        routed
    }
}

/// How many places differ from what they hold in a fresh sandbox. Afterwards all of them do.
fn marks(memory: &[AtomicU8], fresh: u8) -> usize {
    memory.iter().step_by(STEP).filter(|place| place.swap(0xAB, Relaxed) != fresh).count()
}

guest_kit::export!(Remembers);
