//! The body of a streamed answer: events that leave at their times, and a clean end or a cut.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::time::{Instant, Sleep};

/// One server-sent event.
#[derive(Debug)]
pub(super) struct Event {
    /// When it leaves, counted from the start of the answer.
    pub(super) at: Duration,
    /// Its bytes, the empty line at its end included.
    pub(super) bytes: Bytes,
}

/// How a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// As HTTP wants it.
    Clean,
    /// The connection closes in the middle of the body.
    Cut,
    /// Nothing comes any more, and the connection stays open.
    Stall,
}

/// The body.
#[derive(Debug)]
pub(super) struct EventBody {
    started: Instant,
    events: VecDeque<Event>,
    ending: Ending,
    /// The wait for the next event, kept from poll to poll.
    sleep: Option<Pin<Box<Sleep>>>,
    /// Whether what was written before a cut has had its chance to leave.
    flushed: bool,
}

impl EventBody {
    /// A body whose times count from now.
    pub(super) fn new(events: VecDeque<Event>, ending: Ending) -> Self {
        Self { started: Instant::now(), events, ending, sleep: None, flushed: false }
    }

    /// Waits for a moment. No timer is touched when it has passed.
    fn poll_until(&mut self, moment: Instant, context: &mut Context<'_>) -> Poll<()> {
        if self.sleep.is_none() && moment <= Instant::now() {
            return Poll::Ready(());
        }
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(moment)));
        ready!(sleep.as_mut().poll(context));
        self.sleep = None;
        Poll::Ready(())
    }
}

impl Body for EventBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(next) = self.events.front() {
            let at = next.at;
            if !at.is_zero() {
                let moment = self.started + at;
                ready!(self.poll_until(moment, context));
            }
            return Poll::Ready(self.events.pop_front().map(|event| Ok(Frame::data(event.bytes))));
        }
        match self.ending {
            Ending::Clean => Poll::Ready(None),
            Ending::Stall => Poll::Pending,
            // An error makes hyper drop what it has not written yet; a pending body makes it write first.
            Ending::Cut if !self.flushed => {
                self.flushed = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Ending::Cut => Poll::Ready(Some(Err(io::Error::other("the stream was to be cut here")))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.events.is_empty() && self.ending == Ending::Clean
    }
}
