//! Finds out from a provider's error answer what went wrong: by the names and words that it uses, then by its status.
//!
//! Sources: OpenAI's "Error codes" guide (401, 403, 429 rate limit and quota, 500, 503), Anthropic's API errors (529
//! `overloaded_error`, 402 `billing_error`); those of names and words are beside them in `wordings.rs`.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::error_body::ErrorBody;
use super::waits;
use super::wordings::{
    CONTEXT, KEY, MODEL, MODEL_404, NAMES, OVERLOADED, PERMISSION, POLICY, QUOTA, RATE, Wording, net,
};
use crate::outcome::{Failure, Kind, Phase};

/// How much of a provider's text is kept for the ledger, in bytes.
const DETAIL_BYTES: usize = 512;

/// How many kinds of names go before any words: nobody says them by the way.
const NAMES_BEFORE_WORDS: usize = 4;

/// The failure that an answer with a status other than 2xx stands for.
#[must_use]
pub fn from_answer(status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Failure {
    let said = ErrorBody::read(body);
    let mut failure = Failure::new(kind_of(status.as_u16(), &said), Phase::Head, detail(body));
    failure.status = Some(status.as_u16());
    failure.code = said.code();
    failure.retry_after = waits::asked(status, headers, wait(failure.kind, &said), jiff::Timestamp::now());
    failure.original = said.for_callers();
    failure
}

/// The failure that an error object within a 200 or within a stream stands for.
#[must_use]
pub fn from_error_object(body: &[u8], phase: Phase) -> Failure {
    let said = ErrorBody::read(&Bytes::copy_from_slice(body));
    let kind = match kind_of(said.status().unwrap_or(0), &said) {
        Kind::UnexpectedStatus | Kind::ServerError => Kind::StreamError,
        kind => kind,
    };
    let mut failure = Failure::new(kind, phase, detail(body));
    failure.code = said.code();
    failure.retry_after = wait(kind, &said);
    failure.original = said.for_callers();
    failure
}

/// The wait that a body asks for. Only what may be over by itself is waited for.
fn wait(kind: Kind, said: &ErrorBody) -> Option<std::time::Duration> {
    let is_passing = matches!(kind, Kind::RateLimited | Kind::Overloaded | Kind::ServerError | Kind::StreamError);
    is_passing.then(|| said.wait()).flatten()
}

fn kind_of(status: u16, said: &ErrorBody) -> Kind {
    let (certain, others) = NAMES.split_at(NAMES_BEFORE_WORDS);
    let named = by_names(certain, said)
        .or_else(|| by_words(status, said))
        .or_else(|| is_spent(status, said).then_some(Kind::QuotaExhausted))
        .or_else(|| by_names(others, said));
    named.unwrap_or_else(|| by_status(status, said))
}

fn said(wordings: &[Wording], message: &str) -> bool {
    wordings.iter().any(|wording| wording.is_in(message))
}

fn by_names(names: &[(Kind, &[&str])], said: &ErrorBody) -> Option<Kind> {
    names.iter().find(|(_, names)| said.is(names)).map(|(kind, _)| *kind)
}

/// What the words say. `status`: that of the answer, or of the error within it; 0 where there is none.
fn by_words(status: u16, body: &ErrorBody) -> Option<Kind> {
    let message = body.message.as_str();
    let is_rate = by_names(&NAMES[NAMES_BEFORE_WORDS..], body) == Some(Kind::RateLimited) || said(RATE, message);
    let may_be = |statuses: &[u16]| status == 0 || statuses.contains(&status);
    let rows: [(Kind, &[Wording], bool); 5] = [
        (Kind::QuotaExhausted, QUOTA, may_be(&[400, 401, 402, 403, 429, 500, 503])),
        (Kind::InvalidKey, KEY, may_be(&[400, 401, 403, 404, 422, 500])),
        (Kind::ContentPolicy, POLICY, may_be(&[400, 403, 422, 451])),
        (Kind::Permission, PERMISSION, may_be(&[400, 401, 403, 404, 451])),
        (Kind::ContextLength, CONTEXT, !is_rate && may_be(&[400, 404, 413, 422, 500])),
    ];
    if let Some((kind, ..)) = rows.iter().find(|(_, wordings, may_be)| *may_be && said(wordings, message)) {
        return Some(*kind);
    }
    if !is_rate && may_be(&[400, 413, 422, 500]) && is_too_long(message) {
        return Some(Kind::ContextLength);
    }
    let rows: [(Kind, &[Wording], bool); 4] = [
        (Kind::UnknownModel, MODEL, may_be(&[400, 403, 404, 422])),
        (Kind::UnknownModel, MODEL_404, status == 404),
        (Kind::RateLimited, RATE, may_be(&[403, 413, 429])),
        (Kind::Overloaded, OVERLOADED, may_be(&[500, 503, 529])),
    ];
    rows.iter().find(|(_, wordings, may_be)| *may_be && said(wordings, message)).map(|(kind, ..)| *kind)
}

/// The net for a prompt that is too long: a length in tokens or of the context, and that it is too much. Not an output limit
/// that is set too high, and nothing else of a request that can be too large or too many.
fn is_too_long(message: &str) -> bool {
    let has = |parts: &[&str]| parts.iter().any(|part| message.contains(part));
    (has(&net::PLAIN) || has(&net::LENGTHS) && has(&net::EXCESS))
        && (!has(&net::OUTPUT) || has(&net::INPUT))
        && !has(&net::OTHER)
}

/// Whether an account is spent, by words that Google uses for its rates as well, with a wait.
fn is_spent(status: u16, said: &ErrorBody) -> bool {
    matches!(status, 0 | 403 | 429)
        && said.mentions(&["exceeded your current quota"])
        && !said.is(&["resource_exhausted"])
        && said.wait().is_none()
}

fn by_status(status: u16, said: &ErrorBody) -> Kind {
    match status {
        401 => Kind::InvalidKey,
        402 => Kind::QuotaExhausted,
        403 => Kind::Permission,
        404 if said.mentions(&["support tool", "support image"]) => Kind::Unsupported,
        404 => Kind::NotFound,
        408 => Kind::FirstByteTimeout,
        413 => Kind::TooLarge,
        429 => Kind::RateLimited,
        400 | 422 if said.mentions(&["not supported", "unsupported", "does not support"]) => Kind::Unsupported,
        400 | 405 | 409 | 415 | 422 => Kind::InvalidRequest,
        // Cohere's for a request that it finds unsafe.
        498 => Kind::ContentPolicy,
        503 | 529 => Kind::Overloaded,
        500..=599 => Kind::ServerError,
        _ => Kind::UnexpectedStatus,
    }
}

fn detail(body: &[u8]) -> Box<str> {
    String::from_utf8_lossy(&body[..body.len().min(DETAIL_BYTES)]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, body: &str) -> Kind {
        let status = StatusCode::from_u16(status).expect("a status");
        from_answer(status, &HeaderMap::new(), &Bytes::from(body.to_owned())).kind
    }

    #[test]
    fn a_429_for_a_spent_account_is_not_one_for_a_rate() {
        assert_eq!(kind(429, r#"{"error":{"code":"insufficient_quota"}}"#), Kind::QuotaExhausted);
        assert_eq!(kind(429, r#"{"error":{"code":"rate_limit_exceeded"}}"#), Kind::RateLimited);
        assert_eq!(kind(429, "slow down"), Kind::RateLimited);
    }

    #[test]
    fn codes_tell_more_than_the_status() {
        assert_eq!(kind(400, r#"{"error":{"code":"context_length_exceeded"}}"#), Kind::ContextLength);
        assert_eq!(
            kind(400, r#"{"error":{"message":"This model's maximum context length is 8"}}"#),
            Kind::ContextLength
        );
        assert_eq!(kind(400, r#"{"error":{"code":"content_filter"}}"#), Kind::ContentPolicy);
        assert_eq!(kind(404, r#"{"error":{"code":"model_not_found"}}"#), Kind::UnknownModel);
        assert_eq!(kind(400, r#"{"error":{"message":"tools is not supported"}}"#), Kind::Unsupported);
        assert_eq!(kind(400, r#"{"error":{"code":400}}"#), Kind::InvalidRequest);
        assert_eq!(kind(529, r#"{"error":{"type":"overloaded_error"}}"#), Kind::Overloaded);
        assert_eq!(kind(302, ""), Kind::UnexpectedStatus);
        assert_eq!(kind(403, r#"{"error":{"message":"Your input was flagged"}}"#), Kind::ContentPolicy);
        assert_eq!(kind(403, r#"{"error":{"message":"Country not supported"}}"#), Kind::Permission);
        assert_eq!(kind(404, r#"{"error":{"message":"No endpoints found that support tool use"}}"#), Kind::Unsupported);
    }

    #[test]
    fn errors_in_other_shapes_are_understood_and_reach_callers_in_openais() {
        for body in [
            r#"{"object":"error","message":"This model's maximum context length is 8","code":400}"#,
            r#"{"error":"This model's maximum context length is 8"}"#,
            r#"{"detail":"This model's maximum context length is 8"}"#,
        ] {
            let failure = from_answer(StatusCode::BAD_REQUEST, &HeaderMap::new(), &Bytes::from(body));
            let original: serde_json::Value =
                serde_json::from_slice(&failure.original.expect("words for the caller")).expect("JSON");
            assert_eq!(failure.kind, Kind::ContextLength, "{body}");
            assert_eq!(original["error"]["message"], "This model's maximum context length is 8", "{body}");
        }
        let nothing = from_answer(StatusCode::BAD_REQUEST, &HeaderMap::new(), &Bytes::from_static(b"{\"x\":[]}"));
        assert!(nothing.original.is_none());
    }

    #[test]
    fn an_error_within_a_stream_keeps_its_own_kind_where_it_has_one() {
        let phase = Phase::Stream;
        assert_eq!(from_error_object(br#"{"error":{"type":"overloaded_error"}}"#, phase).kind, Kind::Overloaded);
        assert_eq!(from_error_object(br#"{"error":{"code":500,"message":"x"}}"#, phase).kind, Kind::StreamError);
    }
}
