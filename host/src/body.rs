//! The body of a request, whole: within its limits, in its time, and with whatever encoding it came in taken off.

mod encoding;

pub use encoding::{ACCEPTED, EncodingError};

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// The code of a refusal because of an encoding that is not taken. Its answer lists those that are.
pub const UNSUPPORTED_ENCODING: &str = "unsupported_encoding";

/// How long a body may take to arrive: 32 MiB in a minute need 4.5 Mbit/s.
const TIME: Duration = Duration::from_secs(60);

/// An error of whatever body it is.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A body that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is larger than it may be, as it came or with its encoding taken off.
    #[error("The request body is larger than the {0} bytes that this gateway takes.")]
    TooLarge(usize),
    /// It came too slowly.
    #[error("The request body did not arrive within a minute.")]
    TooSlow,
    /// It broke off.
    #[error("The request body ended before it was whole.")]
    BrokenOff,
    /// Its encoding is unknown, or broken.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
}

impl BodyError {
    /// The status that says so.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Encoding(EncodingError::Unknown(_) | EncodingError::TooMany) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BrokenOff | Self::Encoding(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// The code that says so.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "request_too_large",
            Self::TooSlow => "request_timeout",
            Self::BrokenOff => "incomplete_body",
            Self::Encoding(EncodingError::Unknown(_) | EncodingError::TooMany) => UNSUPPORTED_ENCODING,
            Self::Encoding(EncodingError::Truncated(_)) => "incomplete_body",
            Self::Encoding(EncodingError::Corrupt(..)) => "invalid_encoding",
        }
    }
}

/// Reads a body to its end. One whose head says already that it is too large, or in an unknown encoding, is refused without a
/// byte of it, so that a caller that waits for `100 Continue` is spared sending it.
///
/// # Errors
/// When it is not whole, too large, too slow, or cannot be decoded.
pub async fn read<B>(headers: &HeaderMap, body: B, at_most: usize) -> Result<Bytes, BodyError>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let encodings = encoding::named(headers)?;
    if body.size_hint().lower() > at_most as u64 {
        return Err(BodyError::TooLarge(at_most));
    }
    let collecting = tokio::time::timeout(TIME, Limited::new(body, at_most).collect());
    let collected = collecting.await.map_err(|_| BodyError::TooSlow)?.map_err(|error| {
        if error.is::<LengthLimitError>() { BodyError::TooLarge(at_most) } else { BodyError::BrokenOff }
    })?;
    encoding::take_off(encodings, collected.to_bytes(), at_most).await
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use http::HeaderValue;
    use http::header::CONTENT_ENCODING;
    use http_body_util::Full;

    use super::*;

    async fn read_as(encoding: Option<&'static str>, body: impl Into<Bytes>) -> Result<Bytes, BodyError> {
        let headers = encoding.map(|encoding| (CONTENT_ENCODING, HeaderValue::from_static(encoding)));
        read(&headers.into_iter().collect(), Full::new(body.into()), 1 << 10).await
    }

    #[tokio::test]
    async fn a_body_without_an_encoding_is_taken_as_it_is_up_to_the_limit() {
        for encoding in [None, Some(""), Some("identity"), Some("Identity, identity")] {
            assert_eq!(read_as(encoding, "plain").await, Ok(Bytes::from("plain")), "{encoding:?}");
        }
        assert_eq!(read_as(None, vec![0; 1 << 10]).await.map(|body| body.len()), Ok(1 << 10));
        assert_eq!(read_as(None, vec![0; (1 << 10) + 1]).await, Err(BodyError::TooLarge(1 << 10)));
    }

    #[tokio::test]
    async fn the_limit_holds_for_what_comes_out() {
        let bomb = zstd::bulk::compress(&vec![b' '; 64 << 20], 3).expect("memory takes it");
        let before = read_as(Some("zstd"), bomb).await;
        assert_eq!(before.map_err(|error| (error.status().as_u16(), error.code())), Err((413, "request_too_large")));
    }

    /// A body of which nothing ever comes.
    struct Silence;

    impl Body for Silence {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
            Poll::Pending
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_given_up() {
        let error = read(&HeaderMap::new(), Silence, 1 << 10).await.expect_err("nothing came");
        assert_eq!((error.status().as_u16(), error.code()), (408, "request_timeout"));
    }
}
