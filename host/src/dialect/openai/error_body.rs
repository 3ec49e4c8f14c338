//! What a provider's error answer says, in whichever shape it comes: the words, the names that it gives the error, and
//! where it says how long to wait. Nothing else of it is read, since it may repeat the request.
//!
//! Shapes: OpenAI's API reference (`{"error": {…}}`); Google's AIP-193 and Gemini's endpoint for OpenAI's clients, which puts
//! it into a list; Anthropic's "Errors" (`{"type": "error", "error": {…}}`); vLLM and SGLang (`{"object": "error", …}`);
//! FastAPI's `detail`; AWS's `__type` and `message`; RFC 9457 (`title`, `detail`, `status`); OpenRouter's "Errors"
//! (`error.metadata.raw`); Azure's `innererror`; xAI's `{"code": "…", "error": "…"}`.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::waits;

/// How deep errors may be within errors, lists and texts counted: OpenRouter's has a provider's within it, whose message may be
/// JSON again, with a list of details.
const DEPTH: u32 = 12;

/// How many entries of a list are read.
const ENTRIES: usize = 8;

/// How much of the words is looked at, in bytes.
const WORDS_BYTES: usize = 16 << 10;

/// Fields that hold a further error, or a list of them.
const INNER: [&str; 11] = [
    "error",
    "errors",
    "detail",
    "details",
    "fault",
    "innererror",
    "inner_error",
    "metadata",
    "raw",
    "cause",
    "error_description",
];

/// Fields that hold words.
const WORDS: [&str; 5] = ["message", "msg", "title", "faultstring", "errormessage"];

/// Fields that hold the name of an error, those first that say most.
const NAMES: [&str; 8] = ["code", "type", "reason", "status", "error_type", "errorcode", "error_code", "__type"];

/// What a provider said of an error.
#[derive(Debug, Default)]
pub(super) struct ErrorBody {
    /// In its own words, the outermost first.
    pub(super) words: String,
    /// All of its words in lower case.
    pub(super) message: String,
    /// What it names the error, in lower case; some of it may be numbers.
    names: Vec<String>,
    /// How long it asks to be left alone, where a field says it.
    wait: waits::Wait,
    /// The error in OpenAI's shape, which can reach a caller as it stands.
    in_shape: Option<Bytes>,
}

impl ErrorBody {
    /// Reads the body of an error answer, or the data of an event that is an error.
    pub(super) fn read(body: &Bytes) -> Self {
        let mut said = Self::default();
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}').trim();
        match serde_json::from_str::<Value>(text) {
            Ok(value) => {
                said.in_shape = in_shape(&value, body);
                said.take(&value, DEPTH);
            }
            // What is no JSON is a sentence, or a page that says no more than its status.
            Err(_) if text.starts_with(['<', '{', '[']) => {}
            Err(_) => said.take_words(text),
        }
        said
    }

    /// Takes in an error, or a list of them.
    fn take(&mut self, value: &Value, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match value {
            Value::String(text) if text.trim_start().starts_with(['{', '[']) => match serde_json::from_str(text) {
                Ok(inner) => self.take(&inner, depth),
                Err(_) => self.take_words(text),
            },
            Value::String(text) => self.take_words(text),
            Value::Array(entries) => entries.iter().take(ENTRIES).for_each(|entry| self.take(entry, depth)),
            Value::Object(fields) => self.take_fields(fields, depth),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn take_fields(&mut self, fields: &Map<String, Value>, depth: u32) {
        let lower = |name: &str| name.to_ascii_lowercase();
        for words in WORDS {
            for (_, value) in fields.iter().filter(|(name, _)| lower(name) == words) {
                self.take(value, depth);
            }
        }
        let named = |wanted| fields.iter().filter(move |(name, _)| lower(name) == wanted).map(|(_, value)| value);
        NAMES.into_iter().flat_map(named).for_each(|value| self.take_name(value));
        self.wait.take(fields);
        for (_, value) in fields.iter().filter(|(name, _)| INNER.contains(&&*lower(name))) {
            self.take(value, depth);
        }
        // What should be a name and is longer, as xAI's `code` is, says less than all others.
        for text in NAMES.into_iter().flat_map(named).filter_map(Value::as_str).filter(|text| text.contains(' ')) {
            self.take_words(text);
        }
    }

    fn take_name(&mut self, value: &Value) {
        match value {
            Value::Number(number) => self.names.push(number.to_string()),
            Value::String(text) if text.contains(' ') => {}
            Value::String(text) => {
                // AWS puts the namespace before it and a link behind it.
                let name = text.rsplit('#').next().unwrap_or(text).split(':').next().unwrap_or(text);
                self.names.push(name.to_ascii_lowercase());
            }
            _ => {}
        }
    }

    fn take_words(&mut self, text: &str) {
        if self.words.is_empty() {
            text.clone_into(&mut self.words);
        }
        if self.message.len() < WORDS_BYTES {
            let text = &text[..text.floor_char_boundary(WORDS_BYTES)];
            self.message.push_str(&text.to_lowercase());
            self.message.push('\n');
        }
    }

    /// Whether it has one of these names.
    pub(super) fn is(&self, names: &[&str]) -> bool {
        self.names.iter().any(|own| names.contains(&own.as_str()))
    }

    /// Whether its words have one of these parts.
    pub(super) fn mentions(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.message.contains(part))
    }

    /// The status that it names.
    pub(super) fn status(&self) -> Option<u16> {
        self.names.iter().filter_map(|name| name.parse().ok()).find(|number| (400..600).contains(number))
    }

    /// The name that says most: one that is no number before one that is.
    pub(super) fn code(&self) -> Option<Box<str>> {
        let named = || self.names.iter().filter(|name| crate::decision::is_token(name) && *name != "error");
        let is_number = |name: &&String| name.bytes().all(|byte| byte.is_ascii_digit());
        named().find(|name| !is_number(name)).or_else(|| named().next()).map(|name| name.as_str().into())
    }

    /// How long it asks to be left alone: by a field, else by its words.
    pub(super) fn wait(&self) -> Option<std::time::Duration> {
        self.wait.asked().or_else(|| waits::in_words(&self.message))
    }

    /// The error as a caller may get it: as it stands, or its words in OpenAI's shape.
    pub(super) fn for_callers(&self) -> Option<Bytes> {
        if self.in_shape.is_some() {
            return self.in_shape.clone();
        }
        let error = json!({"message": self.words, "type": "invalid_request_error", "param": null, "code": self.code()});
        (!self.words.is_empty()).then(|| json!({ "error": error }).to_string().into())
    }
}

/// The body where it has OpenAI's shape, or the first of a list that has. Clients raise on an `error` that is not empty, and
/// on nothing else.
fn in_shape(value: &Value, body: &Bytes) -> Option<Bytes> {
    let has_shape = |value: &Value| value["error"].as_object().is_some_and(|error| !error.is_empty());
    match value {
        Value::Array(entries) => entries.iter().find(|entry| has_shape(entry)).map(|entry| entry.to_string().into()),
        _ => has_shape(value).then(|| body.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> ErrorBody {
        ErrorBody::read(&Bytes::from(body.to_owned()))
    }

    #[test]
    fn words_and_names_are_found_in_every_shape() {
        for body in [
            r#"{"error":{"message":"the Words","type":"kind","code":"Name"}}"#,
            r#"[{"error":{"code":400,"message":"the Words","status":"NAME"}}]"#,
            r#"{"type":"error","error":{"type":"name","message":"the Words"}}"#,
            r#"{"object":"error","message":"the Words","type":"name","param":null,"code":400}"#,
            r#"{"detail":[{"loc":["body","messages"],"msg":"the Words","type":"name","input":"no words"}]}"#,
            r#"{"__type":"com.amazon.coral#Name","message":"the Words"}"#,
            r#"{"title":"the Words","status":400,"type":"name"}"#,
            r#"{"errors":[{"message":"the Words","code":"name"}]}"#,
            r#"{"fault":{"faultstring":"the Words","detail":{"errorcode":"name"}}}"#,
            r#"{"error":"the Words","error_type":"name"}"#,
            r#"{"error":{"message":"the Words","innererror":{"code":"Name"}}}"#,
            r#"{"error":{"message":"{\"error\":{\"message\":\"the Words\",\"code\":\"name\"}}"}}"#,
            "\u{feff}{\"message\":\"the Words\",\"code\":\"name\"}",
        ] {
            let said = read(body);
            assert!(said.words == "the Words" && said.message.contains("the words"), "{body}: {said:?}");
            assert!(said.is(&["name"]) && said.for_callers().is_some(), "{body}: {said:?}");
        }
    }

    #[test]
    fn a_code_that_is_a_sentence_is_not_what_callers_are_told() {
        let said = read(r#"{"code":"Client specified an invalid argument","error":"the words"}"#);
        assert_eq!((&*said.words, said.code()), ("the words", None));
        assert!(said.message.contains("client specified"));
    }

    #[test]
    fn what_a_provider_repeats_of_the_request_is_not_read() {
        let said =
            read(r#"{"detail":[{"msg":"Field required","input":{"content":"prompt is too long"}}],"param":"x y"}"#);
        assert_eq!(said.message, "field required\n");
    }

    #[test]
    fn an_error_in_a_list_reaches_callers_out_of_it() {
        let said = read(r#"[{"error":{"code":400,"message":"x","status":"INVALID_ARGUMENT"}}]"#);
        let given: Value = serde_json::from_slice(&said.for_callers().expect("an error")).expect("JSON");
        assert_eq!((&given["error"]["message"], said.status()), (&json!("x"), Some(400)));
        assert_eq!(said.code().as_deref(), Some("invalid_argument"));
        assert!(read("{\"x\":[]}").for_callers().is_none() && read("<html>no</html>").for_callers().is_none());
        assert_eq!(read("slow down").words, "slow down");
    }
}
