//! Reads what the gateway must know of a chat-completions request, borrowing from its body: one pass, no copy of messages.

mod fields;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use self::fields::{Object, holdable, typed, whole, wrong_messages};
use super::chunk::MAX_CHOICES;
use super::place;
use super::usage::service_tier;
use crate::error::ApiError;
use crate::price::ServiceTier;

/// The longest `model`: names of routes and targets have at most 128 bytes.
const MODEL_BYTES: usize = 256;

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
    /// Where the value of `stream` stands.
    pub stream_at: Option<Range<usize>>,
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
    /// Where the value of `messages` stands.
    pub messages_at: Range<usize>,
    /// Whether the last message is the assistant's: the caller itself began the answer.
    pub ends_with_assistant: bool,
    /// The stop sequences.
    pub stops: Vec<String>,
    /// How many choices it asks for.
    pub choices: u32,
    /// Whether a broken stream could be continued: one choice, no log probabilities, no sound.
    pub is_resumable: bool,
    /// The features it needs.
    pub needs: Vec<&'static str>,
    /// Tokens of the input, estimated on the high side.
    pub input_tokens: u32,
    /// Where the values of `tools`, `functions` and `response_format` stand, which are input too.
    pub schemas_at: [Option<Range<usize>>; 3],
    /// Images in its messages.
    pub images: u32,
    /// The service tier that it asks for.
    pub service_tier: ServiceTier,
    /// The `user` field.
    pub user: Option<String>,
    /// The entries of `metadata` that are strings.
    pub metadata: Vec<(String, String)>,
    /// The `prompt_cache_key` field, where it is a string.
    pub prompt_cache_key: Option<String>,
    /// The `conversation` field, or its `id`, where that is a string.
    pub conversation: Option<String>,
}

/// The top-level fields that the gateway reads. A present `null` is `Some`, so that it can be replaced where it stands.
#[derive(Default)]
struct Raw<'a> {
    model: Option<&'a RawValue>,
    messages: Option<&'a RawValue>,
    stream: Option<&'a RawValue>,
    stream_options: Option<&'a RawValue>,
    max_tokens: Option<&'a RawValue>,
    max_completion_tokens: Option<&'a RawValue>,
    n: Option<&'a RawValue>,
    tools: Option<&'a RawValue>,
    functions: Option<&'a RawValue>,
    response_format: Option<&'a RawValue>,
    audio: Option<&'a RawValue>,
    stop: Option<&'a RawValue>,
    logprobs: Option<&'a RawValue>,
    service_tier: Option<&'a RawValue>,
    user: Option<&'a RawValue>,
    metadata: Option<&'a RawValue>,
    prompt_cache_key: Option<&'a RawValue>,
    conversation: Option<&'a RawValue>,
    /// Those of [`HELD`], in their order.
    held: [Option<&'a RawValue>; HELD.len()],
}

/// Numbers that the gateway only passes on, and that must be such as can be held at all.
const HELD: [&str; 6] = ["temperature", "top_p", "presence_penalty", "frequency_penalty", "seed", "top_logprobs"];

impl<'a> Raw<'a> {
    /// The place of a field of this name.
    fn field(&mut self, name: &str) -> Option<&mut Option<&'a RawValue>> {
        Some(match name {
            "model" => &mut self.model,
            "messages" => &mut self.messages,
            "stream" => &mut self.stream,
            "stream_options" => &mut self.stream_options,
            "max_tokens" => &mut self.max_tokens,
            "max_completion_tokens" => &mut self.max_completion_tokens,
            "n" => &mut self.n,
            "tools" => &mut self.tools,
            "functions" => &mut self.functions,
            "response_format" => &mut self.response_format,
            "audio" => &mut self.audio,
            "stop" => &mut self.stop,
            "logprobs" => &mut self.logprobs,
            "service_tier" => &mut self.service_tier,
            "user" => &mut self.user,
            "metadata" => &mut self.metadata,
            "prompt_cache_key" => &mut self.prompt_cache_key,
            "conversation" => &mut self.conversation,
            _ => return HELD.iter().position(|held| *held == name).map(|index| &mut self.held[index]),
        })
    }
}

/// What a field may not be spelled like but for upper case: some servers ignore case, and would read what we did not.
const SPELLED: [&str; 6] = ["model", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n"];

impl<'de: 'a, 'a> Deserialize<'de> for Raw<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<'a>(std::marker::PhantomData<&'a ()>);

        impl<'de: 'a, 'a> Visitor<'de> for Fields<'a> {
            type Value = Raw<'a>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Raw<'a>, M::Error> {
                let mut raw = Raw::default();
                while let Some(key) = map.next_key::<Key<'de>>()? {
                    let Some(place) = raw.field(&key.0) else {
                        if let Some(name) = SPELLED.iter().find(|name| name.eq_ignore_ascii_case(&key.0)) {
                            return Err(M::Error::custom(format_args!("write `{name}` in lower case")));
                        }
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    };
                    if place.replace(map.next_value()?).is_some() {
                        return Err(M::Error::custom(format_args!("duplicate field `{}`", key.0)));
                    }
                }
                Ok(raw)
            }
        }

        deserializer.deserialize_map(Fields(std::marker::PhantomData))
    }
}

/// A key, borrowed where it holds no escapes.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

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
    role: Option<Cow<'a, str>>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
}

/// `stop` is one sequence or a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stop {
    One(String),
    Many(Vec<String>),
}

impl ChatRequest {
    /// Reads a body.
    ///
    /// # Errors
    /// A 400 that says what is wrong and where: no JSON object, a field twice, no `model`, no `messages`.
    pub fn parse(body: &[u8]) -> Result<Self, ApiError> {
        let raw: Raw<'_> = serde_json::from_slice(body).map_err(|error| {
            let message = match body.trim_ascii() {
                [] => "The request body is empty: send a JSON object with `model` and `messages`.".to_owned(),
                _ => format!("The request body could not be read as a chat completion: {error}."),
            };
            ApiError::invalid("invalid_json", message)
        })?;
        let model_value = raw.model.ok_or_else(|| missing("model", "the name of a route"))?;
        let model: String = serde_json::from_str(model_value.get()).map_err(|_| {
            ApiError::invalid("invalid_type", "`model` must be a string: the name of a route.").about("model")
        })?;
        let messages = raw.messages.ok_or_else(|| missing("messages", "a list of messages"))?;
        let at = |value: &RawValue| place(body, value);
        if model.len() > MODEL_BYTES {
            let message = format!("`model` is longer than {MODEL_BYTES} bytes: it must be the name of a route.");
            return Err(ApiError::invalid("invalid_value", message).about("model"));
        }
        let options: Option<Object<StreamOptions>> = typed(raw.stream_options, "stream_options", "an object")?;
        let limits = [
            whole(raw.max_completion_tokens, "max_completion_tokens", u32::MAX)?,
            whole(raw.max_tokens, "max_tokens", u32::MAX)?,
        ];
        for (name, value) in HELD.into_iter().zip(raw.held) {
            holdable(value, name)?;
        }
        let list: Vec<Object<Message<'_>>> =
            serde_json::from_str(messages.get()).map_err(|_| wrong_messages(messages))?;
        let Contents { needs, images } = contents(&raw, &list)?;
        let choices = whole(raw.n, "n", MAX_CHOICES)?.unwrap_or(1);
        let has_logprobs = raw.logprobs.is_some_and(|logprobs| logprobs.get() == "true");
        Ok(Self {
            model_at: at(model_value),
            stream_at: raw.stream.map(at),
            messages_at: at(messages),
            ends_with_assistant: list.last().and_then(|last| last.0.role.as_deref()) == Some("assistant"),
            // What is no sequence is for the provider to refuse.
            stops: match raw.stop.and_then(|stop| serde_json::from_str(stop.get()).ok()) {
                Some(Stop::One(stop)) => vec![stop],
                Some(Stop::Many(stops)) => stops,
                None => Vec::new(),
            },
            is_resumable: choices == 1 && !has_logprobs && !is_present(raw.audio),
            stream: typed(raw.stream, "stream", "true or false")?.unwrap_or(false),
            stream_options_at: raw.stream_options.map(at),
            include_usage: options.and_then(|options| options.0.include_usage).unwrap_or(false),
            // Nobody knows which of the two a server obeys.
            max_output_tokens: limits.into_iter().flatten().max(),
            max_tokens_at: raw.max_tokens.map(at),
            max_completion_tokens_at: raw.max_completion_tokens.map(at),
            choices,
            needs,
            schemas_at: [raw.tools, raw.functions, raw.response_format].map(|schema| schema.map(at)),
            images,
            service_tier: raw.service_tier.and_then(text).and_then(|tier| service_tier(&tier)).unwrap_or_default(),
            input_tokens: estimate_tokens([Some(messages), raw.tools, raw.functions, raw.response_format]),
            user: typed(raw.user, "user", "a string")?,
            metadata: metadata(raw.metadata),
            prompt_cache_key: raw.prompt_cache_key.and_then(text),
            conversation: raw.conversation.and_then(conversation),
            model,
        })
    }
}

fn missing(field: &'static str, what: &str) -> ApiError {
    ApiError::invalid("missing_required_parameter", format!("`{field}` is missing: send {what}.")).about(field)
}

fn is_present(value: Option<&RawValue>) -> bool {
    value.is_some_and(|value| !matches!(value.get(), "null" | "[]" | "{}"))
}

/// What the messages and their formats hold.
struct Contents {
    /// The features that the request cannot do without.
    needs: Vec<&'static str>,
    images: u32,
}

fn contents(raw: &Raw<'_>, messages: &[Object<Message<'_>>]) -> Result<Contents, ApiError> {
    let (mut needs, mut images) = (Vec::new(), 0);
    if is_present(raw.tools) || is_present(raw.functions) {
        needs.push("tools");
    }
    if let Some(format) =
        raw.response_format.and_then(|format| serde_json::from_str::<Object<Typed<'_>>>(format.get()).ok())
    {
        match &*format.0.r#type {
            "json_schema" => needs.push("json-schema"),
            "json_object" => needs.push("json-object"),
            _ => {}
        }
    }
    if is_present(raw.audio) {
        needs.push("audio");
    }
    if messages.is_empty() {
        return Err(
            ApiError::invalid("empty_array", "`messages` is empty: send at least one message.").about("messages")
        );
    }
    for content in
        messages.iter().filter_map(|message| message.0.content).filter(|content| content.get().starts_with('['))
    {
        for part in serde_json::from_str::<Vec<Object<Typed<'_>>>>(content.get()).unwrap_or_default() {
            let need = match &*part.0.r#type {
                "image_url" => {
                    images += 1;
                    "vision"
                }
                "input_audio" => "audio",
                "file" => "files",
                _ => continue,
            };
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
    }
    Ok(Contents { needs, images })
}

/// A number of tokens that is seldom too low: the bytes of messages and schemas as they stand, a third of them. English
/// text has about four bytes a token; JSON's own punctuation and other scripts push that down.
fn estimate_tokens(parts: [Option<&RawValue>; 4]) -> u32 {
    let bytes: usize = parts.into_iter().flatten().map(|part| part.get().len()).sum();
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

/// A string; anything else is for the provider to judge.
fn text(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

/// The name of a conversation, which is a string or an object with an `id`.
fn conversation(value: &RawValue) -> Option<String> {
    #[derive(Deserialize)]
    struct Conversation {
        id: String,
    }
    text(value).or_else(|| {
        serde_json::from_str::<Object<Conversation>>(value.get()).ok().map(|conversation| conversation.0.id)
    })
}
