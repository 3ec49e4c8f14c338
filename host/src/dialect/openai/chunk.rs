//! What the events of a chat-completions stream say: content, finish reasons, usage, errors. One borrowed JSON pass an
//! event, and nothing of it is kept but counts.

#[cfg(test)]
mod tests;

use std::ops::Range;

use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::delivered::Delivered;
use super::delta::{Delta, carries};
use super::finish::{self, Finish};
use super::lenient::{Fields, Lenient, Strict, skip};
use super::usage::{Usage, told_tier};
use super::written::Written;
use super::{BYTE_ORDER_MARK, is_list_of_errors, is_no_error, place, read_json};
use crate::price::ServiceTier;

/// How many choices the bit sets below can follow; OpenAI allows 128.
pub const MAX_CHOICES: u32 = 128;

/// What a stream has shown so far.
#[derive(Debug)]
pub struct Progress {
    choices: u32,
    /// The choices that anything has been said of.
    begun: u128,
    /// The choices that have ended, by their last word.
    finished: u128,
    /// Those of them whose finish reason came in a chunk of its own.
    firm: u128,
    /// The choices that have ever had a finish reason.
    ever_finished: u128,
    /// Whether a choice went on after a finish reason.
    is_doubted: bool,
    /// Events that carried a part of the answer.
    pub deltas: u32,
    /// What they come to.
    pub written: Written,
    /// The usage that the provider sent, the later before the earlier.
    pub usage: Option<Usage>,
    /// The tier at which it says that it serves.
    tier: Option<ServiceTier>,
    /// Whether `[DONE]` came.
    pub done: bool,
    /// What came so far, where it may have to be continued.
    pub delivered: Option<Delivered>,
    /// The first finish reason that nobody knows.
    pub unknown_finish: Option<Box<str>>,
    /// What of the data of the last event callers get in other words.
    pub edits: Vec<Edit>,
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

/// Whether the answer is whole, should nothing more come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A choice has not ended, or went on after its end.
    Open,
    /// Every choice has ended, but choices of this stream have gone on after that before: its finish reasons say little.
    Doubted,
    /// Every choice has ended, with a finish reason that came along with content, or without a single token.
    Loose,
    /// Every choice has ended, with a finish reason in a chunk of its own.
    Firm,
}

/// A part of an event's data or of a body, and what callers get in its place: where a vendor's word has a like one of
/// OpenAI's, and where clients would stumble over what says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Where it stands.
    pub at: Range<usize>,
    /// What takes its place, as JSON.
    pub with: &'static str,
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
    /// A choice ended for a reason that says failure.
    #[error("a choice ended for the reason `{0}`")]
    FailedFinish(Box<str>),
}

#[derive(Default)]
struct Chunk<'a> {
    id: Option<&'a RawValue>,
    created: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
    choices: Option<Vec<Strict<Choice<'a>>>>,
    usage: Option<&'a RawValue>,
    /// Where Groq puts the usage of a stream.
    x_groq: Option<&'a RawValue>,
    service_tier: Option<&'a RawValue>,
}

impl<'de: 'a, 'a> Fields<'de> for Chunk<'a> {
    fn take<M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<(), M::Error> {
        let place = match name {
            "id" => &mut self.id,
            "created" => &mut self.created,
            "error" => &mut self.error,
            "choices" => {
                self.choices = map.next_value()?;
                return Ok(());
            }
            "usage" => &mut self.usage,
            "x_groq" => &mut self.x_groq,
            "service_tier" => &mut self.service_tier,
            _ => return skip(map),
        };
        *place = map.next_value()?;
        Ok(())
    }
}

/// What Groq adds to chunks.
#[derive(Default)]
struct GroqFields<'a> {
    usage: Option<&'a RawValue>,
}

impl<'de: 'a, 'a> Fields<'de> for GroqFields<'a> {
    fn take<M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<(), M::Error> {
        if name != "usage" {
            return skip(map);
        }
        self.usage = map.next_value()?;
        Ok(())
    }
}

#[derive(Default)]
struct Choice<'a> {
    index: Option<&'a RawValue>,
    /// Where Moonshot puts the usage of a stream.
    usage: Option<&'a RawValue>,
    finish_reason: Option<&'a RawValue>,
    delta: Lenient<Delta<'a>>,
    /// What a plain answer has in place of a delta; some servers send it in streams.
    message: Lenient<Delta<'a>>,
}

impl<'de: 'a, 'a> Fields<'de> for Choice<'a> {
    fn take<M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<(), M::Error> {
        match name {
            "index" => self.index = map.next_value()?,
            "usage" => self.usage = map.next_value()?,
            "finish_reason" => self.finish_reason = map.next_value()?,
            "delta" => self.delta = map.next_value()?,
            "message" => self.message = map.next_value()?,
            _ => return skip(map),
        }
        Ok(())
    }
}

impl<'a> Choice<'a> {
    fn delta(&self) -> Option<&Delta<'a>> {
        self.delta.0.as_ref().or(self.message.0.as_ref())
    }

    /// Its number. One without a readable number has that of its place.
    fn number(&self, at: usize) -> u64 {
        let told = self.index.and_then(|index| index.get().trim_matches('"').parse().ok());
        told.unwrap_or(at as u64)
    }
}

impl Progress {
    /// For a request for this many choices, at most [`MAX_CHOICES`].
    #[must_use]
    pub fn new(choices: u32) -> Self {
        let choices = choices.clamp(1, MAX_CHOICES);
        Self {
            choices,
            begun: 0,
            finished: 0,
            firm: 0,
            ever_finished: 0,
            is_doubted: false,
            deltas: 0,
            written: Written::default(),
            usage: None,
            tier: None,
            done: false,
            delivered: None,
            unknown_finish: None,
            edits: Vec::new(),
            only_stops: true,
        }
    }

    /// The same, keeping what comes, so that another attempt can continue it. For requests for one choice only.
    #[must_use]
    pub fn keeping(self) -> Self {
        Self { delivered: (self.choices == 1).then(Delivered::default), ..self }
    }

    /// For how many choices it was asked.
    #[must_use]
    pub const fn choices(&self) -> u32 {
        self.choices
    }

    /// Takes the data of the next event.
    ///
    /// # Errors
    /// When it cannot be a part of a right answer.
    pub fn observe(&mut self, data: &[u8]) -> Result<Kind, EventFault> {
        self.edits.clear();
        let bare = data.strip_prefix(BYTE_ORDER_MARK).unwrap_or(data);
        if bare.len() < data.len() {
            self.edits.push(Edit { at: 0..BYTE_ORDER_MARK.len(), with: "" });
        }
        let json = bare.trim_ascii();
        if json == b"[DONE]" {
            self.done = true;
            if json.len() < bare.len() {
                self.edits = vec![Edit { at: 0..data.len(), with: "[DONE]" }];
            }
            return Ok(Kind::Done);
        }
        // An event without data carries nothing.
        if json.is_empty() {
            return Ok(Kind::Nothing);
        }
        match read_json::<Strict<Chunk<'_>>>(json) {
            Ok(Strict(chunk)) => self.take(data, &chunk),
            Err(_) if is_list_of_errors(json) => Err(EventFault::ErrorObject(json.into())),
            Err(fault) => self.unreadable(fault),
        }
    }

    /// After the last finish reason nothing can be missing any more, where finish reasons are what they say.
    fn unreadable(&self, fault: EventFault) -> Result<Kind, EventFault> {
        if self.is_complete() && !self.is_doubted { Ok(Kind::Nothing) } else { Err(fault) }
    }

    fn take(&mut self, data: &[u8], chunk: &Chunk<'_>) -> Result<Kind, EventFault> {
        if let Some(error) = chunk.error.filter(|error| error.get() != "null") {
            if !is_no_error(error) {
                return Err(EventFault::ErrorObject(data.strip_prefix(BYTE_ORDER_MARK).unwrap_or(data).into()));
            }
            self.edits.push(Edit { at: place(data, error), with: "null" });
        }
        self.tier = chunk.service_tier.and_then(told_tier).or(self.tier);
        let groq = chunk.x_groq.and_then(|fields| serde_json::from_str::<Strict<GroqFields<'_>>>(fields.get()).ok());
        for usage in [groq.and_then(|fields| fields.0.usage), chunk.usage].into_iter().flatten() {
            self.note_usage(usage);
        }
        let has_usage = chunk.usage.is_some_and(carries);
        // What has no choices is no chunk, and so carries nothing of an answer.
        let choices = match &chunk.choices {
            Some(choices) if !choices.is_empty() => choices,
            none if has_usage => {
                // The usage is the last word, unless it is sent with every word.
                if !self.is_doubted {
                    self.firm |= self.finished;
                }
                return Ok(if none.is_some() || self.is_complete() { Kind::UsageOnly } else { Kind::Nothing });
            }
            none => return Ok(if none.is_some() { Kind::Other } else { Kind::Nothing }),
        };
        for (at, Strict(choice)) in choices.iter().enumerate() {
            let number = choice.number(at);
            if number >= u64::from(self.choices) {
                let fault = EventFault::Garbled(format!("it has choice {number}, which nobody asked for"));
                return self.unreadable(fault);
            }
        }
        let mut has_content = false;
        for (at, Strict(choice)) in choices.iter().enumerate() {
            has_content |= self.take_choice(data, choice, 1 << choice.number(at))?;
        }
        if let Some(delivered) = &mut self.delivered {
            delivered.take(chunk.id, chunk.created, choices.iter().filter_map(|choice| choice.0.delta()));
        }
        self.deltas += u32::from(has_content);
        Ok(if has_content { Kind::Content } else { Kind::Other })
    }

    /// Takes a choice, with its bit; whether it carries a part of the answer.
    fn take_choice(&mut self, data: &[u8], choice: &Choice<'_>, bit: u128) -> Result<bool, EventFault> {
        self.begun |= bit;
        if let Some(usage) = choice.usage {
            self.note_usage(usage);
        }
        let delta = choice.delta().filter(|delta| delta.has_content());
        let has_content = delta.is_some();
        if let Some(delta) = delta {
            delta.add_to(&mut self.written);
            // It goes on, whatever was said of its end.
            self.is_doubted |= self.finished & bit != 0;
            self.finished &= !bit;
            self.firm &= !bit;
        }
        let Some(raw) = choice.finish_reason else { return Ok(has_content) };
        match Finish::read(raw) {
            None => {
                if finish::misleads(raw) {
                    self.edits.push(Edit { at: place(data, raw), with: "null" });
                }
                return Ok(has_content);
            }
            Some(Finish::Failure) => return Err(EventFault::FailedFinish(finish::shown(raw))),
            Some(Finish::Unknown) => drop(self.unknown_finish.get_or_insert_with(|| finish::shown(raw))),
            Some(known) => {
                self.only_stops &= known == Finish::Stop;
                if let Some(with) = known.in_place_of(raw) {
                    self.edits.push(Edit { at: place(data, raw), with });
                }
            }
        }
        self.finished |= bit;
        self.ever_finished |= bit;
        if !has_content {
            self.firm |= bit;
        }
        Ok(has_content)
    }

    fn note_usage(&mut self, value: &RawValue) {
        if let Some(usage) = Usage::read(value, self.tier) {
            self.usage = Some(self.usage.map_or(usage, |earlier| earlier.followed_by(usage)));
        }
    }

    /// Ends every choice where it is: the gateway itself found its end.
    pub fn end_early(&mut self) {
        self.finished = u128::MAX >> (u128::BITS - self.choices);
        (self.begun, self.firm, self.ever_finished, self.done) = (self.finished, self.finished, self.finished, true);
    }

    /// Output tokens as far as they can be told from what came: a delta is a token or more, four bytes are about one.
    #[must_use]
    pub fn tokens_seen(&self) -> u64 {
        u64::from(self.deltas).max(self.written.tokens())
    }

    /// Whether the answer is whole as it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        if !self.is_complete() {
            return Standing::Open;
        }
        let is_firm = self.firm.count_ones() == self.choices && !self.is_empty();
        match (is_firm, self.is_doubted) {
            (true, _) => Standing::Firm,
            (false, true) => Standing::Doubted,
            (false, false) => Standing::Loose,
        }
    }

    /// Whether every choice has ended, and none went on after that.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.finished.count_ones() == self.choices
    }

    /// Whether `[DONE]` may end it: with a finish reason for every choice that began, at whichever place it stood. Of those that
    /// were asked for, many a vendor begins only one.
    #[must_use]
    pub fn may_be_done(&self) -> bool {
        self.ever_finished != 0 && self.ever_finished == self.begun
    }

    /// Whether every choice ended as if there were an answer and not one token came: an answer that is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.may_be_done() && self.only_stops && self.deltas == 0
    }
}
