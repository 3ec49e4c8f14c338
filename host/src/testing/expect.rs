//! What is expected of a decision or of a scenario, and how what came of it differs. Only the fields that are named count.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;
use serde_json::Value as Json;

use super::document::plain;
use super::fields::{self, unit};
use crate::config::nearest::suggestion;
use crate::config::reader::Value;

/// What came of it, by the paths of its fields, such as `target` or `limits.first_token`.
pub type Actual = BTreeMap<String, Json>;

/// The end of a field's name that asks for a part of a text.
const CONTAINS: &str = "_contains";

/// The fields that are expected.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expectation {
    pub(super) fields: Vec<Expected>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expected {
    pub(super) path: String,
    pub(super) wanted: Json,
    /// Where the wanted value stands in the file.
    pub(super) span: Range<usize>,
}

/// A field that is not as expected.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mismatch {
    /// Its path.
    pub field: String,
    /// What was expected, as a fixture would write it.
    pub expected: String,
    /// What came, as a fixture would write it; none: there is no such field in what came.
    pub actual: Option<String>,
    #[serde(skip)]
    pub(super) update: Option<(Range<usize>, String)>,
}

impl Expectation {
    /// Whether nothing is expected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Reads a table of expected fields. `known` are the names that such a table may hold; those that end with a dot are
    /// tables of any names.
    pub(super) fn read(value: &Value<'_>, known: &[&str]) -> Self {
        let mut fields = Vec::new();
        for (name, field) in value.entries("a table of expected fields").unwrap_or_default() {
            let table = format!("{name}.");
            if known.contains(&table.as_str()) {
                let entries = field.entries("a table").unwrap_or_default();
                fields.extend(entries.into_iter().filter_map(|(key, entry)| one(format!("{table}{key}"), &entry)));
            } else if known.contains(&name.strip_suffix(CONTAINS).unwrap_or(name)) {
                fields.extend(one(name.to_owned(), &field));
            } else {
                let names = known.iter().map(|known| known.trim_end_matches('.'));
                field.key_place().problem("there is no such field to expect", suggestion(name, names));
            }
        }
        Self { fields }
    }

    /// In what way this is not what was expected; nothing: it is.
    #[must_use]
    pub fn check(&self, actual: &Actual) -> Vec<Mismatch> {
        self.fields.iter().filter_map(|expected| expected.check(actual)).collect()
    }
}

fn one(path: String, value: &Value<'_>) -> Option<Expected> {
    let Some(wanted) = plain(value.raw) else {
        value.expected("a text, a number, true or false, or a list of them", "\"send\"");
        return None;
    };
    if let (Json::String(text), fields::Unit::Millis | fields::Unit::Money) = (&wanted, unit(&path))
        && fields::range(unit(&path), text).is_none()
    {
        value.expected("a duration or an amount of money", "\"2s\", \"0.25\", \"<= 2s\" or \"1s..2s\"");
        return None;
    }
    Some(Expected { path, wanted, span: value.place.offset..value.end })
}

impl Expected {
    fn check(&self, actual: &Actual) -> Option<Mismatch> {
        let (path, is_part) = match self.path.strip_suffix(CONTAINS) {
            Some(path) => (path, true),
            None => (self.path.as_str(), false),
        };
        let found = actual.get(path);
        let fits = match (found, &self.wanted) {
            (Some(Json::String(found)), Json::String(part)) if is_part => found.contains(part),
            (Some(found), wanted) => fits(path, wanted, found),
            (None, _) => false,
        };
        if fits {
            return None;
        }
        let shown = found.map(|found| fields::shown(path, found));
        Some(Mismatch {
            field: self.path.clone(),
            expected: fields::shown(path, &self.wanted),
            // A part of a text is nobody's to choose but the author's.
            update: shown.clone().filter(|_| !is_part).map(|text| (self.span.clone(), text)),
            actual: shown,
        })
    }
}

fn fits(path: &str, wanted: &Json, found: &Json) -> bool {
    match (wanted, found) {
        (Json::String(text), Json::Number(number)) => {
            let range = fields::range(unit(path), text);
            let number = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
            range.zip(number).is_some_and(|((least, most), number)| (least..=most).contains(&number))
        }
        (Json::Array(wanted), Json::Array(found)) => {
            wanted.len() == found.len() && wanted.iter().zip(found).all(|(wanted, found)| fits_item(wanted, found))
        }
        _ => wanted == found,
    }
}

/// An item of a list. `"primary"` fits `"primary at 250ms"`; `"primary at 200ms..300ms"` does, too.
fn fits_item(wanted: &Json, found: &Json) -> bool {
    let (Json::String(wanted), Json::String(found)) = (wanted, found) else { return wanted == found };
    let (found_name, found_at) = found.split_once(" at ").unwrap_or((found, ""));
    match wanted.split_once(" at ") {
        None => wanted == found_name || wanted == found,
        Some((name, at)) => {
            let point = fields::range(fields::Unit::Millis, found_at);
            let range = fields::range(fields::Unit::Millis, at);
            let within = |((from, to), (point, _)): ((i128, i128), (i128, i128))| (from..=to).contains(&point);
            wanted == found || (name == found_name && range.zip(point).is_some_and(within))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_call_fits_by_its_name_and_by_its_time() {
        for (wanted, fits) in
            [("a", true), ("a at 250ms", true), ("a at 200ms..1s", true), ("b", false), ("a at 1s", false)]
        {
            assert_eq!(super::fits("calls", &json!([wanted]), &json!(["a at 250ms"])), fits, "{wanted}");
        }
    }

    #[test]
    fn a_number_may_be_expected_within_a_range() {
        assert!(super::fits("after", &json!("200ms..1s"), &json!(250)));
        assert!(!super::fits("after", &json!("<= 200ms"), &json!(250)));
        assert!(super::fits("cost", &json!("0.00025"), &json!(250_000)));
        assert!(super::fits("remaining", &json!("<= 0"), &json!(-5)));
    }
}
