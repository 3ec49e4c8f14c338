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

/// The code, the field and the message of a refusal.
fn refused(body: &str) -> (String, Option<&'static str>, String) {
    let error = ChatRequest::parse(body.as_bytes()).expect_err(body);
    (error.code.into_owned(), error.param, error.message.into_owned())
}

#[test]
fn a_message_that_is_no_object_is_refused_with_its_place_and_what_it_is() {
    for (messages, place) in [
        (r#"[["user","hi"]]"#, "`messages[0]` must be an object with `role` and `content`, and is a list."),
        (r#"[{"role":"user"},"hi"]"#, "`messages[1]` must be an object with `role` and `content`, and is a string."),
        ("[{},[]]", "`messages[1]` must be"),
        ("[null]", "and is null."),
        ("[7]", "and is a number."),
        (r#"{"role":"user"}"#, "`messages` must be a list of objects, and is an object."),
        (r#"[{"role":7}]"#, "`messages[0]` cannot be read: invalid type: integer `7`, expected a string"),
    ] {
        let (code, param, message) = refused(&format!(r#"{{"model":"m","messages":{messages}}}"#));
        assert_eq!((&*code, param), ("invalid_type", Some("messages")));
        assert!(message.contains(place), "{message}");
    }
}

#[test]
fn a_list_is_no_object_wherever_one_belongs() {
    let (code, param, message) = refused(r#"{"model":"m","messages":[{}],"stream_options":[true]}"#);
    assert_eq!((&*code, param), ("invalid_type", Some("stream_options")));
    assert!(message.ends_with("and is a list."), "{message}");
    let request = parse(
        r#"{"model":"m","messages":[{"content":[["image_url"]]}],"response_format":["json_schema"],"conversation":["c"]}"#,
    );
    assert_eq!((request.needs.len(), request.images, request.conversation), (0, 0, None));
}

#[test]
fn a_number_too_large_is_told_as_that_with_its_field() {
    for (field, number, most) in [
        ("max_tokens", "1e400", "4294967295"),
        ("max_tokens", "99999999999999999999", "4294967295"),
        ("max_completion_tokens", "4294967296", "4294967295"),
        ("n", "1e9", "128"),
        ("n", "129", "128"),
        ("temperature", "1e400", "3.4e38"),
        ("top_p", "1e39", "3.4e38"),
        ("seed", "9223372036854775808", "9223372036854775807"),
        ("seed", "1e30", "9223372036854775807"),
    ] {
        let (code, param, message) = refused(&format!(r#"{{"model":"m","messages":[{{}}],"{field}":{number}}}"#));
        assert_eq!((&*code, param), ("invalid_value", Some(field)), "{number}");
        assert_eq!(message, format!("`{field}` is too large: at most {most}."));
    }
    let (_, _, message) = refused(r#"{"model":"m","messages":[{}],"seed":-9223372036854775809}"#);
    assert_eq!(message, "`seed` is too small: at least -9223372036854775807.");
}

#[test]
fn numbers_that_can_be_held_are_the_providers_to_judge() {
    for more in [
        r#""temperature":1e38,"top_p":-3,"seed":-9223372036854775808,"top_logprobs":9223372036854775807"#,
        r#""temperature":"hot","seed":1.5,"presence_penalty":null,"frequency_penalty":[1e400]"#,
        r#""max_tokens":4294967295,"n":128,"max_completion_tokens":null"#,
    ] {
        parse(&format!(r#"{{"model":"m","messages":[{{}}],{more}}}"#));
    }
}

#[test]
fn what_has_another_type_is_told_what_it_is() {
    for (field, what) in [
        (r#""max_tokens":"12""#, "`max_tokens` must be a whole number, and is a string."),
        (r#""max_tokens":1.5"#, "`max_tokens` must be a whole number, and is a number with a fraction or an exponent."),
        (r#""n":-1"#, "`n` must be a whole number, and is a negative number."),
        (r#""stream":1"#, "`stream` must be true or false, and is a number."),
        (r#""user":{}"#, "`user` must be a string, and is an object."),
    ] {
        assert_eq!(refused(&format!(r#"{{"model":"m","messages":[{{}}],{field}}}"#)).2, what);
    }
}

#[test]
fn what_is_no_json_is_told_where_it_goes_wrong() {
    assert!(refused(" \r\n").2.contains("is empty"));
    assert!(refused("{\"model\": \"m\",\n \"messages\": [}").2.ends_with("at line 2 column 15."));
    assert!(refused(r#"{"temperature": NaN}"#).2.contains("at line 1 column 17"));
}
