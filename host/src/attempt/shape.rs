//! In which shape an answer comes: as one JSON object or as events. It goes by the content type where that says so, else by
//! how the body begins; what was asked for does not matter, since either can be used for both.

use bytes::{Bytes, BytesMut};
use http::Response;
use http::header::CONTENT_TYPE;
use http_body_util::BodyExt;
use tokio::time::Instant;

use crate::dialect::openai::BYTE_ORDER_MARK;
use crate::outcome::{Failure, Kind, Phase};
use crate::upstream::{Body, interrupted};

/// How much blank space is waited through, in bytes: some servers send a blank now and then while they think.
const BLANK_BYTES: usize = 1 << 20;

/// An answer of which the shape is known.
pub(super) struct Arriving {
    /// What is still to come.
    pub(super) body: Body,
    /// What was read of it already.
    pub(super) ahead: Bytes,
    /// Whether it comes in events.
    pub(super) is_events: bool,
}

/// What a content type says.
enum Told {
    Events,
    Json,
    /// Neither; a page for people, which no model writes.
    Page,
    /// Nothing of use, such as `text/plain`.
    Nothing,
}

/// Finds out the shape of an answer. `late`: until when its body has to begin where its content type does not say it, and
/// what it is if it does not.
///
/// # Errors
/// When it is neither JSON nor a stream of events, or when that is not known in time.
pub(super) async fn of(response: Response<Body>, late: (Instant, Kind), total: Instant) -> Result<Arriving, Failure> {
    let header =
        response.headers().get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let status = response.status().as_u16();
    let header = header.unwrap_or_default();
    let wrong = || {
        let told = header.chars().take(100).collect::<String>();
        let detail = format!("the answer is neither JSON nor an event stream; its content type is `{told}`");
        Failure { status: Some(status), ..Failure::new(Kind::WrongContentType, Phase::Head, detail) }
    };
    let mut body = response.into_body();
    let told = told(&header);
    let late = match told {
        Told::Events => return Ok(Arriving { body, ahead: Bytes::new(), is_events: true }),
        Told::Page => return Err(wrong()),
        Told::Json => (total, Kind::TotalTimeout),
        Told::Nothing => late,
    };
    let ahead = beginning(&mut body, late).await?;
    match (first_byte(&ahead), told) {
        (Some(b':' | b'd' | b'e' | b'i' | b'r'), _) if is_event_line(&ahead) => {
            Ok(Arriving { body, ahead, is_events: true })
        }
        (Some(b'{' | b'['), _) | (_, Told::Json) => Ok(Arriving { body, ahead, is_events: false }),
        _ => Err(wrong()),
    }
}

fn told(header: &str) -> Told {
    let name = header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match name.as_str() {
        "text/event-stream" => Told::Events,
        "text/html" | "application/xhtml+xml" => Told::Page,
        name if name.ends_with("/json") || name.ends_with("+json") => Told::Json,
        _ => Told::Nothing,
    }
}

/// The bytes up to the first that is not blank.
async fn beginning(body: &mut Body, (late, kind): (Instant, Kind)) -> Result<Bytes, Failure> {
    let mut all = BytesMut::new();
    loop {
        let Ok(frame) = tokio::time::timeout_at(late, body.frame()).await else {
            let phase = if kind == Kind::TotalTimeout { Phase::Body } else { Phase::FirstToken };
            return Err(Failure::new(kind, phase, "the answer did not begin in time"));
        };
        let bytes = match frame {
            None => return Ok(all.freeze()),
            Some(Err(error)) => return Err(interrupted(&error, Phase::Body)),
            Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
        };
        if all.is_empty() && first_byte(&bytes).is_some() {
            return Ok(bytes);
        }
        all.extend_from_slice(&bytes);
        if first_byte(&all).is_some() || all.len() > BLANK_BYTES {
            return Ok(all.freeze());
        }
    }
}

/// The first byte that is neither blank nor of a byte-order mark; none while that may still come.
fn first_byte(bytes: &[u8]) -> Option<u8> {
    let bytes = bytes.trim_ascii_start();
    if BYTE_ORDER_MARK.starts_with(bytes) {
        return None;
    }
    bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes).trim_ascii_start().first().copied()
}

/// Whether the bytes begin as an event may, as far as they go.
fn is_event_line(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii_start();
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes).trim_ascii_start();
    let fields: [&[u8]; 5] = [b":", b"data:", b"event:", b"id:", b"retry:"];
    fields.iter().any(|field| field.starts_with(&bytes[..bytes.len().min(field.len())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_are_read_whatever_their_case_and_parameters() {
        assert!(matches!(told("Text/Event-Stream; charset=UTF-8"), Told::Events));
        assert!(
            matches!(told("APPLICATION/JSON"), Told::Json) && matches!(told("application/x.y+json;v=1"), Told::Json)
        );
        assert!(matches!(told("text/html; charset=utf-8"), Told::Page));
        assert!(matches!(told(""), Told::Nothing) && matches!(told("text/plain"), Told::Nothing));
    }

    #[test]
    fn a_body_is_known_by_how_it_begins() {
        for begins in
            [": a", "data: {}", "data:{}", "\n\ndata: x", "\u{feff}data: x", "event: x", "id: 1", "retry: 1", "da"]
        {
            assert!(first_byte(begins.as_bytes()).is_some() && is_event_line(begins.as_bytes()), "{begins}");
        }
        for begins in ["{\"data\":1}", "dear", "<html>", "[1]"] {
            assert!(!is_event_line(begins.as_bytes()), "{begins}");
        }
        assert_eq!(
            (first_byte(b"  \xef\xbb"), first_byte(b"\xef\xbb\xbf {"), first_byte(b"")),
            (None, Some(b'{'), None)
        );
    }
}
