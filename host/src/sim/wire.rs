//! OpenAI's JSON as a simulated provider writes it: completions, chunks, errors and the list of models. It decides
//! nothing; what to say comes from `answer.rs`.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::SimModel;
use super::answer::{Answer, Form};

/// What the objects of one answer have in common.
#[derive(Debug)]
pub(super) struct Envelope {
    id: String,
    created: u64,
    model: String,
}

/// What an answer costs in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) input_tokens: u64,
    pub(super) output_tokens: u64,
}

/// An error in OpenAI's shape.
#[derive(Debug)]
pub(super) struct ErrorBody<'a> {
    pub(super) message: &'a str,
    pub(super) kind: &'a str,
    pub(super) param: Option<&'a str>,
    pub(super) code: Option<&'a str>,
}

impl Envelope {
    pub(super) fn new(number: u64, model: &str) -> Self {
        Self { id: format!("chatcmpl-sim{number:016x}"), created: unix_seconds(), model: model.to_owned() }
    }

    /// The answer to a plain request.
    pub(super) fn completion(&self, answers: &[Answer], usage: Usage) -> Value {
        let choices: Vec<Value> = answers
            .iter()
            .enumerate()
            .map(|(index, answer)| {
                json!({"index": index, "message": message(answer), "logprobs": null, "finish_reason": answer.finish_reason()})
            })
            .collect();
        json!({
            "id": self.id, "object": "chat.completion", "created": self.created, "model": self.model,
            "choices": choices, "usage": usage.to_json(), "service_tier": "default", "system_fingerprint": "fp_sim",
        })
    }

    /// A chunk with one choice; `usage` is null where the caller asked for the usage, else absent, as at OpenAI.
    pub(super) fn chunk(&self, index: usize, delta: &Value, finish_reason: Option<&str>, wants_usage: bool) -> Value {
        let choice = json!({"index": index, "delta": delta, "logprobs": null, "finish_reason": finish_reason});
        self.any_chunk(&json!([choice]), wants_usage.then_some(Value::Null))
    }

    /// The chunk with the usage and without a choice.
    pub(super) fn usage_chunk(&self, usage: Usage) -> Value {
        self.any_chunk(&json!([]), Some(usage.to_json()))
    }

    fn any_chunk(&self, choices: &Value, usage: Option<Value>) -> Value {
        let mut chunk = json!({
            "id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": self.model,
            "service_tier": "default", "system_fingerprint": "fp_sim", "choices": choices,
        });
        if let Some(usage) = usage {
            chunk["usage"] = usage;
        }
        chunk
    }
}

impl Usage {
    fn to_json(self) -> Value {
        json!({
            "prompt_tokens": self.input_tokens, "completion_tokens": self.output_tokens,
            "total_tokens": self.input_tokens + self.output_tokens,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0,
                "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0},
        })
    }
}

impl ErrorBody<'_> {
    pub(super) fn to_json(&self) -> Value {
        json!({"error": {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}})
    }
}

/// What `GET /v1/models` answers.
pub(super) fn models(owner: &str, models: &[SimModel]) -> Value {
    let list: Vec<Value> = models.iter().map(|model| self::model(owner, model)).collect();
    json!({"object": "list", "data": list})
}

fn model(owner: &str, model: &SimModel) -> Value {
    json!({"id": model.name, "object": "model", "created": unix_seconds(), "owned_by": owner})
}

/// The delta that opens a choice.
pub(super) fn opening_delta(form: &Form) -> Value {
    match form {
        Form::Text => json!({"role": "assistant", "content": "", "refusal": null}),
        Form::ToolCall { id, name } => json!({"role": "assistant", "content": null, "tool_calls": [
            {"index": 0, "id": id, "type": "function", "function": {"name": name, "arguments": ""}}]}),
    }
}

/// The delta with one token.
pub(super) fn token_delta(form: &Form, token: &str) -> Value {
    match form {
        Form::Text => json!({"content": token}),
        Form::ToolCall { .. } => json!({"tool_calls": [{"index": 0, "function": {"arguments": token}}]}),
    }
}

fn message(answer: &Answer) -> Value {
    match &answer.form {
        Form::Text => json!({"role": "assistant", "content": answer.joined(), "refusal": null, "annotations": []}),
        Form::ToolCall { id, name } => json!({"role": "assistant", "content": null, "refusal": null, "tool_calls": [
            {"id": id, "type": "function", "function": {"name": name, "arguments": answer.joined()}}]}),
    }
}

fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
