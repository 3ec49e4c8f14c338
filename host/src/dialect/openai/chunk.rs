//! What the events of a chat-completions stream say: content, finish reasons, usage, errors. One borrowed JSON pass an
//! event, and nothing of it is kept but counts.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::delivered::Delivered;
use super::usage::{Usage, told_tier};
use super::written::Written;
use super::{Object, is_accepted_finish, read_json};
use crate::price::ServiceTier;

/// How many choices the bit set below can follow; OpenAI allows 128.
pub const MAX_CHOICES: u32 = 128;

/// What a stream has shown so far.
#[derive(Debug)]
pub struct Progress {
    choices: u32,
    finished: u128,
    /// Events that carried content, reasoning, a refusal, a tool call or audio.
    pub deltas: u32,
    /// What that content comes to.
    pub written: Written,
    /// The usage that the provider sent, the later before the earlier.
    pub usage: Option<Usage>,
    /// The tier at which it says that it serves.
    tier: Option<ServiceTier>,
    /// Whether `[DONE]` came.
    pub done: bool,
    /// What came so far, where it may have to be continued.
    pub delivered: Option<Delivered>,
    only_stops: bool,
}

/// What one event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It carries a part of the answer.
    Content,
    /// Roles, finish reasons and the like.
    Other,
    /// Usage and no choice: sent because usage was asked for.
    UsageOnly,
    /// Nothing that belongs to an answer, such as a sign of life with data: it is not passed on.
    Nothing,
    /// `[DONE]`.
    Done,
}

/// Why an event cannot be a part of a right answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventFault {
    /// It is no chunk of a chat completion.
    #[error("an event could not be read: {0}")]
    Garbled(String),
    /// It is an error object: its raw JSON.
    #[error("the provider sent an error within the stream")]
    ErrorObject(Box<[u8]>),
    /// A choice ended for a reason that is none of the accepted ones.
    #[error("a choice ended for the unknown reason `{0}`")]
    UnknownFinish(String),
}

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    created: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    choices: Option<Vec<Object<Choice<'a>>>>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
    /// Where Groq puts the usage of a stream.
    #[serde(borrow)]
    x_groq: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "told_tier")]
    service_tier: Option<ServiceTier>,
}

/// What Groq adds to chunks.
#[derive(Deserialize)]
struct GroqFields<'a> {
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(default)]
    index: u32,
    /// Where Moonshot puts the usage of a stream.
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
    #[serde(borrow)]
    finish_reason: Option<Cow<'a, str>>,
    #[serde(borrow)]
    delta: Option<Object<Delta<'a>>>,
}

/// The parts of an answer that a delta may carry, each as its JSON stands.
#[derive(Deserialize)]
pub(super) struct Delta<'a> {
    #[serde(borrow)]
    pub(super) content: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) reasoning_content: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) reasoning: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) refusal: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) tool_calls: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) function_call: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) audio: Option<&'a RawValue>,
}

impl Delta<'_> {
    /// Whether it carries a part of the answer; role deltas, nulls and empty strings are none. What there is of it is added
    /// to what was written.
    pub(super) fn add_to(&self, written: &mut Written) -> bool {
        let texts =
            [self.content, self.reasoning_content, self.reasoning, self.refusal, self.tool_calls, self.function_call];
        let mut has_content = false;
        for text in texts.into_iter().flatten().filter(|value| carries(value)) {
            has_content = true;
            if written.add(text) == 0 {
                written.add_other(text.get().len() as u64);
            }
        }
        for other in self.audio.into_iter().filter(|value| carries(value)) {
            has_content = true;
            written.add_other(other.get().len() as u64);
        }
        has_content
    }
}

/// Whether a field of a delta carries anything.
pub(super) fn carries(value: &RawValue) -> bool {
    !matches!(value.get(), "null" | "\"\"" | "[]" | "{}")
}

impl Progress {
    /// For a request for this many choices, at most [`MAX_CHOICES`].
    #[must_use]
    pub fn new(choices: u32) -> Self {
        let choices = choices.clamp(1, MAX_CHOICES);
        Self {
            choices,
            finished: 0,
            deltas: 0,
            written: Written::default(),
            usage: None,
            tier: None,
            done: false,
            delivered: None,
            only_stops: true,
        }
    }

    /// The same, keeping what comes, so that another attempt can continue it. For requests for one choice only.
    #[must_use]
    pub fn keeping(self) -> Self {
        Self { delivered: (self.choices == 1).then(Delivered::default), ..self }
    }

    /// Takes the data of the next event.
    ///
    /// # Errors
    /// When it cannot be a part of a right answer.
    pub fn observe(&mut self, data: &[u8]) -> Result<Kind, EventFault> {
        let data = data.trim_ascii();
        if data == b"[DONE]" {
            self.done = true;
            return Ok(Kind::Done);
        }
        // An event without data carries nothing, and after the last finish reason nothing can be missing any more.
        if data.is_empty() {
            return Ok(Kind::Nothing);
        }
        let chunk: Chunk<'_> = match read_json(data) {
            Ok(Object(chunk)) => chunk,
            Err(_) if self.is_complete() => return Ok(Kind::Nothing),
            Err(fault) => return Err(fault),
        };
        if chunk.error.is_some_and(|error| error.get() != "null") {
            return Err(EventFault::ErrorObject(data.into()));
        }
        self.tier = chunk.service_tier.or(self.tier);
        let groq = chunk.x_groq.and_then(|fields| serde_json::from_str::<Object<GroqFields<'_>>>(fields.get()).ok());
        for usage in [groq.and_then(|fields| fields.0.usage), chunk.usage].into_iter().flatten() {
            self.note_usage(usage);
        }
        // What has no choices is no chunk, and so carries nothing of an answer.
        let Some(choices) = chunk.choices else { return Ok(Kind::Nothing) };
        if choices.is_empty() {
            return Ok(if chunk.usage.is_some() { Kind::UsageOnly } else { Kind::Other });
        }
        let mut has_content = false;
        for Object(choice) in &choices {
            self.finish(choice)?;
            if let Some(usage) = choice.usage {
                self.note_usage(usage);
            }
            has_content |= choice.delta.as_ref().is_some_and(|delta| delta.0.add_to(&mut self.written));
        }
        if let Some(delivered) = &mut self.delivered {
            delivered.take(
                chunk.id,
                chunk.created,
                choices.iter().filter_map(|choice| choice.0.delta.as_ref().map(|delta| &delta.0)),
            );
        }
        if !has_content {
            return Ok(Kind::Other);
        }
        self.deltas += 1;
        Ok(Kind::Content)
    }

    fn note_usage(&mut self, value: &RawValue) {
        if let Some(usage) = Usage::read(value, self.tier) {
            self.usage = Some(self.usage.map_or(usage, |earlier| earlier.followed_by(usage)));
        }
    }

    fn finish(&mut self, choice: &Choice<'_>) -> Result<(), EventFault> {
        if choice.index >= self.choices {
            return Err(EventFault::Garbled(format!("it has choice {}, which nobody asked for", choice.index)));
        }
        match choice.finish_reason.as_deref() {
            None | Some("") => {}
            Some(reason) if is_accepted_finish(reason) => {
                self.finished |= 1 << choice.index;
                self.only_stops &= reason == "stop";
            }
            Some(other) => return Err(EventFault::UnknownFinish(other.chars().take(40).collect())),
        }
        Ok(())
    }

    /// Ends every choice where it is: the gateway itself found its end.
    pub fn end_early(&mut self) {
        self.finished = u128::MAX >> (u128::BITS - self.choices);
        self.done = true;
    }

    /// Output tokens as far as they can be told from what came: a delta is a token or more, four bytes are about one.
    #[must_use]
    pub fn tokens_seen(&self) -> u64 {
        u64::from(self.deltas).max(self.written.tokens())
    }

    /// Whether every choice has ended for an accepted reason.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.finished.count_ones() == self.choices
    }

    /// Whether every choice ended with `stop` and not one token came: an answer that is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.is_complete() && self.only_stops && self.deltas == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_nulls_and_empty_strings_are_no_content() {
        let mut progress = Progress::new(1);
        for delta in [r#"{"role":"assistant","content":""}"#, r#"{"content":null,"tool_calls":[]}"#, "{}"] {
            let data = format!(r#"{{"choices":[{{"index":0,"delta":{delta}}}]}}"#);
            assert_eq!(progress.observe(data.as_bytes()), Ok(Kind::Other), "{delta}");
        }
        assert_eq!(progress.observe(br#"{"choices":[{"index":0,"delta":{"reasoning":"hm"}}]}"#), Ok(Kind::Content));
    }

    #[test]
    fn it_is_complete_when_every_choice_has_ended() {
        let mut progress = Progress::new(2);
        progress.observe(br#"{"choices":[{"index":1,"finish_reason":"stop"}]}"#).expect("good");
        assert!(!progress.is_complete());
        progress.observe(br#"{"choices":[{"index":0,"finish_reason":"length"}]}"#).expect("good");
        assert!(progress.is_complete() && !progress.is_empty());
    }

    #[test]
    fn errors_unknown_endings_and_strange_choices_are_faults() {
        for data in [
            &br#"{"error":{"message":"overloaded"}}"#[..],
            br#"{"choices":[{"index":0,"finish_reason":"error"}]}"#,
            br#"{"choices":[{"index":1,"delta":{"content":"x"}}]}"#,
            b"{\"choices\":[",
            br#"[null,null,null,[]]"#,
            br#"{"choices":[[0,null,{"content":"x"}]]}"#,
            br#"{"choices":[{"index":0,"delta":["x"]}]}"#,
        ] {
            assert!(Progress::new(1).observe(data).is_err(), "{}", String::from_utf8_lossy(data));
        }
    }

    #[test]
    fn what_cannot_carry_a_part_of_the_answer_is_skipped() {
        let mut progress = Progress::new(1);
        for data in [&br#"{"type":"ping"}"#[..], b"", b"  "] {
            assert_eq!(progress.observe(data), Ok(Kind::Nothing), "{}", String::from_utf8_lossy(data));
        }
        progress.observe(br#"{"choices":[{"index":0,"finish_reason":"stop"}]}"#).expect("good");
        assert_eq!(progress.observe(b"{\"choices\":["), Ok(Kind::Nothing));
        assert_eq!(progress.observe(b"[DONE] "), Ok(Kind::Done));
    }

    #[test]
    fn a_chunk_with_usage_and_no_choice_is_known_as_such() {
        let mut progress = Progress::new(1);
        let data = br#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}"#;
        assert_eq!(progress.observe(data), Ok(Kind::UsageOnly));
        assert_eq!(progress.usage, Some(Usage { total: Some(7), ..Usage::plain(3, 4) }));
    }

    #[test]
    fn usage_is_found_where_vendors_put_it_and_never_a_reason_to_refuse_a_chunk() {
        for chunk in [
            r#"{"choices":[],"x_groq":{"id":"req_1","usage":{"prompt_tokens":3,"completion_tokens":4}}}"#,
            r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":3,"completion_tokens":4}}]}"#,
            r#"{"choices":[{"index":0,"delta":{"content":"x"}}],"usage":{"prompt_tokens":3,"completion_tokens":4}}"#,
        ] {
            let mut progress = Progress::new(1);
            progress.observe(chunk.as_bytes()).expect("a good chunk");
            assert_eq!(progress.usage, Some(Usage::plain(3, 4)), "{chunk}");
        }
        for usage in ["[]", "\"none\"", r#"{"completion_tokens":-35}"#, "1e999", "{\"a\":1,\"a\":2}"] {
            let chunk =
                format!(r#"{{"choices":[{{"index":0,"delta":{{"content":"x"}}}}],"usage":{usage},"x_groq":7}}"#);
            assert_eq!(Progress::new(1).observe(chunk.as_bytes()), Ok(Kind::Content), "{usage}");
        }
    }
}
