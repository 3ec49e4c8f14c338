//! Carries one exchange to its end and its answer to the caller. The exchange is a single future, straight-line from the
//! request to its record; here it is polled from within the connection's own task, first for the head, then for the body,
//! so that no chunk crosses a task. If the caller goes away, the rest of the future runs on by itself, told so, and still
//! keeps the books: accounting is a call, never a `Drop`. A caller that stops reading is not polled for any more, so
//! `stalls.rs` looks after it.

mod collect;
mod heartbeat;
mod stalls;

pub use collect::{Collected, collect};
pub use heartbeat::with_heartbeat;
pub use stalls::Stalls;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use tokio::time::Instant;

type Exchange = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What has been said so far and not yet been taken.
#[derive(Debug, Default)]
struct Slot {
    head: Option<Response<()>>,
    is_head_given: bool,
    whole: Option<Bytes>,
    chunk: Option<Bytes>,
    /// When something was last given to the caller.
    last_given: Option<Instant>,
    /// When the connection took a chunk, until it asks for the next: meanwhile the caller may not be reading.
    taken_at: Option<Instant>,
    /// How long that took, as far as nobody has asked yet.
    paused: Duration,
    broken: bool,
    /// Whether what follows tells that the answer has failed.
    failing: bool,
    /// What was given, where it is to be kept.
    copy: Option<Copied>,
    caller_gone: bool,
    stalled: bool,
}

/// What was given so far, held and not copied.
#[derive(Debug)]
struct Copied {
    pieces: Vec<Bytes>,
    left: usize,
    is_lost: bool,
}

impl Copied {
    fn take(&mut self, bytes: &Bytes) {
        match self.left.checked_sub(bytes.len()) {
            Some(left) if !self.is_lost => {
                self.left = left;
                self.pieces.push(bytes.clone());
            }
            _ => {
                self.is_lost = true;
                self.pieces = Vec::new();
            }
        }
    }
}

/// The exchange's end of the line to its caller.
#[derive(Debug)]
pub struct Sink {
    slot: Arc<Mutex<Slot>>,
}

/// The caller closed the connection before the answer was whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the caller went away")]
pub struct CallerGone;

/// Breaks the connection instead of ending it cleanly.
#[derive(Debug, thiserror::Error)]
#[error("the answer broke off")]
pub struct BrokenOff;

impl Slot {
    /// Called when the connection asks for more: whatever it took before has left.
    fn next_chunk(&mut self) -> Option<Bytes> {
        if let Some(taken_at) = self.taken_at.take() {
            self.paused += taken_at.elapsed();
        }
        let chunk = self.chunk.take()?;
        self.taken_at = Some(Instant::now());
        Some(chunk)
    }
}

impl Sink {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the caller a whole answer.
    pub fn answer(&self, head: Response<()>, body: Bytes) {
        let mut slot = self.slot();
        if let Some(copy) = &mut slot.copy {
            copy.take(&body);
        }
        slot.head = Some(head);
        slot.whole = Some(body);
    }

    /// Gives the caller the head of a stream. From here on its status stands; a second head is none.
    pub fn head(&self, head: Response<()>) {
        let mut slot = self.slot();
        if !slot.is_head_given {
            slot.head = Some(head);
            slot.is_head_given = true;
        }
    }

    /// Whether the status stands: the caller has the head of a stream.
    #[must_use]
    pub fn is_head_given(&self) -> bool {
        self.slot().is_head_given
    }

    /// How long the caller has not been reading since this was last asked.
    #[must_use]
    pub fn take_pause(&self) -> Duration {
        std::mem::take(&mut self.slot().paused)
    }

    /// Whether the caller was given up because it had stopped reading.
    #[must_use]
    pub fn is_stalled(&self) -> bool {
        self.slot().stalled
    }

    /// Gives the caller the next part, as soon as it has taken the one before.
    ///
    /// # Errors
    /// When it went away.
    pub async fn chunk(&self, bytes: Bytes) -> Result<(), CallerGone> {
        let mut bytes = Some(bytes);
        std::future::poll_fn(|_| {
            let mut slot = self.slot();
            if slot.caller_gone {
                return Poll::Ready(Err(CallerGone));
            }
            // No waker is kept: whoever takes the chunk polls this future next.
            if slot.chunk.is_some() {
                return Poll::Pending;
            }
            slot.chunk = bytes.take();
            if let Slot { copy: Some(copy), chunk: Some(chunk), .. } = &mut *slot {
                copy.take(chunk);
            }
            slot.last_given = Some(Instant::now());
            Poll::Ready(Ok(()))
        })
        .await
    }

    /// Says that what is given next tells the caller that its answer has failed.
    pub fn fails(&self) {
        self.slot().failing = true;
    }

    /// From here on keeps what is given, up to so many bytes.
    pub fn copy(&self, at_most: usize) {
        self.slot().copy = Some(Copied { pieces: Vec::new(), left: at_most, is_lost: false });
    }

    /// What was given since [`Sink::copy`]; none where it was too much.
    #[must_use]
    pub fn take_copy(&self) -> Option<Vec<Bytes>> {
        self.slot().copy.take().filter(|copy| !copy.is_lost).map(|copy| copy.pieces)
    }

    /// Ends the connection with an error on the transport, so that no client can take what it has for the whole.
    pub fn break_off(&self) {
        self.slot().broken = true;
    }

    /// Whether the caller went away.
    #[must_use]
    pub fn is_caller_gone(&self) -> bool {
        self.slot().caller_gone
    }

    /// Ends when the caller has gone away.
    pub async fn caller_gone(&self) {
        // No waker: when the caller goes, the exchange is polled anew by the task that takes it over.
        std::future::poll_fn(|_| if self.slot().caller_gone { Poll::Ready(()) } else { Poll::Pending }).await;
    }
}

/// Starts an exchange and gives out its answer as soon as there is a head. `stalls` watches whether its caller reads.
pub fn respond<F>(stalls: Arc<Stalls>, exchange: impl FnOnce(Sink) -> F) -> Responding
where
    F: Future<Output = ()> + Send + 'static,
{
    let slot = Arc::new(Mutex::new(Slot::default()));
    let sink = Sink { slot: Arc::clone(&slot) };
    let exchange: Exchange = Box::pin(exchange(sink));
    let running = Running { exchange: Arc::new(Mutex::new(Some(exchange))), slot, ended: false };
    Responding { running: Some(running), stalls }
}

/// An exchange under way, and the line to it. Only who has taken the exchange out can poll it.
#[derive(Clone)]
struct Running {
    exchange: Arc<Mutex<Option<Exchange>>>,
    slot: Arc<Mutex<Slot>>,
    ended: bool,
}

impl Running {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the exchange its turn; whether it is over, or carried on by somebody else.
    fn poll(&mut self, context: &mut Context<'_>) -> bool {
        if self.ended {
            return true;
        }
        let mut place = self.exchange.lock().unwrap_or_else(PoisonError::into_inner);
        self.ended = place.as_mut().is_none_or(|exchange| exchange.as_mut().poll(context).is_ready());
        if self.ended {
            *place = None;
        }
        self.ended
    }

    /// Lets the exchange know that nobody listens any more, and come to its end in a task of its own.
    fn abandon(&self) {
        let exchange = self.exchange.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(exchange) = exchange.filter(|_| !self.ended) else { return };
        self.slot().caller_gone = true;
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(exchange);
        }
    }
}

/// The future of the response.
pub struct Responding {
    running: Option<Running>,
    stalls: Arc<Stalls>,
}

impl Future for Responding {
    type Output = Response<AnswerBody>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(running) = &mut self.running else { return Poll::Pending };
        let ended = running.poll(context);
        let (head, whole) = {
            let mut slot = running.slot();
            // A whole answer waits for the exchange to close its books: that is how a slow ledger slows callers down.
            if slot.whole.is_some() && !ended {
                return Poll::Pending;
            }
            (slot.head.take(), slot.whole.take())
        };
        let Some(head) = head else {
            if ended {
                // Every path of an exchange gives a head; should one not, the caller must not wait for ever.
                self.running = None;
                return Poll::Ready(headless());
            }
            return Poll::Pending;
        };
        // A whole answer whose exchange is over needs no line any more.
        let live = self.running.take().filter(|_| !(ended && whole.is_some()));
        if let Some(running) = live.as_ref().filter(|_| !ended) {
            self.stalls.watch(running);
        }
        Poll::Ready(head.map(|()| AnswerBody { whole, live }))
    }
}

fn headless() -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody { whole: None, live: None });
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

impl Drop for Responding {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abandon();
        }
    }
}

/// The body of an answer: whole, or as the exchange gives it.
pub struct AnswerBody {
    whole: Option<Bytes>,
    live: Option<Running>,
}

impl AnswerBody {
    /// A whole body.
    #[must_use]
    pub fn whole(bytes: Bytes) -> Self {
        Self { whole: Some(bytes), live: None }
    }

    /// Whether what comes next, or came just now, tells that the answer has failed.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.live.as_ref().is_some_and(|running| running.slot().failing)
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        if let Some(bytes) = self.whole.take() {
            return Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))));
        }
        let Some(running) = &mut self.live else { return Poll::Ready(None) };
        // What is there is given out first; then the exchange gets its turn, once.
        if let Some(bytes) = running.slot().next_chunk() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        let ended = running.poll(context);
        let (chunk, broken) = {
            let mut slot = running.slot();
            (slot.next_chunk(), slot.broken)
        };
        match chunk {
            Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            None if !ended => Poll::Pending,
            None => {
                self.live = None;
                Poll::Ready(broken.then_some(Err(BrokenOff)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.live.is_none() && self.whole.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.whole, &self.live) {
            (Some(bytes), _) => SizeHint::with_exact(bytes.len() as u64),
            (None, None) => SizeHint::with_exact(0),
            (None, Some(_)) => SizeHint::default(),
        }
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        if let Some(running) = self.live.take() {
            running.abandon();
        }
    }
}

#[cfg(test)]
mod tests;
