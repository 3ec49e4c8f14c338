//! The body of a provider's answer. Nothing encoded is asked for, and usually nothing encoded comes: then it is hyper's own
//! body, untouched. What a proxy on the way encoded all the same is decoded as it comes.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;

use super::decode::{DecodeError, Decoder, Encoding};

/// A body as the provider meant it.
#[derive(Debug)]
pub enum Body {
    /// As it comes.
    Plain(Incoming),
    /// Decoded on the way.
    Encoded(Box<Encoded>),
    /// Nothing, or nothing more.
    Over,
    /// In an encoding that nothing here reads: it fails when it is read, so that the status of an error still counts.
    Unreadable(Box<str>),
}

/// A body that is decoded.
#[derive(Debug)]
pub struct Encoded {
    incoming: Incoming,
    decoder: Decoder,
    ended: bool,
}

/// Why a body broke off.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The connection failed.
    #[error(transparent)]
    Connection(#[from] hyper::Error),
    /// What came cannot be decoded.
    #[error(transparent)]
    Encoding(#[from] DecodeError),
}

impl Body {
    /// The body of an answer with these headers.
    pub(super) fn of(headers: &HeaderMap, incoming: Incoming) -> Self {
        if !headers.contains_key(CONTENT_ENCODING) {
            return Self::Plain(incoming);
        }
        let encoding = match named(headers).as_str() {
            "" => return Self::Plain(incoming),
            "gzip" | "x-gzip" => Encoding::Gzip,
            "deflate" => Encoding::Deflate,
            other => return Self::Unreadable(other.chars().take(64).collect()),
        };
        Self::Encoded(Box::new(Encoded { incoming, decoder: Decoder::new(encoding), ended: false }))
    }
}

/// The encodings of a body in lower case, joined by commas where there are several; `identity` is none.
fn named(headers: &HeaderMap) -> String {
    let lists = headers.get_all(CONTENT_ENCODING).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let names = lists.flat_map(|list| {
        let names = list.split(',').map(|name| name.trim().to_ascii_lowercase());
        names.filter(|name| !matches!(name.as_str(), "" | "identity")).collect::<Vec<_>>()
    });
    names.collect::<Vec<_>>().join(", ")
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self.get_mut() {
            Self::Plain(incoming) => Pin::new(incoming).poll_frame(context).map_err(BodyError::Connection),
            Self::Encoded(encoded) => encoded.poll_block(context).map_ok(Frame::data),
            Self::Over => Poll::Ready(None),
            Self::Unreadable(name) => Poll::Ready(Some(Err(DecodeError::Unknown(name.clone()).into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Plain(incoming) => incoming.is_end_stream(),
            Self::Encoded(encoded) => encoded.ended,
            Self::Over => true,
            Self::Unreadable(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Plain(incoming) => incoming.size_hint(),
            Self::Over => SizeHint::with_exact(0),
            Self::Encoded(_) | Self::Unreadable(_) => SizeHint::default(),
        }
    }
}

impl Encoded {
    fn poll_block(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        use http_body::Body as _;
        while !self.ended {
            if let Some(block) = self.decoder.block()? {
                return Poll::Ready(Some(Ok(block)));
            }
            match ready!(Pin::new(&mut self.incoming).poll_frame(context)) {
                None => {
                    self.ended = true;
                    self.decoder.finish()?;
                }
                Some(frame) => {
                    // Trailers say nothing that anybody asks for.
                    if let Ok(bytes) = frame?.into_data() {
                        self.decoder.push(bytes);
                    }
                }
            }
        }
        Poll::Ready(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_read_from_all_headers_and_identity_is_none() {
        for (values, wanted) in [
            (&["GZIP"][..], "gzip"),
            (&["identity"], ""),
            (&[""], ""),
            (&["identity, gzip"], "gzip"),
            (&["gzip, gzip"], "gzip, gzip"),
            (&["gzip", "br"], "gzip, br"),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, value.parse().expect("a value"));
            }
            assert_eq!(named(&headers), wanted, "{values:?}");
        }
    }
}
