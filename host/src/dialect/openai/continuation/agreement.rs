//! Compares an answer that comes anew with what the caller has seen, and swallows it while the two agree.

use serde_json::{Map, Value};

use super::Mismatch;
use crate::dialect::openai::delivered::{Channel, Seen};

const DIFFERS: Mismatch = Mismatch("the new answer differs from what the caller has seen");
const TOO_SHORT: Mismatch = Mismatch("the new answer ended before what the caller has seen");

/// How far the new answer has come: lengths are in bytes.
#[derive(Debug)]
pub(super) struct Agreement {
    texts: [Progress; Channel::ALL.len()],
    calls: Vec<Call>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    came: usize,
    goal: usize,
}

#[derive(Debug)]
struct Call {
    index: u32,
    name: Progress,
    arguments: Progress,
}

impl Progress {
    fn to(text: &str) -> Self {
        Self { came: 0, goal: text.len() }
    }

    fn is_there(self) -> bool {
        self.came == self.goal
    }

    /// What of this text is beyond what the caller has `seen`.
    fn rest<'t>(&mut self, seen: &str, text: &'t str) -> Result<&'t str, Mismatch> {
        let expected = &seen[self.came..self.goal];
        let length = expected.len().min(text.len());
        if expected.as_bytes()[..length] != text.as_bytes()[..length] {
            return Err(DIFFERS);
        }
        self.came += length;
        // The bytes agree, so the end of one text is the end of a character in the other.
        text.get(length..).ok_or(DIFFERS)
    }
}

impl Agreement {
    pub(super) fn new(seen: &Seen) -> Self {
        let call = |call: &crate::dialect::openai::delivered::SeenCall| Call {
            index: call.index,
            name: Progress::to(&call.name),
            arguments: Progress::to(&call.arguments),
        };
        Self {
            texts: Channel::ALL.map(|channel| Progress::to(seen.text(channel))),
            calls: seen.calls.iter().map(call).collect(),
        }
    }

    /// Takes out of a delta what the caller has seen. Whatever is left comes after all of that.
    pub(super) fn swallow(&mut self, seen: &Seen, delta: &mut Map<String, Value>) -> Result<(), Mismatch> {
        if !self.is_there() {
            // Whatever else comes with what was seen has been seen as well, or cannot be told.
            let is_compared =
                |name: &str| name == "tool_calls" || Channel::ALL.iter().any(|channel| channel.field() == name);
            delta.retain(|name, _| is_compared(name));
        }
        let mut says_more = false;
        for channel in Channel::ALL {
            let Some(Value::String(text)) = delta.get_mut(channel.field()) else { continue };
            let rest = self.texts[channel as usize].rest(seen.text(channel), text)?.to_owned();
            says_more |= !rest.is_empty();
            *text = rest;
        }
        if let Some(Value::Array(calls)) = delta.get_mut("tool_calls") {
            for call in calls.iter_mut() {
                says_more |= self.swallow_call(seen, call)?;
            }
            calls.retain(|call| !call.is_null());
        }
        if says_more && !self.is_there() { Err(DIFFERS) } else { Ok(()) }
    }

    /// Takes out of a part of a tool call what the caller has seen, id and type included: the new call has an id of its own.
    /// Whether anything is left; a part of which nothing is becomes null.
    fn swallow_call(&mut self, seen: &Seen, call: &mut Value) -> Result<bool, Mismatch> {
        let index = call.get("index").and_then(Value::as_u64).unwrap_or(0);
        let known = self.calls.iter_mut().zip(&seen.calls).find(|(known, _)| u64::from(known.index) == index);
        let Some((known, seen)) = known else { return Ok(true) };
        let mut says_more = false;
        if let Some(fields) = call.as_object_mut() {
            fields.retain(|name, _| name != "id" && name != "type");
        }
        for (name, progress, seen) in
            [("name", &mut known.name, &seen.name), ("arguments", &mut known.arguments, &seen.arguments)]
        {
            let Some(function) = call.get_mut("function").and_then(Value::as_object_mut) else { continue };
            let Some(text) = function.get(name).and_then(Value::as_str) else { continue };
            let rest = progress.rest(seen, text)?.to_owned();
            says_more |= !rest.is_empty();
            if rest.is_empty() {
                function.remove(name);
            } else {
                function.insert(name.into(), rest.into());
            }
        }
        if !says_more {
            *call = Value::Null;
        }
        Ok(says_more)
    }

    /// Called when the new answer ends.
    pub(super) fn finish(&self) -> Result<(), Mismatch> {
        if self.is_there() { Ok(()) } else { Err(TOO_SHORT) }
    }

    fn is_there(&self) -> bool {
        self.texts.iter().all(|text| text.is_there())
            && self.calls.iter().all(|call| call.name.is_there() && call.arguments.is_there())
    }
}
