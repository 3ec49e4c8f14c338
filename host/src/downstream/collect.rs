//! Takes all of an exchange's answer when no connection waits for it: what a request out of a queue comes to.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::Response;

use super::{Sink, Slot};

/// All that an exchange gave.
#[derive(Debug)]
pub struct Collected<T> {
    /// What the exchange itself came to.
    pub outcome: T,
    /// The head of the answer.
    pub head: Option<Response<()>>,
    /// Its body.
    pub body: Bytes,
}

/// Carries an exchange to its end as a patient caller would. When `cancelled` ends first, the caller is gone, and the
/// exchange still comes to its end.
pub async fn collect<T, F>(exchange: impl FnOnce(Sink) -> F, cancelled: impl Future<Output = ()>) -> Collected<T>
where
    F: Future<Output = T>,
{
    let slot = Arc::new(Mutex::new(Slot::default()));
    let mut exchange = pin!(exchange(Sink { slot: Arc::clone(&slot) }));
    let mut cancelled = pin!(cancelled);
    let mut body = BytesMut::new();
    let outcome = std::future::poll_fn(|context| {
        if !lock(&slot).caller_gone && cancelled.as_mut().poll(context).is_ready() {
            lock(&slot).caller_gone = true;
        }
        poll(exchange.as_mut(), &slot, &mut body, context)
    })
    .await;
    let mut last = lock(&slot);
    let body = last.whole.take().unwrap_or_else(|| body.freeze());
    Collected { outcome, head: last.head.take(), body }
}

/// Gives the exchange its turn until it waits for something else than its caller: nothing else wakes it when a chunk has
/// been taken.
fn poll<T>(
    mut exchange: Pin<&mut impl Future<Output = T>>,
    slot: &Mutex<Slot>,
    body: &mut BytesMut,
    context: &mut Context<'_>,
) -> Poll<T> {
    loop {
        let polled = exchange.as_mut().poll(context);
        let chunk = lock(slot).chunk.take();
        if let Some(chunk) = &chunk {
            body.extend_from_slice(chunk);
        }
        if polled.is_ready() || chunk.is_none() {
            return polled;
        }
    }
}

fn lock(slot: &Mutex<Slot>) -> MutexGuard<'_, Slot> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_chunk_is_taken_in_its_order() {
        let exchange = |sink: Sink| async move {
            sink.head(Response::new(()));
            for text in ["a", "b", "c"] {
                sink.chunk(Bytes::from_static(text.as_bytes())).await.unwrap();
            }
            7
        };
        let collected = collect(exchange, std::future::pending()).await;
        assert_eq!((collected.outcome, &collected.body[..], collected.head.is_some()), (7, &b"abc"[..], true));
    }

    #[tokio::test]
    async fn a_cancelled_exchange_is_told_so_and_comes_to_its_end() {
        let exchange = |sink: Sink| async move {
            sink.caller_gone().await;
            sink.is_caller_gone()
        };
        assert!(collect(exchange, tokio::time::sleep(std::time::Duration::from_millis(1))).await.outcome);
    }
}
