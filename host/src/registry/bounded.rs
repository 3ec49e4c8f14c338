//! A place for bytes of a stranger that takes so many and no more.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;

/// What has come so far.
#[derive(Debug)]
pub(super) struct Bounded {
    bytes: Vec<u8>,
    most: usize,
}

/// More came than may.
#[derive(Debug, thiserror::Error)]
#[error("more came than may")]
pub(super) struct TooMuch;

impl Bounded {
    pub(super) fn new(most: usize) -> Self {
        Self { bytes: Vec::new(), most }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if bytes.len() > self.most - self.bytes.len() {
            return Poll::Ready(Err(io::Error::other(TooMuch)));
        }
        self.bytes.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    #[tokio::test]
    async fn what_is_too_much_is_not_kept() {
        let mut bounded = Bounded::new(3);
        bounded.write_all(b"ab").await.unwrap();
        let error = bounded.write_all(b"cd").await.unwrap_err();
        assert!(error.get_ref().is_some_and(|inner| inner.is::<TooMuch>()));
        bounded.write_all(b"c").await.unwrap();
        assert_eq!(bounded.into_bytes(), b"abc");
    }
}
