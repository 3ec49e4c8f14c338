//! Reading a fixture or scenario file: the config's own reader, so that every mistake has its line and column and a hint,
//! and all of them are reported at once.

use std::fmt;
use std::path::Path;

use serde_json::Value as Json;
use toml::de::DeValue;

use super::fields::{self, Unit};
use crate::config::nearest::suggestion;
use crate::config::reader::{Table, Value};
use crate::config::shapes::Shape;
use crate::config::{Problem, read_document};

/// A fixture or scenario file that cannot be used, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentError {
    /// What is wrong, in the order of the file. Never empty.
    pub problems: Vec<Problem>,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.problems.iter().map(Problem::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for DocumentError {}

/// Reads a document of this shape.
pub(crate) fn read<T>(
    text: &str,
    file: &Path,
    shape: &'static Shape,
    with: impl FnOnce(&Table<'_>) -> Option<T>,
) -> Result<T, DocumentError> {
    let (read, problems, _) = read_document(text, file, &|_| None, shape, with);
    match read {
        Some(read) if problems.is_empty() => Ok(read),
        _ => Err(DocumentError { problems }),
    }
}

/// Puts the fields of a table over those of an object, which says which fields there are.
pub(super) fn overlay(base: &mut Json, value: &Value<'_>) {
    let Some(entries) = value.entries("a table of fields") else { return };
    for (name, field) in entries {
        overlay_field(base, name, &field);
    }
}

/// Puts one field over that of an object.
pub(super) fn overlay_field(base: &mut Json, name: &str, field: &Value<'_>) {
    let Some(object) = base.as_object_mut() else { return };
    if !object.contains_key(name) {
        let hint = suggestion(name, object.keys().map(String::as_str));
        field.key_place().problem("there is no such field", hint);
        return;
    }
    let Some(present) = object.get_mut(name) else { return };
    if present.is_object() {
        overlay(present, field);
    } else if let Some(given) = scalar(name, present, field) {
        *present = given;
    }
}

/// A value that takes the place of `present`.
fn scalar(name: &str, present: &Json, value: &Value<'_>) -> Option<Json> {
    let unit = fields::unit(name);
    let given = match (value.raw, present) {
        (DeValue::Boolean(_), Json::Bool(_) | Json::Null) | (DeValue::Array(_), Json::Array(_)) => plain(value.raw),
        (DeValue::Integer(_), Json::Number(_) | Json::Null) => plain(value.raw),
        (DeValue::String(text), Json::Number(_) | Json::Null) if unit != Unit::Plain => {
            fields::parse(unit, text).map(Json::from)
        }
        (DeValue::String(text), Json::String(_) | Json::Null) if name == "availability" => availability(text),
        (DeValue::String(_), Json::String(_) | Json::Null) => plain(value.raw),
        _ => None,
    };
    if given.is_none() {
        let (what, example) = wanted(name, unit, present);
        value.expected(what, example);
    }
    given
}

fn wanted(name: &str, unit: Unit, present: &Json) -> (&'static str, &'static str) {
    match (unit, present) {
        (Unit::Millis, _) => ("a duration", "\"2s\", or milliseconds without quotes"),
        (Unit::Money, _) => ("an amount of money", "\"0.25\", or billionths of a dollar without quotes"),
        (_, Json::Bool(_)) => ("true or false", "`true`, without quotes"),
        (_, Json::Number(_)) => ("a whole number", "`10`, without quotes"),
        (_, Json::Array(_)) => ("a list", "[\"tools\"]"),
        _ if name == "availability" => {
            ("a target's availability", "\"available\", \"probing\", \"cooling\", \"resting\" or \"recovering\"")
        }
        _ => ("a text or a whole number", "\"text\""),
    }
}

/// The name that the engine's types have for it.
fn availability(word: &str) -> Option<Json> {
    let name = match word {
        "available" => "Available",
        "probing" => "Probing",
        "cooling" => "Cooling",
        "resting" => "Resting",
        "recovering" => "Recovering",
        _ => return None,
    };
    Some(name.into())
}

/// A TOML value as JSON; none for dates and numbers that are out of range.
pub(crate) fn plain(value: &DeValue<'_>) -> Option<Json> {
    Some(match value {
        DeValue::String(text) => Json::from(text.to_string()),
        DeValue::Integer(number) => Json::from(i64::from_str_radix(number.as_str(), number.radix()).ok()?),
        DeValue::Float(number) => Json::from(number.as_str().parse::<f64>().ok()?),
        DeValue::Boolean(boolean) => Json::from(*boolean),
        DeValue::Array(items) => Json::Array(items.iter().map(|item| plain(item.get_ref())).collect::<Option<_>>()?),
        DeValue::Table(table) => Json::Object(
            table
                .iter()
                .map(|(key, value)| Some((key.get_ref().to_string(), plain(value.get_ref())?)))
                .collect::<Option<_>>()?,
        ),
        DeValue::Datetime(_) => return None,
    })
}
