//! Judges a plain (not streamed) chat completion: whether it is whole, and what it used.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::chunk::{Delta, EventFault};
use super::usage::{Usage, told_tier};
use super::written::Written;
use super::{Object, is_accepted_finish, read_json};
use crate::price::ServiceTier;

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    choices: Option<Vec<Object<Choice<'a>>>>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "told_tier")]
    service_tier: Option<ServiceTier>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    finish_reason: Option<Cow<'a, str>>,
    #[serde(borrow)]
    message: Option<Object<Delta<'a>>>,
}

/// All that counts of an answer that is of no use.
#[derive(Deserialize)]
struct Billed<'a> {
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

/// What a plain answer came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Read {
    /// The provider's usage, if it said so.
    pub usage: Option<Usage>,
    /// What it says.
    pub written: Written,
}

/// What is wrong with a plain answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// As with an event of a stream.
    #[error(transparent)]
    Event(#[from] EventFault),
    /// It has fewer choices than were asked for, or none.
    #[error("the answer has {found} choices where {wanted} were asked for")]
    Choices {
        /// How many there are.
        found: usize,
        /// How many were asked for.
        wanted: u32,
    },
    /// A choice has no message or no finish reason.
    #[error("a choice of the answer has no message or no finish reason")]
    Unfinished,
    /// Every choice ended with `stop` and none says anything: an answer that is none, as with a stream.
    #[error("the answer has not a single token")]
    SaysNothing,
}

/// Reads a whole answer to a request for this many choices.
///
/// # Errors
/// When it is not a whole, right answer.
pub fn read(body: &[u8], choices: u32) -> Result<Read, AnswerFault> {
    let Object(answer): Object<Answer<'_>> = read_json(body)?;
    if answer.error.is_some_and(|error| error.get() != "null") {
        return Err(EventFault::ErrorObject(body.into()).into());
    }
    let found = answer.choices.unwrap_or_default();
    if found.len() < choices.max(1) as usize {
        return Err(AnswerFault::Choices { found: found.len(), wanted: choices.max(1) });
    }
    let mut written = Written::default();
    let mut says_nothing = true;
    for Object(choice) in &found {
        let reason = choice.finish_reason.as_deref().ok_or(AnswerFault::Unfinished)?;
        if !is_accepted_finish(reason) {
            return Err(EventFault::UnknownFinish(reason.chars().take(40).collect()).into());
        }
        let Some(Object(message)) = &choice.message else { return Err(AnswerFault::Unfinished) };
        says_nothing &= !message.add_to(&mut written) && reason == "stop";
    }
    if says_nothing {
        return Err(AnswerFault::SaysNothing);
    }
    Ok(Read { usage: answer.usage.and_then(|usage| Usage::read(usage, answer.service_tier)), written })
}

/// The usage in a body that is no right answer; the provider bills it all the same.
#[must_use]
pub fn usage(body: &[u8]) -> Option<Usage> {
    Usage::read(read_json::<Object<Billed<'_>>>(body).ok()?.0.usage?, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"choices":[{"index":0,"finish_reason":"stop","message":{"content":"hi"}}],
        "service_tier":"flex","usage":{"prompt_tokens":3,"completion_tokens":1}}"#;

    #[test]
    fn a_whole_answer_gives_its_usage() {
        let usage = Usage { tier: Some(ServiceTier::Batch), ..Usage::plain(3, 1) };
        assert_eq!(read(WHOLE.as_bytes(), 1).map(|read| read.usage), Ok(Some(usage)));
    }

    #[test]
    fn what_is_cut_unfinished_or_an_error_is_no_answer() {
        let bodies = [
            &WHOLE[..40],
            "",
            r#"{"error":{"message":"no"}}"#,
            r#"{"choices":[]}"#,
            r#"{"choices":[{"finish_reason":null,"message":{}}]}"#,
            r#"{"choices":[{"finish_reason":"stop"}]}"#,
            r#"{"choices":[{"finish_reason":"eos?","message":{}}]}"#,
            r#"{"choices":[{"finish_reason":"stop","message":{"role":"assistant","content":""}}]}"#,
            r#"{"choices":[{"finish_reason":"stop","message":[]}]}"#,
        ];
        assert!(read(b"{\"id\":\"\xff\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{}}]}", 1).is_err());
        for body in bodies {
            assert!(read(body.as_bytes(), 1).is_err(), "{body}");
        }
        assert!(matches!(read(WHOLE.as_bytes(), 2), Err(AnswerFault::Choices { found: 1, wanted: 2 })));
    }

    #[test]
    fn a_choice_that_ended_for_another_reason_may_say_nothing() {
        let silent = r#"{"choices":[{"finish_reason":"length","message":{"content":null}}]}"#;
        assert_eq!(read(silent.as_bytes(), 1), Ok(Read::default()));
    }

    #[test]
    fn what_is_of_no_use_is_billed_too() {
        let cut = r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#;
        assert_eq!(usage(cut.as_bytes()), Some(Usage::plain(3, 1)));
        assert_eq!(usage(b"{"), None);
    }
}
