//! What a caller is told when it gets no answer: status, OpenAI's error JSON and what a client may do about it. Which
//! provider failure becomes which of these is `dialect/openai/failure.rs`.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;

use crate::body::BodyError;

/// An error as the caller sees it.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// OpenAI's `type`.
    pub kind: &'static str,
    /// OpenAI's `code`.
    pub code: Cow<'static, str>,
    /// For people: what, where and how to mend it.
    pub message: Cow<'static, str>,
    /// The request field at fault.
    pub param: Option<&'static str>,
    /// How long to wait before another try.
    pub retry_after: Option<Duration>,
    /// Whether another try is pointless, whatever the status says: sent as `x-should-retry: false`, which the official
    /// SDKs obey.
    pub pointless_to_retry: bool,
    /// A provider's own error object, passed on in place of ours.
    pub original: Option<Bytes>,
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Shape<'a>,
}

#[derive(Serialize)]
struct Shape<'a> {
    message: &'a str,
    r#type: &'a str,
    param: Option<&'a str>,
    code: &'a str,
}

impl ApiError {
    /// An error of this status, type and code.
    pub fn new(status: StatusCode, kind: &'static str, code: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            kind,
            code: code.into(),
            message: Cow::Borrowed(""),
            param: None,
            retry_after: None,
            pointless_to_retry: false,
            original: None,
        }
    }

    /// A request that is wrong in itself: 400.
    pub fn invalid(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", code).saying(message)
    }

    /// A request whose body is not taken.
    #[must_use]
    pub fn of_body(error: &BodyError) -> Self {
        Self::new(error.status(), "invalid_request_error", error.code()).saying(error.to_string())
    }

    /// With this message.
    #[must_use]
    pub fn saying(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }

    /// About this field of the request.
    #[must_use]
    pub fn about(mut self, param: &'static str) -> Self {
        self.param = Some(param);
        self
    }

    /// Telling clients not to try again.
    #[must_use]
    pub fn pointless_to_retry(mut self) -> Self {
        self.pointless_to_retry = true;
        self
    }

    /// Telling clients when to try again.
    #[must_use]
    pub fn retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    /// The body: `{"error": {...}}`.
    #[must_use]
    pub fn body(&self) -> Bytes {
        if let Some(original) = &self.original {
            return original.clone();
        }
        let error = Shape { message: &self.message, r#type: self.kind, param: self.param, code: &self.code };
        Bytes::from(serde_json::to_vec(&Envelope { error }).unwrap_or_default())
    }

    /// The event that ends a stream which cannot go on: no `event:`, no `id:` and no `[DONE]` after it, which is what the
    /// official SDKs raise on.
    #[must_use]
    pub fn event(&self) -> Bytes {
        let body = self.body();
        // A provider's own error may be pretty-printed; an event's data is one line.
        let line: Vec<u8> = body.iter().copied().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
        Bytes::from([b"data: ", line.as_slice(), b"\n\n"].concat())
    }

    /// Whether `x-should-retry: false` belongs on the answer: another try is pointless, or has to wait over a minute.
    #[must_use]
    pub fn forbids_retry(&self) -> bool {
        self.pointless_to_retry || self.retry_after.is_some_and(|wait| wait > Duration::from_secs(60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_has_openais_shape_whatever_the_message_holds() {
        let error = ApiError::invalid("bad", "a \"quote\"\r\nand a break").about("model");
        let body: serde_json::Value = serde_json::from_slice(&error.body()).expect("JSON");
        assert_eq!(body["error"]["type"], "invalid_request_error");
        assert_eq!(body["error"]["message"], "a \"quote\"\r\nand a break");
        assert_eq!(body["error"]["param"], "model");
    }

    #[test]
    fn an_error_event_is_one_line_of_data() {
        let mut error = ApiError::invalid("bad", "no");
        error.original = Some(Bytes::from_static(b"{\n  \"error\": {}\n}"));
        assert_eq!(error.event(), "data: {  \"error\": {}}\n\n");
    }

    #[test]
    fn a_wait_of_over_a_minute_forbids_the_clients_own_retry() {
        let wait = |seconds| ApiError::invalid("x", "").retry_after(Some(Duration::from_secs(seconds))).forbids_retry();
        assert!(!wait(60));
        assert!(wait(61));
    }
}
