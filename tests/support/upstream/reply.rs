//! What a fake provider replies: a kind answer, an error, or bytes, and the faults on the way. A reply fits plain and
//! streamed requests alike; what it becomes on the wire is decided in `render.rs` once the request is known.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

/// A reply.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(super) content: Content,
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) content_type: Option<String>,
    pub(super) head_after: Duration,
    pub(super) first_token_after: Duration,
    pub(super) pause: Duration,
    pub(super) finish_reason: Option<String>,
    pub(super) usage: Option<(u64, u64)>,
    pub(super) done: bool,
    pub(super) insertion: Option<(usize, String)>,
    pub(super) interruption: Option<(usize, Interruption)>,
    pub(super) split_every: Option<usize>,
    pub(super) gzip: bool,
    pub(super) going_away: Option<u32>,
}

/// What the reply says.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// An answer of the model, in parts.
    Text(Vec<String>),
    /// A call of that function with arguments in parts.
    ToolCall(String, Vec<String>),
    /// These events as they stand, whatever was asked.
    Events(Vec<String>),
    /// That body, whatever was asked.
    Body(Bytes),
    /// Those bytes in place of head and body, then the end of the connection.
    Raw(Bytes),
    /// No byte; the connection stays open.
    Silence,
    /// No byte; the connection is closed.
    HangUp,
    /// No byte; the connection is reset, over HTTP/2 the stream.
    Reset,
    /// Over HTTP/2: the stream is reset as refused.
    RefusedStream,
    /// Over HTTP/2: the connection goes away with that error code, and the request is none of those that it still takes.
    GoneAway(u32),
    /// There is no reply; the request fails the test.
    Forbidden,
}

/// How a reply stops short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interruption {
    /// Nothing more comes, but the connection stays open.
    Stall,
    /// The connection is closed in the middle of the body.
    Cut,
    /// The connection is reset in the middle of the body.
    Reset,
    /// The body ends there as HTTP wants it.
    End,
}

impl Reply {
    fn new(content: Content) -> Self {
        Self {
            content,
            status: 200,
            headers: Vec::new(),
            content_type: None,
            head_after: Duration::ZERO,
            first_token_after: Duration::ZERO,
            pause: Duration::ZERO,
            finish_reason: None,
            usage: None,
            done: true,
            insertion: None,
            interruption: None,
            split_every: None,
            gzip: false,
            going_away: None,
        }
    }

    /// A whole answer; a stream brings it word by word.
    #[must_use]
    pub fn ok(text: &str) -> Self {
        Self::new(Content::Text(text.split_inclusive(' ').map(str::to_owned).collect()))
    }

    /// A whole answer in these parts, one a chunk; a plain request gets them joined.
    #[must_use]
    pub fn stream<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(Content::Text(parts.into_iter().map(str::to_owned).collect()))
    }

    /// A whole answer of so many bytes, in parts of a kilobyte.
    #[must_use]
    pub fn big(bytes: usize) -> Self {
        let parts = (0..bytes).step_by(1024).map(|start| "x".repeat(1024.min(bytes - start)));
        Self::new(Content::Text(parts.collect()))
    }

    /// A tool call; the parts of its arguments come one a chunk.
    #[must_use]
    pub fn tool_call<'a>(function: &str, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(Content::ToolCall(function.to_owned(), arguments.into_iter().map(str::to_owned).collect()))
    }

    /// A stream of these events and of nothing else, whatever was asked. Each is written as it stands, so it needs its empty
    /// line; interruptions count them.
    #[must_use]
    pub fn raw_events(events: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::new(Content::Events(events.into_iter().map(Into::into).collect()))
    }

    /// That status with an error in OpenAI's shape which has no code.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::error_body(status, &error_json("The fake upstream was told to fail.", None))
    }

    /// That status with an error in OpenAI's shape.
    #[must_use]
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        Self::error_body(status, &error_json(message, Some(code)))
    }

    /// An error object inside a 200.
    #[must_use]
    pub fn error_in_200(code: &str, message: &str) -> Self {
        Self::error(200, code, message)
    }

    fn error_body(status: u16, body: &Value) -> Self {
        Self { status, ..Self::body(body.to_string()) }
    }

    /// A 200 with that body, as `application/json` unless told otherwise.
    #[must_use]
    pub fn body(body: impl Into<Bytes>) -> Self {
        Self::new(Content::Body(body.into()))
    }

    /// With this status.
    #[must_use]
    pub fn status_is(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// A 200 with nothing in it, of the type that the request expects.
    #[must_use]
    pub fn empty() -> Self {
        Self::body("")
    }

    /// These bytes in place of head and body, then the connection closes.
    #[must_use]
    pub fn raw(bytes: impl Into<Bytes>) -> Self {
        Self::new(Content::Raw(bytes.into()))
    }

    /// Never a byte.
    #[must_use]
    pub fn silence() -> Self {
        Self::new(Content::Silence)
    }

    /// Closes the connection in place of a reply.
    #[must_use]
    pub fn hang_up() -> Self {
        Self::new(Content::HangUp)
    }

    /// Resets the connection in place of a reply.
    #[must_use]
    pub fn reset() -> Self {
        Self::new(Content::Reset)
    }

    /// Over HTTP/2 only: refuses the stream.
    #[must_use]
    pub fn refused_stream() -> Self {
        Self::new(Content::RefusedStream)
    }

    /// Over HTTP/2 only: goes away, with that error code, without having taken the request.
    #[must_use]
    pub fn gone_away(code: u32) -> Self {
        Self::new(Content::GoneAway(code))
    }

    /// Fails the test: this model must not be asked.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(Content::Forbidden)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds `Retry-After` in seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header("retry-after", &seconds.to_string())
    }

    /// Claims another content type.
    #[must_use]
    pub fn content_type(mut self, content_type: &str) -> Self {
        self.content_type = Some(content_type.to_owned());
        self
    }

    /// Sends the head late.
    #[must_use]
    pub fn head_after(mut self, delay: Duration) -> Self {
        self.head_after = delay;
        self
    }

    /// Sends the head at once, but nothing of the body.
    #[must_use]
    pub fn head_then_silence(mut self) -> Self {
        self.first_token_after = Duration::MAX;
        self
    }

    /// Sends the head at once, and in streams the opening, but the first token late; never with `Duration::MAX`.
    #[must_use]
    pub fn first_token_after(mut self, delay: Duration) -> Self {
        self.first_token_after = delay;
        self
    }

    /// Pauses between two chunks.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// Falls silent after so many parts; after half of a plain body.
    #[must_use]
    pub fn stall_after(self, parts: usize) -> Self {
        self.interrupt(parts, Interruption::Stall)
    }

    /// Closes the connection after so many parts, without an end of the body; after half of a plain body.
    #[must_use]
    pub fn cut_after(self, parts: usize) -> Self {
        self.interrupt(parts, Interruption::Cut)
    }

    /// Resets the connection after so many parts; after half of a plain body.
    #[must_use]
    pub fn reset_after(self, parts: usize) -> Self {
        self.interrupt(parts, Interruption::Reset)
    }

    /// Ends the body properly after so many parts, but without finish reason, usage and `[DONE]`; a plain body is half
    /// of one, and says so in its length.
    #[must_use]
    pub fn end_after(self, parts: usize) -> Self {
        self.interrupt(parts, Interruption::End)
    }

    fn interrupt(mut self, parts: usize, interruption: Interruption) -> Self {
        self.interruption = Some((parts, interruption));
        self
    }

    /// Slips that event in after so many parts, and goes on. The text is written as it is, so it needs its empty line.
    #[must_use]
    pub fn event_after(mut self, parts: usize, event: &str) -> Self {
        self.insertion = Some((parts, event.to_owned()));
        self
    }

    /// Slips an event in after so many parts that is no JSON, and goes on.
    #[must_use]
    pub fn garbage_after(self, parts: usize) -> Self {
        self.event_after(parts, "data: {\"choices\":[{\"ind\n\n")
    }

    /// Sends an error event after so many parts, and nothing after it.
    #[must_use]
    pub fn error_event_after(self, parts: usize, code: &str, message: &str) -> Self {
        let event = format!("data: {}\n\n", error_json(message, Some(code)));
        self.event_after(parts, &event).end_after(parts)
    }

    /// Finishes for another reason than `stop`.
    #[must_use]
    pub fn finish_reason(mut self, reason: &str) -> Self {
        self.finish_reason = Some(reason.to_owned());
        self
    }

    /// Reports these tokens in and out; otherwise 10 in and one a part out.
    #[must_use]
    pub fn usage(mut self, input_tokens: u64, output_tokens: u64) -> Self {
        self.usage = Some((input_tokens, output_tokens));
        self
    }

    /// Ends a stream without `[DONE]`.
    #[must_use]
    pub fn without_done(mut self) -> Self {
        self.done = false;
        self
    }

    /// Writes in slices of so many bytes, which know nothing of events, characters and lines.
    ///
    /// # Panics
    /// When that is none.
    #[must_use]
    pub fn split_every(mut self, bytes: usize) -> Self {
        assert!(bytes > 0, "a slice has at least a byte");
        self.split_every = Some(bytes);
        self
    }

    /// Over HTTP/2 only: says that the connection goes away, with that error code, and that this request is the last one
    /// that it takes; then goes on.
    #[must_use]
    pub fn going_away(mut self, code: u32) -> Self {
        self.going_away = Some(code);
        self
    }

    /// Encodes the body with gzip, whether or not the client accepts it. A stream is flushed after every event; one that
    /// is interrupted lacks the end of its encoding.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        self.gzip = true;
        self
    }

    /// The events of it that reach a client which asked for a stream of this model and not for its usage.
    #[must_use]
    pub fn events(&self, model: &str) -> Vec<String> {
        super::render::events(self, &asked(model)).0
    }

    /// The body of it that reaches a client which asked this model for a plain answer.
    #[must_use]
    pub fn completion(&self, model: &str) -> String {
        String::from_utf8_lossy(&super::render::whole(self, &asked(model))).into_owned()
    }

    /// Status and body, where it is an error answer in JSON.
    #[must_use]
    pub fn as_error(&self) -> Option<(u16, String)> {
        match &self.content {
            Content::Body(body) if self.status >= 400 || body.starts_with(b"{\"error\"") => {
                Some((self.status, String::from_utf8_lossy(body).into_owned()))
            }
            _ => None,
        }
    }
}

/// A request for this model.
fn asked(model: &str) -> super::Recorded {
    super::Recorded {
        method: http::Method::POST,
        path: String::new(),
        headers: http::HeaderMap::new(),
        body: json!({ "model": model }).to_string().into(),
        at: std::time::Instant::now(),
        abandoned_at: None,
    }
}

fn error_json(message: &str, code: Option<&str>) -> Value {
    json!({"error": {"message": message, "type": "fake_error", "param": null, "code": code}})
}
