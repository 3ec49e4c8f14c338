//! What is read of a body.

use super::*;

fn parse(text: &str) -> ChatRequest {
    ChatRequest::parse(text.as_bytes()).expect("a good request")
}

#[test]
fn the_places_of_values_are_those_in_the_body() {
    let body = r#"{ "messages":[{}], "model" : "r\u0031", "max_tokens": 7, "stream_options":{"include_usage":true}}"#;
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
fn a_null_stands_where_it_stands_and_the_greater_limit_counts() {
    let request =
        parse(r#"{"model":"m","messages":[{}],"stream_options":null,"max_tokens":9,"max_completion_tokens":2}"#);
    assert!(request.stream_options_at.is_some() && !request.include_usage);
    assert_eq!(request.max_output_tokens, Some(9));
}

#[test]
fn what_may_be_continued_is_told_by_choices_log_probabilities_and_sound() {
    assert!(parse(r#"{"model":"m","messages":[{}]}"#).is_resumable);
    for more in [r#""n":2"#, r#""logprobs":true"#, r#""audio":{"voice":"x"}"#] {
        assert!(!parse(&format!(r#"{{"model":"m","messages":[{{}}],{more}}}"#)).is_resumable, "{more}");
    }
    let request = parse(r#"{"model":"m","messages":[{"role":"assistant"}],"stop":["a","b"],"stream":false}"#);
    assert_eq!((request.stops.len(), request.ends_with_assistant), (2, true));
    assert_eq!(parse(r#"{"model":"m","messages":[{}],"stop":"END"}"#).stops, ["END"]);
}

#[test]
fn a_conversation_has_a_name_in_one_of_two_shapes_and_anything_else_is_let_through() {
    let named = |field: &str| {
        let request = parse(&format!(r#"{{"model":"m","messages":[{{}}],{field}}}"#));
        (request.conversation, request.prompt_cache_key)
    };
    assert_eq!(named(r#""conversation":"c\u0031""#), (Some("c1".into()), None));
    assert_eq!(
        named(r#""conversation":{"id":"c2","x":[]},"prompt_cache_key":"k""#),
        (Some("c2".into()), Some("k".into()))
    );
    assert_eq!(named(r#""conversation":{"id":7},"prompt_cache_key":["k"]"#), (None, None));
}

#[test]
fn a_long_model_is_refused_before_a_policy_sees_it() {
    let body = format!(r#"{{"model":"{}","messages":[{{}}]}}"#, "x".repeat(300));
    assert_eq!(ChatRequest::parse(body.as_bytes()).expect_err("too long").code, "invalid_value");
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
        (r#"{"model":"a","messages":[{}],"Model":"dear"}"#, "invalid_json"),
        (r#"{"model":"a","messages":[{}],"max_tokens":-1}"#, "invalid_type"),
        (r#"{"model":"a","messages":[{}],"max_tokens":1.5}"#, "invalid_type"),
    ] {
        assert_eq!(ChatRequest::parse(body.as_bytes()).expect_err(body).code, code, "{body}");
    }
}
