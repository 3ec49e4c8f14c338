//! A chat completion request as a simulated provider reads it: the fields that change its answer. All others are
//! accepted and ignored, as vendors do with each other's extensions.

use serde::Deserialize;
use serde_json::Value;

/// The most choices that one request may ask for, as at OpenAI.
const MOST_CHOICES: u32 = 128;

/// The body of `POST /v1/chat/completions`.
#[derive(Debug, Deserialize)]
pub(super) struct ChatRequest {
    pub(super) model: String,
    pub(super) messages: Vec<Message>,
    #[serde(default)]
    pub(super) stream: Option<bool>,
    #[serde(default)]
    pub(super) stream_options: Option<StreamOptions>,
    #[serde(default)]
    max_tokens: Option<u64>,
    #[serde(default)]
    max_completion_tokens: Option<u64>,
    #[serde(default)]
    n: Option<u32>,
    #[serde(default)]
    stop: Option<Stop>,
    #[serde(default)]
    seed: Option<Value>,
    #[serde(default)]
    tools: Option<Vec<Tool>>,
    #[serde(default)]
    tool_choice: Option<Value>,
    #[serde(default)]
    pub(super) response_format: Option<ResponseFormat>,
}

/// `stream_options`.
#[derive(Debug, Deserialize)]
pub(super) struct StreamOptions {
    #[serde(default)]
    include_usage: Option<bool>,
}

/// One of `messages`.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    role: String,
    #[serde(default)]
    pub(super) content: Option<Content>,
    #[serde(default)]
    pub(super) tool_calls: Option<Value>,
}

/// A message's content. OpenAI's own format is a string or a list, hence `untagged`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Content {
    Text(String),
    Parts(Vec<Part>),
}

/// One of the parts of a content that is a list; only text parts have a text.
#[derive(Debug, Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    pub(super) text: Option<String>,
}

/// `stop`: one sequence or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Stop {
    One(String),
    Several(Vec<String>),
}

/// One of `tools`.
#[derive(Debug, Deserialize)]
pub(super) struct Tool {
    pub(super) function: Function,
}

/// The function of a tool.
#[derive(Debug, Deserialize)]
pub(super) struct Function {
    pub(super) name: String,
    #[serde(default)]
    pub(super) parameters: Option<Value>,
}

/// `response_format`.
#[derive(Debug, Deserialize)]
pub(super) struct ResponseFormat {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) json_schema: Option<NamedSchema>,
}

/// The schema of a `response_format`.
#[derive(Debug, Deserialize)]
pub(super) struct NamedSchema {
    #[serde(default)]
    pub(super) schema: Option<Value>,
}

impl ChatRequest {
    /// Reads a body; the error is a sentence for the caller.
    pub(super) fn parse(body: &[u8]) -> Result<Self, String> {
        let request: Self = serde_json::from_slice(body)
            .map_err(|e| format!("We could not parse the JSON body of your request: {e}"))?;
        if request.messages.is_empty() {
            return Err("Invalid 'messages': empty array. Expected an array with minimum length 1.".to_owned());
        }
        if request.n.is_some_and(|n| n == 0 || n > MOST_CHOICES) {
            return Err(format!("Invalid 'n': expected a number from 1 to {MOST_CHOICES}."));
        }
        if request.max_output_tokens() == Some(0) {
            return Err("Invalid 'max_tokens': expected a number above 0.".to_owned());
        }
        Ok(request)
    }

    /// How many answers it asks for.
    pub(super) fn choices(&self) -> u32 {
        self.n.unwrap_or(1)
    }

    /// Whether it asks for a stream.
    pub(super) fn streams(&self) -> bool {
        self.stream.unwrap_or(false)
    }

    /// Whether its stream shall end with the usage.
    pub(super) fn wants_usage(&self) -> bool {
        self.stream_options.as_ref().and_then(|options| options.include_usage).unwrap_or(false)
    }

    /// The most tokens of each answer.
    pub(super) fn max_output_tokens(&self) -> Option<u64> {
        self.max_completion_tokens.or(self.max_tokens)
    }

    /// The caller's `seed`, where it is a whole number that is not negative.
    pub(super) fn seed(&self) -> Option<u64> {
        self.seed.as_ref().and_then(Value::as_u64)
    }

    /// What ends an answer before its end.
    pub(super) fn stop_sequences(&self) -> &[String] {
        match &self.stop {
            None => &[],
            Some(Stop::One(one)) => std::slice::from_ref(one),
            Some(Stop::Several(several)) => several,
        }
    }

    /// The tool that it makes the model call: the named one, else the first, but none when a tool has just answered.
    pub(super) fn tool_to_call(&self) -> Result<Option<&Function>, String> {
        let tools = self.tools.as_deref().unwrap_or_default();
        let first = tools.first().map(|tool| &tool.function);
        match &self.tool_choice {
            Some(Value::Object(choice)) => {
                let name =
                    choice.get("function").and_then(|f| f.get("name")).and_then(Value::as_str).unwrap_or_default();
                let named = tools.iter().map(|tool| &tool.function).find(|function| function.name == name);
                named.map(Some).ok_or_else(|| format!("Tool choice '{name}' not found in 'tools' parameter."))
            }
            Some(Value::String(choice)) if choice == "none" => Ok(None),
            Some(Value::String(choice)) if choice == "required" => Ok(first),
            _ if self.messages.last().is_some_and(|message| message.role == "tool") => Ok(None),
            _ => Ok(first),
        }
    }

    /// The answer that it has begun itself: the text of a last message of the assistant.
    pub(super) fn begun(&self) -> Option<&str> {
        let last = self.messages.last().filter(|message| message.role == "assistant")?;
        match last.content.as_ref()? {
            Content::Text(text) => Some(text),
            Content::Parts(parts) => parts.iter().find_map(|part| part.text.as_deref()),
        }
    }

    /// The text of the user's last message.
    pub(super) fn last_user_text(&self) -> &str {
        let last = self.messages.iter().rev().find(|message| message.role == "user");
        match last.and_then(|message| message.content.as_ref()) {
            Some(Content::Text(text)) => text,
            Some(Content::Parts(parts)) => parts.iter().find_map(|part| part.text.as_deref()).unwrap_or_default(),
            None => "",
        }
    }
}
