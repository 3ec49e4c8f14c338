//! Answers that no model gives just now: what makes two questions the same, which answers may be given to another question
//! of the kind, and how one that is at hand becomes a completion or a stream.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::assemble;
use super::finish::Finish;
use crate::price::Tokens;

/// Fields of a request that do not change what is answered, only how, and for whom. `model` is the route's name.
const BESIDE_THE_QUESTION: [&str; 5] = ["model", "stream", "stream_options", "user", "metadata"];

/// JSON with its fields in order. Of a number only the value counts, of a field given twice nobody knows which.
enum Canonical {
    Scalar(String),
    List(Vec<Canonical>),
    Object(BTreeMap<String, Canonical>),
}

impl<'de> Deserialize<'de> for Canonical {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Canonical;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Canonical, E> {
                Ok(Canonical::Scalar(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Canonical, E> {
                Ok(Canonical::Scalar(value.to_string()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Canonical, E> {
                Ok(Canonical::Scalar(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Canonical, E> {
                Ok(Canonical::Scalar(format!("{value:?}")))
            }

            fn visit_str<E>(self, value: &str) -> Result<Canonical, E> {
                Ok(Canonical::Scalar(format!("\"{value}")))
            }

            fn visit_unit<E>(self) -> Result<Canonical, E> {
                Ok(Canonical::Scalar("null".to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Canonical, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Canonical::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Canonical, A::Error> {
                let mut object = BTreeMap::new();
                while let Some((name, value)) = fields.next_entry()? {
                    if object.insert(name, value).is_some() {
                        return Err(A::Error::custom("a field twice"));
                    }
                }
                Ok(Canonical::Object(object))
            }
        }

        deserializer.deserialize_any(Read)
    }
}

impl Canonical {
    /// Every part with its length before it, so that no two values feed the same bytes.
    fn feed(&self, hasher: &mut Sha256) {
        let mut begin = |kind: u8, length: usize| {
            hasher.update([kind]);
            hasher.update((length as u64).to_le_bytes());
        };
        match self {
            Self::Scalar(text) => {
                begin(0, text.len());
                hasher.update(text);
            }
            Self::List(items) => {
                begin(1, items.len());
                items.iter().for_each(|item| item.feed(hasher));
            }
            Self::Object(fields) => {
                begin(2, fields.len());
                for (name, value) in fields {
                    hasher.update((name.len() as u64).to_le_bytes());
                    hasher.update(name);
                    value.feed(hasher);
                }
            }
        }
    }
}

/// What the same question has in common, however it is written; none where a field is given twice.
#[must_use]
pub fn question(body: &[u8]) -> Option<[u8; 32]> {
    let Ok(Canonical::Object(mut fields)) = serde_json::from_slice(body) else { return None };
    for field in BESIDE_THE_QUESTION {
        fields.remove(field);
    }
    let mut hasher = Sha256::new();
    Canonical::Object(fields).feed(&mut hasher);
    Some(hasher.finalize().into())
}

/// The plain completion that may be given to the same question again; none where a choice is not whole text: tool calls
/// (whoever gets them runs them), sound, or what a filter cut. `usage` is known where the stream did not tell it.
#[must_use]
pub fn storable(pieces: Vec<Bytes>, is_stream: bool, usage: Option<Tokens>) -> Option<Bytes> {
    let plain = if is_stream { assemble::completion(pieces).ok()? } else { Bytes::from(pieces.concat()) };
    let mut answer: Map<String, Value> = serde_json::from_slice(&plain).ok()?;
    let choices = answer.get("choices")?.as_array()?;
    if choices.is_empty() || !choices.iter().all(is_whole_text) {
        return None;
    }
    // What the gateway said of the first time is not true of the next.
    answer.remove("fingerpost");
    if answer.get("usage").is_none_or(Value::is_null)
        && let Some(usage) = usage
    {
        answer.insert("usage".into(), usage_json(usage));
    }
    Some(Value::Object(answer).to_string().into())
}

fn is_whole_text(choice: &Value) -> bool {
    let is_empty = |field: &str| match &choice["message"][field] {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::String(_) | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    matches!(choice["finish_reason"].as_str(), Some("stop" | "length"))
        && choice["message"].is_object()
        && ["tool_calls", "function_call", "audio"].into_iter().all(is_empty)
}

fn usage_json(usage: Tokens) -> Value {
    let (input_tokens, output_tokens) = (usage.input, usage.output);
    let total = input_tokens.saturating_add(output_tokens);
    json!({"prompt_tokens": input_tokens, "completion_tokens": output_tokens, "total_tokens": total})
}

/// A completion that says this and cost nothing. `created` is in seconds since the Unix epoch.
#[must_use]
pub fn prepared(id: &str, created: u64, model: &str, text: &str, finish_reason: &str) -> Bytes {
    let message = json!({"role": "assistant", "content": text, "refusal": null});
    let answer = json!({
        "id": format!("chatcmpl-{id}"),
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": null, "finish_reason": finish_reason}],
        "usage": usage_json(Tokens::default()),
    });
    Bytes::from(answer.to_string())
}

/// A plain completion as the whole stream of it: a chunk with all the text of each choice, one with its finish reason,
/// the usage if asked for, the end.
#[must_use]
pub fn as_stream(plain: &[u8], include_usage: bool) -> Option<Bytes> {
    let mut answer: Map<String, Value> = serde_json::from_slice(plain).ok()?;
    let choices = answer.remove("choices")?;
    let usage = answer.remove("usage");
    answer.insert("object".into(), "chat.completion.chunk".into());
    let mut stream = Vec::new();
    let mut give = |choices: Value, usage: Option<Value>| {
        let mut chunk = answer.clone();
        chunk.insert("choices".into(), choices);
        chunk.extend(usage.map(|usage| ("usage".to_owned(), usage)));
        stream.extend_from_slice(format!("data: {}\n\n", Value::Object(chunk)).as_bytes());
    };
    let no_usage = include_usage.then_some(Value::Null);
    for choice in choices.as_array()? {
        let mut first = choice.as_object()?.clone();
        let index = first.get("index").cloned().unwrap_or(Value::from(0));
        let finish_reason = first.insert("finish_reason".into(), Value::Null).filter(ends);
        let finish_reason = finish_reason.unwrap_or_else(|| "stop".into());
        let mut delta = first.remove("message").unwrap_or_else(|| json!({}));
        number_calls(&mut delta);
        first.insert("delta".into(), delta);
        give(json!([first]), no_usage.clone());
        give(json!([{"index": index, "delta": {}, "finish_reason": finish_reason}]), no_usage.clone());
    }
    if include_usage {
        give(json!([]), Some(usage.unwrap_or_else(|| usage_json(Tokens::default()))));
    }
    stream.extend_from_slice(b"data: [DONE]\n\n");
    Some(stream.into())
}

/// Whether a finish reason is one. A whole answer has ended, even where nobody says why.
fn ends(finish_reason: &Value) -> bool {
    finish_reason.as_str().map_or(!finish_reason.is_null(), |word| Finish::from_word(word).is_some())
}

/// In a stream the calls of tools have numbers.
fn number_calls(delta: &mut Value) {
    let calls = delta.get_mut("tool_calls").and_then(Value::as_array_mut).into_iter().flatten();
    for (number, call) in calls.enumerate() {
        if let Some(call) = call.as_object_mut() {
            call.entry("index").or_insert_with(|| number.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = r#"{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
        "message":{"role":"assistant","content":"hi there"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#;

    #[test]
    fn the_same_question_is_known_however_it_is_written() {
        let plain = question(br#"{"model":"r","messages":[{"role":"user","content":"\u0068i"}],"temperature":1}"#);
        let other = br#"{ "stream":true,"temperature" : 1, "stream_options":{"include_usage":true},"user":"u",
            "metadata":{"a":"b"},"messages":[{"content":"hi","role":"user"}],"model":"s"}"#;
        assert!(plain.is_some());
        assert_eq!(plain, question(other));
    }

    #[test]
    fn other_questions_are_others_and_one_with_a_field_twice_is_none() {
        let bodies = [
            r#"{"messages":[{"content":"1"}]}"#,
            r#"{"messages":[{"content":1}]}"#,
            r#"{"messages":[{"content":1.0}]}"#,
            r#"{"messages":[{"content":null}]}"#,
            r#"{"messages":[{"content":"null"}]}"#,
            r#"{"messages":[{"content":[1]}]}"#,
            r#"{"messages":[[{"content":1}]]}"#,
            r#"{"messages":[{"content":"1"}],"seed":1}"#,
        ];
        let questions: std::collections::BTreeSet<_> =
            bodies.iter().map(|body| question(body.as_bytes()).expect("a question")).collect();
        assert_eq!(questions.len(), bodies.len());
        assert_eq!(question(br#"{"messages":[{"content":"a","content":"b"}]}"#), None);
    }

    #[test]
    fn a_stream_of_a_plain_answer_stands_for_the_same_answer() {
        let stream = as_stream(PLAIN.as_bytes(), true).expect("an answer");
        let plain: Value = serde_json::from_str(PLAIN).expect("JSON");
        let again: Value =
            serde_json::from_slice(&assemble::completion([stream.clone()]).expect("a good stream")).expect("JSON");
        for field in ["id", "created", "model", "usage", "object"] {
            assert_eq!(again[field], plain[field], "{field}");
        }
        assert_eq!(again["choices"][0]["message"]["content"], "hi there");
        assert_eq!(again["choices"][0]["finish_reason"], "stop");
        let text = String::from_utf8_lossy(&stream);
        assert!(text.ends_with("data: [DONE]\n\n") && text.contains("\"usage\":null"));
        let without = as_stream(PLAIN.as_bytes(), false).expect("an answer");
        assert!(!String::from_utf8_lossy(&without).contains("usage"));
    }

    #[test]
    fn only_whole_text_is_kept_for_another() {
        let answer = |message: &str, finish: &str| {
            let body = format!(r#"{{"choices":[{{"index":0,"message":{message},"finish_reason":"{finish}"}}]}}"#);
            storable(vec![body.into()], false, Some(Tokens::plain(1, 2)))
        };
        let kept = answer(r#"{"content":"x","tool_calls":[]}"#, "stop").expect("text");
        assert!(String::from_utf8_lossy(&kept).contains("\"total_tokens\":3"));
        for (message, finish) in [
            (r#"{"content":null,"tool_calls":[{"id":"c"}]}"#, "tool_calls"),
            (r#"{"content":"x","tool_calls":[{"id":"c"}]}"#, "stop"),
            (r#"{"content":null,"function_call":{"name":"f"}}"#, "stop"),
            (r#"{"content":"x","audio":{"data":"y"}}"#, "stop"),
            (r#"{"content":"x"}"#, "content_filter"),
        ] {
            assert_eq!(answer(message, finish), None, "{message}");
        }
    }
}
