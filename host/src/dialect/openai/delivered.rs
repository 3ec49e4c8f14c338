//! What a caller has seen of a streamed answer, kept so that another attempt can continue it. While the stream runs this is
//! a copy of the strings as they stand in JSON, escapes and all; they are read only when the stream breaks.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::delta::{Delta, carries};

/// The most that is kept, in bytes. What is longer is not continued.
const KEPT_BYTES: usize = 4 << 20;

/// The most tool calls of an answer that is continued.
const CALLS: usize = 256;

/// The parts of a delta that are text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// `content`.
    Content,
    /// `reasoning_content`.
    ReasoningContent,
    /// `reasoning`.
    Reasoning,
    /// `refusal`.
    Refusal,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Content, Self::ReasoningContent, Self::Reasoning, Self::Refusal];

    /// The field of a delta.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::ReasoningContent => "reasoning_content",
            Self::Reasoning => "reasoning",
            Self::Refusal => "refusal",
        }
    }
}

/// What came of a stream of one choice, as its JSON stands.
#[derive(Debug, Default)]
pub struct Delivered {
    /// By channel: the insides of its strings, one after the other. Two halves of an escaped character join well.
    texts: [String; Channel::ALL.len()],
    /// The lists of tool calls of all deltas, each followed by a comma.
    tool_calls: String,
    id: Option<Box<str>>,
    created: Option<Box<str>>,
    /// Whether there was a chunk at all, and so a role.
    is_begun: bool,
    is_lost: bool,
}

impl Delivered {
    /// Takes the deltas of the next chunk.
    pub(super) fn take<'a, 'd: 'a>(
        &mut self,
        id: Option<&RawValue>,
        created: Option<&RawValue>,
        deltas: impl Iterator<Item = &'a Delta<'d>>,
    ) {
        self.is_begun = true;
        if self.is_lost {
            return;
        }
        if self.id.is_none() {
            self.id = id.map(|id| id.get().into());
            self.created = created.map(|created| created.get().into());
        }
        for delta in deltas {
            let texts = [delta.content, delta.reasoning_content, delta.reasoning, delta.refusal];
            for (kept, text) in self.texts.iter_mut().zip(texts) {
                match text.filter(|text| carries(text)).map(|text| text.get()) {
                    None => {}
                    Some(text) if text.starts_with('"') => kept.push_str(&text[1..text.len() - 1]),
                    Some(_) => self.is_lost = true,
                }
            }
            if let Some(calls) = delta.tool_calls.filter(|calls| carries(calls)) {
                self.tool_calls.push_str(calls.get());
                self.tool_calls.push(',');
            }
            self.is_lost |= delta.has_more || [delta.function_call, delta.audio].into_iter().flatten().any(carries);
        }
        let kept = self.tool_calls.len() + self.texts.iter().map(String::len).sum::<usize>();
        if kept > KEPT_BYTES {
            *self = Self { is_begun: true, is_lost: true, ..Self::default() };
        }
    }

    /// What the caller has seen, read; none where it cannot be continued: sound, images, calls in the old form, too much.
    #[must_use]
    pub fn read(&self) -> Option<Seen> {
        if self.is_lost {
            return None;
        }
        let (id, created) = (raw(self.id.as_deref()), raw(self.created.as_deref()));
        let mut seen = Seen { id, created, is_begun: self.is_begun, ..Seen::default() };
        for (text, kept) in seen.texts.iter_mut().zip(&self.texts) {
            *text = serde_json::from_str(&format!("\"{kept}\"")).ok()?;
        }
        let lists = format!("[{}]", self.tool_calls.trim_end_matches(','));
        for call in serde_json::from_str::<Vec<Vec<CallDelta>>>(&lists).ok()?.into_iter().flatten() {
            seen.add_call(call);
        }
        (seen.calls.len() < CALLS).then_some(seen)
    }
}

fn raw(json: Option<&str>) -> Option<serde_json::Value> {
    serde_json::from_str(json?).ok()
}

/// A part of a tool call.
#[derive(Debug, Deserialize)]
pub(super) struct CallDelta {
    #[serde(default)]
    pub(super) index: u32,
    #[serde(default)]
    pub(super) function: Option<FunctionDelta>,
}

/// A part of the call of a function.
#[derive(Debug, Default, Deserialize)]
pub(super) struct FunctionDelta {
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) arguments: Option<String>,
}

/// What the caller has seen of an answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    texts: [String; Channel::ALL.len()],
    pub(super) calls: Vec<SeenCall>,
    /// The id of the chunks; every further one keeps it.
    pub(super) id: Option<serde_json::Value>,
    /// Their time stamp.
    pub(super) created: Option<serde_json::Value>,
    /// Whether the caller has a chunk, and so the role.
    pub(super) is_begun: bool,
}

/// What the caller has seen of a tool call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SeenCall {
    pub(super) index: u32,
    pub(super) name: String,
    pub(super) arguments: String,
}

impl Seen {
    /// The text of a channel.
    #[must_use]
    pub fn text(&self, channel: Channel) -> &str {
        &self.texts[channel as usize]
    }

    /// Adds what has been delivered since.
    pub(super) fn push(&mut self, channel: Channel, text: &str) {
        self.texts[channel as usize].push_str(text);
    }

    pub(super) fn add_call(&mut self, call: CallDelta) {
        let function = call.function.unwrap_or_default();
        // Whoever sends more than these is not continued, and must not make this slow.
        if self.calls.len() >= CALLS {
            return;
        }
        let known = self.calls.iter().position(|seen| seen.index == call.index);
        let at = known.unwrap_or_else(|| {
            self.calls.push(SeenCall { index: call.index, ..SeenCall::default() });
            self.calls.len() - 1
        });
        self.calls[at].name.push_str(function.name.as_deref().unwrap_or_default());
        self.calls[at].arguments.push_str(function.arguments.as_deref().unwrap_or_default());
    }

    /// Whether there is text, in whichever channel.
    #[must_use]
    pub fn has_text(&self) -> bool {
        self.texts.iter().any(|text| !text.is_empty())
    }

    /// Whether there are tool calls.
    #[must_use]
    pub fn has_calls(&self) -> bool {
        !self.calls.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::openai::chunk::Progress;

    fn after(deltas: &[&str]) -> Option<Seen> {
        let mut progress = Progress::new(1).keeping();
        for delta in deltas {
            let data = format!(r#"{{"id":"x-1","created":7,"choices":[{{"index":0,"delta":{delta}}}]}}"#);
            progress.observe(data.as_bytes()).expect("a good chunk");
        }
        progress.delivered.and_then(|delivered| delivered.read())
    }

    #[test]
    fn texts_are_joined_channel_by_channel_and_escapes_across_chunks_are_whole() {
        let seen = after(&[
            r#"{"role":"assistant","content":""}"#,
            r#"{"reasoning_content":"hm"}"#,
            r#"{"content":"a\n\ud83d"}"#,
            r#"{"content":"\ude00!"}"#,
        ])
        .expect("text");
        assert_eq!((seen.text(Channel::Content), seen.text(Channel::ReasoningContent)), ("a\n😀!", "hm"));
        assert_eq!((seen.id, seen.created), (Some("x-1".into()), Some(7.into())));
    }

    #[test]
    fn tool_calls_are_joined_by_their_index() {
        let seen = after(&[
            r#"{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"find","arguments":""}}]}"#,
            r#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"q\""}}]}"#,
            r#"{"tool_calls":[{"index":1,"function":{"name":"two"}},{"index":0,"function":{"arguments":":1}"}}]}"#,
        ])
        .expect("calls");
        let calls: Vec<_> = seen.calls.iter().map(|call| (call.name.as_str(), call.arguments.as_str())).collect();
        assert_eq!(calls, [("find", "{\"q\":1}"), ("two", "")]);
        assert!(seen.has_calls() && !seen.has_text());
    }

    #[test]
    fn sound_old_function_calls_and_what_is_too_long_are_not_kept() {
        assert_eq!(after(&[r#"{"audio":{"data":"x"}}"#]), None);
        assert_eq!(after(&[r#"{"images":[{"image_url":{"url":"x"}}]}"#]), None);
        assert_eq!(after(&[r#"{"function_call":{"name":"x"}}"#]), None);
        assert_eq!(after(&[r#"{"content":["parts"]}"#]), None);
        let long = format!(r#"{{"content":"{}"}}"#, "x".repeat(KEPT_BYTES));
        assert_eq!(after(&[&long, r#"{"content":"y"}"#]), None);
    }
}
