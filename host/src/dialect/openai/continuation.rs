//! Rewrites the events of a stream that continues a broken one, so that the caller sees one answer: what it has seen is
//! compared and swallowed, ids and time stamps stay those of the beginning, and every event says which target it is from.

mod agreement;
mod opening;
mod seam;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::delivered::{CallDelta, Channel, Seen};
use agreement::Agreement;
use opening::Opening;
use seam::Seam;

/// How a broken stream is continued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// What was delivered goes along as the beginning of the answer; only what follows comes back.
    Prefill,
    /// The request is sent anew, and what comes back must agree with what was delivered.
    Match,
}

impl How {
    /// The way of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Prefill, Self::Match].into_iter().find(|how| how.as_str() == name)
    }

    /// Its name in the interface.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prefill => "prefill",
            Self::Match => "match",
        }
    }
}

/// What came does not continue what the caller has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Mismatch(&'static str);

const UNREADABLE: Mismatch = Mismatch("the answer goes on with something that cannot be compared");

/// What becomes of an event.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// The caller gets nothing of it.
    Nothing,
    /// The caller gets this instead.
    Event(Bytes),
    /// The caller gets this, and the answer is over: a stop sequence came together across the break.
    End(Bytes),
}

/// What a continuation starts from.
#[derive(Debug)]
pub struct Beginning<'a> {
    /// What the caller has seen.
    pub seen: Seen,
    /// How many tokens that is about.
    pub tokens: u64,
    /// Tokens of the request's input, estimated.
    pub input_tokens: u32,
    /// The stop sequences of the request.
    pub stops: &'a [String],
    /// Whether the caller asked for usage.
    pub include_usage: bool,
    /// The id of the target that continues.
    pub target: &'a str,
}

/// A continuation under way.
#[derive(Debug)]
pub struct Continuation {
    way: Way,
    /// What the caller has seen: it grows.
    seen: Seen,
    tokens_before: u64,
    input_tokens: u32,
    include_usage: bool,
    target: Box<str>,
    passed_bytes: u64,
    /// Whether the caller had seen nothing of the answer but that it begins.
    is_fresh: bool,
    is_lost: bool,
}

#[derive(Debug)]
enum Way {
    Prefill(Opening, Seam),
    Match(Agreement),
}

impl Continuation {
    /// Continues what the caller has seen.
    #[must_use]
    pub fn new(how: How, beginning: Beginning<'_>) -> Self {
        let Beginning { seen, tokens, input_tokens, stops, include_usage, target } = beginning;
        let way = match how {
            How::Prefill => {
                let text = seen.text(Channel::Content);
                Way::Prefill(Opening::new(text), Seam::new(text, stops))
            }
            How::Match => Way::Match(Agreement::new(&seen)),
        };
        Self {
            way,
            is_fresh: !seen.has_text() && !seen.has_calls(),
            seen,
            tokens_before: tokens,
            input_tokens,
            include_usage,
            target: target.into(),
            passed_bytes: 0,
            is_lost: false,
        }
    }

    /// What the caller has seen by now.
    #[must_use]
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Whether it can be continued once more, should this stream break too.
    #[must_use]
    pub fn is_resumable(&self) -> bool {
        !self.is_lost
    }

    /// Whether what comes may begin with what was sent along.
    #[must_use]
    pub const fn may_repeat(&self) -> bool {
        matches!(self.way, Way::Prefill(..))
    }

    /// Whether it may end without another word: a stream can break between the last of them and its finish reason.
    #[must_use]
    pub fn may_add_nothing(&self) -> bool {
        !self.is_fresh && matches!(self.way, Way::Prefill(..))
    }

    /// Tokens that were passed on since the break, estimated.
    #[must_use]
    pub fn tokens_passed(&self) -> u64 {
        self.passed_bytes.div_ceil(4)
    }

    /// Takes the data of the next event, which was judged to be a good chunk.
    ///
    /// # Errors
    /// When it does not continue what the caller has seen.
    pub fn take(&mut self, data: &[u8]) -> Result<Taken, Mismatch> {
        let mut chunk: Map<String, Value> = serde_json::from_slice(data).map_err(|_| UNREADABLE)?;
        let has_usage = chunk.get_mut("usage").is_some_and(|usage| self.correct(usage));
        let mut choices = match chunk.remove("choices") {
            Some(Value::Array(choices)) => choices,
            _ => return Ok(Taken::Nothing),
        };
        let is_bare = choices.is_empty();
        let mut says = has_usage || is_bare;
        let mut is_over = false;
        for choice in &mut choices {
            let mut finishes = choice["finish_reason"].as_str().is_some_and(|reason| !reason.is_empty());
            let choice = choice.as_object_mut().ok_or(UNREADABLE)?;
            is_over |= self.rewrite(choice.entry("delta").or_insert(Value::Null), finishes)?;
            if is_over {
                choice.insert("delta".into(), json!({}));
                choice.insert("finish_reason".into(), "stop".into());
            } else if finishes && self.finish().is_err() {
                // More may follow, as behind any finish reason; whether it did is known at the end.
                finishes = false;
                choice.insert("finish_reason".into(), Value::Null);
            }
            let delta = choice.get("delta").and_then(Value::as_object);
            says |= finishes || is_over || delta.is_some_and(|delta| !delta.is_empty());
        }
        if !says {
            return Ok(Taken::Nothing);
        }
        chunk.insert("choices".into(), choices.into());
        let event = self.event(chunk.clone());
        if !is_over {
            return Ok(Taken::Event(event));
        }
        Ok(Taken::End(if self.include_usage { [event, self.own_usage(chunk)].concat().into() } else { event }))
    }

    /// Called when the stream has ended.
    ///
    /// # Errors
    /// When it ended before all that the caller has seen came again.
    pub fn finish(&self) -> Result<(), Mismatch> {
        match &self.way {
            Way::Match(agreement) if !self.is_fresh => agreement.finish(),
            Way::Match(_) | Way::Prefill(..) => Ok(()),
        }
    }

    /// Rewrites a delta; whether the answer is over with it.
    fn rewrite(&mut self, delta: &mut Value, finishes: bool) -> Result<bool, Mismatch> {
        if delta.is_null() {
            *delta = json!({});
        }
        let delta = delta.as_object_mut().ok_or(UNREADABLE)?;
        if self.seen.is_begun {
            delta.remove("role");
        }
        self.seen.is_begun = true;
        delta.retain(|_, value| !value.is_null());
        if self.is_fresh {
            self.remember(delta);
            return Ok(false);
        }
        if delta.contains_key("function_call")
            || delta.contains_key("audio")
            || delta.get("content").is_some_and(Value::is_array)
        {
            return Err(UNREADABLE);
        }
        let is_over = match &mut self.way {
            Way::Match(agreement) => {
                agreement.swallow(&self.seen, delta)?;
                false
            }
            Way::Prefill(opening, seam) => {
                // What was thought before the break has led to what was said; a second thought is not shown.
                delta.retain(|name, _| !name.starts_with("reasoning") && !name.starts_with("thinking"));
                let text = delta.get("content").and_then(Value::as_str).unwrap_or_default();
                let fresh = opening.pass(text, finishes)?;
                let (text, is_over) = seam.pass(&fresh, finishes);
                delta.remove("content");
                if !text.is_empty() {
                    delta.insert("content".into(), text.into());
                }
                is_over
            }
        };
        delta.retain(|_, value| !is_empty(value));
        self.remember(delta);
        Ok(is_over)
    }

    /// Notes what the caller is about to see.
    fn remember(&mut self, delta: &Map<String, Value>) {
        for (name, value) in delta {
            match (Channel::ALL.into_iter().find(|channel| channel.field() == name), value) {
                (Some(channel), Value::String(text)) => {
                    self.passed_bytes += text.len() as u64;
                    self.seen.push(channel, text);
                }
                (None, Value::Array(calls)) if name == "tool_calls" => {
                    calls.iter().for_each(|call| self.remember_call(call));
                }
                (None, _) if name == "role" => {}
                // It was shown, and nobody could compare it with what comes after another break.
                (_, other) => {
                    self.passed_bytes += other.to_string().len() as u64;
                    self.is_lost = true;
                }
            }
        }
    }

    fn remember_call(&mut self, call: &Value) {
        let arguments = call.get("function").and_then(|function| function.get("arguments")).and_then(Value::as_str);
        self.passed_bytes += arguments.map_or(1, |arguments| arguments.len().max(1)) as u64;
        match serde_json::from_value::<CallDelta>(call.clone()) {
            Ok(call) => self.seen.add_call(call),
            Err(_) => self.is_lost = true,
        }
    }

    /// Makes a usage what the visible answer cost: with a prefill the provider has counted the beginning as input. Whether
    /// there is one.
    fn correct(&self, usage: &mut Value) -> bool {
        let count = |usage: &Value, name: &str| usage.get(name).and_then(Value::as_u64);
        let (Some(input), Some(output)) = (count(usage, "prompt_tokens"), count(usage, "completion_tokens")) else {
            return false;
        };
        if matches!(self.way, Way::Prefill(..)) {
            let before = self.tokens_before;
            let (input, output) = (input.saturating_sub(before), output.saturating_add(before));
            usage["prompt_tokens"] = input.into();
            usage["completion_tokens"] = output.into();
            usage["total_tokens"] = input.saturating_add(output).into();
        }
        true
    }

    /// An event of the gateway's own with the usage, estimated: the provider was not let to send its own.
    fn own_usage(&self, mut chunk: Map<String, Value>) -> Bytes {
        let (input, output) = (u64::from(self.input_tokens), self.tokens_before + self.tokens_passed());
        chunk.insert("choices".into(), json!([]));
        let usage = json!({"prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output});
        chunk.insert("usage".into(), usage);
        self.event(chunk)
    }

    fn event(&self, mut chunk: Map<String, Value>) -> Bytes {
        for (name, value) in [("id", &self.seen.id), ("created", &self.seen.created)] {
            if let Some(value) = value {
                chunk.insert(name.into(), value.clone());
            }
        }
        chunk.insert("fingerpost".into(), json!({ "target": &*self.target }));
        Bytes::from(format!("data: {}\n\n", Value::Object(chunk)))
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
