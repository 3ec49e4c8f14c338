//! What a run has given so far, for everybody who listens to it: each reads it from the beginning and at its own pace. It
//! keeps no more than a limit; what is longer loses its beginning, and whoever has not read that by then is cut off. So
//! nobody who is slow slows anybody else down; only where even the fastest is behind by all that is kept does the run wait.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::sync::Notify;

use crate::ledger::Ending;

/// The output of one run.
#[derive(Debug)]
pub struct Tape {
    state: Mutex<State>,
    changed: Notify,
    /// Somebody has read on, or stopped listening.
    read: Notify,
    at_most: usize,
}

#[derive(Debug, Default)]
struct State {
    head: Option<Arc<Head>>,
    pieces: VecDeque<Bytes>,
    /// The number of the first piece that is still there.
    first: usize,
    bytes: usize,
    /// The number of the furthest piece that was asked for.
    furthest: usize,
    end: Option<End>,
}

/// The head of the answer.
#[derive(Debug)]
pub struct Head {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Whether its body comes in pieces; else it is one piece, there when the tape has ended.
    pub is_stream: bool,
    /// The id of the request that it was the answer to.
    pub from: Arc<str>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// As the ledger has it.
    pub ending: Ending,
    /// The status that its caller saw; 0: none.
    pub status: u16,
    /// Whether the body came to its end.
    pub is_clean: bool,
}

impl End {
    /// Nothing more comes, and nobody knows why.
    pub const BROKEN: Self = Self { ending: Ending::Broken, status: 0, is_clean: false };
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// A part of the body.
    Part(Bytes),
    /// It was there, but the listener was too slow for it.
    Lost,
    /// Nothing: this is the end.
    End(End),
}

impl Tape {
    /// An empty one that keeps so many bytes.
    #[must_use]
    pub fn new(at_most: usize) -> Self {
        Self { state: Mutex::default(), changed: Notify::new(), read: Notify::new(), at_most }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the head.
    pub fn begin(&self, head: Head) {
        self.state().head = Some(Arc::new(head));
        self.changed.notify_waiters();
    }

    /// Waits until there is room for another piece, or somebody has read the one that goes for it, or nobody listens.
    pub async fn room(&self, is_heard: impl Fn() -> bool) {
        loop {
            let mut read = std::pin::pin!(self.read.notified());
            read.as_mut().enable();
            let is_full = {
                let state = self.state();
                state.bytes > self.at_most / 2 && state.furthest <= state.first
            };
            if !is_full || !is_heard() {
                return;
            }
            read.await;
        }
    }

    /// Tells a run that waits for room that somebody has stopped listening.
    pub fn left(&self) {
        self.read.notify_waiters();
    }

    /// Takes the next piece. The last one stays, however large it is.
    pub fn push(&self, piece: Bytes) {
        let mut state = self.state();
        state.bytes += piece.len();
        state.pieces.push_back(piece);
        while state.bytes > self.at_most && state.pieces.len() > 1 {
            let Some(oldest) = state.pieces.pop_front() else { break };
            state.bytes -= oldest.len();
            state.first += 1;
        }
        drop(state);
        self.changed.notify_waiters();
    }

    /// Nothing more comes. A second end is none.
    pub fn end(&self, end: End) {
        self.state().end.get_or_insert(end);
        self.changed.notify_waiters();
    }

    /// The head, as soon as it is there; none where the end came without one.
    pub async fn head(&self) -> Option<Arc<Head>> {
        self.wait(|state| match (&state.head, state.end) {
            (Some(head), _) => Some(Some(Arc::clone(head))),
            (None, Some(_)) => Some(None),
            (None, None) => None,
        })
        .await
    }

    /// The piece with this number, counted from 0.
    pub async fn piece(&self, number: usize) -> Piece {
        let is_further = {
            let mut state = self.state();
            let is_further = number > state.furthest;
            state.furthest = state.furthest.max(number);
            is_further
        };
        if is_further {
            self.read.notify_waiters();
        }
        self.wait(|state| match number.checked_sub(state.first) {
            None => Some(Piece::Lost),
            Some(place) => match (state.pieces.get(place), state.end) {
                (Some(piece), _) => Some(Piece::Part(piece.clone())),
                (None, end) => end.map(Piece::End),
            },
        })
        .await
    }

    /// How it ended, as soon as it has.
    pub async fn ended(&self) -> End {
        self.wait(|state| state.end).await
    }

    /// All of it so far, with its head; none where that is larger than the limit.
    #[must_use]
    pub fn whole(&self) -> Option<(Arc<Head>, Bytes)> {
        let state = self.state();
        let head = state.head.as_ref().filter(|_| state.first == 0 && state.bytes <= self.at_most)?;
        let body = match state.pieces.len() {
            1 => state.pieces[0].clone(),
            _ => state
                .pieces
                .iter()
                .fold(Vec::with_capacity(state.bytes), |mut all, piece| {
                    all.extend_from_slice(piece);
                    all
                })
                .into(),
        };
        Some((Arc::clone(head), body))
    }

    async fn wait<T>(&self, look: impl Fn(&State) -> Option<T>) -> T {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            // Registered before the look, so that no change between the two is missed.
            changed.as_mut().enable();
            if let Some(found) = look(&self.state()) {
                return found;
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SERVED: End = End { ending: Ending::Served, status: 200, is_clean: true };

    async fn read(tape: &Tape) -> Vec<u8> {
        let mut all = Vec::new();
        for number in 0.. {
            match tape.piece(number).await {
                Piece::Part(part) => all.extend_from_slice(&part),
                Piece::End(_) => break,
                Piece::Lost => panic!("it was kept"),
            }
        }
        all
    }

    fn head() -> Head {
        Head { status: StatusCode::OK, headers: HeaderMap::new(), is_stream: true, from: "req_1".into() }
    }

    #[tokio::test]
    async fn a_listener_that_lags_by_more_than_the_limit_is_cut_off_and_others_are_not() {
        let tape = Tape::new(10);
        tape.begin(head());
        for part in ["aaaa", "bbbb"] {
            tape.push(Bytes::from_static(part.as_bytes()));
        }
        assert!(tape.whole().is_some_and(|(_, body)| body == "aaaabbbb"));
        tape.push(Bytes::from_static(b"cccc"));
        assert_eq!(tape.piece(0).await, Piece::Lost);
        assert_eq!(tape.piece(2).await, Piece::Part(Bytes::from_static(b"cccc")));
        assert!(tape.whole().is_none());
        tape.push(Bytes::from_static(b"larger than the limit by itself"));
        assert!(matches!(tape.piece(3).await, Piece::Part(_)));
    }

    #[tokio::test]
    async fn an_end_without_a_head_leaves_nobody_waiting() {
        let tape = Arc::new(Tape::new(10));
        let waiting = tokio::spawn({
            let tape = Arc::clone(&tape);
            async move { (tape.head().await.is_none(), tape.ended().await) }
        });
        tokio::task::yield_now().await;
        tape.end(End::BROKEN);
        assert_eq!(waiting.await.expect("no panic"), (true, End::BROKEN));
    }

    proptest! {
        #[test]
        fn whoever_listens_gets_every_byte_in_order_whenever_it_comes(
            parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..20), 0..20),
            joins_at in proptest::collection::vec(0..20_usize, 1..5),
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            runtime.block_on(async {
                let tape = Arc::new(Tape::new(1 << 20));
                let mut listeners = Vec::new();
                for (number, part) in parts.iter().enumerate() {
                    for _ in joins_at.iter().filter(|at| **at == number) {
                        let tape = Arc::clone(&tape);
                        listeners.push(tokio::spawn(async move { read(&tape).await }));
                    }
                    tape.push(Bytes::copy_from_slice(part));
                    tokio::task::yield_now().await;
                }
                tape.end(SERVED);
                for listener in listeners {
                    assert_eq!(listener.await.expect("no panic"), parts.concat());
                }
            });
        }
    }
}
