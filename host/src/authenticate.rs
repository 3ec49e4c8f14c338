//! Bearer key to caller. Keys are random and long, so a plain SHA-256 is looked up: guessing one takes as long as guessing
//! the key.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use sha2::{Digest, Sha256};

use crate::error::ApiError;
use crate::gateway::{Caller, KeyRing};

/// Finds the caller.
///
/// # Errors
/// A 401 that says whether a key is missing or unknown.
pub fn authenticate(headers: &HeaderMap, keys: &KeyRing) -> Result<Arc<Caller>, ApiError> {
    let secret = bearer(headers).ok_or_else(|| {
        refused("missing_api_key", "No API key: send it as `Authorization: Bearer …`, as OpenAI's clients do.")
    })?;
    let digest: [u8; 32] = Sha256::digest(secret).into();
    keys.callers.get(&digest).cloned().ok_or_else(|| {
        refused("invalid_api_key", "This API key is not known here: it was never made, or it was revoked.")
    })
}

/// The token of an `Authorization: Bearer` header.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked(7)?;
    (scheme.eq_ignore_ascii_case(b"bearer ") && !token.is_empty()).then_some(token)
}

fn refused(code: &'static str, message: &'static str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "invalid_request_error", code).saying(message)
}
