//! Bearer key to caller. Keys are random and long, so a plain SHA-256 is looked up: guessing one takes as long as guessing
//! the key.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use sha2::{Digest, Sha256};

use crate::config::Key;
use crate::error::ApiError;
use crate::gateway::{Caller, KeyRing};

/// Finds the caller.
///
/// # Errors
/// A 401 that says whether a key is missing or unknown, or a 403 where its tenant is.
pub fn authenticate(headers: &HeaderMap, keys: &KeyRing) -> Result<Arc<Caller>, ApiError> {
    let secret = bearer(headers).ok_or_else(|| {
        refused("missing_api_key", "No API key: send it as `Authorization: Bearer …`, as OpenAI's clients do.")
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

/// The token of an `Authorization: Bearer` header.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked(7)?;
    (scheme.eq_ignore_ascii_case(b"bearer ") && !token.is_empty()).then_some(token)
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
