//! A panic within one request must not cost more than that request: what it holds is given back, and its record is written.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

/// The future panicked. The panic itself has gone to the panic hook, and so to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it panicked")]
pub struct Panicked;

/// Carries a future to its end, or to its panic. After one, what the future worked on may be half done.
///
/// # Errors
/// When it panicked.
pub async fn caught<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = std::pin::pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_ends_the_future_and_nothing_else() {
        let outcome = caught(async {
            tokio::task::yield_now().await;
            let empty: Vec<u8> = Vec::new();
            empty[1]
        });
        assert_eq!(outcome.await, Err(Panicked));
        assert_eq!(caught(async { 7 }).await, Ok(7));
    }
}
