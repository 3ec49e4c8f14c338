//! A file with the settings of a policy's version: what a route's own sections say, by themselves, as TOML or as JSON.

use std::path::Path;

use serde_json::{Map, Value as Json};
use toml::de::DeTable;

use super::load::parsed;
use super::problems::{ConfigError, Position, Problem};
use super::reader::{Reader, Value};
use super::shapes;
use crate::policy::Settings;

/// What a route's sections are within such a file.
const SECTIONS: [&str; 2] = ["routing", "fallback"];

/// Reads settings; `file` is what problems call it. JSON is what begins with a brace.
///
/// # Errors
/// With everything that is wrong with it.
pub fn read_settings(text: &str, file: &Path) -> Result<Settings, ConfigError> {
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        return of_json(text.trim_start_matches('\u{feff}'), file);
    }
    let (read, problems, warnings) = parsed(Reader::new(text, file, &|_| None), text, of_toml);
    match read {
        Some(settings) if problems.is_empty() => {
            Settings::new(&Json::Object(settings)).map_err(|error| wrong(file, &error))
        }
        _ => Err(ConfigError { problems, warnings }),
    }
}

fn of_toml(document: &DeTable<'_>, reader: &Reader<'_>) -> Option<Map<String, Json>> {
    let mut settings = Map::new();
    for (name, value) in reader.entries(document) {
        match name {
            "policy" => put_config(&value, &mut settings),
            name if SECTIONS.contains(&name) => {
                if let Some(section) = value.json_object() {
                    put(&value, name, Json::Object(section), &mut settings);
                }
            }
            name => match misplaced(name) {
                Some((message, hint)) => value.key_place().problem(message, hint),
                None => {
                    if let Some(json) = value.to_json() {
                        put(&value, name, json, &mut settings);
                    }
                }
            },
        }
    }
    Some(settings)
}

/// What stands under `policy.config` in a route goes beside the sections.
fn put_config(policy: &Value<'_>, settings: &mut Map<String, Json>) {
    for (name, value) in policy.entries("[policy.config]").unwrap_or_default() {
        if name != "config" {
            let hint = "leave it in the config; of `policy` only `config` belongs here";
            value.key_place().problem("this is the route's, and never a version's", hint);
            continue;
        }
        for (name, value) in value.entries("[policy.config]").unwrap_or_default() {
            if let Some(json) = value.to_json() {
                put(&value, name, json, settings);
            }
        }
    }
}

fn put(value: &Value<'_>, name: &str, json: Json, settings: &mut Map<String, Json>) {
    if settings.insert(name.to_owned(), json).is_some() {
        value.key_place().problem(format!("something is said about `{name}` already"), "keep one of the two");
    }
}

fn of_json(text: &str, file: &Path) -> Result<Settings, ConfigError> {
    let json: Json = serde_json::from_str(text).map_err(|error| {
        let position = Some(Position { line: error.line(), column: error.column().max(1) });
        problem(file, position, "", format!("not valid JSON: {error}"), "settings are one JSON object, or TOML")
    })?;
    let mut settings = match json {
        Json::Object(settings) => settings,
        other => return Settings::new(&other).map_err(|error| wrong(file, &error)),
    };
    if let Some(policy) = settings.shift_remove("policy") {
        let config = match policy {
            Json::Object(mut policy) if policy.len() == 1 => policy.shift_remove("config"),
            _ => None,
        };
        let Some(Json::Object(config)) = config else {
            let message =
                "of `policy` only `config`, an object, belongs here: the rest is the route's, and never a version's";
            return Err(problem(file, None, "policy", message.into(), "leave it in the config"));
        };
        for (name, value) in config {
            if settings.insert(name.clone(), value).is_some() {
                let message = format!("something is said about `{name}` already");
                return Err(problem(file, None, "policy.config", message, "keep one of the two"));
            }
        }
    }
    for (name, value) in &settings {
        if SECTIONS.contains(&name.as_str()) && !value.is_object() {
            return Err(problem(file, None, name, "expected an object".into(), "write it like {\"routing\": {…}}"));
        }
        if let Some((message, hint)) = misplaced(name) {
            return Err(problem(file, None, name, message, hint));
        }
    }
    Settings::new(&Json::Object(settings)).map_err(|error| wrong(file, &error))
}

/// What is said of a name that is none of a policy's settings.
fn misplaced(name: &str) -> Option<(String, &'static str)> {
    if name == "routes" {
        let message = "a file of settings has the sections of one route, without its name".to_owned();
        return Some((message, "write [routing] for [routes.NAME.routing]"));
    }
    let is_of_route = shapes::ROUTE.fields.contains(&name) && !SECTIONS.contains(&name);
    let message =
        || format!("`{name}` is the route's own, as its targets, queues and prices are, and never a version's");
    is_of_route.then(|| {
        let hint = "leave it in the config; a policy's own setting of that name goes under [policy.config]";
        (message(), hint)
    })
}

fn wrong(file: &Path, error: &dyn std::error::Error) -> ConfigError {
    problem(file, None, "", error.to_string(), "write what the route's sections would hold")
}

fn problem(file: &Path, position: Option<Position>, path: &str, message: String, hint: &str) -> ConfigError {
    let problem = Problem { file: file.into(), position, path: path.into(), message, hint: Some(hint.into()) };
    ConfigError { problems: vec![problem], warnings: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        read_settings(text, Path::new("s.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn toml_and_json_of_the_same_sections_are_the_same_settings() {
        let toml = "[routing]\nweights = { b = 2, a = 1 }\n[fallback]\nretries = 3\n[policy.config]\nmodel = \"x\"";
        let json =
            r#"{"fallback":{"retries":3},"policy":{"config":{"model":"x"}},"routing":{"weights":{"a":1,"b":2}}}"#;
        let flat = r#"{ "model": "x", "routing": { "weights": { "b": 2, "a": 1 } }, "fallback": { "retries": 3 } }"#;
        assert_eq!(read(toml), read(json));
        assert_eq!(read(toml), read(flat));
        assert_eq!(read("").map(|settings| settings.is_empty()), Ok(true));
        assert_eq!(read("\u{feff}{}").map(|settings| settings.is_empty()), Ok(true));
    }

    #[test]
    fn every_mistake_is_told_with_its_place_and_what_to_do() {
        for (text, said) in [
            ("[routes.support.routing]\na = 1", ": routes: a file of settings has the sections of one route"),
            ("targets = [\"a\"]", "s.toml:1:1: targets: `targets` is the route's own"),
            ("[routing]\nwhen = 2026-01-01", "JSON has no dates"),
            ("routing = 3", "expected a table, found"),
            ("[routing\na = 1", "not valid TOML"),
            ("[policy]\nsource = \"file\"", "policy.source: this is the route's"),
            ("[routing]\na = 1\n[policy.config.routing]\nb = 1", "something is said about `routing` already"),
            ("{\"routing\": ", "not valid JSON"),
            ("{\"routing\": [1]}", "expected an object"),
            ("{\"queues\": []}", "`queues` is the route's own"),
            ("{\"policy\": {\"name\": \"tiered\"}}", "of `policy` only `config`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(said) && error.contains("hint: "), "{text}: {error}");
        }
    }
}
