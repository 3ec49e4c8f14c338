//! OpenAI's chat-completions dialect: what the gateway needs to read from it, and the few things it changes. Everything
//! else passes through untouched.

pub mod answer;
pub mod assemble;
pub mod chunk;
pub mod continuation;
pub mod delivered;
mod delta;
pub mod edit;
mod error_body;
pub mod extension;
pub mod failure;
pub mod finale;
pub mod finish;
mod lenient;
pub mod prompt;
pub mod request;
pub mod stored;
pub mod usage;
mod waits;
mod wordings;
pub mod written;

use std::ops::Range;

use serde::de::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use chunk::EventFault;
pub use usage::Usage;

/// Reads what the gateway needs of a provider's JSON. What it skips is JSON in UTF-8 as well, which serde alone would not
/// look at.
fn read_json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, EventFault> {
    let text = std::str::from_utf8(bytes).map_err(|error| EventFault::Garbled(error.to_string()))?;
    serde_json::from_str(text).map_err(|error| EventFault::Garbled(error.to_string()))
}

/// What some servers put before JSON and before streams.
pub(crate) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Where a borrowed value stands in the bytes that it was read from.
fn place(bytes: &[u8], value: &RawValue) -> Range<usize> {
    let start = value.get().as_ptr() as usize - bytes.as_ptr() as usize;
    start..start + value.get().len()
}

/// Whether an `error` field tells of none: some servers send an empty one with every answer.
fn is_no_error(error: &RawValue) -> bool {
    fn is_blank(value: &Value) -> bool {
        match value {
            Value::Null | Value::Bool(false) => true,
            Value::Bool(true) => false,
            Value::Number(number) => number.as_f64() == Some(0.0),
            Value::String(text) => matches!(text.trim().to_ascii_lowercase().as_str(), "" | "null" | "none"),
            Value::Array(items) => items.iter().all(is_blank),
            Value::Object(fields) => fields.values().all(is_blank),
        }
    }
    serde_json::from_str(error.get()).is_ok_and(|error| is_blank(&error))
}

/// Whether this is a list of error objects, as some servers send it in place of one.
fn is_list_of_errors(json: &[u8]) -> bool {
    let is_error = |item: &Value| item.get("error").is_some_and(|error| !error.is_null());
    json.starts_with(b"[") && serde_json::from_slice::<Vec<Value>>(json).is_ok_and(|items| items.iter().any(is_error))
}
