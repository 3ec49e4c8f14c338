//! What providers really write: their errors and their usages, each with where it is documented or was reported
//! (`wordings/PROVIDER.json`), and what the gateway makes of it. Ids and accounts are shortened.

use bytes::Bytes;
use fingerpost::dialect::openai::answer;
use fingerpost::dialect::openai::failure::{from_answer, from_error_object};
use fingerpost::outcome::{Kind, Phase};
use fingerpost::usage_check::{Reckoned, check};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

/// What one provider writes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Provider {
    #[serde(skip)]
    name: String,
    #[serde(default)]
    errors: Vec<Error>,
    #[serde(default)]
    usages: Vec<Used>,
}

/// An error answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Error {
    source: String,
    status: u16,
    kind: String,
    /// The wait that it asks for, in whole milliseconds.
    wait_ms: Option<u64>,
    /// Whether it says as much without its status, within a stream.
    #[serde(default = "yes")]
    alone: bool,
    /// JSON, or a string for what is none.
    body: Value,
}

/// A usage, and the tokens that are settled by it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Used {
    source: String,
    tokens: (u64, u64),
    #[serde(default)]
    cached: u64,
    #[serde(default)]
    written: u64,
    #[serde(default)]
    reasoning: u64,
    doubt: Option<String>,
    usage: Value,
}

fn yes() -> bool {
    true
}

fn providers() -> Vec<Provider> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/suite/wordings");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the tables are there")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("it can be read");
        let provider = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Provider { name: path.file_stem().expect("it has a name").to_string_lossy().into(), ..provider }
    };
    files.iter().map(read).collect()
}

impl Error {
    fn body(&self) -> Bytes {
        self.body.as_str().map_or_else(|| self.body.to_string(), str::to_owned).into()
    }
}

#[test]
fn every_wording_has_its_source_and_enough_providers_have_enough_of_them() {
    let providers = providers();
    let all = || providers.iter().flat_map(|provider| &provider.errors);
    assert!(providers.iter().filter(|provider| provider.errors.len() >= 4).count() >= 15);
    let sources = all().map(|error| &error.source);
    let used = providers.iter().flat_map(|provider| &provider.usages).map(|usage| &usage.source);
    assert!(sources.chain(used).all(|source| source.starts_with("https://")));
    assert!(all().all(|error| Kind::ALL.iter().any(|kind| kind.as_str() == error.kind)));
    let overlong = |provider: &&Provider| provider.errors.iter().any(|error| error.kind == "context-length");
    assert!(providers.iter().filter(overlong).count() >= 20);
}

#[test]
fn errors_are_read_as_what_they_are() {
    let mut wrong = Vec::new();
    for provider in providers() {
        for error in &provider.errors {
            let status = StatusCode::from_u16(error.status).unwrap();
            let failure = from_answer(status, &HeaderMap::new(), &error.body());
            let wait = failure.retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap());
            if (failure.kind.as_str(), wait) != (&error.kind, error.wait_ms) {
                wrong.push(format!("{}: {} {wait:?} for {error:?}", provider.name, failure.kind.as_str()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn errors_within_a_stream_are_read_without_their_status() {
    let mut wrong = Vec::new();
    for provider in providers() {
        for error in provider.errors.iter().filter(|error| error.alone) {
            let failure = from_error_object(&error.body(), Phase::Stream);
            let wait = failure.retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap());
            // What only its status tells is an error within a stream, and no more.
            let is_told = failure.kind.as_str() == error.kind || error.kind == "invalid-request";
            if !is_told || error.kind != "invalid-request" && wait != error.wait_ms {
                wrong.push(format!("{}: {} {wait:?} for {error:?}", provider.name, failure.kind.as_str()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn callers_get_what_is_their_own_fault_in_openais_shape() {
    for provider in providers() {
        for error in &provider.errors {
            let status = StatusCode::from_u16(error.status).unwrap();
            let Some(original) = from_answer(status, &HeaderMap::new(), &error.body()).original else { continue };
            let given: Value = serde_json::from_slice(&original).unwrap();
            assert!(given["error"].is_object(), "{}: {given}", provider.name);
        }
    }
}

#[test]
fn usages_are_settled_by_what_they_mean() {
    for provider in providers() {
        for used in &provider.usages {
            let usage = answer::usage(json!({"usage": used.usage}).to_string().as_bytes()).expect("a usage");
            let reckoned = Reckoned { likely: 10, least: 1 };
            let checked = check(&usage, reckoned, reckoned);
            let tokens = checked.tokens;
            let parts = (tokens.parts.cached_input, tokens.parts.cache_write, tokens.parts.reasoning);
            assert_eq!((tokens.input, tokens.output), used.tokens, "{}: {used:?}", provider.name);
            assert_eq!(parts, (used.cached, used.written, used.reasoning), "{}: {used:?}", provider.name);
            assert_eq!(checked.doubt.map(|doubt| doubt.as_str()), used.doubt.as_deref(), "{}: {used:?}", provider.name);
        }
    }
}

/// Nobody has written these down; they are made up in the words that such errors have.
#[test]
fn a_prompt_that_is_too_long_is_known_in_words_that_nobody_has_written_down() {
    let kind = |status: u16, words: &str| {
        let body = Bytes::from(json!({"error": {"message": words}}).to_string());
        from_answer(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), &body).kind
    };
    for words in [
        "The number of tokens in your prompt (130000) is larger than the limit of 128000.",
        "Conversation has too many tokens: 9000 of at most 8192.",
        "Prompt length 9000 exceeds 8192.",
        "your messages are too long for this model",
        "Input tokens exceed the configured limit of 272000 tokens.",
        "Sequence length 40000 is greater than 32768",
        "token limit exceeded for this prompt",
    ] {
        assert_eq!(kind(400, words), Kind::ContextLength, "{words}");
    }
    for words in [
        "max_output_tokens exceeds the maximum of 8192 for this model",
        "The image is too large: 2000 tokens at most",
        "Too many messages: at most 2048",
        "Too many tools: at most 128 with 4096 tokens in total tokens",
        "Invalid value for temperature: at most 2",
        "File exceeds the maximum number of tokens",
        "user name too long",
        "stop sequence exceeds the maximum of 4 tokens",
    ] {
        assert_eq!(kind(400, words), Kind::InvalidRequest, "{words}");
    }
    assert_eq!(kind(429, "Too many tokens in your prompts this minute"), Kind::RateLimited);
    assert_eq!(kind(413, "payload too large"), Kind::TooLarge);
}
