//! What an error of the transport means: how far the request came, and whether the provider can have seen it. It goes by
//! the types and codes of the errors; their words are for the ledger.
//!
//! Of a request that failed before its head, hyper and h2 tell for certain that it was not processed in three cases:
//!
//! - The provider reset its HTTP/2 stream with `REFUSED_STREAM` (RFC 9113, 8.7).
//! - The provider sent a GOAWAY whose last stream is an earlier one, with whatever error code (RFC 9113, 6.8). h2 gives
//!   exactly the streams above the last one a GOAWAY of the remote; those up to it go on, and end with an `io::Error` when
//!   the connection closes under them. A GOAWAY of h2's own, for a provider that breaks the protocol, ends all streams and
//!   says nothing of what was processed.
//! - The connection closed before a byte of the request was written: hyper then calls it canceled and gives it back.

use std::error::Error as StdError;
use std::io;

use hyper_util::client::legacy;

use super::body::BodyError;
use super::decode::DecodeError;
use crate::outcome::{Failure, Kind, Phase};

/// What a failed send means.
pub(super) fn explain(error: &legacy::Error) -> Failure {
    if !error.is_connect() {
        return interrupted(error, Phase::Head);
    }
    let detail = chain(error);
    let kind = match find_io(error) {
        _ if detail.contains("dns error") => Kind::Dns,
        Some(io::ErrorKind::ConnectionRefused) => Kind::ConnectRefused,
        Some(io::ErrorKind::TimedOut) => Kind::ConnectTimeout,
        _ if has::<rustls::Error>(error) => Kind::Tls,
        _ => Kind::ConnectFailed,
    };
    Failure::new(kind, Phase::Connect, detail)
}

/// What an error on an established connection means. After the head the answer is cut, whatever broke it.
#[must_use]
pub fn interrupted(error: &(dyn StdError + 'static), phase: Phase) -> Failure {
    let kind = match phase {
        Phase::Connect | Phase::Head => before_the_head(error),
        Phase::FirstToken | Phase::Stream | Phase::Body => after_the_head(error),
    };
    Failure::new(kind, phase, chain(error))
}

fn before_the_head(error: &(dyn StdError + 'static)) -> Kind {
    if let Some(error) = find::<h2::Error>(error).filter(|error| error.is_remote()) {
        if error.is_go_away() {
            return Kind::GoneAway;
        }
        if error.reason() == Some(h2::Reason::REFUSED_STREAM) {
            return Kind::RefusedStream;
        }
    }
    if find::<hyper::Error>(error).is_some_and(hyper::Error::is_canceled) { Kind::GoneAway } else { Kind::Reset }
}

fn after_the_head(error: &(dyn StdError + 'static)) -> Kind {
    match find::<BodyError>(error) {
        Some(BodyError::Encoding(DecodeError::Truncated)) | Some(BodyError::Connection(_)) | None => Kind::Cut,
        Some(BodyError::Encoding(_)) => Kind::Garbled,
    }
}

/// Whether the provider certainly has not processed the request, and another connection may take it.
pub(super) fn is_untouched(failure: &Failure) -> bool {
    matches!(failure.kind, Kind::RefusedStream | Kind::GoneAway)
}

fn sources<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// An error with all of its causes, which is where the useful words are.
fn chain(error: &(dyn StdError + 'static)) -> String {
    sources(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    sources(error).find_map(|error| error.downcast_ref::<E>())
}

fn has<E: StdError + 'static>(error: &(dyn StdError + 'static)) -> bool {
    let within = |error: &io::Error| error.get_ref().is_some_and(|inner| inner.is::<E>());
    sources(error).any(|error| error.is::<E>() || error.downcast_ref::<io::Error>().is_some_and(within))
}

fn find_io(error: &(dyn StdError + 'static)) -> Option<io::ErrorKind> {
    find::<io::Error>(error).map(io::Error::kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_that_ends_too_soon_is_a_cut_and_one_that_is_wrong_is_garbled() {
        let kind = |error: DecodeError| interrupted(&BodyError::from(error), Phase::Body).kind;
        assert_eq!(kind(DecodeError::Truncated), Kind::Cut);
        assert_eq!(kind(DecodeError::Bomb), Kind::Garbled);
        assert_eq!(kind(DecodeError::Unknown("br".into())), Kind::Garbled);
    }

    #[test]
    fn a_reason_that_was_not_received_tells_nothing_of_the_provider() {
        let ours = h2::Error::from(h2::Reason::REFUSED_STREAM);
        assert_eq!(interrupted(&ours, Phase::Head).kind, Kind::Reset);
    }
}
