//! The few changes that a body undergoes on its way upstream, spliced into the caller's own bytes: `model`, whether
//! it is to be a stream, usage in streams, a lower limit on output. Everything else arrives as it was sent.

use std::ops::Range;

use bytes::Bytes;

use super::request::ChatRequest;
use crate::config::{OutputLimitField, PrefillForm};

/// What to change.
#[derive(Debug, Clone, Copy)]
pub struct Changes<'a> {
    /// The provider's name of the model.
    pub model: &'a str,
    /// Ask for a stream where the caller wants none.
    pub as_stream: bool,
    /// Ask for usage at the end of a stream.
    pub ask_usage: bool,
    /// The beginning of the answer, in the form that this target takes it.
    pub prefill: Option<(&'a str, PrefillForm)>,
    /// A lower limit on output tokens.
    pub max_output_tokens: Option<u32>,
    /// The field that this target reads the limit from.
    pub output_limit: OutputLimitField,
}

/// The body for this target: one allocation, one copy.
#[must_use]
pub fn apply(body: &Bytes, request: &ChatRequest, changes: &Changes<'_>) -> Bytes {
    let mut edits: Vec<(Range<usize>, String)> = vec![(request.model_at.clone(), quoted(changes.model))];
    let mut added = String::new();
    match &request.stream_at {
        _ if request.stream => {}
        Some(at) if changes.as_stream => edits.push((at.clone(), "true".into())),
        None if changes.as_stream => added.push_str(r#""stream":true,"#),
        // Some servers stream unless they are told not to.
        Some(at) if &body[at.clone()] == b"null" => edits.push((at.clone(), "false".into())),
        None => added.push_str(r#""stream":false,"#),
        Some(_) => {}
    }
    if let Some((text, form)) = changes.prefill {
        prefill(request, text, form, &mut edits, &mut added);
    }
    if changes.ask_usage && (request.stream || changes.as_stream) && !request.include_usage {
        match &request.stream_options_at {
            Some(at) => edits.push((at.clone(), with_usage(&body[at.clone()]))),
            None => added.push_str(r#""stream_options":{"include_usage":true},"#),
        }
    }
    if let Some(limit) = changes.max_output_tokens {
        limit_output(body, request, limit, changes.output_limit, &mut edits, &mut added);
    }
    edits.extend(older_name(body, request, changes.output_limit).map(|at| (at, r#""max_completion_tokens""#.into())));
    splice(body, edits, &added)
}

/// The body for an answer that nobody waits for: the same request without a stream.
#[must_use]
pub fn without_stream(body: &Bytes, request: &ChatRequest) -> Bytes {
    if !request.stream {
        return body.clone();
    }
    let stream = request.stream_at.iter().map(|at| (at.clone(), "false".to_owned()));
    // Providers refuse options of a stream where there is none; `null` is what OpenAI's own description allows.
    let options = request.stream_options_at.iter().map(|at| (at.clone(), "null".to_owned()));
    splice(body, stream.chain(options).collect(), "")
}

/// Adds the beginning of the answer as the assistant's last message.
/// Sources: Mistral and DeepSeek, chat prefix completion (`prefix`); vLLM, chat completions, extra parameters
/// (`continue_final_message`, `add_generation_prompt`); OpenRouter, assistant prefill (a plain last message).
fn prefill(
    request: &ChatRequest,
    text: &str,
    form: PrefillForm,
    edits: &mut Vec<(Range<usize>, String)>,
    added: &mut String,
) {
    let mut message = serde_json::json!({"role": "assistant", "content": text});
    match form {
        PrefillForm::Assistant => {}
        PrefillForm::Prefix => message["prefix"] = true.into(),
        PrefillForm::ContinueFinalMessage => {
            added.push_str(r#""continue_final_message":true,"add_generation_prompt":false,"#);
        }
    }
    // There is at least one message, and the value is a list: its last byte is the bracket.
    let end = request.messages_at.end - 1;
    edits.push((end..end, format!(",{message}")));
}

/// Lowers whichever limit the caller sent; adds the target's own field where it sent none.
fn limit_output(
    body: &[u8],
    request: &ChatRequest,
    limit: u32,
    field: OutputLimitField,
    edits: &mut Vec<(Range<usize>, String)>,
    added: &mut String,
) {
    let places = [&request.max_tokens_at, &request.max_completion_tokens_at];
    if places.iter().all(|place| place.is_none()) {
        let name = match field {
            OutputLimitField::MaxTokens => "max_tokens",
            OutputLimitField::MaxCompletionTokens => "max_completion_tokens",
        };
        added.push_str(&format!(r#""{name}":{limit},"#));
        return;
    }
    let lower =
        |place: &Range<usize>| serde_json::from_slice::<u32>(&body[place.clone()]).map_or(limit, |own| own.min(limit));
    edits.extend(places.into_iter().flatten().map(|place| (place.clone(), lower(place).to_string())));
}

/// Where the name `max_tokens` stands, if it is to become the target's own field: a limit in a field that the target does
/// not read is none. Only in this direction, since a target has to be told to want the newer field.
fn older_name(body: &[u8], request: &ChatRequest, field: OutputLimitField) -> Option<Range<usize>> {
    const OLDER: &[u8] = b"\"max_tokens\"";
    let is_only = field == OutputLimitField::MaxCompletionTokens && request.max_completion_tokens_at.is_none();
    let value = request.max_tokens_at.as_ref().filter(|_| is_only)?;
    let before = body[..value.start].trim_ascii_end().strip_suffix(b":")?.trim_ascii_end();
    before.ends_with(OLDER).then(|| before.len() - OLDER.len()..before.len())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The caller's stream options with usage asked for; other options stay.
fn with_usage(options: &[u8]) -> String {
    let mut options: serde_json::Value = serde_json::from_slice(options).unwrap_or_default();
    match options.as_object_mut() {
        Some(options) => drop(options.insert("include_usage".into(), true.into())),
        None => options = serde_json::json!({ "include_usage": true }),
    }
    options.to_string()
}

/// Replaces the ranges and puts `added` behind the opening brace.
fn splice(body: &[u8], mut edits: Vec<(Range<usize>, String)>, added: &str) -> Bytes {
    edits.sort_unstable_by_key(|(range, _)| range.start);
    let growth: usize = edits.iter().map(|(_, text)| text.len()).sum();
    let mut out = Vec::with_capacity(body.len() + growth + added.len());
    let mut copied = 0;
    if !added.is_empty() {
        // A request has at least `model`, so the comma at the end of what is added is never the last thing.
        copied = memchr::memchr(b'{', body).map_or(0, |brace| brace + 1);
        out.extend_from_slice(&body[..copied]);
        out.extend_from_slice(added.as_bytes());
    }
    for (range, text) in edits {
        out.extend_from_slice(&body[copied..range.start]);
        out.extend_from_slice(text.as_bytes());
        copied = range.end;
    }
    out.extend_from_slice(&body[copied..]);
    Bytes::from(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(body: &'static str, max_output_tokens: Option<u32>) -> String {
        let request = ChatRequest::parse(body.as_bytes()).expect("a good request");
        let changes = Changes {
            model: "gpt \"x\"",
            as_stream: false,
            ask_usage: true,
            prefill: None,
            max_output_tokens,
            output_limit: OutputLimitField::MaxCompletionTokens,
        };
        let bytes = apply(&Bytes::from_static(body.as_bytes()), &request, &changes);
        String::from_utf8(bytes.to_vec()).expect("UTF-8")
    }

    #[test]
    fn a_plain_request_names_the_targets_model_and_says_that_it_is_none_for_a_stream() {
        for stream in [r#""stream": false, "#, r#""stream": null, "#, ""] {
            let body = format!(r#"{{{stream}"unknown": [1e400, "\u00e9"], "model": "r", "messages":[{{}}] }}"#);
            let expected = body.replace(r#""r""#, r#""gpt \"x\"""#).replace("null", "false");
            let expected = if stream.is_empty() { expected.replacen('{', r#"{"stream":false,"#, 1) } else { expected };
            assert_eq!(edited(body.leak(), None), expected);
        }
    }

    #[test]
    fn a_stream_is_asked_for_its_usage_and_keeps_its_other_options() {
        let added = edited(r#" {"model":"r","stream":true,"messages":[{}]}"#, None);
        assert!(added.starts_with(r#" {"stream_options":{"include_usage":true},"model""#), "{added}");
        let kept = edited(r#"{"model":"r","stream":true,"stream_options":{"a":1},"messages":[{}]}"#, None);
        assert!(kept.contains(r#""stream_options":{"a":1,"include_usage":true}"#), "{kept}");
    }

    #[test]
    fn the_beginning_of_an_answer_becomes_the_last_message_in_the_targets_own_form() {
        let body = r#"{"model":"r","messages":[{"role":"user"} ] }"#;
        let request = ChatRequest::parse(body.as_bytes()).expect("a good request");
        let with = |form| {
            let changes = Changes {
                model: "m",
                as_stream: true,
                ask_usage: true,
                prefill: Some(("so \"far\"", form)),
                max_output_tokens: None,
                output_limit: OutputLimitField::MaxTokens,
            };
            let bytes = apply(&Bytes::from_static(body.as_bytes()), &request, &changes);
            serde_json::from_slice::<serde_json::Value>(&bytes).expect("JSON")
        };
        let plain = with(PrefillForm::Assistant);
        assert_eq!(plain["messages"][1], serde_json::json!({"role": "assistant", "content": "so \"far\""}));
        assert_eq!((&plain["stream"], &plain["stream_options"]["include_usage"]), (&true.into(), &true.into()));
        assert_eq!(with(PrefillForm::Prefix)["messages"][1]["prefix"], true);
        assert_eq!(with(PrefillForm::ContinueFinalMessage)["add_generation_prompt"], false);
    }

    #[test]
    fn a_limit_stands_in_the_field_that_the_target_reads() {
        let renamed = edited(r#"{"model":"r","max_tokens" : 50,"messages":[{}]}"#, None);
        assert!(renamed.contains(r#""max_completion_tokens" : 50"#) && !renamed.contains("max_tokens"), "{renamed}");
        assert!(
            edited(r#"{"model":"r","max_tokens":50,"messages":[{}]}"#, Some(20)).contains(r#"_completion_tokens":20"#)
        );
    }

    #[test]
    fn an_output_limit_is_lowered_and_never_raised() {
        let both = r#"{"model":"r","max_tokens":50,"max_completion_tokens":50,"messages":[{}]}"#;
        assert!(edited(both, Some(20)).contains(r#""max_tokens":20,"max_completion_tokens":20"#));
        assert!(edited(r#"{"model":"r","max_completion_tokens":5,"messages":[{}]}"#, Some(20)).contains("tokens\":5"));
        let unlike = edited(r#"{"model":"r","max_tokens":5,"max_completion_tokens":99,"messages":[{}]}"#, Some(20));
        assert!(unlike.contains(r#""max_tokens":5,"max_completion_tokens":20"#), "{unlike}");
        assert!(
            edited(r#"{"model":"r","messages":[{}]}"#, Some(20))
                .starts_with(r#"{"stream":false,"max_completion_tokens":20,"#)
        );
    }
}
