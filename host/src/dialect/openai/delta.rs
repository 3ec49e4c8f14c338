//! What a delta, or the message of a plain answer, carries of an answer. What is not understood is content: an image, a
//! citation or a field of next year is what the model said, and was paid for.

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::lenient::{Fields, skip};
use super::written::Written;

/// Fields of which only the shape is known, or which describe the answer: none of them is a part of it.
const ABOUT: &[&str] = &[
    "role",
    "name",
    "id",
    "index",
    "type",
    "object",
    "created",
    "model",
    "provider",
    "status",
    "channel",
    "recipient",
    "tool_call_id",
    "metadata",
    "logprobs",
    "token_ids",
    "finish_reason",
    "native_finish_reason",
    "stop_reason",
    "system_fingerprint",
    "service_tier",
    "request_id",
    "obfuscation",
];

/// The parts of an answer, each as its JSON stands.
#[derive(Debug, Default)]
pub(super) struct Delta<'a> {
    pub(super) content: Option<&'a RawValue>,
    pub(super) reasoning_content: Option<&'a RawValue>,
    pub(super) reasoning: Option<&'a RawValue>,
    pub(super) refusal: Option<&'a RawValue>,
    pub(super) tool_calls: Option<&'a RawValue>,
    pub(super) function_call: Option<&'a RawValue>,
    pub(super) audio: Option<&'a RawValue>,
    /// Bytes of JSON in fields of other names: thoughts, images, citations, what nobody here knows.
    other_bytes: u64,
    /// Whether it carries more than thoughts in them.
    pub(super) has_more: bool,
}

impl<'de: 'a, 'a> Fields<'de> for Delta<'a> {
    fn take<M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<(), M::Error> {
        let place = match name {
            "content" => &mut self.content,
            "reasoning_content" => &mut self.reasoning_content,
            "reasoning" => &mut self.reasoning,
            "refusal" => &mut self.refusal,
            "tool_calls" => &mut self.tool_calls,
            "function_call" => &mut self.function_call,
            "audio" => &mut self.audio,
            _ if ABOUT.contains(&name) => return skip(map),
            _ => {
                let value: &RawValue = map.next_value()?;
                if says_anything(value) {
                    self.other_bytes += value.get().len() as u64;
                    self.has_more |= !["reasoning", "thinking", "thought"].iter().any(|start| name.starts_with(start));
                }
                return Ok(());
            }
        };
        *place = map.next_value()?;
        Ok(())
    }
}

impl Delta<'_> {
    /// The fields whose shape is known.
    fn parts(&self) -> impl Iterator<Item = &RawValue> {
        let parts = [
            self.content,
            self.reasoning_content,
            self.reasoning,
            self.refusal,
            self.tool_calls,
            self.function_call,
            self.audio,
        ];
        parts.into_iter().flatten().filter(|value| carries(value))
    }

    /// Whether it carries a part of the answer; roles, nulls and empty texts are none.
    pub(super) fn has_content(&self) -> bool {
        self.other_bytes > 0 || self.parts().next().is_some()
    }

    /// Adds what there is of it to what was written.
    pub(super) fn add_to(&self, written: &mut Written) {
        for part in self.parts() {
            let is_sound = self.audio.is_some_and(|audio| std::ptr::eq(audio, part));
            if is_sound || written.add(part) == 0 {
                written.add_other(part.get().len() as u64);
            }
        }
        // Thoughts often stand there a second time, so they are not read.
        if self.other_bytes > 0 && (self.has_more || self.parts().next().is_none()) {
            written.add_other(self.other_bytes);
        }
    }
}

/// Whether a field carries anything.
pub(super) fn carries(value: &RawValue) -> bool {
    match value.get() {
        "null" | "false" | "\"\"" | "[]" | "{}" => false,
        json => {
            let inside = json.strip_prefix(['[', '{']).and_then(|rest| rest.strip_suffix([']', '}']));
            inside.is_none_or(|inside| !inside.trim_ascii().is_empty())
        }
    }
}

/// Whether a field that nobody here knows carries a part of the answer: one that is too deep to be looked through does.
fn says_anything(value: &RawValue) -> bool {
    carries(value) && serde_json::from_str(value.get()).map_or(true, |Says(says)| says)
}

/// Whether there is text anywhere in a value. Flags and numbers describe; they say nothing.
struct Says(bool);

impl<'de> Deserialize<'de> for Says {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Look;

        impl<'de> Visitor<'de> for Look {
            type Value = Says;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("JSON")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Says, E> {
                Ok(Says(!text.is_empty()))
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<Says, E> {
                Ok(Says(false))
            }

            fn visit_unit<E: Error>(self) -> Result<Says, E> {
                Ok(Says(false))
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<Says, E> {
                Ok(Says(false))
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<Says, E> {
                Ok(Says(false))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Says, E> {
                Ok(Says(false))
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<Says, S::Error> {
                while let Some(Says(says)) = items.next_element()? {
                    if says {
                        while items.next_element::<IgnoredAny>()?.is_some() {}
                        return Ok(Says(true));
                    }
                }
                Ok(Says(false))
            }

            fn visit_map<M: MapAccess<'de>>(self, mut fields: M) -> Result<Says, M::Error> {
                while let Some((IgnoredAny, Says(says))) = fields.next_entry()? {
                    if says {
                        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                        return Ok(Says(true));
                    }
                }
                Ok(Says(false))
            }
        }

        deserializer.deserialize_any(Look)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::openai::lenient::Strict;

    fn has_content(json: &str) -> bool {
        serde_json::from_str::<Strict<Delta<'_>>>(json).expect(json).0.has_content()
    }

    #[test]
    fn what_is_not_understood_is_content() {
        for json in [
            r#"{"content":"a"}"#,
            r#"{"content":[{"type":"text","text":"a"}]}"#,
            r#"{"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}}]}"#,
            r#"{"annotations":[{"url_citation":{"url":"https://example.com"}}]}"#,
            r#"{"audio":{"data":"x"}}"#,
            r#"{"refusal":"no"}"#,
            r#"{"thinking":"hm"}"#,
            r#"{"reasoning_details":[{"type":"reasoning.encrypted","data":"x"}]}"#,
            r#"{"extra_content":{"google":{"thought_signature":"x"}}}"#,
            r#"{"video":"x"}"#,
            r#"{"\u0063ontent":"a"}"#,
        ] {
            assert!(has_content(json), "{json}");
        }
    }

    #[test]
    fn what_describes_an_answer_and_what_is_empty_are_none() {
        for json in [
            "{}",
            r#"{"role":"assistant","content":"","refusal":null,"tool_calls":[],"audio":{},"function_call":null}"#,
            r#"{"content":[ ],"images":[],"annotations":null,"id":"x","name":"y","index":0}"#,
            r#"{"provider_specific_fields":{"refusal":null,"citations":[]},"thinking":""}"#,
            r#"{"end_turn":true,"weight":1,"images":[{"url":""}],"prefix":false}"#,
        ] {
            assert!(!has_content(json), "{json}");
        }
    }

    #[test]
    fn fields_too_deep_to_be_looked_through_count_and_break_nothing() {
        let deep = format!(r#"{{"more":{}{}}}"#, "[".repeat(4_000), "]".repeat(4_000));
        assert!(has_content(&deep) && has_content(r#"{"more":[1e400]}"#));
    }

    #[test]
    fn thoughts_that_stand_there_twice_count_once_and_images_as_what_they_are() {
        let tokens = |json: &str| {
            let mut written = Written::default();
            serde_json::from_str::<Strict<Delta<'_>>>(json).expect("JSON").0.add_to(&mut written);
            written.tokens()
        };
        assert_eq!(tokens(r#"{"reasoning":"four","reasoning_details":[{"text":"four"}]}"#), 1);
        assert!(tokens(r#"{"reasoning_details":[{"text":"four"}]}"#) > 1);
        assert!(tokens(&format!(r#"{{"images":["{}"]}}"#, "A".repeat(1 << 20))) <= 2_000);
    }
}
