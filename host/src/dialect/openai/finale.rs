//! Facts in an extension of the last chunk of a stream, where its headers had left before they were known.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::extension::merge;
use crate::dialect::sse::Splitter;

/// The events that end a stream, with these facts in the field `fingerpost` of the last of them that is a chunk.
#[must_use]
pub fn with_facts(tail: &[Bytes], facts: &Map<String, Value>) -> Bytes {
    let mut splitter = Splitter::default();
    splitter.push(tail.concat().into());
    let mut last = None;
    while let Some(event) = splitter.next_event() {
        let chunk = splitter.data(&event).and_then(|data| serde_json::from_slice::<Map<String, Value>>(&data).ok());
        last = chunk.map(|chunk| (event.raw, chunk)).or(last);
    }
    let whole = splitter.buffer();
    let Some((at, mut chunk)) = last else { return whole.clone() };
    merge(&mut chunk, facts);
    let event = format!("data: {}\n\n", Value::Object(chunk));
    [&whole[..at.start], event.as_bytes(), &whole[at.end..]].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_last_chunk_before_done_tells_the_facts() {
        let tail = [
            Bytes::from_static(b"data: {\"choices\":[1]}\n\ndata: {\"choices\":[],\"fingerpost\":{\"a\":1}}\n\n"),
            Bytes::from_static(b"data: [DONE]\n\n"),
        ];
        let facts = json!({"target": "b"}).as_object().cloned().unwrap_or_default();
        assert_eq!(
            with_facts(&tail, &facts),
            "data: {\"choices\":[1]}\n\ndata: {\"choices\":[],\"fingerpost\":{\"a\":1,\"target\":\"b\"}}\n\ndata: [DONE]\n\n"
        );
    }

    #[test]
    fn a_tail_without_a_chunk_stays_as_it_is() {
        assert_eq!(with_facts(&[Bytes::from_static(b"data: [DONE]\n\n")], &Map::new()), "data: [DONE]\n\n");
    }
}
