//! Every fault that a provider can have, each with the kind that it must be recognised as.

use std::time::Duration;

use support::upstream::Reply;

/// What goes wrong.
#[derive(Debug, Clone)]
pub(super) enum Cause {
    /// The provider replies so.
    Reply(Box<Reply>),
    /// Nobody listens there.
    Refused,
    /// The name of the host leads nowhere.
    NoSuchHost,
    /// A TLS handshake meets a server that speaks plainly.
    NoTls,
}

/// A fault and the kind that it is.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    /// The kind, as in `docs/failures.md`.
    pub(super) kind: &'static str,
    /// What goes wrong.
    pub(super) cause: Cause,
    /// What had come by then.
    pub(super) came: Came,
}

/// What had come of an answer when the fault happened: it decides how sure the cost is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// Nothing.
    Nothing,
    /// A part of it.
    Part,
    /// The provider's own usage.
    Usage,
}

fn fault(kind: &'static str, reply: Reply) -> Fault {
    Fault { kind, cause: Cause::Reply(Box::new(reply)), came: Came::Nothing }
}

fn late(kind: &'static str, reply: Reply) -> Fault {
    Fault { came: Came::Part, ..fault(kind, reply) }
}

/// Faults before the first token, for plain requests and for streams.
pub(super) fn early(stream: bool) -> Vec<Fault> {
    let never = Duration::MAX;
    let mut faults: Vec<_> = [("connect-refused", Cause::Refused), ("dns", Cause::NoSuchHost), ("tls", Cause::NoTls)]
        .into_iter()
        .map(|(kind, cause)| Fault { kind, cause, came: Came::Nothing })
        .collect();
    faults.extend([
        fault("reset", Reply::hang_up()),
        fault("reset", Reply::reset()),
        fault("reset", Reply::raw("not http at all\r\n\r\n")),
        fault("first-byte-timeout", Reply::silence()),
        fault("first-byte-timeout", Reply::ok("late").head_after(Duration::from_secs(5))),
        fault("first-byte-timeout", Reply::status(408)),
        fault("wrong-content-type", Reply::ok("x").content_type("text/html")),
        fault("server-error", Reply::status(500)),
        fault("server-error", Reply::status(502).content_type("text/html")),
        fault("server-error", Reply::status(504)),
        fault("overloaded", Reply::status(503)),
        fault("overloaded", Reply::error(529, "overloaded_error", "busy")),
        fault("rate-limited", Reply::status(429)),
        fault("rate-limited", Reply::error(429, "rate_limit_exceeded", "slow down")),
        fault("quota-exhausted", Reply::error(429, "insufficient_quota", "pay")),
        fault("quota-exhausted", Reply::status(402)),
        fault("invalid-key", Reply::error(401, "invalid_api_key", "sk-secret is wrong")),
        fault("permission", Reply::status(403)),
        fault("unknown-model", Reply::error(404, "model_not_found", "no such model")),
        fault("not-found", Reply::status(404)),
        fault("context-length", Reply::error(400, "context_length_exceeded", "too long")),
        fault("content-policy", Reply::error(400, "content_policy_violation", "no")),
        fault("invalid-request", Reply::error(400, "invalid_value", "temperature")),
        fault("invalid-request", Reply::error(422, "unprocessable", "what?")),
        fault("unsupported", Reply::error(400, "unsupported_parameter", "tools")),
        fault("too-large", Reply::status(413)),
        fault("unexpected-status", Reply::status(302).header("location", "http://127.0.0.1:1/")),
    ]);
    faults.extend(if stream {
        vec![
            fault("first-token-timeout", Reply::ok("x").head_then_silence()),
            fault("first-token-timeout", Reply::ok("x").first_token_after(never)),
            fault("cut", Reply::stream(["a"]).cut_after(0)),
            fault("cut", Reply::stream(["a"]).end_after(0)),
            fault("cut", Reply::empty()),
            fault("garbled", Reply::stream(["a"]).garbage_after(0)),
            fault("overloaded", Reply::stream(["a"]).error_event_after(0, "overloaded_error", "busy")),
            fault("stream-error", Reply::stream(["a"]).error_event_after(0, "oops", "x")),
            Fault { came: Came::Usage, ..fault("empty", Reply::stream([])) },
            fault("content-policy", Reply::error_in_200("content_policy_violation", "no")),
            fault("stream-error", Reply::error_in_200("oops", "no")),
        ]
    } else {
        vec![
            late("garbled", Reply::body("{\"choices\": [{")),
            fault("garbled", Reply::empty()),
            fault("cut", Reply::ok("some text that is cut").cut_after(0)),
            fault("cut", Reply::ok("some text that is reset").reset_after(0)),
            fault("total-timeout", Reply::ok("some text that stalls").stall_after(0)),
            fault("stream-error", Reply::error_in_200("oops", "no")),
            fault("content-policy", Reply::error_in_200("content_policy_violation", "no")),
            Fault { came: Came::Usage, ..fault("stream-error", Reply::ok("x").finish_reason("error")) },
            Fault { came: Came::Usage, ..fault("empty", Reply::ok("")) },
            late("empty", Reply::body("{\"choices\": []}")),
        ]
    });
    faults
}

/// Faults after the first of three parts of a stream.
pub(super) fn within_stream() -> Vec<Fault> {
    let abc = || Reply::stream(["a", "b", "c"]);
    vec![
        late("cut", abc().cut_after(1)),
        late("cut", abc().reset_after(1)),
        late("cut", abc().end_after(1)),
        late("idle-timeout", abc().stall_after(1)),
        late("garbled", abc().garbage_after(1)),
        late("garbled", abc().event_after(1, "data: {}\rdata: {}\r\r")),
        late("stream-error", abc().error_event_after(1, "server_error", "x")),
        late("rate-limited", abc().error_event_after(1, "rate_limit_exceeded", "x")),
        late("overloaded", abc().error_event_after(1, "overloaded_error", "x")),
        late("stream-error", Reply::stream(["a"]).finish_reason("error")),
        late("stream-error", Reply::stream(["a"]).finish_reason("network_error")),
    ]
}
