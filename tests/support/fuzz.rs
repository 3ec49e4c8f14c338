//! What must hold whatever a provider sends: of its streams, its plain answers and its errors, as the dialect reads them.
//! Each property is a function of bytes that panics where it is broken. The suite runs them on inputs that
//! [`mutate`] grows from right ones; the programs in `fuzz/` run them for as long as one likes.

pub mod json;
pub mod mutate;

use bytes::Bytes;
use fingerpost::dialect::openai::answer::edited;
use fingerpost::dialect::openai::chunk::{Kind, Progress};
use fingerpost::dialect::openai::{answer, failure};
use fingerpost::dialect::sse::{Event, Splitter};
use fingerpost::outcome::{Failure, Phase};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::Value;

/// Finish reasons that end no choice well: what stands for none, and what says failure. Any other word ends it.
const NO_END: [&str; 13] = [
    "",
    "null",
    "none",
    "error",
    "abort",
    "failed",
    "failure",
    "cancelled",
    "timeout",
    "exception",
    "network_error",
    "not_finished",
    "insufficient_system_resource",
];

/// What came of a stream.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    /// What was found right, and so is passed on.
    passed: Vec<u8>,
    /// The data of its events.
    data: Vec<Vec<u8>>,
    fault: Option<String>,
    complete: bool,
    usage: Option<(Option<u64>, Option<u64>)>,
}

/// Reads a stream that comes in these pieces, as the gateway does.
fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, choices: u32) -> Seen {
    let (mut splitter, mut progress, mut seen) = (Splitter::default(), Progress::new(choices), Seen::default());
    'all: for piece in pieces {
        splitter.push(Bytes::copy_from_slice(piece));
        while let Some(event) = splitter.next_event() {
            if let Some(data) = splitter.data(&event) {
                match progress.observe(&data) {
                    Ok(Kind::Nothing) => {}
                    Ok(kind) => {
                        let given = (!progress.edits.is_empty()).then(|| edited(&data, &progress.edits));
                        seen.data.push(given.as_deref().unwrap_or(&data).to_vec());
                        seen.passed.extend_from_slice(&passed(&splitter, &event, given.as_deref()));
                        if kind == Kind::Done {
                            break 'all;
                        }
                    }
                    Err(fault) => {
                        seen.fault = Some(format!("{fault:?}"));
                        break 'all;
                    }
                }
            } else {
                seen.passed.extend_from_slice(&passed(&splitter, &event, None));
            }
        }
    }
    seen.complete = seen.fault.is_none() && if progress.done { progress.may_be_done() } else { progress.is_complete() };
    seen.usage = progress.usage.map(|usage| (usage.input, usage.output));
    seen
}

/// An event as it is passed on.
fn passed(splitter: &Splitter, event: &Event, data: Option<&[u8]>) -> Bytes {
    if data.is_some() || event.is_ambiguous {
        return splitter.rewritten(event, data);
    }
    splitter.buffer().slice(event.raw.clone())
}

/// A stream: the same bytes are the same events however they are cut; what is passed on, a client reads as exactly the
/// events that were judged, each valid JSON; and what is complete has an accepted ending for each choice that began.
///
/// # Panics
/// When that does not hold.
pub fn stream(bytes: &[u8]) {
    // The input says how many choices were asked for, and how it is cut.
    let choices = 1 + bytes.first().map_or(0, |byte| u32::from(byte % 3));
    let whole = read([bytes], choices);
    let every = 1 + bytes.iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte))) % 97;
    for every in [1, every] {
        assert_eq!(read(bytes.chunks(every), choices), whole, "cut every {every} bytes: {}", shown(bytes));
    }
    assert_eq!(as_a_client(&whole.passed), whole.data, "{}", shown(bytes));
    let chunks = whole.data.iter().filter(|data| data.trim_ascii() != b"[DONE]");
    assert!(chunks.clone().all(|data| json::is_valid(data)), "{}", shown(bytes));
    if whole.complete {
        let ended = |index: u32| {
            chunks.clone().any(|data| of_choice(data, index, |choice| ends_well(&choice["finish_reason"])))
        };
        let begun = |index: u32| chunks.clone().any(|data| of_choice(data, index, |_| true));
        let is_whole = (0..choices).any(ended) && (0..choices).all(|index| ended(index) || !begun(index));
        assert!(is_whole, "{choices} choices are not complete: {}", shown(bytes));
    }
}

/// The data of the events that a client makes of these bytes. Lines end with LF, CRLF or CR, as the standard has it.
fn as_a_client(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = bytes.iter().enumerate().filter(|(at, byte)| **byte != b'\n' || *at == 0 || bytes[at - 1] != b'\r');
    let text: Vec<u8> = text.map(|(_, byte)| if *byte == b'\r' { b'\n' } else { *byte }).collect();
    let (mut events, mut data) = (Vec::new(), None::<Vec<u8>>);
    for line in text.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        match (parts.next(), parts.next()) {
            (Some(b""), None) => events.extend(data.take()),
            (Some(b"data"), value) => {
                let value = value.unwrap_or_default();
                let value = value.strip_prefix(b" ").unwrap_or(value);
                match &mut data {
                    Some(data) => data.extend([b"\n", value].concat()),
                    None => data = Some(value.to_vec()),
                }
            }
            _ => {}
        }
    }
    events
}

/// Whether this holds of a choice in a chunk. Of one that nests too deeply for this reader it is taken to.
fn of_choice(data: &[u8], index: u32, holds: impl Fn(&Value) -> bool) -> bool {
    let Ok(chunk) = serde_json::from_slice::<Value>(data) else { return true };
    let choices = chunk["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
    choices.iter().enumerate().any(|(at, choice)| {
        let number = choice["index"].as_u64().map_or(at, |number| usize::try_from(number).unwrap_or(usize::MAX));
        holds(choice) && number == index as usize
    })
}

/// Whether this ends a choice. What is no text may end it for a reason that nobody knows.
fn ends_well(finish_reason: &Value) -> bool {
    finish_reason.as_str().map_or(!finish_reason.is_null(), |reason| !NO_END.contains(&&*reason.to_ascii_lowercase()))
}

/// A plain answer: what passes is valid JSON, is no error, and has a message for each choice, and an ending or something to
/// say.
///
/// # Panics
/// When that does not hold.
pub fn answer(bytes: &[u8]) {
    let Ok(whole) = answer::read(bytes) else { return };
    let given = whole.body(&Bytes::copy_from_slice(bytes));
    assert!(json::is_valid(&given), "{}", shown(bytes));
    // Deeper than this reader goes is right all the same.
    let Ok(value) = serde_json::from_slice::<Value>(&given) else { return };
    let choices = value["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
    assert!(!choices.is_empty() && value["error"].is_null(), "{}", shown(bytes));
    for choice in choices {
        let says = choice["message"]
            .as_object()
            .is_some_and(|message| message.iter().any(|(name, value)| name != "role" && !value.is_null()));
        assert!(choice["message"].is_object() && (says || ends_well(&choice["finish_reason"])), "{}", shown(bytes));
    }
}

/// An error answer, or an error within a stream: what is made of it is bounded, and what reaches policies is plain.
///
/// # Panics
/// When that does not hold.
pub fn failure(bytes: &[u8]) {
    let status = 100 + bytes.iter().take(4).fold(0, |sum, byte| sum + u16::from(*byte)) % 900;
    let status = StatusCode::from_u16(status).expect("within 100 and 999");
    let mut headers = HeaderMap::new();
    // The wait that it asks for is taken from the input too.
    for (name, part) in ["retry-after", "retry-after-ms"].into_iter().zip(bytes.chunks(29)) {
        if let Ok(value) = HeaderValue::from_bytes(part) {
            headers.insert(name, value);
        }
    }
    check_failure(&failure::from_answer(status, &headers, &Bytes::copy_from_slice(bytes)));
    check_failure(&failure::from_error_object(bytes, Phase::Stream));
}

fn check_failure(failure: &Failure) {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.-".contains(&byte);
    let code = failure.code.as_deref();
    assert!(code.is_none_or(|code| (1..=64).contains(&code.len()) && code.bytes().all(plain)), "{failure:?}");
    assert!(failure.retry_after.is_none_or(|wait| wait.as_secs() <= 86_400), "{failure:?}");
    // What is no text takes three bytes for each of its own.
    assert!(failure.detail.len() <= 3 * 512, "{failure:?}");
    assert!(failure.to_api_error().status.as_u16() >= 400, "{failure:?}");
}

fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
