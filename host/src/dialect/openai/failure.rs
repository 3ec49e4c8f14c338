//! Finds out from a provider's error answer what went wrong. Codes and messages are those of OpenAI's API and of the
//! servers that copy it.
//!
//! Sources: OpenAI's "Error codes" guide (401, 403, 429 rate limit and quota, 500, 503), Azure OpenAI's `content_filter`,
//! Anthropic's API errors (529 `overloaded_error`, 402 `billing_error`), the error texts of vLLM and llama.cpp for a
//! request that is longer than the context.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::chunk::carries;
use super::{Object, read_json, waits};
use crate::outcome::{Failure, Kind, Phase};

/// How much of a provider's text is kept for the ledger, in bytes.
const DETAIL_BYTES: usize = 512;

/// An error answer. Some servers leave the envelope out, or put a text in its place.
#[derive(Deserialize, Default)]
struct Envelope<'a> {
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
    #[serde(borrow)]
    detail: Option<&'a RawValue>,
    #[serde(borrow)]
    r#type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    code: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
struct ErrorObject<'a> {
    #[serde(borrow, default)]
    message: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    r#type: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    code: Option<&'a RawValue>,
}

/// What a provider said of an error.
#[derive(Default)]
struct Said {
    /// In its own words.
    words: String,
    /// The same in lower case, as are the others.
    message: String,
    kind: String,
    code: String,
    /// Whether it has OpenAI's shape, and so can reach a caller as it stands.
    is_in_shape: bool,
}

impl Said {
    fn read(body: &[u8]) -> Self {
        let Ok(Object(envelope)) = read_json::<Object<Envelope<'_>>>(body) else { return Self::default() };
        let object = envelope.error.and_then(|error| serde_json::from_str::<Object<ErrorObject<'_>>>(error.get()).ok());
        // Clients raise on an `error` that is not empty, and on nothing else.
        let is_in_shape = object.is_some() && envelope.error.is_some_and(carries);
        let text = |value: Option<&RawValue>| value.and_then(|value| serde_json::from_str::<String>(value.get()).ok());
        let object = object.map_or_else(
            || ErrorObject {
                message: envelope.message.or_else(|| text(envelope.error.or(envelope.detail)).map(Cow::Owned)),
                r#type: envelope.r#type,
                code: envelope.code,
            },
            |Object(object)| object,
        );
        let words = object.message.unwrap_or_default().into_owned();
        let code = object.code.map_or("", |code| code.get()).trim_matches('"').to_ascii_lowercase();
        Self {
            message: words.to_ascii_lowercase(),
            words,
            kind: object.r#type.unwrap_or_default().to_ascii_lowercase(),
            code: if code == "null" { String::new() } else { code },
            is_in_shape,
        }
    }

    /// The error as a caller may get it: as it stands, or its words in OpenAI's shape.
    fn for_callers(&self, body: &Bytes) -> Option<Bytes> {
        if self.is_in_shape {
            return Some(body.clone());
        }
        let code = token(&self.code);
        let error =
            serde_json::json!({"message": self.words, "type": "invalid_request_error", "param": null, "code": code});
        (!self.words.is_empty()).then(|| serde_json::json!({ "error": error }).to_string().into())
    }

    fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.code == *name || self.kind == *name)
    }

    fn mentions(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.message.contains(part))
    }
}

/// The failure that an answer with a status other than 2xx stands for.
#[must_use]
pub fn from_answer(status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Failure {
    let said = Said::read(body);
    let mut failure = Failure::new(kind_of(status.as_u16(), &said), Phase::Head, detail(body));
    failure.status = Some(status.as_u16());
    failure.code = token(&said.code).or_else(|| token(&said.kind));
    failure.retry_after = waits::asked(status, headers, jiff::Timestamp::now());
    failure.original = said.for_callers(body);
    failure
}

/// The failure that an error object within a 200 or within a stream stands for.
#[must_use]
pub fn from_error_object(body: &[u8], phase: Phase) -> Failure {
    let said = Said::read(body);
    let numeric: u16 = said.code.parse().unwrap_or(0);
    let kind = match kind_of(numeric, &said) {
        Kind::UnexpectedStatus | Kind::ServerError => Kind::StreamError,
        kind => kind,
    };
    let mut failure = Failure::new(kind, phase, detail(body));
    failure.code = token(&said.code).or_else(|| token(&said.kind));
    failure.original = said.for_callers(&Bytes::copy_from_slice(body));
    failure
}

fn kind_of(status: u16, said: &Said) -> Kind {
    if said.is(&["context_length_exceeded"])
        || said.mentions(&[
            "maximum context length",
            "context window",
            "exceeds the available context size",
            "prompt is too long",
        ])
    {
        return Kind::ContextLength;
    }
    if said.is(&["content_filter", "content_policy_violation", "responsibleaipolicyviolation"]) {
        return Kind::ContentPolicy;
    }
    if said.is(&["insufficient_quota", "billing_hard_limit_reached", "billing_error", "billing_not_active"]) {
        return Kind::QuotaExhausted;
    }
    if said.is(&["overloaded_error", "overloaded"]) {
        return Kind::Overloaded;
    }
    if said.is(&["rate_limit_exceeded", "rate_limit_error"]) {
        return Kind::RateLimited;
    }
    if said.is(&["model_not_found"]) {
        return Kind::UnknownModel;
    }
    if matches!(status, 400 | 403) && said.mentions(&["moderation", "flagged", "content policy"]) {
        return Kind::ContentPolicy;
    }
    if status == 404 && said.mentions(&["support tool", "support image"]) {
        return Kind::Unsupported;
    }
    match status {
        401 => Kind::InvalidKey,
        402 => Kind::QuotaExhausted,
        403 => Kind::Permission,
        404 => Kind::NotFound,
        408 => Kind::FirstByteTimeout,
        413 => Kind::TooLarge,
        429 => Kind::RateLimited,
        400 | 422
            if said.mentions(&["not supported", "unsupported", "does not support"])
                || said.is(&["unsupported_parameter", "unsupported_value"]) =>
        {
            Kind::Unsupported
        }
        400 | 405 | 409 | 415 | 422 => Kind::InvalidRequest,
        503 | 529 => Kind::Overloaded,
        500..=599 => Kind::ServerError,
        _ => Kind::UnexpectedStatus,
    }
}

/// A code that may reach a policy and a metric: `[a-z0-9_.-]{1,64}`.
fn token(text: &str) -> Option<Box<str>> {
    crate::decision::is_token(text).then(|| text.into())
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
