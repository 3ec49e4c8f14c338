//! What becomes of a request's body that was answered before all of it was read. A little is read and thrown away, so that
//! the connection can carry the next request; otherwise the answer says that the connection closes. Over HTTP/2 the stream is
//! reset with `NO_ERROR` and the connection lives on; but some clients take even that reset for a failure and drop the answer
//! (curl 7.88, Python's h2), so it comes only where the rest is long and the client has had time to read the answer.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, EXPECT};
use http::{HeaderValue, Request, Response, Version};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::pulse::UnderWay;

/// How much is read of a body that nobody wants, where its length is known: a new connection, with its handshakes, costs
/// about as much.
const THROWN_AWAY: u64 = 1 << 20;

/// How long that may take.
const THROWN_AWAY_WITHIN: Duration = Duration::from_secs(10);

/// How long a stream of HTTP/2 whose answer is out may go on with its body.
const STREAM_GOES_ON: Duration = Duration::from_secs(2);

/// The body of a request. Dropped before its end, it goes back to its connection.
#[derive(Debug)]
pub struct RequestBody {
    /// There until it is dropped.
    incoming: Option<Incoming>,
    is_over: bool,
    was_read: bool,
    rest: Option<Arc<Rest>>,
}

/// Where the rest of a body is left.
#[derive(Debug, Default)]
pub(super) struct Rest(Mutex<Option<Left>>);

#[derive(Debug)]
struct Left {
    incoming: Incoming,
    was_read: bool,
}

/// The request for its handler, and where the rest of its body will be, where it has one that matters.
pub(super) fn hand_over(request: Request<Incoming>) -> (Request<RequestBody>, Option<Unread>) {
    let rest = (!request.body().is_end_stream()).then(Arc::<Rest>::default);
    let is_stream = request.version() == Version::HTTP_2;
    // Who expects a `100 Continue` and gets none may never send the body.
    let waits = rest.is_some() && request.headers().contains_key(EXPECT);
    let unread = rest.clone().map(|rest| Unread { rest, is_stream, waits });
    let body = |incoming| RequestBody { incoming: Some(incoming), is_over: false, was_read: false, rest };
    (request.map(body), unread)
}

/// What may be left of a request's body once it is answered.
#[derive(Debug)]
pub(super) struct Unread {
    rest: Arc<Rest>,
    /// Over HTTP/2, where a request is a stream of its connection.
    is_stream: bool,
    waits: bool,
}

impl Unread {
    /// Decides what becomes of the rest, now that there is an answer.
    pub(super) fn settle<B>(self, answer: &mut Response<B>, under_way: &UnderWay) {
        let left = self.rest.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Left { incoming, was_read }) = left else { return };
        if self.is_stream {
            tokio::spawn(let_stream_end(incoming, under_way.share()));
            return;
        }
        let is_little = incoming.size_hint().upper().is_some_and(|left| left <= THROWN_AWAY);
        if is_little && (was_read || !self.waits) {
            tokio::spawn(throw_away(incoming, under_way.share()));
        } else {
            under_way.leave_unread();
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

/// Reads the rest. If it does not come, dropping it closes the connection.
async fn throw_away(mut incoming: Incoming, under_way: UnderWay) {
    let reading = async { while let Some(Ok(_)) = incoming.frame().await {} };
    if tokio::time::timeout(THROWN_AWAY_WITHIN, reading).await.is_err() {
        under_way.leave_unread();
    }
}

/// Reads a little of the rest, and leaves more to the protocol, which holds it back. Dropping it resets the stream.
async fn let_stream_end(mut incoming: Incoming, _under_way: UnderWay) {
    let reading = async {
        let mut left = THROWN_AWAY;
        while let Some(Ok(frame)) = incoming.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, |data| data.len() as u64));
            if left == 0 {
                std::future::pending::<()>().await;
            }
        }
    };
    let _ = tokio::time::timeout(STREAM_GOES_ON, reading).await;
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.was_read = true;
        let Some(incoming) = &mut self.incoming else { return Poll::Ready(None) };
        let frame = Pin::new(incoming).poll_frame(context);
        // After an error there is nothing left to read either.
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            self.is_over = true;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for RequestBody {
    // A handler drops a body wherever it decides to answer; no call on every one of those ways would be as sure.
    fn drop(&mut self) {
        let (Some(rest), Some(incoming)) = (&self.rest, self.incoming.take()) else { return };
        if !self.is_over && !incoming.is_end_stream() {
            let left = Left { incoming, was_read: self.was_read };
            *rest.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(left);
        }
    }
}
