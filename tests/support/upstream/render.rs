//! A reply and a request become steps on the socket. All that depends on whether a stream was asked for is here.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::Recorded;
use super::reply::{Content, Interruption, Reply};
use super::wire;

/// One step on the socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Write these bytes.
    Write(Bytes),
    /// Do nothing for so long.
    Wait(Duration),
    /// Do nothing until the client hangs up.
    Silence,
    /// Close the connection.
    Close,
    /// Reset the connection.
    Reset,
    /// Fail the test.
    Panic,
}

/// The steps of a reply to a request.
pub(super) fn steps(reply: &Reply, request: &Recorded) -> Vec<Step> {
    let mut steps = wait(reply.head_after);
    match &reply.content {
        Content::Raw(bytes) => steps.extend([Step::Write(bytes.clone()), Step::Close]),
        Content::Silence => steps.push(Step::Silence),
        Content::HangUp => steps.push(Step::Close),
        Content::Reset => steps.push(Step::Reset),
        Content::RefusedStream | Content::GoneAway(_) => panic!("this reply is for HTTP/2"),
        Content::Forbidden => steps.push(Step::Panic),
        Content::Body(body) => {
            let content_type =
                if body.is_empty() && request.streams() { "text/event-stream" } else { "application/json" };
            steps.extend(plain(reply, body, content_type));
        }
        Content::Events(_) => steps.extend(streamed(reply, request)),
        Content::Text(_) | Content::ToolCall(..) if request.streams() => steps.extend(streamed(reply, request)),
        Content::Text(_) | Content::ToolCall(..) => {
            steps.extend(plain(reply, &whole(reply, request), "application/json"));
        }
    }
    match reply.split_every {
        Some(bytes) => steps.into_iter().flat_map(|step| split(step, bytes)).collect(),
        None => steps,
    }
}

/// The body of a plain answer.
pub(super) fn whole(reply: &Reply, request: &Recorded) -> Vec<u8> {
    match &reply.content {
        Content::Body(body) => body.to_vec(),
        _ => {
            let model = request.model().unwrap_or_default();
            wire::completion(&model, &message(reply), finish_reason(reply), &usage(reply)).to_string().into_bytes()
        }
    }
}

/// A body with a length.
fn plain(reply: &Reply, body: &[u8], content_type: &str) -> Vec<Step> {
    let body = if reply.gzip { wire::gzip(body) } else { body.to_vec() };
    let half = &body[..body.len() / 2];
    let claimed = if matches!(reply.interruption, Some((_, Interruption::End))) { half } else { &body[..] };
    let mut steps = vec![write(head(reply, content_type, &("content-length".to_owned(), claimed.len().to_string())))];
    steps.extend(wait(reply.first_token_after));
    let (bytes, last) = match reply.interruption {
        None => (&body[..], None),
        Some((_, Interruption::End)) => (half, None),
        Some((_, Interruption::Stall)) => (half, Some(Step::Silence)),
        Some((_, Interruption::Cut)) => (half, Some(Step::Close)),
        Some((_, Interruption::Reset)) => (half, Some(Step::Reset)),
    };
    steps.push(write(bytes.to_vec()));
    steps.extend(last);
    steps
}

/// A body in chunks, one an event.
fn streamed(reply: &Reply, request: &Recorded) -> Vec<Step> {
    let (events, last) = events(reply, request);
    let (mut bodies, tail) = if reply.gzip {
        wire::gzip_flushed(&events)
    } else {
        (events.into_iter().map(String::into_bytes).collect(), Vec::new())
    };
    if last.is_none() {
        bodies.push(tail);
    }
    let framing = ("transfer-encoding".to_owned(), "chunked".to_owned());
    let mut steps = vec![write(head(reply, "text/event-stream", &framing))];
    if reply.first_token_after == Duration::MAX {
        steps.push(Step::Silence);
    } else {
        for (index, body) in bodies.iter().enumerate() {
            steps.extend(wait(match index {
                0 => Duration::ZERO,
                1 => reply.first_token_after,
                _ => reply.pause,
            }));
            steps.push(write(wire::framed(body)));
        }
    }
    steps.push(last.unwrap_or_else(|| write(wire::LAST_CHUNK.to_vec())));
    steps
}

/// The events of a stream and what comes in place of the body's end.
pub(super) fn events(reply: &Reply, request: &Recorded) -> (Vec<String>, Option<Step>) {
    if let Content::Events(events) = &reply.content {
        let sent = reply.interruption.map_or(events.len(), |(parts, _)| parts.min(events.len()));
        return (events[..sent].to_vec(), reply.interruption.map(|(_, interruption)| last_step(interruption)));
    }
    let model = &request.model().unwrap_or_default();
    let (opening, parts) = deltas(reply);
    let mut events = vec![wire::chunk(model, &opening, None)];
    events.extend(parts.iter().map(|delta| wire::chunk(model, delta, None)));
    let parts_end = events.len();
    events.push(wire::chunk(model, &json!({}), Some(finish_reason(reply))));
    if request.json()["stream_options"]["include_usage"] == true {
        events.push(wire::usage_chunk(model, &usage(reply)));
    }
    if reply.done {
        events.push("data: [DONE]\n\n".to_owned());
    }
    // The opening comes before all parts, hence the one more.
    let after = |parts: usize| (parts + 1).min(parts_end);
    let last = reply.interruption.map(|(parts, interruption)| {
        events.truncate(after(parts));
        last_step(interruption)
    });
    if let Some((parts, event)) = &reply.insertion {
        events.insert(after(*parts).min(events.len()), event.clone());
    }
    (events, last)
}

/// What comes in place of the rest of a stream.
fn last_step(interruption: Interruption) -> Step {
    match interruption {
        Interruption::Stall => Step::Silence,
        Interruption::Cut => Step::Close,
        Interruption::Reset => Step::Reset,
        Interruption::End => write(wire::LAST_CHUNK.to_vec()),
    }
}

/// The delta that opens the answer and those of its parts.
fn deltas(reply: &Reply) -> (Value, Vec<Value>) {
    match &reply.content {
        Content::ToolCall(function, arguments) => {
            let call = json!({"index": 0, "id": "call_fake", "type": "function", "function": {"name": function, "arguments": ""}});
            let part = |arguments: &String| json!({"tool_calls": [{"index": 0, "function": {"arguments": arguments}}]});
            (json!({"role": "assistant", "content": null, "tool_calls": [call]}), arguments.iter().map(part).collect())
        }
        _ => {
            let part = |text: &String| json!({"content": text});
            (json!({"role": "assistant", "content": ""}), text_parts(reply).iter().map(part).collect())
        }
    }
}

fn message(reply: &Reply) -> Value {
    match &reply.content {
        Content::ToolCall(function, arguments) => {
            let function = json!({"name": function, "arguments": arguments.concat()});
            json!({"role": "assistant", "content": null, "tool_calls": [{"id": "call_fake", "type": "function", "function": function}]})
        }
        _ => json!({"role": "assistant", "content": text_parts(reply).concat()}),
    }
}

fn text_parts(reply: &Reply) -> &[String] {
    match &reply.content {
        Content::Text(parts) => parts,
        _ => &[],
    }
}

fn finish_reason(reply: &Reply) -> &str {
    match (&reply.finish_reason, &reply.content) {
        (Some(reason), _) => reason,
        (None, Content::ToolCall(..)) => "tool_calls",
        (None, _) => "stop",
    }
}

fn usage(reply: &Reply) -> Value {
    let parts = match &reply.content {
        Content::Text(parts) | Content::ToolCall(_, parts) => parts.len() as u64,
        _ => 0,
    };
    let (input_tokens, output_tokens) = reply.usage.unwrap_or((10, parts));
    wire::usage(input_tokens, output_tokens)
}

fn head(reply: &Reply, content_type: &str, framing: &(String, String)) -> Vec<u8> {
    let content_type = reply.content_type.as_deref().unwrap_or(content_type);
    let mut headers = vec![("content-type".to_owned(), content_type.to_owned()), framing.clone()];
    if reply.gzip {
        headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
    }
    headers.extend(reply.headers.iter().cloned());
    wire::head(reply.status, &headers)
}

fn write(bytes: Vec<u8>) -> Step {
    Step::Write(bytes.into())
}

fn wait(duration: Duration) -> Vec<Step> {
    match duration {
        Duration::ZERO => Vec::new(),
        Duration::MAX => vec![Step::Silence],
        some => vec![Step::Wait(some)],
    }
}

fn split(step: Step, every: usize) -> Vec<Step> {
    match step {
        Step::Write(bytes) => bytes.chunks(every).map(|slice| Step::Write(Bytes::copy_from_slice(slice))).collect(),
        other => vec![other],
    }
}
