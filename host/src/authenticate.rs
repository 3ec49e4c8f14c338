//! Bearer key to caller. Keys are random and long, so a plain SHA-256 is looked up: guessing one takes as long as guessing
//! the key.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use sha2::{Digest, Sha256};

use crate::config::Key;
use crate::error::ApiError;
use crate::gateway::{Caller, KeyRing};

/// Why a request shows no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoToken {
    /// It has no `Authorization` header, or one without a token.
    Missing,
    /// Its `Authorization` header is of another scheme, or has none.
    OtherScheme,
    /// It has several such headers: nobody can say which one counts.
    Several,
}

/// Finds the caller.
///
/// # Errors
/// A 401 that says whether a key is missing or unknown, or a 403 where its tenant is; a 400 where there are several keys.
pub fn authenticate(headers: &HeaderMap, keys: &KeyRing) -> Result<Arc<Caller>, ApiError> {
    let secret = bearer(headers).map_err(|none| match none {
        NoToken::Missing => {
            refused("missing_api_key", "No API key: send it as `Authorization: Bearer …`, as OpenAI's clients do.")
        }
        NoToken::OtherScheme => refused(
            "missing_api_key",
            "The `Authorization` header holds no bearer key: send it as `Authorization: Bearer …`, as OpenAI's clients do.",
        ),
        NoToken::Several => ApiError::invalid(
            "duplicate_header",
            "The request has several `Authorization` headers: send one. A proxy on the way may have added its own.",
        ),
    })?;
    let digest: [u8; 32] = Sha256::digest(secret).into();
    if let Some(caller) = keys.callers.get(&digest) {
        return Ok(Arc::clone(caller));
    }
    Err(match keys.shut.get(&digest) {
        Some(key) => without_tenant(key),
        None => refused("invalid_api_key", "This API key is not known here: it was never made, or it was revoked."),
    })
}

/// The token of an `Authorization: Bearer` header. The scheme may be written in any case, and blanks may surround the token
/// (RFC 9110, section 11.4).
///
/// # Errors
/// When there is none, or more than one such header.
pub fn bearer(headers: &HeaderMap) -> Result<&[u8], NoToken> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(NoToken::Missing)?.as_bytes().trim_ascii();
    if values.next().is_some() {
        return Err(NoToken::Several);
    }
    let end = value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len());
    let (scheme, token) = value.split_at(end);
    match (scheme.eq_ignore_ascii_case(b"bearer"), token.trim_ascii()) {
        (true, []) => Err(NoToken::Missing),
        (true, token) => Ok(token),
        (false, _) if value.is_empty() => Err(NoToken::Missing),
        (false, _) => Err(NoToken::OtherScheme),
    }
}

/// Whoever holds the key can do nothing about it; the log of the config that shuts it out says who it is.
fn without_tenant(key: &Key) -> ApiError {
    tracing::debug!(key = &*key.name, tenant = &*key.tenant, "refused: the config has no such tenant");
    let message = "This API key opens nothing: its tenant is not in the gateway's config. The gateway's operator has to put the \
                   tenant there, or make another key.";
    ApiError::new(StatusCode::FORBIDDEN, "invalid_request_error", "key_without_tenant")
        .saying(message)
        .pointless_to_retry()
}

fn refused(code: &'static str, message: &'static str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "invalid_request_error", code).saying(message)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn shown(values: &[&'static str]) -> Result<Vec<u8>, NoToken> {
        let headers = values.iter().map(|value| (AUTHORIZATION, HeaderValue::from_static(value))).collect();
        bearer(&headers).map(<[u8]>::to_vec)
    }

    #[test]
    fn a_token_is_found_whatever_blanks_and_case_surround_it() {
        for value in ["Bearer k", "bearer k", "BEARER   k", "Bearer\tk", " Bearer \t k\t "] {
            assert_eq!(shown(&[value]), Ok(b"k".to_vec()), "{value:?}");
        }
        assert_eq!(shown(&["Bearer a b"]), Ok(b"a b".to_vec()));
    }

    #[test]
    fn what_is_no_token_is_told_apart() {
        for value in ["", "Bearer", "Bearer  ", "bearer\t"] {
            assert_eq!(shown(&[value]), Err(NoToken::Missing), "{value:?}");
        }
        for value in ["k", "Basic azpr", "Bearerk", "Bearer:k"] {
            assert_eq!(shown(&[value]), Err(NoToken::OtherScheme), "{value:?}");
        }
        assert_eq!(shown(&[]), Err(NoToken::Missing));
        assert_eq!(shown(&["Bearer k", "Bearer k"]), Err(NoToken::Several));
    }
}
