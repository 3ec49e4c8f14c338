//! Inputs for the properties: right streams, answers and errors, made by code, and what a few mutations make of them that
//! know where lines, numbers and values are. The same seed always grows the same input.

use serde_json::{Value, json};

/// Pieces that are worth having anywhere.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\xff",
    b"\xc3",
    b"\r",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"data",
    b"data:",
    b"data: [DONE]\n\n",
    b"data: {}\n\n",
    b": ",
    b"\xef\xbb\xbf",
    b"null",
    b"\"\\ud800\"",
    b"[]",
    b"{",
    b"\"error\":{\"message\":\"m\",\"code\":400},",
    b"\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":null},",
    b"\"finish_reason\":\"stop\",",
    b"\"finish_reason\":\"sensitive\",",
    b"\"finish_reason\":\"null\",",
    b"\"finish_reason\":7,",
    b"\"error\":{},",
    b"\"error\":\"\",",
    b"\"index\":null,",
    b"\"usage\":[],",
    b"\"images\":[{\"url\":\"x\"}],",
    b"\r\r",
    b"Mon, 21 Oct 2999 07:28:00 GMT",
];

/// Numbers at which readers stumble.
const NUMBERS: &[&[u8]] = &[
    b"-1",
    b"0.5",
    b"1e400",
    b"-1e-400",
    b"4294967296",
    b"18446744073709551616",
    b"00",
    b"NaN",
    b"340282366920938463463",
];

/// Random numbers from a seed: xorshift, by G. Marsaglia.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `bound`; 0 where that is 0.
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or_default() % bound.max(1)
    }

    fn pick<'a>(&mut self, from: &[&'a [u8]]) -> &'a [u8] {
        from[self.below(from.len())]
    }
}

/// A stream, right for one seed in five.
#[must_use]
pub fn stream(seed: u64) -> Vec<u8> {
    grow(seed, &streams())
}

/// A plain answer, right for one seed in five.
#[must_use]
pub fn answer(seed: u64) -> Vec<u8> {
    grow(seed, &answers())
}

/// An error answer, right for one seed in five.
#[must_use]
pub fn failure(seed: u64) -> Vec<u8> {
    grow(seed, &failures())
}

fn grow(seed: u64, right: &[Vec<u8>]) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let mut bytes = right[dice.below(right.len())].clone();
    for _ in 0..dice.below(5) {
        mutate(&mut bytes, right, &mut dice);
    }
    bytes
}

fn mutate(bytes: &mut Vec<u8>, right: &[Vec<u8>], dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    match dice.below(10) {
        0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        1 => bytes.truncate(at),
        2 => drop(bytes.drain(at..(at + dice.below(40)).min(bytes.len()))),
        3 => insert(bytes, at, dice.pick(PIECES)),
        4 => replace_number(bytes, at, dice.pick(NUMBERS)),
        5 => nest(bytes, at, 1 << dice.below(13)),
        6 => change_line_ends(bytes),
        // A line twice, or one of another input.
        7 => {
            let line = line(bytes, dice);
            let at = line_start(bytes, at);
            insert(bytes, at, &line);
        }
        8 => {
            let line = line(&right[dice.below(right.len())], dice);
            let at = line_start(bytes, at);
            insert(bytes, at, &line);
        }
        // Two lines change places.
        _ => {
            let mut lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
            if !lines.is_empty() {
                lines.swap(one, other);
            }
            *bytes = lines.concat();
        }
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    drop(bytes.splice(at..at, piece.iter().copied()));
}

fn line(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    if lines.is_empty() { Vec::new() } else { dice.pick(&lines).to_vec() }
}

fn line_start(bytes: &[u8], at: usize) -> usize {
    bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}

/// Puts this in place of the next number.
fn replace_number(bytes: &mut Vec<u8>, at: usize, number: &[u8]) {
    let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|offset| at + offset) else { return };
    let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    drop(bytes.splice(start..start + length, number.iter().copied()));
}

/// Wraps the next value in so many lists or objects.
fn nest(bytes: &mut Vec<u8>, at: usize, depth: usize) {
    let Some(start) = bytes[at..].iter().position(|byte| *byte == b':').map(|offset| at + offset + 1) else { return };
    let length = bytes[start..].iter().take_while(|byte| !b",}]".contains(byte)).count();
    let (open, close): (&[u8], &[u8]) = if depth.is_multiple_of(2) { (b"[", b"]") } else { (b"{\"a\":", b"}") };
    insert(bytes, start + length, &close.repeat(depth));
    insert(bytes, start, &open.repeat(depth));
}

fn change_line_ends(bytes: &mut Vec<u8>) {
    let crlf = bytes.windows(2).any(|pair| pair == b"\r\n");
    *bytes = bytes
        .iter()
        .flat_map(|byte| match byte {
            b'\r' if crlf => &[][..],
            b'\n' if !crlf => b"\r\n",
            other => std::slice::from_ref(other),
        })
        .copied()
        .collect();
}

fn event(value: &Value) -> String {
    format!("data: {value}\n\n")
}

fn chunk(index: u32, delta: &Value, finish: Option<&str>) -> String {
    event(&json!({"id": "a long word that nobody reads", "object": "chat.completion.chunk", "created": 1_767_322_800,
        "choices": [{"index": index, "delta": delta, "logprobs": null, "finish_reason": finish}]}))
}

fn streams() -> Vec<Vec<u8>> {
    let usage =
        event(&json!({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}}));
    let text = [
        chunk(0, &json!({"role": "assistant", "content": ""}), None),
        chunk(0, &json!({"content": "Grüße, \u{1f600} \r\n\"quoted\""}), None),
        chunk(0, &json!({}), Some("stop")),
        usage.clone(),
        "data: [DONE]\n\n".into(),
    ];
    let call = json!({"tool_calls": [{"index": 0, "id": "c", "function": {"name": "f", "arguments": "{\"a\": 1"}}]});
    let tools = [
        ": a sign of life\n\n".into(),
        chunk(0, &call, None),
        format!("event: message\nid: 4\nretry: 3\n{}", chunk(0, &json!({"content": null}), Some("tool_calls"))),
        "data:[DONE]\n\n".into(),
    ];
    let several = [
        chunk(1, &json!({"content": "second"}), None),
        chunk(0, &json!({"reasoning_content": "hm", "content": "first"}), Some("length")),
        chunk(1, &json!({}), Some("content_filter")),
        chunk(2, &json!({}), Some("stop")),
        usage,
    ];
    let error = [chunk(0, &json!({"content": "a"}), None), event(&json!({"error": {"type": "overloaded_error"}}))];
    [
        text.concat(),
        tools.concat(),
        several.concat(),
        error.concat(),
        text.concat().replace('\n', "\r\n"),
        String::new(),
    ]
    .map(String::into_bytes)
    .into()
}

fn answers() -> Vec<Vec<u8>> {
    let choice = |index: u32, finish: &str| {
        json!({"index": index, "finish_reason": finish, "logprobs": null,
            "message": {"role": "assistant", "content": "Grüße\n\u{1f600}", "refusal": null}})
    };
    let usage = json!({"prompt_tokens": 7, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 0}});
    let calls = json!([{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]);
    [
        json!({"id": "x", "object": "chat.completion", "created": 1, "choices": [choice(0, "stop")], "usage": usage}),
        json!({"choices": [choice(0, "length"), choice(1, "stop"), choice(2, "content_filter")], "x_new": [1.5, {}]}),
        json!({"choices": [{"finish_reason": "tool_calls", "message": {"content": null, "tool_calls": calls}}]}),
        json!({"error": null, "choices": [choice(0, "stop")],
            "service_tier": "default", "system_fingerprint": "fp_a very long word that nobody reads, neither here nor there"}),
    ]
    .map(|value| format!("{value:#}").into_bytes())
    .into()
}

fn failures() -> Vec<Vec<u8>> {
    let error = |code: Value, kind: &str, message: &str| json!({"error": {"message": message, "type": kind, "param": null, "code": code}});
    let bodies = [
        error(json!("rate_limit_exceeded"), "requests", "Rate limit reached"),
        error(json!("context_length_exceeded"), "invalid_request_error", "maximum context length is 8192 tokens"),
        error(json!(400), "BadRequestError", "'tools' is not supported"),
        error(Value::Null, "overloaded_error", "Überlastet"),
    ];
    let texts =
        ["slow down", "<html>502</html>", "1.5", "Wed, 21 Oct 2015 07:28:00 GMT", "Mon, 21 Oct 2999 07:28:00 GMT"];
    let bodies = bodies.iter().map(|body| body.to_string().into_bytes());
    bodies.chain(texts.map(|text| text.as_bytes().to_vec())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_grows_the_same_and_most_of_them_something_else() {
        let grown: std::collections::BTreeSet<_> = (0..200).map(stream).collect();
        assert_eq!(stream(7), stream(7));
        assert!(grown.len() > 100, "{}", grown.len());
    }
}
