//! OpenAI's chat-completions dialect: what the gateway needs to read from it, and the few things it changes. Everything
//! else passes through untouched.

pub mod answer;
pub mod assemble;
pub mod chunk;
pub mod continuation;
pub mod delivered;
pub mod edit;
mod error_body;
pub mod extension;
pub mod failure;
pub mod finale;
pub mod prompt;
pub mod request;
pub mod stored;
pub mod usage;
mod waits;
mod wordings;
pub mod written;

use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use chunk::EventFault;
pub use usage::Usage;

/// Reads what the gateway needs of a provider's JSON. What it skips is JSON in UTF-8 as well, which serde alone would not
/// look at.
fn read_json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, EventFault> {
    let text = std::str::from_utf8(bytes).map_err(|error| EventFault::Garbled(error.to_string()))?;
    serde_json::from_str(text).map_err(|error| EventFault::Garbled(error.to_string()))
}

/// A JSON object. Derived code would take a list of the fields' values as well, which no client does.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = T;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<T, M::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_map(Fields(PhantomData)).map(Object)
    }
}

/// The reasons for which a choice may end and count as complete. Anything else is an interruption.
/// Source: the `finish_reason` enum of the OpenAI API reference, chat completions.
pub(crate) fn is_accepted_finish(reason: &str) -> bool {
    matches!(reason, "stop" | "length" | "tool_calls" | "content_filter" | "function_call")
}
