//! Chunks, right and odd, and what they make of a stream.

use super::*;

#[test]
fn roles_nulls_and_empty_strings_are_no_content() {
    let mut progress = Progress::new(1);
    for delta in [r#"{"role":"assistant","content":""}"#, r#"{"content":null,"tool_calls":[]}"#, "{}"] {
        let data = format!(r#"{{"choices":[{{"index":0,"delta":{delta}}}]}}"#);
        assert_eq!(progress.observe(data.as_bytes()), Ok(Kind::Other), "{delta}");
    }
    assert_eq!(progress.observe(br#"{"choices":[{"index":0,"delta":{"reasoning":"hm"}}]}"#), Ok(Kind::Content));
}

#[test]
fn it_is_complete_when_every_choice_has_ended() {
    let mut progress = Progress::new(2);
    progress.observe(br#"{"choices":[{"index":1,"finish_reason":"stop"}]}"#).expect("good");
    assert!(!progress.is_complete());
    progress.observe(br#"{"choices":[{"index":0,"finish_reason":"length"}]}"#).expect("good");
    assert!(progress.is_complete() && !progress.is_empty());
}

#[test]
fn the_providers_own_end_ends_those_choices_that_began() {
    let mut progress = Progress::new(2);
    progress.observe(br#"{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}"#).expect("good");
    assert!(progress.may_be_done() && !progress.is_complete());
    progress.observe(br#"{"choices":[{"index":1,"delta":{"role":"assistant"}}]}"#).expect("good");
    assert!(!progress.may_be_done());
}

#[test]
fn errors_unknown_endings_and_strange_choices_are_faults() {
    for data in [
        &br#"{"error":{"message":"overloaded"}}"#[..],
        br#"{"choices":[{"index":0,"finish_reason":"error"}]}"#,
        br#"{"choices":[{"index":1,"delta":{"content":"x"}}]}"#,
        b"{\"choices\":[",
        br#"[null,null,null,[]]"#,
        br#"{"choices":[[0,null,{"content":"x"}]]}"#,
        br#"{"choices":[{"index":0,"delta":["x"]}]}"#,
    ] {
        assert!(Progress::new(1).observe(data).is_err(), "{}", String::from_utf8_lossy(data));
    }
}

#[test]
fn what_cannot_carry_a_part_of_the_answer_is_skipped() {
    let mut progress = Progress::new(1);
    for data in [&br#"{"type":"ping"}"#[..], b"", b"  "] {
        assert_eq!(progress.observe(data), Ok(Kind::Nothing), "{}", String::from_utf8_lossy(data));
    }
    progress.observe(br#"{"choices":[{"index":0,"finish_reason":"stop"}]}"#).expect("good");
    assert_eq!(progress.observe(b"{\"choices\":["), Ok(Kind::Nothing));
    assert_eq!(progress.observe(b"[DONE] "), Ok(Kind::Done));
}

#[test]
fn a_chunk_with_usage_and_no_choice_is_known_as_such() {
    let mut progress = Progress::new(1);
    let data = br#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}"#;
    assert_eq!(progress.observe(data), Ok(Kind::UsageOnly));
    assert_eq!(progress.usage, Some(Usage { total: Some(7), ..Usage::plain(3, 4) }));
}

#[test]
fn usage_is_found_where_vendors_put_it_and_never_a_reason_to_refuse_a_chunk() {
    for chunk in [
        r#"{"choices":[],"x_groq":{"id":"req_1","usage":{"prompt_tokens":3,"completion_tokens":4}}}"#,
        r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":3,"completion_tokens":4}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"content":"x"}}],"usage":{"prompt_tokens":3,"completion_tokens":4}}"#,
    ] {
        let mut progress = Progress::new(1);
        progress.observe(chunk.as_bytes()).expect("a good chunk");
        assert_eq!(progress.usage, Some(Usage::plain(3, 4)), "{chunk}");
    }
    for usage in ["[]", "\"none\"", r#"{"completion_tokens":-35}"#, "1e999", "{\"a\":1,\"a\":2}"] {
        let chunk = format!(r#"{{"choices":[{{"index":0,"delta":{{"content":"x"}}}}],"usage":{usage},"x_groq":7}}"#);
        assert_eq!(Progress::new(1).observe(chunk.as_bytes()), Ok(Kind::Content), "{usage}");
    }
}

/// How a stream of one choice stands after these choices of chunks.
fn after(choices: &[&str]) -> Progress {
    let mut progress = Progress::new(1);
    for choice in choices {
        let data = format!(r#"{{"choices":[{{"index":0,{choice}}}]}}"#);
        progress.observe(data.as_bytes()).expect(choice);
    }
    progress
}

const WORD: &str = r#""delta":{"content":"a"}"#;
const LAST_WORD: &str = r#""delta":{"content":"a"},"finish_reason":"stop""#;
const END: &str = r#""delta":{},"finish_reason":"stop""#;

#[test]
fn content_behind_a_finish_reason_takes_the_answer_back() {
    for (choices, standing) in [
        (&[WORD][..], Standing::Open),
        (&[WORD, END], Standing::Firm),
        (&[LAST_WORD], Standing::Loose),
        (&[LAST_WORD, END], Standing::Firm),
        (&[LAST_WORD, LAST_WORD], Standing::Doubted),
        (&[WORD, END, WORD], Standing::Open),
        (&[WORD, END, LAST_WORD], Standing::Doubted),
        (&[WORD, END, WORD, END], Standing::Firm),
        (&[WORD, END, r#""delta":{"role":"assistant","content":""}"#], Standing::Firm),
        (&[WORD, END, r#""delta":{"images":["x"]}"#], Standing::Open),
        (&[END], Standing::Loose),
    ] {
        let progress = after(choices);
        assert_eq!(progress.standing(), standing, "{choices:?}");
        assert_eq!(progress.may_be_done(), choices != [WORD], "{choices:?}");
    }
}

#[test]
fn the_usage_behind_an_answer_says_that_it_is_over() {
    let mut progress = after(&[LAST_WORD]);
    for usage in [r#"{"choices":[],"usage":[]}"#, r#"{"choices":[],"usage":{"prompt_tokens":-35}}"#] {
        progress.observe(usage.as_bytes()).expect(usage);
    }
    assert_eq!(progress.standing(), Standing::Firm);
    assert_eq!(progress.observe(br#"{"choices":null,"usage":{"prompt_tokens":1}}"#), Ok(Kind::UsageOnly));
}

#[test]
fn what_cannot_be_read_behind_an_answer_is_skipped_unless_the_answer_may_go_on() {
    assert_eq!(after(&[LAST_WORD]).observe(b"{\"choices\":["), Ok(Kind::Nothing));
    assert!(after(&[LAST_WORD, LAST_WORD]).observe(b"{\"choices\":[").is_err());
    for error in [
        &br#"{"error":{"message":"x"}}"#[..],
        br#"[{"error":{"message":"x"}}]"#,
        br#"{"choices":[{"finish_reason":"error"}]}"#,
    ] {
        assert!(after(&[WORD, END]).observe(error).is_err());
    }
}

#[test]
fn odd_shapes_of_what_describes_a_chunk_harm_nothing() {
    for choice in [
        r#"{"index":null,"delta":{"content":"a"},"finish_reason":"null"}"#,
        r#"{"index":"0","delta":{"content":"a"},"finish_reason":""}"#,
        r#"{"index":0.0,"delta":{"content":"a"},"finish_reason":false}"#,
        r#"{"delta":{"content":"","content":"a"},"finish_reason":"None"}"#,
        r#"{"delta":null,"message":{"content":"a"}}"#,
    ] {
        let mut progress = Progress::new(1);
        let data = format!(r#"{{"id":7,"created":1.5,"error":{{}},"usage":"","choices":[{choice}]}}"#);
        assert_eq!(progress.observe(data.as_bytes()), Ok(Kind::Content), "{choice}");
        assert!(!progress.is_complete(), "{choice}");
    }
    for delta in ["[]", "null", "\"\"", "false"] {
        let data = format!(r#"{{"choices":[{{"delta":{delta}}}]}}"#);
        assert_eq!(Progress::new(1).observe(data.as_bytes()), Ok(Kind::Other), "{delta}");
    }
}

#[test]
fn choices_without_a_number_have_that_of_their_place() {
    let mut progress = Progress::new(2);
    let data = br#"{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"},{"delta":{"content":"b"}}]}"#;
    progress.observe(data).expect("a good chunk");
    assert!(!progress.is_complete());
    progress.observe(br#"{"choices":[{"index":1,"finish_reason":"stop"}]}"#).expect("a good chunk");
    assert!(progress.is_complete());
}

#[test]
fn what_misleads_clients_is_told_with_its_place() {
    let edits = |data: &str| {
        let mut progress = Progress::new(1);
        progress.observe(data.as_bytes()).expect("a good chunk");
        progress.edits.iter().map(|edit| (data[edit.at.clone()].to_owned(), edit.with)).collect::<Vec<_>>()
    };
    let one = |place: &str, with| vec![(place.to_owned(), with)];
    assert_eq!(edits(r#"{"choices":[{"finish_reason":"sensitive"}]}"#), one("\"sensitive\"", "\"content_filter\""));
    assert_eq!(edits(r#"{"choices":[{"finish_reason":"null"}]}"#), one("\"null\"", "null"));
    assert_eq!(edits(r#"{"error":{},"choices":[]}"#), one("{}", "null"));
    assert_eq!(edits("\u{feff}{\"choices\":[]}"), one("\u{feff}", ""));
    assert_eq!(edits(r#"{"choices":[{"finish_reason":"who knows"}]}"#), []);
}
