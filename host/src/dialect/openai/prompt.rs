//! Counts the input of a request by a tokenizer: the texts of its messages, and what the form of a chat adds to them.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::request::ChatRequest;
use super::written::Written;
use crate::tokenizer::{COUNTED_BYTES, Tokenizer};

/// Around each message. Source: OpenAI's cookbook, "How to count tokens with tiktoken".
const PER_MESSAGE: u64 = 3;
/// For a name in a message. Same source.
const PER_NAME: u64 = 1;
/// What begins the answer. Same source.
const PRIMING: u64 = 3;

/// An image by its address: what common models take for a large one.
const IMAGE_TOKENS: u64 = 2_000;
/// The most that an image inside the request counts: the dearest of today's models take this much.
const MOST_IMAGE_TOKENS: u64 = 50_000;

/// A number of input tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The number.
    pub tokens: u32,
    /// Whether a tokenizer counted all of it: only where there is nothing but text.
    pub is_exact: bool,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    role: Option<Cow<'a, str>>,
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    tool_calls: Option<&'a RawValue>,
    #[serde(borrow)]
    function_call: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow, default)]
    r#type: Cow<'a, str>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
}

/// Counts what the request sends; none where there is too much of it, or the tokenizer is not loaded yet.
#[must_use]
pub fn count(body: &[u8], request: &ChatRequest, tokenizer: Tokenizer) -> Option<Counted> {
    let mut sum = Sum { tokenizer, tokens: PRIMING, left: COUNTED_BYTES, is_exact: true };
    let messages: Vec<Message<'_>> = serde_json::from_slice(body.get(request.messages_at.clone())?).ok()?;
    for message in &messages {
        sum.message(message)?;
    }
    // What providers make of schemas is their own affair; it is seldom longer than the JSON.
    for schema in request.schemas_at.iter().flatten() {
        sum.inexact(std::str::from_utf8(body.get(schema.clone())?).ok()?)?;
    }
    Some(Counted { tokens: u32::try_from(sum.tokens).unwrap_or(u32::MAX), is_exact: sum.is_exact })
}

/// What the messages of a request say. Schemas of tools and formats are left out: not every provider counts them.
#[must_use]
pub fn written(body: &[u8], request: &ChatRequest) -> Written {
    let mut written = Written::default();
    let messages = body.get(request.messages_at.clone()).unwrap_or_default();
    let messages: Vec<Message<'_>> = serde_json::from_slice(messages).unwrap_or_default();
    for message in &messages {
        for said in [message.content, message.tool_calls, message.function_call].into_iter().flatten() {
            written.add(said);
        }
    }
    (0..request.images).for_each(|_| written.add_other(u64::MAX));
    written
}

struct Sum {
    tokenizer: Tokenizer,
    tokens: u64,
    /// Bytes that may still be counted.
    left: usize,
    is_exact: bool,
}

impl Sum {
    fn message(&mut self, message: &Message<'_>) -> Option<()> {
        self.tokens += PER_MESSAGE;
        self.text(message.role.as_deref().unwrap_or_default())?;
        if let Some(name) = message.name.as_deref() {
            self.tokens += PER_NAME;
            self.text(name)?;
        }
        for calls in [message.tool_calls, message.function_call].into_iter().flatten() {
            self.inexact(calls.get())?;
        }
        match message.content.map(|content| (content.get().as_bytes().first(), content)) {
            Some((Some(b'"'), content)) => self.text(&serde_json::from_str::<Cow<'_, str>>(content.get()).ok()?),
            Some((Some(b'['), content)) => self.parts(content),
            _ => Some(()),
        }
    }

    fn parts(&mut self, content: &RawValue) -> Option<()> {
        let parts: Vec<&RawValue> = serde_json::from_str(content.get()).ok()?;
        for raw in parts {
            let part: Part<'_> = serde_json::from_str(raw.get()).ok()?;
            match (&*part.r#type, part.text) {
                ("text", Some(text)) => self.text(&text)?,
                ("image_url", _) => {
                    let bytes = raw.get().len() as u64;
                    self.tokens += bytes.div_ceil(3).clamp(IMAGE_TOKENS, MOST_IMAGE_TOKENS);
                    self.is_exact = false;
                }
                _ => {
                    self.tokens += (raw.get().len() as u64).div_ceil(3);
                    self.is_exact = false;
                }
            }
        }
        Some(())
    }

    fn inexact(&mut self, json: &str) -> Option<()> {
        self.is_exact = false;
        self.text(json)
    }

    fn text(&mut self, text: &str) -> Option<()> {
        self.left = self.left.checked_sub(text.len())?;
        self.tokens += self.tokenizer.count(text)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(body: &str) -> Option<Counted> {
        let request = ChatRequest::parse(body.as_bytes()).expect("a good request");
        Tokenizer::O200k.warm();
        while Tokenizer::O200k.count("").is_none() {
            std::thread::yield_now();
        }
        count(body.as_bytes(), &request, Tokenizer::O200k)
    }

    #[test]
    fn a_plain_conversation_is_counted_with_what_its_form_adds() {
        let body = r#"{"model":"m","messages":[{"role":"user","content":"hello wo\u0072ld, again"}]}"#;
        assert_eq!(counted(body), Some(Counted { tokens: 3 + 3 + 1 + 4, is_exact: true }));
        let parts = body.replace("\"hello wo\\u0072ld, again\"", r#"[{"type":"text","text":"hello world, again"}]"#);
        assert_eq!(counted(&parts), counted(body));
    }

    #[test]
    fn what_is_no_text_is_reckoned_and_said_to_be() {
        let image = r#"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://x"}}]}]}"#;
        assert_eq!(counted(image), Some(Counted { tokens: 3 + 3 + 1 + 2_000, is_exact: false }));
        let tools = r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function"}]}"#;
        assert!(counted(tools).is_some_and(|counted| !counted.is_exact && counted.tokens > 10));
    }

    #[test]
    fn what_is_too_long_is_not_counted() {
        let body = format!(r#"{{"model":"m","messages":[{{"role":"user","content":"{}"}}]}}"#, "x ".repeat(40_000));
        assert_eq!(counted(&body), None);
    }
}
