//! Carries one exchange to its end and its answer to the caller. The exchange is a single future, straight-line from the
//! request to its record; here it is polled from within the connection's own task, first for the head, then for the body,
//! so that no chunk crosses a task. If the caller goes away, the rest of the future runs on by itself, told so, and still
//! keeps the books: accounting is a call, never a `Drop`.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body::{Body, Frame, SizeHint};

type Exchange = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What has been said so far and not yet been taken.
#[derive(Debug, Default)]
struct Slot {
    head: Option<Response<()>>,
    whole: Option<Bytes>,
    chunk: Option<Bytes>,
    broken: bool,
    caller_gone: bool,
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

impl Sink {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the caller a whole answer.
    pub fn answer(&self, head: Response<()>, body: Bytes) {
        let mut slot = self.slot();
        slot.head = Some(head);
        slot.whole = Some(body);
    }

    /// Gives the caller the head of a stream. From here on its status stands.
    pub fn head(&self, head: Response<()>) {
        self.slot().head = Some(head);
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
            Poll::Ready(Ok(()))
        })
        .await
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

/// Starts an exchange and gives out its answer as soon as there is a head.
pub fn respond<F>(exchange: impl FnOnce(Sink) -> F) -> Responding
where
    F: Future<Output = ()> + Send + 'static,
{
    let slot = Arc::new(Mutex::new(Slot::default()));
    let sink = Sink { slot: Arc::clone(&slot) };
    Responding { running: Some(Running { exchange: Box::pin(exchange(sink)), slot, ended: false }) }
}

/// An exchange under way, and the line to it.
struct Running {
    exchange: Exchange,
    slot: Arc<Mutex<Slot>>,
    ended: bool,
}

impl Running {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the exchange know that nobody listens any more, and come to its end in a task of its own.
    fn abandon(self) {
        if self.ended {
            return;
        }
        self.slot().caller_gone = true;
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(self.exchange);
        }
    }
}

/// The future of the response.
pub struct Responding {
    running: Option<Running>,
}

impl Future for Responding {
    type Output = Response<AnswerBody>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(running) = &mut self.running else { return Poll::Pending };
        let ended = running.exchange.as_mut().poll(context).is_ready();
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
        let mut live = self.running.take();
        if let Some(running) = &mut live {
            running.ended = ended;
        }
        // A whole answer whose exchange is over needs no line any more.
        let live = live.filter(|_| !(ended && whole.is_some()));
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
        if let Some(bytes) = running.slot().chunk.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if !running.ended {
            running.ended = running.exchange.as_mut().poll(context).is_ready();
        }
        let (chunk, broken) = {
            let mut slot = running.slot();
            (slot.chunk.take(), slot.broken)
        };
        match chunk {
            Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            None if !running.ended => Poll::Pending,
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
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn chunks_arrive_in_order_and_the_stream_ends() {
        let response = respond(|sink| async move {
            sink.head(Response::new(()));
            for part in ["a", "b", "c"] {
                sink.chunk(Bytes::from_static(part.as_bytes())).await.expect("a caller");
            }
        })
        .await;
        assert_eq!(response.into_body().collect().await.expect("whole").to_bytes(), "abc");
    }

    #[tokio::test]
    async fn a_broken_answer_gives_what_there_is_and_then_an_error() {
        let response = respond(|sink| async move {
            sink.head(Response::new(()));
            sink.chunk(Bytes::from_static(b"a")).await.expect("a caller");
            sink.break_off();
        })
        .await;
        let mut body = response.into_body();
        assert!(body.frame().await.expect("a frame").is_ok());
        assert!(body.frame().await.expect("a frame").is_err());
    }

    #[tokio::test]
    async fn an_exchange_whose_caller_leaves_before_the_head_still_comes_to_its_end() {
        let (told, end) = oneshot::channel();
        let mut responding = respond(|sink| async move {
            sink.caller_gone().await;
            told.send(sink.is_caller_gone()).expect("a listener");
        });
        assert!(std::future::poll_fn(|cx| Poll::Ready(Pin::new(&mut responding).poll(cx))).await.is_pending());
        drop(responding);
        assert_eq!(end.await, Ok(true));
    }

    #[tokio::test]
    async fn an_exchange_whose_caller_leaves_in_the_middle_is_told_with_its_next_chunk() {
        let (told, end) = oneshot::channel();
        let response = respond(|sink| async move {
            sink.head(Response::new(()));
            while sink.chunk(Bytes::from_static(b"more")).await.is_ok() {}
            told.send(()).expect("a listener");
        })
        .await;
        let mut body = response.into_body();
        body.frame().await.expect("a frame").expect("data");
        drop(body);
        assert_eq!(end.await, Ok(()));
    }
}
