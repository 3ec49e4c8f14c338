//! Fields of a request by their type, and what is said of one that has another.

use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Message;
use crate::error::ApiError;

/// An object. Serde would read a list as one, too, its entries as fields in their order; no server does.
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Map<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Map<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Object<T>, M::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(Map(PhantomData))
    }
}

/// A field of this type; a `null` is none.
pub(super) fn typed<T: DeserializeOwned>(
    value: Option<&RawValue>,
    name: &'static str,
    what: &str,
) -> Result<Option<T>, ApiError> {
    let Some(value) = value else { return Ok(None) };
    serde_json::from_str(value.get()).map_err(|_| wrong_type(value, name, what))
}

/// A whole number up to this; a `null` is none.
pub(super) fn whole(value: Option<&RawValue>, name: &'static str, most: u32) -> Result<Option<u32>, ApiError> {
    let Some(value) = value.filter(|value| value.get() != "null") else { return Ok(None) };
    match value.get().parse() {
        Ok(number) if number <= most => Ok(Some(number)),
        _ if number(value).is_some_and(|number| number > f64::from(most)) => Err(too_large(name, &most.to_string())),
        _ => Err(wrong_type(value, name, "a whole number")),
    }
}

/// Whether a number is one that a server can hold. What else it may be is the provider's to judge, and so is what is none.
pub(super) fn holdable(value: Option<&RawValue>, name: &'static str) -> Result<(), ApiError> {
    let Some((value, number)) = value.and_then(|value| Some((value, number(value)?))) else { return Ok(()) };
    let is_held = match name {
        "seed" | "top_logprobs" if is_integer(value) => value.get().parse::<i64>().is_ok(),
        "seed" | "top_logprobs" => number.abs() < 9.3e18,
        _ => number.abs() <= f64::from(f32::MAX),
    };
    let most = if matches!(name, "seed" | "top_logprobs") { "9223372036854775807" } else { "3.4e38" };
    match is_held {
        true => Ok(()),
        false if number < 0.0 => Err(out_of_range(format!("`{name}` is too small: at least -{most}.")).about(name)),
        false => Err(too_large(name, most)),
    }
}

/// What is said of `messages` that are no messages: which of them, and why.
pub(super) fn wrong_messages(messages: &RawValue) -> ApiError {
    let wrong = |message: String| ApiError::invalid("invalid_type", message).about("messages");
    let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(messages.get()) else {
        return wrong(format!("`messages` must be a list of objects, and is {}.", kind(messages)));
    };
    let problem = |(index, message): (usize, &&RawValue)| {
        let error = serde_json::from_str::<Object<Message<'_>>>(message.get()).err()?;
        Some(if message.get().starts_with('{') {
            format!("`messages[{index}]` cannot be read: {error}, counted from where it begins.")
        } else {
            format!("`messages[{index}]` must be an object with `role` and `content`, and is {}.", kind(message))
        })
    };
    wrong(list.iter().enumerate().find_map(problem).unwrap_or_else(|| "`messages` must be a list of objects.".into()))
}

fn wrong_type(value: &RawValue, name: &'static str, what: &str) -> ApiError {
    let message = format!("`{name}` must be {what}, and is {}.", kind(value));
    ApiError::invalid("invalid_type", message).about(name)
}

fn too_large(name: &'static str, most: &str) -> ApiError {
    out_of_range(format!("`{name}` is too large: at most {most}.")).about(name)
}

fn out_of_range(message: String) -> ApiError {
    ApiError::invalid("invalid_value", message)
}

/// A number's value, infinite where it is beyond all that can be held.
fn number(value: &RawValue) -> Option<f64> {
    value.get().parse().ok().filter(|_| value.get().starts_with(|first: char| first == '-' || first.is_ascii_digit()))
}

fn is_integer(value: &RawValue) -> bool {
    !value.get().contains(['.', 'e', 'E'])
}

/// What a value is, for people.
fn kind(value: &RawValue) -> &'static str {
    match value.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a truth value",
        Some(b'n') => "null",
        Some(b'-') => "a negative number",
        _ if !is_integer(value) => "a number with a fraction or an exponent",
        _ => "a number",
    }
}
