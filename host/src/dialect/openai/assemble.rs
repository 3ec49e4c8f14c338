//! Puts a plain answer together from a stream, for plain requests that were called as one. Nothing is lost: what this file
//! does not know is joined by its shape, as OpenAI's own clients do it.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::chunk::EventFault;
use super::read_json;
use crate::dialect::sse::Splitter;

/// Fields that providers repeat in every chunk or send once: the first value stands.
const SENT_ONCE: [&str; 3] = ["role", "id", "type"];

/// The most numbered parts of one list, such as tool calls.
const NUMBERED_ITEMS: usize = 128;

/// The plain answer that a whole, judged stream stands for.
///
/// # Errors
/// When an event cannot be read, or lists more parts than any answer has.
pub fn completion(stream: impl IntoIterator<Item = Bytes>) -> Result<Bytes, EventFault> {
    let mut answer = Map::new();
    let mut choices: Vec<Value> = Vec::new();
    let mut splitter = Splitter::default();
    for bytes in stream {
        splitter.push(bytes);
        while let Some(event) = splitter.next_event() {
            let Some(data) = splitter.data(&event).filter(|data| data.trim_ascii() != b"[DONE]") else { continue };
            for (name, value) in read_json::<Map<String, Value>>(&data)? {
                if let ("choices", Value::Array(parts)) = (name.as_str(), &value) {
                    for part in parts {
                        add_choice(&mut choices, part.clone())?;
                    }
                } else {
                    add_field(&mut answer, name, value);
                }
            }
        }
    }
    answer.insert("object".into(), "chat.completion".into());
    choices.sort_by_key(|choice| choice["index"].as_u64());
    choices.iter_mut().for_each(finish_choice);
    answer.insert("choices".into(), choices.into());
    Ok(Bytes::from(Value::Object(answer).to_string()))
}

/// Adds a field of a chunk: what names the answer stands from the first chunk on, of the rest the last word counts.
fn add_field(answer: &mut Map<String, Value>, name: String, value: Value) {
    let is_name = matches!(name.as_str(), "id" | "created" | "model");
    match answer.get(&name) {
        Some(known) if value.is_null() || (is_name && !known.is_null()) => {}
        _ => {
            answer.insert(name, value);
        }
    }
}

/// Adds a part of a choice to those that there are.
fn add_choice(choices: &mut Vec<Value>, part: Value) -> Result<(), EventFault> {
    let index = part["index"].as_u64().unwrap_or(0);
    let known = choices.iter().position(|choice| choice["index"] == index);
    let at = known.unwrap_or_else(|| {
        choices.push(json!({"index": index, "message": {"role": "assistant", "content": null}}));
        choices.len() - 1
    });
    let Value::Object(part) = part else { return Err(EventFault::Garbled("a choice is no object".into())) };
    for (name, value) in part {
        match name.as_str() {
            "index" => {}
            // Some servers send an empty list for an object without fields.
            "delta" if !value.is_object() => {}
            "delta" => join("message", &mut choices[at]["message"], value)?,
            "logprobs" => join("logprobs", &mut choices[at]["logprobs"], value)?,
            "finish_reason" if value == "" => {}
            _ if value.is_null() && !choices[at][&name].is_null() => {}
            _ => choices[at][&name] = value,
        }
    }
    Ok(())
}

/// A plain answer does not number its tool calls.
fn finish_choice(choice: &mut Value) {
    let calls = choice["message"].get_mut("tool_calls").and_then(Value::as_array_mut);
    for call in calls.into_iter().flatten() {
        call.as_object_mut().and_then(|call| call.remove("index"));
    }
}

/// Joins a further part to what there is: strings and lists one after the other, objects field by field, numbered items by
/// their number.
fn join(name: &str, whole: &mut Value, part: Value) -> Result<(), EventFault> {
    match (whole, part) {
        (_, Value::Null) => {}
        (Value::String(whole), Value::String(_)) if SENT_ONCE.contains(&name) && !whole.is_empty() => {}
        (Value::String(whole), Value::String(part)) if name == "name" && *whole == part => {}
        (Value::String(whole), Value::String(part)) => whole.push_str(&part),
        (Value::Object(whole), Value::Object(part)) => {
            for (name, value) in part {
                let place = whole.entry(name.as_str()).or_insert(Value::Null);
                join(&name, place, value)?;
            }
        }
        (Value::Array(whole), Value::Array(part)) => {
            for item in part {
                join_item(whole, item)?;
            }
        }
        (whole @ Value::Null, Value::Array(part)) => {
            *whole = Value::Array(Vec::new());
            join(name, whole, Value::Array(part))?;
        }
        (whole, part) => *whole = part,
    }
    Ok(())
}

/// An item with a number joins the one with the same number.
fn join_item(items: &mut Vec<Value>, item: Value) -> Result<(), EventFault> {
    let Some(index) = item.get("index").and_then(Value::as_u64) else {
        items.push(item);
        return Ok(());
    };
    // Mostly it is the last; the search through all of them is bounded.
    let has_index = |known: &Value| known.get("index").and_then(Value::as_u64) == Some(index);
    match items.iter().rposition(has_index) {
        Some(at) => join("", &mut items[at], item),
        None if items.len() >= NUMBERED_ITEMS => Err(EventFault::Garbled("it lists too many parts".into())),
        None => {
            items.push(item);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assembled(chunks: &[Value]) -> Value {
        let events = chunks.iter().map(|chunk| Bytes::from(format!("data: {chunk}\n\n")));
        let stream = events.chain([Bytes::from_static(b": hello\n\ndata: [DONE]\n\n")]);
        serde_json::from_slice(&completion(stream).expect("a good stream")).expect("JSON")
    }

    fn chunk(choice: &Value) -> Value {
        json!({"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})
    }

    #[test]
    fn text_reasoning_and_usage_become_a_plain_answer() {
        let answer = assembled(&[
            chunk(&json!({"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null})),
            chunk(&json!({"index": 0, "delta": {"reasoning_content": "hm"}})),
            chunk(&json!({"index": 0, "delta": {"content": "a "}})),
            chunk(&json!({"index": 0, "delta": {"content": "b"}, "logprobs": {"content": [{"token": "b"}]}})),
            chunk(&json!({"index": 0, "delta": {}, "finish_reason": "stop"})),
            json!({"id": "x", "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}),
        ]);
        let choice = &answer["choices"][0];
        assert_eq!((&answer["object"], &answer["usage"]["completion_tokens"]), (&json!("chat.completion"), &json!(2)));
        assert_eq!(choice["message"], json!({"role": "assistant", "content": "a b", "reasoning_content": "hm"}));
        assert_eq!(
            (&choice["finish_reason"], &choice["logprobs"]),
            (&json!("stop"), &json!({"content": [{"token": "b"}]}))
        );
    }

    #[test]
    fn tool_calls_are_joined_by_number_and_lose_it() {
        let call = |call: Value| chunk(&json!({"index": 0, "delta": {"tool_calls": [call]}}));
        let answer = assembled(&[
            call(json!({"index": 0, "id": "c1", "type": "function", "function": {"name": "find", "arguments": ""}})),
            call(json!({"index": 1, "id": "c2", "type": "function", "function": {"name": "two", "arguments": "{}"}})),
            call(json!({"index": 0, "id": "c1", "type": "function", "function": {"arguments": "{\"q\":1}"}})),
        ]);
        let calls = &answer["choices"][0]["message"]["tool_calls"];
        assert_eq!(
            calls[0],
            json!({"id": "c1", "type": "function", "function": {"name": "find", "arguments": "{\"q\":1}"}})
        );
        assert_eq!(calls[1]["function"]["name"], "two");
    }

    #[test]
    fn choices_and_fields_that_nobody_knows_stay_apart_and_whole() {
        let answer = assembled(&[
            chunk(&json!({"index": 1, "delta": {"content": "B", "new": {"list": [1], "text": "x"}}})),
            chunk(&json!({"index": 0, "delta": {"content": "A"}, "verdict": 7})),
            chunk(&json!({"index": 1, "delta": {"new": {"list": [2], "text": "y"}}})),
        ]);
        assert_eq!(
            (&answer["choices"][0]["message"]["content"], &answer["choices"][0]["verdict"]),
            (&json!("A"), &json!(7))
        );
        assert_eq!(answer["choices"][1]["message"]["new"], json!({"list": [1, 2], "text": "xy"}));
    }
}
