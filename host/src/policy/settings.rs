//! A policy's settings, as one JSON object in one form, so that equal settings are equal bytes; and the digest of a version,
//! which covers a component together with them.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use super::Digest;

/// The most bytes that settings have: far more than people write, and little beside a component.
pub const MOST_SETTINGS: usize = 1 << 20;

/// How deep settings may be nested: deeper than a person writes, shallow enough for every JSON reader.
const SETTINGS_DEPTH: usize = 32;

/// What is hashed before a version with settings, so that its digest is that of nothing else.
const VERSION: &[u8] = b"fingerpost policy version 1";

/// What an empty object is written as.
const NOTHING: &str = "{}";

/// The sections that say nothing where they are empty: writing one must not make another version.
const SECTIONS: [&str; 2] = ["routing", "fallback"];

/// What a policy is configured with, in the form that it is given in: keys in order, no white space. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Settings(Arc<str>);

/// Why something is no settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// It is a list, a number or the like.
    #[error(
        "settings are one JSON object, as the sections of a route are: {{\"routing\": {{…}}, \"fallback\": {{…}}}}"
    )]
    NoObject,
    /// It goes too deep.
    #[error("settings are nested at most {SETTINGS_DEPTH} objects and lists deep: make them flatter")]
    TooDeep,
    /// It is too long.
    #[error("settings have at most {MOST_SETTINGS} bytes")]
    TooLarge,
}

impl Settings {
    /// The settings that this object is.
    ///
    /// # Errors
    /// When it is none, or is too large.
    pub fn new(json: &Json) -> Result<Self, SettingsError> {
        if !json.is_object() {
            return Err(SettingsError::NoObject);
        }
        if depth(json) > SETTINGS_DEPTH {
            return Err(SettingsError::TooDeep);
        }
        let settings = Self::of(json);
        if settings.0.len() > MOST_SETTINGS { Err(SettingsError::TooLarge) } else { Ok(settings) }
    }

    /// Those of a route of a valid config.
    #[must_use]
    pub fn of(json: &Json) -> Self {
        let mut text = String::new();
        write(json, true, &mut text);
        Self(text.into())
    }

    /// Those that are written so; of what is no object: none.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        serde_json::from_str(text).map_or_else(|_| Self::default(), |json: Json| Self::of(&json))
    }

    /// As a policy gets them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether they say nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        &*self.0 == NOTHING
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// The digest of the version that a component is with these settings: without any, that of the component alone, which
    /// is what `sha256sum` says of its file.
    #[must_use]
    pub fn version_of(&self, component: &Digest) -> Digest {
        if self.is_empty() {
            return *component;
        }
        Digest::of_parts(&[VERSION, component.as_bytes(), self.0.as_bytes()])
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self(NOTHING.into())
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Settings({self})")
    }
}

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        Self::new(&json).map_err(serde::de::Error::custom)
    }
}

/// Writes a value with the keys of every object in order. Sections that say nothing are left out of the outermost one.
fn write(json: &Json, is_outermost: bool, text: &mut String) {
    match json {
        Json::Object(object) => {
            let says_nothing = |(key, value): &(&String, &Json)| {
                SECTIONS.contains(&key.as_str()) && value.as_object().is_some_and(serde_json::Map::is_empty)
            };
            let mut entries: Vec<_> = object.iter().filter(|entry| !(is_outermost && says_nothing(entry))).collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            text.push('{');
            for (number, (key, value)) in entries.into_iter().enumerate() {
                if number > 0 {
                    text.push(',');
                }
                text.push_str(&Json::from(key.as_str()).to_string());
                text.push(':');
                write(value, false, text);
            }
            text.push('}');
        }
        Json::Array(items) => {
            text.push('[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    text.push(',');
                }
                write(item, false, text);
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

/// How many objects and lists are within each other.
fn depth(json: &Json) -> usize {
    match json {
        Json::Object(object) => 1 + object.values().map(depth).max().unwrap_or(0),
        Json::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn settings(text: &str) -> Settings {
        Settings::new(&serde_json::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn order_and_white_space_make_no_other_version_and_everything_else_does() {
        let component = Digest::of(b"component");
        let version = |text: &str| settings(text).version_of(&component);
        let one = version(r#"{"routing":{"a":1,"b":[1,2]},"fallback":{}}"#);
        assert_eq!(one, version("{ \"routing\" : { \"b\": [ 1, 2 ],\n\"a\": 1 } }"));
        for other in [
            r#"{"routing":{"a":1,"b":[2,1]}}"#,
            r#"{"routing":{"a":"1","b":[1,2]}}"#,
            r#"{"routing":{"a":1.0,"b":[1,2]}}"#,
            r#"{"fallback":{"a":1,"b":[1,2]}}"#,
            r#"{"routing":{"a":1,"b":[1,2],"c":{}}}"#,
            "{}",
        ] {
            assert_ne!(one, version(other), "{other}");
        }
        assert_ne!(one, settings(r#"{"routing":{"a":1,"b":[1,2]}}"#).version_of(&Digest::of(b"other")));
    }

    #[test]
    fn a_version_without_settings_has_the_digest_of_its_component() {
        let component = Digest::of(b"component");
        for nothing in ["{}", r#"{"routing":{}}"#, r#"{"fallback":{},"routing":{}}"#] {
            assert_eq!(settings(nothing).version_of(&component), component, "{nothing}");
        }
        assert_eq!(Settings::default(), settings("{}"));
    }

    #[test]
    fn what_is_no_object_or_too_much_is_refused() {
        let refused = |json: Json| Settings::new(&json).unwrap_err();
        assert_eq!(refused(Json::from(vec![1])), SettingsError::NoObject);
        assert_eq!(refused(Json::Null), SettingsError::NoObject);
        assert_eq!(refused(serde_json::json!({ "a": "x".repeat(MOST_SETTINGS) })), SettingsError::TooLarge);
        let deep = (0..SETTINGS_DEPTH).fold(Json::from(1), |inner, _| serde_json::json!({ "a": inner }));
        assert!(Settings::new(&deep).is_ok());
        assert_eq!(refused(serde_json::json!({ "a": deep })), SettingsError::TooDeep);
    }

    fn json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            "[a-z\"\\\\é]{0,4}".prop_map(Json::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
                proptest::collection::vec(("[a-d]{1,2}", inner), 0..4)
                    .prop_map(|entries| Json::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_form_is_json_that_says_the_same_and_is_its_own_form(value in json()) {
            let object = serde_json::json!({ "x": value });
            let settings = Settings::of(&object);
            prop_assert_eq!(settings.json(), object);
            prop_assert_eq!(Settings::from_text(settings.as_str()), settings);
        }
    }
}
