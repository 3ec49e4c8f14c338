//! Request ids: sortable by time, and random enough that two gateways never make the same. The random part is also the seed
//! of all the request's decisions.

use std::cell::Cell;
use std::sync::Arc;

use crate::gateway::now_ms;

thread_local! {
    /// One generator a thread, seeded once from the system. Ids are no secrets, so it need not be unguessable.
    static STATE: Cell<u64> = Cell::new(getrandom::u64().unwrap_or_else(|_| now_ms()));
}

/// An id and the seed in it.
#[derive(Debug, Clone)]
pub struct Id {
    /// `req_`, twelve hex digits of milliseconds, sixteen random ones.
    pub text: Arc<str>,
    /// The random part.
    pub seed: u64,
}

impl Id {
    /// A new one.
    #[must_use]
    #[allow(clippy::new_without_default, reason = "two of them are never equal, so none is the default")]
    pub fn new() -> Self {
        let seed = STATE.with(|state| {
            // SplitMix64, by Sebastiano Vigna: a full-period generator with a state of one word.
            let next = state.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
            state.set(next);
            let mixed = (next ^ (next >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^ (mixed >> 31)
        });
        Self { text: format!("req_{:012x}{seed:016x}", now_ms()).into(), seed }
    }
}
