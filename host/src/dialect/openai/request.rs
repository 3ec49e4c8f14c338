//! Reads what the gateway must know of a chat-completions request, borrowing from its body: one pass, no copy of messages.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::ApiError;

/// How many entries of `metadata` become attributes; OpenAI allows 16.
const METADATA_ENTRIES: usize = 16;

/// What the gateway knows of a request. Ranges are byte offsets into the body.
#[derive(Debug, Clone)]
pub struct ChatRequest {
    /// The `model` field.
    pub model: String,
    /// Where its value stands in the body, quotes included.
    pub model_at: Range<usize>,
    /// Whether the caller wants a stream.
    pub stream: bool,
    /// Where the value of `stream_options` stands.
    pub stream_options_at: Option<Range<usize>>,
    /// Whether the caller asked for usage in its stream.
    pub include_usage: bool,
    /// The caller's limit on output tokens.
    pub max_output_tokens: Option<u32>,
    /// Where the values of `max_tokens` and `max_completion_tokens` stand.
    pub max_tokens_at: Option<Range<usize>>,
    /// See `max_tokens_at`.
    pub max_completion_tokens_at: Option<Range<usize>>,
    /// How many choices it asks for.
    pub choices: u32,
    /// The features it needs.
    pub needs: Vec<&'static str>,
    /// Tokens of the input, estimated on the high side.
    pub input_tokens: u32,
    /// The `user` field.
    pub user: Option<String>,
    /// The entries of `metadata` that are strings.
    pub metadata: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow)]
    model: Option<&'a RawValue>,
    #[serde(borrow)]
    messages: Option<&'a RawValue>,
    stream: Option<bool>,
    #[serde(borrow)]
    stream_options: Option<&'a RawValue>,
    #[serde(borrow)]
    max_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    max_completion_tokens: Option<&'a RawValue>,
    n: Option<u32>,
    #[serde(borrow)]
    tools: Option<&'a RawValue>,
    #[serde(borrow)]
    functions: Option<&'a RawValue>,
    #[serde(borrow)]
    response_format: Option<&'a RawValue>,
    #[serde(borrow)]
    audio: Option<&'a RawValue>,
    #[serde(borrow)]
    user: Option<Cow<'a, str>>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct StreamOptions {
    include_usage: Option<bool>,
}

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow, default)]
    r#type: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    content: Option<&'a RawValue>,
}

impl ChatRequest {
    /// Reads a body.
    ///
    /// # Errors
    /// A 400 that says what is wrong and where: no JSON object, a field twice, no `model`, no `messages`.
    pub fn parse(body: &[u8]) -> Result<Self, ApiError> {
        let raw: Raw<'_> = serde_json::from_slice(body).map_err(|error| {
            ApiError::invalid(
                "invalid_json",
                format!("The request body could not be read as a chat completion: {error}."),
            )
        })?;
        let model_value = raw.model.ok_or_else(|| missing("model", "the name of a route"))?;
        let model: String = serde_json::from_str(model_value.get()).map_err(|_| {
            ApiError::invalid("invalid_type", "`model` must be a string: the name of a route.").about("model")
        })?;
        let messages = raw.messages.ok_or_else(|| missing("messages", "a list of messages"))?;
        let at = |value: &RawValue| place(body, value);
        let include_usage = match raw.stream_options {
            Some(options) => serde_json::from_str::<Option<StreamOptions>>(options.get())
                .map_err(|_| {
                    ApiError::invalid("invalid_type", "`stream_options` must be an object.").about("stream_options")
                })?
                .and_then(|options| options.include_usage)
                .unwrap_or(false),
            None => false,
        };
        Ok(Self {
            model_at: at(model_value),
            stream: raw.stream.unwrap_or(false),
            stream_options_at: raw.stream_options.map(at),
            include_usage,
            max_output_tokens: [raw.max_completion_tokens, raw.max_tokens]
                .into_iter()
                .flatten()
                .find_map(|value| serde_json::from_str(value.get()).ok().flatten()),
            max_tokens_at: raw.max_tokens.map(at),
            max_completion_tokens_at: raw.max_completion_tokens.map(at),
            choices: raw.n.unwrap_or(1),
            needs: needs(&raw, messages)?,
            input_tokens: estimate_tokens(messages, raw.tools),
            user: raw.user.map(Cow::into_owned),
            metadata: metadata(raw.metadata),
            model,
        })
    }
}

fn missing(field: &'static str, what: &str) -> ApiError {
    ApiError::invalid("missing_required_parameter", format!("`{field}` is missing: send {what}.")).about(field)
}

/// Where a borrowed value stands in the body that it was read from.
fn place(body: &[u8], value: &RawValue) -> Range<usize> {
    let start = value.get().as_ptr() as usize - body.as_ptr() as usize;
    start..start + value.get().len()
}

fn is_present(value: Option<&RawValue>) -> bool {
    value.is_some_and(|value| !matches!(value.get(), "null" | "[]" | "{}"))
}

/// The features that the request cannot do without.
fn needs(raw: &Raw<'_>, messages: &RawValue) -> Result<Vec<&'static str>, ApiError> {
    let mut needs = Vec::new();
    if is_present(raw.tools) || is_present(raw.functions) {
        needs.push("tools");
    }
    if let Some(format) = raw.response_format.and_then(|format| serde_json::from_str::<Typed<'_>>(format.get()).ok()) {
        match &*format.r#type {
            "json_schema" => needs.push("json-schema"),
            "json_object" => needs.push("json-object"),
            _ => {}
        }
    }
    if is_present(raw.audio) {
        needs.push("audio");
    }
    let list: Vec<Message<'_>> = serde_json::from_str(messages.get())
        .map_err(|_| ApiError::invalid("invalid_type", "`messages` must be a list of objects.").about("messages"))?;
    if list.is_empty() {
        return Err(
            ApiError::invalid("empty_array", "`messages` is empty: send at least one message.").about("messages")
        );
    }
    for content in list.iter().filter_map(|message| message.content).filter(|content| content.get().starts_with('[')) {
        for part in serde_json::from_str::<Vec<Typed<'_>>>(content.get()).unwrap_or_default() {
            let need = match &*part.r#type {
                "image_url" => "vision",
                "input_audio" => "audio",
                "file" => "files",
                _ => continue,
            };
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
    }
    Ok(needs)
}

/// A number of tokens that is seldom too low: the bytes of messages and tools as they stand, a third of them. English
/// text has about four bytes a token; JSON's own punctuation and other scripts push that down.
fn estimate_tokens(messages: &RawValue, tools: Option<&RawValue>) -> u32 {
    let bytes = messages.get().len() + tools.map_or(0, |tools| tools.get().len());
    u32::try_from(bytes.div_ceil(3)).unwrap_or(u32::MAX)
}

fn metadata(value: Option<&RawValue>) -> Vec<(String, String)> {
    let Some(value) = value else { return Vec::new() };
    let entries: BTreeMap<String, serde_json::Value> = serde_json::from_str(value.get()).unwrap_or_default();
    entries
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())))
        .take(METADATA_ENTRIES)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> ChatRequest {
        ChatRequest::parse(text.as_bytes()).expect("a good request")
    }

    #[test]
    fn the_places_of_values_are_those_in_the_body() {
        let body =
            r#"{ "messages":[{}], "model" : "r\u0031", "max_tokens": 7, "stream_options":{"include_usage":true}}"#;
        let request = parse(body);
        assert_eq!(&body[request.model_at.clone()], r#""r\u0031""#);
        assert_eq!(request.model, "r1");
        assert_eq!(&body[request.max_tokens_at.expect("there")], "7");
        assert!(request.include_usage);
    }

    #[test]
    fn needs_follow_from_tools_formats_and_content_parts() {
        let request = parse(
            r#"{"model":"m","tools":[{}],"response_format":{"type":"json_schema"},
                "messages":[{"content":[{"type":"text"},{"type":"image_url"}]},{"content":"image_url"}]}"#,
        );
        assert_eq!(request.needs, ["tools", "json-schema", "vision"]);
        assert!(parse(r#"{"model":"m","tools":[],"messages":[{"content":"\"image_url\""}]}"#).needs.is_empty());
    }

    #[test]
    fn what_is_no_chat_completion_is_refused_with_the_reason() {
        for (body, code) in [
            ("", "invalid_json"),
            ("[]", "invalid_json"),
            (r#"{"model":"a","model":"b","messages":[{}]}"#, "invalid_json"),
            (r#"{"messages":[{}]}"#, "missing_required_parameter"),
            (r#"{"model":"a"}"#, "missing_required_parameter"),
            (r#"{"model":3,"messages":[{}]}"#, "invalid_type"),
            (r#"{"model":"a","messages":[]}"#, "empty_array"),
            (r#"{"model":"a","messages":"hi"}"#, "invalid_type"),
        ] {
            assert_eq!(ChatRequest::parse(body.as_bytes()).expect_err(body).code, code, "{body}");
        }
    }
}
