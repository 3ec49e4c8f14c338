//! Judges a plain (not streamed) chat completion: whether it is whole, and what it used.

use std::ops::Range;

use bytes::Bytes;
use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::chunk::{Edit, EventFault};
use super::delta::Delta;
use super::finish::{self, Finish};
use super::lenient::{Fields, Lenient, Strict, skip};
use super::usage::{Usage, told_tier};
use super::written::Written;
use super::{BYTE_ORDER_MARK, is_list_of_errors, is_no_error, place, read_json};

#[derive(Default)]
struct Answer<'a> {
    error: Option<&'a RawValue>,
    choices: Option<Vec<Strict<Choice<'a>>>>,
    usage: Option<&'a RawValue>,
    service_tier: Option<&'a RawValue>,
}

impl<'de: 'a, 'a> Fields<'de> for Answer<'a> {
    fn take<M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<(), M::Error> {
        match name {
            "error" => self.error = map.next_value()?,
            "choices" => self.choices = map.next_value()?,
            "usage" => self.usage = map.next_value()?,
            "service_tier" => self.service_tier = map.next_value()?,
            _ => return skip(map),
        }
        Ok(())
    }
}

#[derive(Default)]
struct Choice<'a> {
    finish_reason: Option<&'a RawValue>,
    message: Lenient<Delta<'a>>,
}

impl<'de: 'a, 'a> Fields<'de> for Choice<'a> {
    fn take<M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<(), M::Error> {
        match name {
            "finish_reason" => self.finish_reason = map.next_value()?,
            "message" => self.message = map.next_value()?,
            _ => return skip(map),
        }
        Ok(())
    }
}

/// All that counts of an answer that is of no use.
#[derive(Default)]
struct Billed<'a> {
    usage: Option<&'a RawValue>,
}

impl<'de: 'a, 'a> Fields<'de> for Billed<'a> {
    fn take<M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<(), M::Error> {
        if name != "usage" {
            return skip(map);
        }
        self.usage = map.next_value()?;
        Ok(())
    }
}

/// A whole, right answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Whole {
    /// The provider's usage, if it said so.
    pub usage: Option<Usage>,
    /// What it says.
    pub written: Written,
    /// The first finish reason that nobody knows, or that is missing.
    pub unknown_finish: Option<Box<str>>,
    /// Where its JSON stands in the body.
    at: Range<usize>,
    edits: Vec<Edit>,
}

impl Whole {
    /// The body as the caller gets it: as it came, but for what clients would stumble over.
    #[must_use]
    pub fn body(&self, body: &Bytes) -> Bytes {
        if self.edits.is_empty() { body.slice(self.at.clone()) } else { edited(&body[self.at.clone()], &self.edits) }
    }
}

/// These bytes with what takes the place of some of them.
#[must_use]
pub fn edited(bytes: &[u8], edits: &[Edit]) -> Bytes {
    let mut edits: Vec<_> = edits.iter().collect();
    edits.sort_unstable_by_key(|edit| edit.at.start);
    let mut out = Vec::with_capacity(bytes.len() + edits.iter().map(|edit| edit.with.len()).sum::<usize>());
    let mut copied = 0;
    for Edit { at, with } in edits {
        out.extend_from_slice(&bytes[copied..at.start]);
        out.extend_from_slice(with.as_bytes());
        copied = at.end;
    }
    out.extend_from_slice(&bytes[copied..]);
    out.into()
}

/// What is wrong with a plain answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// As with an event of a stream.
    #[error(transparent)]
    Event(#[from] EventFault),
    /// It has none.
    #[error("the answer has no choices")]
    NoChoices,
    /// A choice has no message, or neither a finish reason nor anything to say.
    #[error("a choice of the answer has no message, or says nothing and has no finish reason")]
    Unfinished,
    /// Every choice ended as if it said something and none does: an answer that is none, as with a stream.
    #[error("the answer has not a single token")]
    SaysNothing,
}

/// Reads a whole answer.
///
/// # Errors
/// When it is not a whole, right answer.
pub fn read(body: &[u8]) -> Result<Whole, AnswerFault> {
    let at = json_in(body);
    let json = &body[at.clone()];
    if is_list_of_errors(json) {
        return Err(EventFault::ErrorObject(json.into()).into());
    }
    let Strict(answer): Strict<Answer<'_>> = read_json(json)?;
    let mut whole = Whole { at, ..Whole::default() };
    if let Some(error) = answer.error.filter(|error| error.get() != "null") {
        if !is_no_error(error) {
            return Err(EventFault::ErrorObject(json.into()).into());
        }
        whole.edits.push(Edit { at: place(json, error), with: "null" });
    }
    let found = answer.choices.unwrap_or_default();
    // Fewer than were asked for are whole answers all the same: many a vendor leaves `n` out of account.
    if found.is_empty() {
        return Err(AnswerFault::NoChoices);
    }
    let mut says_nothing = true;
    for Strict(choice) in &found {
        says_nothing &= whole.take(json, choice)?;
    }
    if says_nothing {
        return Err(AnswerFault::SaysNothing);
    }
    whole.usage = answer.usage.and_then(|usage| Usage::read(usage, answer.service_tier.and_then(told_tier)));
    Ok(whole)
}

impl Whole {
    /// Takes a choice; whether it ended as if it said something, and says nothing.
    fn take(&mut self, json: &[u8], choice: &Choice<'_>) -> Result<bool, AnswerFault> {
        let message = choice.message.0.as_ref().ok_or(AnswerFault::Unfinished)?;
        let has_content = message.has_content();
        message.add_to(&mut self.written);
        let unknown = |raw: Option<&RawValue>| raw.map_or_else(|| "null".into(), finish::shown);
        let raw = choice.finish_reason;
        let ends_well = match raw.and_then(Finish::read) {
            // The body is whole, and so is the answer; only nobody says why it ended.
            None if !has_content => return Err(AnswerFault::Unfinished),
            None | Some(Finish::Unknown) => {
                self.unknown_finish.get_or_insert_with(|| unknown(raw));
                true
            }
            Some(Finish::Failure) => return Err(EventFault::FailedFinish(unknown(raw)).into()),
            Some(known) => {
                let edit = raw.and_then(|raw| Some(Edit { at: place(json, raw), with: known.in_place_of(raw)? }));
                self.edits.extend(edit);
                known == Finish::Stop
            }
        };
        Ok(ends_well && !has_content)
    }
}

/// Where the JSON stands in a body: some servers put a byte-order mark before it, or zero bytes behind it.
fn json_in(body: &[u8]) -> Range<usize> {
    let start = if body.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let end = body.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    start..end.max(start)
}

/// The usage in a body that is no right answer; the provider bills it all the same.
#[must_use]
pub fn usage(body: &[u8]) -> Option<Usage> {
    Usage::read(read_json::<Strict<Billed<'_>>>(&body[json_in(body)]).ok()?.0.usage?, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::ServiceTier;

    const WHOLE: &str = r#"{"choices":[{"index":0,"finish_reason":"stop","message":{"content":"hi"}}],
        "service_tier":"flex","usage":{"prompt_tokens":3,"completion_tokens":1}}"#;

    #[test]
    fn a_whole_answer_gives_its_usage() {
        let usage = Usage { tier: Some(ServiceTier::Batch), ..Usage::plain(3, 1) };
        assert_eq!(read(WHOLE.as_bytes()).map(|read| read.usage), Ok(Some(usage)));
    }

    #[test]
    fn what_is_cut_unfinished_or_an_error_is_no_answer() {
        let bodies = [
            &WHOLE[..40],
            "",
            r#"{"error":{"message":"no"}}"#,
            r#"[{"error":{"message":"no"}}]"#,
            r#"{"choices":[]}"#,
            r#"{"choices":[{"finish_reason":null,"message":{}}]}"#,
            r#"{"choices":[{"finish_reason":"stop"}]}"#,
            r#"{"choices":[{"finish_reason":"eos?","message":{}}]}"#,
            r#"{"choices":[{"finish_reason":"stop","message":{"role":"assistant","content":""}}]}"#,
            r#"{"choices":[{"finish_reason":"stop","message":[]}]}"#,
        ];
        assert!(read(b"{\"id\":\"\xff\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{}}]}").is_err());
        for body in bodies {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
        assert_eq!(read(br#"{"choices":[]}"#).unwrap_err(), AnswerFault::NoChoices);
    }

    #[test]
    fn a_choice_that_ended_for_another_reason_may_say_nothing() {
        let silent = r#"{"choices":[{"finish_reason":"length","message":{"content":null}}]}"#;
        assert_eq!(read(silent.as_bytes()).map(|whole| whole.usage), Ok(None));
    }

    #[test]
    fn what_is_of_no_use_is_billed_too() {
        let cut = r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#;
        assert_eq!(usage(cut.as_bytes()), Some(Usage::plain(3, 1)));
        assert_eq!(usage(b"{"), None);
    }

    /// The body that a caller gets of an answer, and the finish reason that is told as unknown.
    fn given(body: &str) -> Result<(String, Option<Box<str>>), AnswerFault> {
        let body = Bytes::from(body.to_owned());
        let whole = read(&body)?;
        Ok((String::from_utf8(whole.body(&body).to_vec()).expect("UTF-8"), whole.unknown_finish))
    }

    fn ending(finish: &str) -> String {
        format!(r#"{{"choices":[{{"finish_reason":{finish},"message":{{"content":"hi"}}}}]}}"#)
    }

    #[test]
    fn vendors_words_for_an_end_are_given_as_openais_and_unknown_ones_as_they_came() {
        for (word, given_as) in [("\"sensitive\"", "\"content_filter\""), ("\"MAX_TOKENS\"", "\"length\"")] {
            assert_eq!(given(&ending(word)), Ok((ending(given_as), None)), "{word}");
        }
        for (word, told) in [("\"who knows\"", "who knows"), ("null", "null"), ("\"null\"", "null"), ("7", "7")] {
            assert_eq!(given(&ending(word)), Ok((ending(word), Some(told.into()))), "{word}");
        }
        assert!(given(&ending("\"network_error\"")).is_err());
    }

    #[test]
    fn what_clients_would_stumble_over_is_taken_away_and_the_rest_stays() {
        let whole = ending("\"stop\"");
        for odd in [format!("\u{feff}{whole}"), format!("{whole}\0\0")] {
            assert_eq!(given(&odd), Ok((whole.clone(), None)), "{odd:?}");
        }
        for blank in ["\"\"", "{}", "[]", "false", "{\"message\":\"\",\"code\":null}"] {
            let odd = whole.replacen('{', &format!("{{\"error\":{blank},"), 1);
            let plain = whole.replacen('{', "{\"error\":null,", 1);
            assert_eq!(given(&odd), Ok((plain, None)), "{blank}");
        }
        let spaced = format!(" \n{whole}\n ");
        assert_eq!(given(&spaced), Ok((spaced.clone(), None)));
        let twice = whole.replace("\"content\":\"hi\"", "\"content\":\"\",\"content\":\"hi\"");
        assert_eq!(given(&twice), Ok((twice.clone(), None)));
    }
}
