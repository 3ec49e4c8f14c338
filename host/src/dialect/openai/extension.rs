//! The gateway's own field in what callers get: `fingerpost`, an object that clients which do not know it pass over. All
//! bytes around it stay as they are.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::finale::with_facts;
use crate::dialect::sse::Splitter;

/// The field.
const FIELD: &str = "fingerpost";

/// Puts facts into the field of an object that is read already, beside those that are there.
pub(super) fn merge(object: &mut Map<String, Value>, facts: &Map<String, Value>) {
    let extension = object.entry(FIELD).or_insert_with(|| Map::new().into());
    match extension.as_object_mut() {
        Some(known) => known.extend(facts.clone()),
        None => *extension = facts.clone().into(),
    }
}

/// A plain answer, or an error, with these facts in the field. What is no object stays as it is.
#[must_use]
pub fn in_object(body: &Bytes, facts: &Map<String, Value>) -> Bytes {
    let trimmed = body.trim_ascii_end();
    let Some(open) = trimmed.strip_suffix(b"}").filter(|_| trimmed.trim_ascii_start().starts_with(b"{")) else {
        return body.clone();
    };
    if memchr::memmem::find(trimmed, b"\"fingerpost\"").is_some() {
        // The provider may be a gateway like this one; a field twice would be no JSON that everybody reads alike.
        let Ok(Value::Object(mut object)) = serde_json::from_slice(trimmed) else { return body.clone() };
        merge(&mut object, facts);
        return Value::Object(object).to_string().into();
    }
    let comma: &[u8] = if open.trim_ascii().ends_with(b"{") && open.trim_ascii().len() == 1 { b"" } else { b"," };
    let field = format!("\"{FIELD}\":{}}}", json!(facts));
    [open, comma, field.as_bytes(), &body[trimmed.len()..]].concat().into()
}

/// A piece of a stream that was made without these facts, with them where the piece ends the stream: in its last chunk or
/// its error; or, where `[DONE]` comes alone, in a chunk of their own before it. Any other piece stays as it is. `id`,
/// `created` (seconds since the Unix epoch) and `model` are those of that chunk.
#[must_use]
pub fn at_end(piece: &Bytes, facts: &Map<String, Value>, (id, created, model): (&str, u64, &str)) -> Bytes {
    let may_end = |word: &[u8]| memchr::memmem::find(piece, word).is_some();
    if !may_end(b"[DONE]") && !may_end(b"\"error\"") {
        return piece.clone();
    }
    let (mut ends, mut has_chunk) = (false, false);
    let mut splitter = Splitter::default();
    splitter.push(piece.clone());
    while let Some(event) = splitter.next_event() {
        let Some(data) = splitter.data(&event) else { continue };
        match serde_json::from_slice::<Map<String, Value>>(&data) {
            Ok(chunk) => (ends, has_chunk) = (ends || chunk.contains_key("error"), true),
            Err(_) => ends = ends || data.trim_ascii() == b"[DONE]",
        }
    }
    if !ends {
        return piece.clone();
    }
    if has_chunk {
        return with_facts(std::slice::from_ref(piece), facts);
    }
    let chunk = json!({"id": id, "object": "chat.completion.chunk", "created": created, "model": model, "choices": [],
        FIELD: facts});
    [format!("data: {chunk}\n\n").as_bytes(), piece].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Map<String, Value> {
        Map::from_iter([("a".to_owned(), Value::from(1))])
    }

    #[test]
    fn every_other_byte_of_an_answer_stays_as_it_was() {
        for (body, told) in [
            ("{ \"x\": 1.0e2 ,\"y\":[] }\n", "{ \"x\": 1.0e2 ,\"y\":[] ,\"fingerpost\":{\"a\":1}}\n"),
            ("{}", "{\"fingerpost\":{\"a\":1}}"),
            (" { } ", " { \"fingerpost\":{\"a\":1}} "),
            ("{\"x\":{}}", "{\"x\":{},\"fingerpost\":{\"a\":1}}"),
            ("{\"fingerpost\":{\"b\":2},\"x\":1}", "{\"fingerpost\":{\"b\":2,\"a\":1},\"x\":1}"),
            ("{\"fingerpost\":7}", "{\"fingerpost\":{\"a\":1}}"),
            ("[1]", "[1]"),
            ("no JSON", "no JSON"),
            ("", ""),
        ] {
            assert_eq!(in_object(&Bytes::from(body), &facts()), told, "{body}");
        }
    }

    #[test]
    fn only_the_end_of_a_stream_tells_the_facts() {
        let told = |piece: &str| {
            String::from_utf8(at_end(&Bytes::from(piece.to_owned()), &facts(), ("i", 2, "m")).to_vec()).unwrap()
        };
        let middle = "data: {\"choices\":[{\"delta\":{\"content\":\"[DONE] \\\"error\\\"\"}}]}\n\n";
        assert_eq!(told(middle), middle);
        let end = told("data: {\"choices\":[1]}\n\ndata: [DONE]\n\n");
        assert_eq!(end, "data: {\"choices\":[1],\"fingerpost\":{\"a\":1}}\n\ndata: [DONE]\n\n");
        assert_eq!(told("data: {\"error\":{}}\n\n"), "data: {\"error\":{},\"fingerpost\":{\"a\":1}}\n\n");
        let alone = told("data: [DONE]\n\n");
        let (chunk, done) = alone.split_once("\n\n").unwrap();
        let chunk: Value = serde_json::from_str(chunk.strip_prefix("data: ").unwrap()).unwrap();
        assert_eq!((&chunk["fingerpost"]["a"], &chunk["id"], done), (&json!(1), &json!("i"), "data: [DONE]\n\n"));
    }
}
