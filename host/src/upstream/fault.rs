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
    let kind = if detail.contains("dns error") {
        Kind::Dns
    } else if find::<rustls::Error>(error).is_some() {
        Kind::Tls
    } else if is_io(error, io::ErrorKind::ConnectionRefused) {
        Kind::ConnectRefused
    } else if is_io(error, io::ErrorKind::TimedOut) {
        Kind::ConnectTimeout
    } else {
        Kind::ConnectFailed
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
        Some(BodyError::Encoding(error)) if *error != DecodeError::Truncated => Kind::Garbled,
        _ => Kind::Cut,
    }
}

/// Whether the provider certainly has not processed the request, and another connection may take it.
pub(super) fn is_untouched(failure: &Failure) -> bool {
    matches!(failure.kind, Kind::RefusedStream | Kind::GoneAway)
}

/// An error with its causes. What an `io::Error` wraps counts as its cause: its own `source` would leave it out.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped as &(dyn StdError + 'static)),
        None => error.source(),
    })
}

/// The words of an error and of all of its causes, which are where the useful ones are.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut words: Vec<_> = causes(error).map(ToString::to_string).collect();
    // What wraps an error often says the same.
    words.dedup();
    words.join(": ")
}

fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    causes(error).find_map(|error| error.downcast_ref::<E>())
}

fn is_io(error: &(dyn StdError + 'static), kind: io::ErrorKind) -> bool {
    causes(error).any(|error| error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == kind))
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
    fn an_error_is_found_however_deeply_it_is_wrapped() {
        let untrusted = rustls::Error::General("untrusted".into());
        let error = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, untrusted));
        assert!(find::<rustls::Error>(&error).is_some() && is_io(&error, io::ErrorKind::InvalidData));
        assert_eq!(chain(&error), "unexpected error: untrusted");
    }

    #[test]
    fn a_reason_that_was_not_received_tells_nothing_of_the_provider() {
        let ours = h2::Error::from(h2::Reason::REFUSED_STREAM);
        assert_eq!(interrupted(&ours, Phase::Head).kind, Kind::Reset);
    }
}
