//! What a caller is told of how its own request was decided: only where its key may know and the request asks, in a header
//! of the answer or in a field of its body. What it says is `disclosure/explanation.rs`; that an answer which several are
//! given never holds it is `disclosure/listener.rs`. A request that does not ask pays for one look at its headers.

mod explanation;
mod listener;

pub use explanation::Explanation;
pub use listener::Listener;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Response};
use serde_json::{Map, Value, json};

use crate::dialect::openai::extension::{at_end, in_object};
use crate::downstream::Sink;
use crate::error::ApiError;
use crate::exchange::Exchange;
use crate::gateway::Caller;
use crate::headers::EXPLANATION;
use crate::request::{Arrival, Asked};

/// The header by which a request asks.
pub const ASKS: HeaderName = HeaderName::from_static("x-fingerpost-explain");

/// What the answer's header says to a key that may not know.
const NOT_ALLOWED: HeaderValue = HeaderValue::from_static("not-allowed");

/// The name within the field `fingerpost`.
const NAME: &str = "explanation";

/// Where it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// In a header, as short as it has to be.
    Header,
    /// In the field `fingerpost` of the body.
    Body,
    /// Nowhere: the key may not know, and is told that.
    NotAllowed,
}

/// That a request asks.
#[derive(Debug)]
pub struct Disclosure {
    form: Form,
    /// Whether a header has told it.
    is_told: AtomicBool,
    /// Where it is put for whoever listens to the run, in place of the answer.
    apart: Option<Arc<OnceLock<Explanation>>>,
}

/// Whether the request asks, and where it wants to be told. A key that may not know is served as if it had not asked: taking
/// the permission away must not fail the requests of a client that goes on asking.
///
/// # Errors
/// 400 where the header is none that there is, or is there twice.
pub fn asked(caller: &Caller, headers: &HeaderMap) -> Result<Option<Box<Disclosure>>, ApiError> {
    if !headers.contains_key(&ASKS) {
        return Ok(None);
    }
    let mut values = headers.get_all(&ASKS).iter();
    let form = match (values.next().map(HeaderValue::as_bytes), values.next()) {
        _ if !caller.key.may_explain => Form::NotAllowed,
        (Some(b"header"), None) => Form::Header,
        (Some(b"body"), None) => Form::Body,
        _ => {
            let message = format!(
                "`{ASKS}` must be one value: `header`, for the header `{EXPLANATION}` of the answer, or `body`, for the field \
                 `fingerpost` of its body."
            );
            return Err(ApiError::invalid("invalid_explain", message));
        }
    };
    Ok(Some(Box::new(Disclosure { form, is_told: AtomicBool::new(false), apart: None })))
}

/// Gives the caller a whole answer, or an error, with what it asked to be told.
pub fn answer(exchange: &Exchange, sink: &Sink, head: Response<()>, body: Bytes) {
    match &exchange.disclosure {
        None => sink.answer(head, body),
        Some(disclosure) => disclosure.answer(|| Explanation::of(exchange, None), sink, head, body),
    }
}

/// The same for a request that was refused before anything was decided.
pub fn refuse(arrival: &Arrival, asked: &Asked, sink: &Sink, head: Response<()>, body: Bytes) {
    match &asked.disclosure {
        None => sink.answer(head, body),
        Some(disclosure) => disclosure.answer(|| Explanation::undecided(arrival, asked, None), sink, head, body),
    }
}

/// The head of a stream with what is known now, where the caller wants a header. `serving` is the index of the target that
/// serves.
#[must_use]
pub fn head(exchange: &Exchange, serving: usize, mut head: Response<()>) -> Response<()> {
    if let Some(disclosure) = &exchange.disclosure {
        disclosure.tell_head(|| Explanation::of(exchange, Some(serving)), head.headers_mut());
    }
    head
}

/// Whether the end of a stream has to tell it.
#[must_use]
pub fn is_at_end(exchange: &Exchange) -> bool {
    exchange.disclosure.as_ref().is_some_and(|disclosure| disclosure.is_due())
}

/// Adds it to the facts that the last chunk of a stream tells, where that has to.
pub fn add(exchange: &Exchange, serving: Option<usize>, facts: &mut Map<String, Value>) {
    let due = exchange.disclosure.as_ref().filter(|disclosure| disclosure.is_due());
    if let Some(explanation) = due.and_then(|due| due.take(|| Explanation::of(exchange, serving))) {
        facts.insert(NAME.into(), json!(explanation));
    }
}

/// An error event that ends a stream, with it where the event has to tell it.
#[must_use]
pub fn event(exchange: &Exchange, event: Bytes) -> Bytes {
    let mut facts = Map::new();
    add(exchange, None, &mut facts);
    if facts.is_empty() { event } else { at_end(&event, &facts, ("", 0, "")) }
}

impl Disclosure {
    /// From here on what there is to tell is kept apart from the answer, for the listener that this gives.
    fn set_apart(&mut self) -> Listener {
        let apart = Arc::clone(self.apart.get_or_insert_default());
        Listener::new(self.form, apart)
    }

    /// Whether what comes at the end has to tell it.
    fn is_due(&self) -> bool {
        match self.form {
            Form::Header => !self.is_told.load(Ordering::Relaxed),
            Form::Body => true,
            Form::NotAllowed => false,
        }
    }

    /// What is to be told here; none: somebody else tells it.
    fn take(&self, explanation: impl FnOnce() -> Explanation) -> Option<Explanation> {
        match &self.apart {
            None => Some(explanation()),
            Some(apart) => {
                apart.get_or_init(explanation);
                None
            }
        }
    }

    fn tell_head(&self, explanation: impl FnOnce() -> Explanation, headers: &mut HeaderMap) {
        let told = match self.form {
            Form::Body => return,
            Form::NotAllowed => self.apart.is_none().then_some(NOT_ALLOWED),
            Form::Header => self.take(explanation).map(|explanation| explanation.header()),
        };
        self.is_told.store(true, Ordering::Relaxed);
        headers.extend(told.map(|value| (EXPLANATION, value)));
    }

    fn answer(&self, explanation: impl FnOnce() -> Explanation, sink: &Sink, mut head: Response<()>, body: Bytes) {
        if self.form != Form::Body {
            self.tell_head(explanation, head.headers_mut());
            return sink.answer(head, body);
        }
        let body = match self.take(explanation) {
            Some(explanation) => with(&explanation, &head, &body),
            None => body,
        };
        sink.answer(head, body);
    }
}

/// A whole body with the explanation: plain, or a stream that is there already.
fn with(explanation: &Explanation, head: &Response<()>, body: &Bytes) -> Bytes {
    let content_type = head.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if content_type.is_some_and(|kind| kind.starts_with(b"text/event-stream")) {
        explanation.at_end(body)
    } else {
        in_object(body, &explanation.fact())
    }
}
