//! A policy's own config, from TOML to JSON. The host does not know what is in it, so that this refuses only what JSON
//! cannot say.

use serde_json::{Map, Number, Value as Json};
use toml::de::DeValue;

use super::reader::Value;

/// How deep a policy's config may be nested: deeper than a person writes, shallow enough for every JSON reader.
const DEPTH: usize = 32;

impl<'a> Value<'a> {
    /// Any table as a JSON object.
    pub(crate) fn json_object(&self) -> Option<Map<String, Json>> {
        match self.json(DEPTH)? {
            Json::Object(object) => Some(object),
            _ => {
                self.expected("a table", "[routes.support_draft.policy.config]");
                None
            }
        }
    }

    /// Any value as JSON.
    pub(crate) fn to_json(&self) -> Option<Json> {
        self.json(DEPTH)
    }

    fn json(&self, depth: usize) -> Option<Json> {
        let Some(depth) = depth.checked_sub(1) else {
            self.place.problem(format!("this is nested deeper than {DEPTH} tables and lists"), "make it flatter");
            return None;
        };
        match self.raw {
            DeValue::String(text) => Some(Json::String(text.to_string())),
            DeValue::Boolean(boolean) => Some(Json::Bool(*boolean)),
            DeValue::Integer(number) => {
                let signed = i64::from_str_radix(number.as_str(), number.radix()).ok().map(Json::from);
                let number =
                    signed.or_else(|| u64::from_str_radix(number.as_str(), number.radix()).ok().map(Json::from));
                self.said(number, "this number has more than 64 bits", "write it as a string")
            }
            DeValue::Float(number) => {
                let number = number.as_str().parse().ok().and_then(Number::from_f64).map(Json::Number);
                self.said(number, "JSON has no such number", "write a finite number, or a string")
            }
            DeValue::Datetime(_) => self.said(None, "JSON has no dates", "put it in quotes"),
            // Every item is read before the first that is wrong counts, so that all are noted.
            DeValue::Array(_) => {
                let items: Vec<_> = self.items("[1, 2]")?.iter().map(|item| item.json(depth)).collect();
                items.into_iter().collect::<Option<Vec<_>>>().map(Json::Array)
            }
            DeValue::Table(_) => {
                let entry = |(key, value): (&str, Value<'a>)| (key.to_owned(), value.json(depth));
                let entries: Vec<_> = self.entries("{ a = 1 }")?.into_iter().map(entry).collect();
                entries
                    .into_iter()
                    .map(|(key, value)| Some((key, value?)))
                    .collect::<Option<Map<_, _>>>()
                    .map(Json::Object)
            }
        }
    }

    fn said(&self, json: Option<Json>, problem: &str, hint: &str) -> Option<Json> {
        if json.is_none() {
            self.place.problem(problem, hint);
        }
        json
    }
}
