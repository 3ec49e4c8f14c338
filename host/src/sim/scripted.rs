//! Providers that do what a scenario says, call by call; and what its callers ask and read.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::indoors::{Behaviour, Called, Conduct};

/// A call that a model got.
#[derive(Debug, Clone)]
pub struct Call {
    /// The provider's host, as requests address it.
    pub host: String,
    /// The model.
    pub model: String,
    /// When.
    pub at: Instant,
}

/// What the calls of a model are answered, in their order; the last holds for all that follow.
type Script = Vec<Behaviour>;

/// Providers by their hosts.
#[derive(Debug, Default)]
pub struct Scripted {
    scripts: BTreeMap<(String, String), Script>,
    calls: Mutex<Vec<Call>>,
}

impl Scripted {
    /// Adds a model of the provider at this host. Without a behaviour every call gets the default one.
    pub fn add(&mut self, host: &str, model: &str, script: Vec<Behaviour>) {
        self.scripts.insert((host.to_owned(), model.to_owned()), script);
    }

    /// The calls so far.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.locked().clone()
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Conduct for Scripted {
    fn is_at(&self, host: &str) -> bool {
        self.scripts.keys().any(|(known, _)| known == host)
    }

    fn next(&self, call: Called<'_>) -> Behaviour {
        let Called { host, model, .. } = call;
        let mut calls = self.locked();
        let number = calls.iter().filter(|call| call.host == host && call.model == model).count();
        calls.push(Call { host: host.to_owned(), model: model.to_owned(), at: Instant::now() });
        let script = self.scripts.get(&(host.to_owned(), model.to_owned()));
        script.and_then(|script| script.get(number).or(script.last())).cloned().unwrap_or_default()
    }
}

/// What a caller of a scenario asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// `model`.
    pub model: String,
    /// The text of the user's message.
    pub text: String,
    /// Whether a stream is asked for.
    pub stream: bool,
    /// The caller's limit on output tokens.
    pub max_output_tokens: Option<u64>,
    /// The caller's seed.
    pub seed: Option<u64>,
}

impl Question {
    /// The body of the request.
    #[must_use]
    pub fn body(&self) -> Bytes {
        let mut body = json!({
            "model": self.model,
            "messages": [{ "role": "user", "content": self.text }],
            "stream": self.stream,
        });
        if let Some(most) = self.max_output_tokens {
            body["max_completion_tokens"] = most.into();
        }
        if let Some(seed) = self.seed {
            body["seed"] = seed.into();
        }
        Bytes::from(body.to_string())
    }
}

/// What a caller can read of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The words of the model.
    pub text: String,
    /// The `code` of an error, in the body or in the stream.
    pub code: Option<String>,
}

/// Reads an answer as a caller's client does.
#[must_use]
pub fn read_answer(response: &Response<Bytes>) -> Told {
    let text = String::from_utf8_lossy(response.body());
    let values: Vec<Value> = match serde_json::from_str(&text) {
        Ok(whole) => vec![whole],
        Err(_) => {
            text.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data:")?.trim()).ok()).collect()
        }
    };
    let mut told = Told::default();
    for value in &values {
        for part in ["message", "delta"] {
            told.text.push_str(value["choices"][0][part]["content"].as_str().unwrap_or_default());
        }
        if let Some(code) = value["error"]["code"].as_str() {
            told.code = Some(code.to_owned());
        }
    }
    told
}
