//! An example value for a JSON schema: what a simulated model answers to tools and structured output. It reads what
//! such schemas use in practice and ignores the rest; sizes are bounded, for schemas come from callers.

use serde_json::{Map, Value, json};

/// How deep an example nests before it takes every way out: null where allowed, no optional properties, no items.
const DEEP: usize = 6;

/// How deep it nests at all. A schema that demands more gets null there, which is not valid, but ends.
const DEEPEST: usize = 24;

/// How many values an example has in all; after that every value is null.
const MOST_VALUES: usize = 2_000;

/// The most items of a list and the longest text, whatever the schema demands.
const LARGEST: u64 = 64;

/// A value that fits the schema.
pub(super) fn example(schema: &Value) -> Value {
    Example { root: schema, values_left: MOST_VALUES }.value(schema, 0)
}

struct Example<'a> {
    root: &'a Value,
    values_left: usize,
}

impl<'a> Example<'a> {
    fn value(&mut self, schema: &'a Value, depth: usize) -> Value {
        if depth > DEEPEST || self.values_left == 0 {
            return Value::Null;
        }
        self.values_left -= 1;
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            return match target.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer)) {
                Some(definition) => self.value(definition, depth + 1),
                None => Value::Null,
            };
        }
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(first) = list(schema, "enum").first() {
            return first.clone();
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(chosen) = choose(list(schema, key), depth) {
                return self.value(chosen, depth + 1);
            }
        }
        match list(schema, "allOf") {
            [] => self.typed(schema, depth),
            parts => self.all_of(schema, parts, depth),
        }
    }

    /// An object that has the properties of all the parts; of other parts, the first.
    fn all_of(&mut self, schema: &'a Value, parts: &'a [Value], depth: usize) -> Value {
        let mut whole = self.object(schema, depth);
        for part in parts {
            match self.value(part, depth + 1) {
                Value::Object(part) => whole.extend(part),
                other => return other,
            }
        }
        Value::Object(whole)
    }

    fn typed(&mut self, schema: &'a Value, depth: usize) -> Value {
        match type_name(schema, depth) {
            "object" => Value::Object(self.object(schema, depth)),
            "array" => self.array(schema, depth),
            "string" => Value::String(text(schema)),
            "integer" => json!(integer(schema)),
            "number" => number(schema),
            "boolean" => json!(true),
            _ => Value::Null,
        }
    }

    fn object(&mut self, schema: &'a Value, depth: usize) -> Map<String, Value> {
        let required = list(schema, "required");
        let mut object = Map::new();
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if depth < DEEP || required.iter().any(|r| r == name) {
                object.insert(name.clone(), self.value(property, depth + 1));
            }
        }
        object
    }

    fn array(&mut self, schema: &'a Value, depth: usize) -> Value {
        let usual = if depth < DEEP { 1 } else { 0 };
        let most = unsigned(schema, "maxItems").unwrap_or(LARGEST);
        let count = unsigned(schema, "minItems").unwrap_or(0).max(usual).min(most).min(LARGEST);
        let any = &Value::Bool(true);
        let items = schema.get("items").unwrap_or(any);
        Value::Array((0..count).map(|_| self.value(items, depth + 1)).collect())
    }
}

/// The first of the schemas; deep down one that allows null, which ends a recursion.
fn choose(schemas: &[Value], depth: usize) -> Option<&Value> {
    let null = schemas.iter().find(|schema| schema.get("type").is_some_and(|kind| kind == "null"));
    null.filter(|_| depth >= DEEP).or_else(|| schemas.first())
}

/// The type to make: the first of several, deep down null if it is among them. A schema that names none and has
/// properties means an object; one that says nothing at all is served by a text.
fn type_name(schema: &Value, depth: usize) -> &str {
    match schema.get("type") {
        Some(Value::String(name)) => name,
        Some(Value::Array(names)) if depth >= DEEP && names.iter().any(|name| name == "null") => "null",
        Some(Value::Array(names)) => names.first().and_then(Value::as_str).unwrap_or("null"),
        _ if schema.get("properties").is_some() => "object",
        _ if schema.get("items").is_some() => "array",
        _ => "string",
    }
}

fn text(schema: &Value) -> String {
    let text = match schema.get("format").and_then(Value::as_str) {
        Some("date-time") => return "2026-01-02T03:04:05Z".to_owned(),
        Some("date") => return "2026-01-02".to_owned(),
        Some("time") => return "03:04:05Z".to_owned(),
        Some("email") => return "someone@example.com".to_owned(),
        Some("uri") => return "https://example.com/".to_owned(),
        Some("uuid") => return "00000000-0000-4000-8000-000000000000".to_owned(),
        _ => "example",
    };
    let least = unsigned(schema, "minLength").unwrap_or(0).min(LARGEST) as usize;
    let most = unsigned(schema, "maxLength").unwrap_or(LARGEST).min(LARGEST) as usize;
    text.chars().cycle().take(text.len().max(least).min(most)).collect()
}

/// A whole number in the range: 1 if nothing speaks against it.
fn integer(schema: &Value) -> i64 {
    let bound = |key| schema.get(key).and_then(Value::as_f64);
    let least = bound("minimum").map(f64::ceil).or(bound("exclusiveMinimum").map(|least| least.floor() + 1.0));
    let most = bound("maximum").map(f64::floor).or(bound("exclusiveMaximum").map(|most| most.ceil() - 1.0));
    let inside = 1.0_f64.min(most.unwrap_or(f64::MAX)).max(least.unwrap_or(f64::MIN));
    match schema.get("multipleOf").and_then(Value::as_f64) {
        Some(step) if step >= 1.0 => ((inside / step).ceil() * step) as i64,
        _ => inside as i64,
    }
}

/// A number in the range; one that is not whole where an exclusive range may hold no whole one.
fn number(schema: &Value) -> Value {
    let bound = |inclusive: &str, exclusive: &str| {
        schema.get(inclusive).or_else(|| schema.get(exclusive)).and_then(Value::as_f64)
    };
    match (bound("minimum", "exclusiveMinimum"), bound("maximum", "exclusiveMaximum")) {
        (Some(least), Some(most)) => json!(least + (most - least) / 2.0),
        (Some(least), None) => json!(least.max(0.0) + 1.5),
        (None, Some(most)) => json!(most.min(2.0) - 0.5),
        (None, None) => json!(1.5),
    }
}

fn list<'a>(schema: &'a Value, key: &str) -> &'a [Value] {
    schema.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn unsigned(schema: &Value, key: &str) -> Option<u64> {
    schema.get(key).and_then(Value::as_u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_has_its_properties_in_their_types_and_ranges() {
        let schema = json!({"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "minLength": 9}, "age": {"type": "integer", "minimum": 18},
            "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1}, "kind": {"enum": ["b", "a"]},
            "tags": {"type": "array", "items": {"type": "boolean"}, "minItems": 2}, "none": {"type": ["null", "string"]}}});
        let expected =
            json!({"name": "exampleex", "age": 18, "share": 0.5, "kind": "b", "tags": [true, true], "none": null});
        assert_eq!(example(&schema), expected);
    }

    #[test]
    fn references_are_followed_and_recursion_ends() {
        let schema = json!({"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "required": ["next"],
            "properties": {"next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}}}}});
        assert!(example(&schema)["next"]["next"].is_object() || example(&schema)["next"]["next"].is_null());
        let endless = json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "object", "required": ["a", "b"],
            "properties": {"a": {"$ref": "#/$defs/a"}, "b": {"$ref": "#/$defs/a"}}}}});
        assert!(example(&endless).is_object());
    }

    #[test]
    fn parts_of_all_of_are_joined() {
        let part = |name: &str| json!({"type": "object", "properties": {name: {"const": name}}});
        assert_eq!(example(&json!({"allOf": [part("a"), part("b")]})), json!({"a": "a", "b": "b"}));
    }
}
