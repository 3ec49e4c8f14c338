//! Reading a policy's config. serde_json says at which line and column a config is wrong; an author and a deployer want
//! the path, since the gateway writes the JSON and nobody has seen its lines. The path is found by looking at the text
//! again, which keeps the compiled policy far smaller than a deserializer that tracks its path.

use serde::de::DeserializeOwned;

use crate::record::Problem;

/// Reads a config.
pub(crate) fn read<C: DeserializeOwned>(json: &str) -> Result<C, Problem> {
    serde_json::from_str(json).map_err(|error| problem(json, &error))
}

fn problem(json: &str, error: &serde_json::Error) -> Problem {
    let before: usize = json.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let end = before.saturating_add(error.column()).min(json.len());
    Problem::new(path_at(&json.as_bytes()[..end]), error.to_string())
}

/// Where in an object or an array the text ends.
enum Place {
    Key { name: String, complete: bool },
    Index(usize),
}

/// The path of the value that is being read where `json` ends.
fn path_at(json: &[u8]) -> String {
    let mut places: Vec<Place> = Vec::new();
    let mut bytes = json.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' => places.push(Place::Key { name: String::new(), complete: false }),
            b'[' => places.push(Place::Index(0)),
            b'}' | b']' => drop(places.pop()),
            b'"' => {
                let text = string(&mut bytes);
                if let Some(Place::Key { name, complete: false }) = places.last_mut() {
                    *name = text;
                }
            }
            b':' => {
                if let Some(Place::Key { complete, .. }) = places.last_mut() {
                    *complete = true;
                }
            }
            b',' => match places.last_mut() {
                Some(Place::Key { complete, .. }) => *complete = false,
                Some(Place::Index(index)) => *index += 1,
                None => {}
            },
            _ => {}
        }
    }
    written(&places)
}

/// The rest of a string whose opening quote has been read. Escapes are kept as they are written.
fn string(bytes: &mut impl Iterator<Item = u8>) -> String {
    let mut text = Vec::new();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => {
                text.push(byte);
                text.extend(bytes.next());
            }
            _ => text.push(byte),
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn written(places: &[Place]) -> String {
    let mut path = String::new();
    for place in places {
        match place {
            Place::Key { name, .. } if path.is_empty() || name.is_empty() => path.push_str(name),
            Place::Key { name, .. } => {
                path.push('.');
                path.push_str(name);
            }
            Place::Index(index) => {
                path.push('[');
                path.push_str(&index.to_string());
                path.push(']');
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Outer {
        #[serde(default)]
        tiers: Vec<Inner>,
        #[serde(default)]
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Inner {
        rank: u8,
    }

    fn path(json: &str) -> String {
        read::<Outer>(json).expect_err("a problem").path
    }

    #[test]
    fn an_unknown_field_is_named_with_its_path() {
        assert_eq!(path(r#"{"tiers": [{"rank": 1}, {"rnak": 2}]}"#), "tiers[1].rnak");
        assert_eq!(path(r#"{"tears": []}"#), "tears");
    }

    #[test]
    fn a_wrong_type_is_named_with_its_path() {
        assert_eq!(path(r#"{"inner": {"rank": "first"}}"#), "inner.rank");
        assert_eq!(path(r#"{"tiers": [{"rank": 1}, {"rank": 1000}]}"#), "tiers[1].rank");
        assert_eq!(path(r#"{"tiers": 5}"#), "tiers");
    }

    #[test]
    fn a_missing_field_is_reported_at_its_object() {
        assert_eq!(path("{\n  \"tiers\": [{\"rank\": 1}, {}]\n}"), "tiers[1]");
    }

    #[test]
    fn what_is_no_json_at_all_has_a_problem_and_no_panic() {
        for json in ["", "{", "}", "[", "\"", "\"\\", "{\"a\\", "nonsense", "{}{}"] {
            assert!(!read::<Outer>(json).expect_err("a problem").message.is_empty(), "{json}");
        }
    }
}
