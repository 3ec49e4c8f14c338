//! `fingerpost explain`: the life of one request as a timeline, or all that is known of it as JSON. What policies, callers and
//! providers wrote is shown so that it cannot steer the terminal.

mod timeline;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;

use crate::explain::{Answer, find};
use crate::store::{Reader, StoreError};

/// The most of one text that a timeline shows, in bytes; JSON has all of it.
const SHOWN: usize = 600;

/// What `fingerpost explain` was told.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The request's id, as in `x-fingerpost-request-id`, or its beginning where that is unique
    request_id: String,
    /// The whole record as JSON, with the facts of its decisions in short: what the admin side answers
    #[arg(long)]
    json: bool,
}

/// `fingerpost explain` failed.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// Nothing in the ledger begins so.
    #[error("no request {id:?} in {}: ids look like {example}; every answer carries its id in `x-fingerpost-request-id`, and `fingerpost usage` shows what the ledger holds", path.display())]
    Unknown {
        /// What was asked for.
        id: String,
        /// The ledger.
        path: PathBuf,
        /// An id.
        example: String,
    },
    /// Several ids begin so.
    #[error("several requests begin with {id:?}, such as {}: write more of the id", such_as.join(", "))]
    Several {
        /// What was asked for.
        id: String,
        /// Some of them.
        such_as: Vec<String>,
    },
    /// The ledger cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The record cannot be written as JSON.
    #[error("failed to write the record as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The output could not be written.
    #[error("failed to write the output: {0}")]
    Output(#[from] io::Error),
}

/// Finds the request in the ledger of that folder and tells its life.
///
/// # Errors
/// When there is no such request, or the ledger cannot be read.
pub fn run(args: ExplainArgs, data_dir: &Path, out: &mut dyn Write) -> Result<(), ExplainError> {
    let reader = Reader::open(data_dir)?;
    let id = args.request_id;
    match find(&reader, data_dir, &id)? {
        Answer::One(explained) if args.json => Ok(writeln!(out, "{}", plain_json(&serde_json::to_value(&explained)?))?),
        Answer::One(explained) => Ok(out.write_all(timeline::tell(&explained).as_bytes())?),
        Answer::Several(such_as) => Err(ExplainError::Several { id, such_as }),
        Answer::Nothing => {
            let latest = reader.recent(1)?;
            let example = latest.first().map_or("req_0199c0ffee421a2b3c4d5e6f7081", |record| &record.request_id);
            Err(ExplainError::Unknown { id, path: reader.path().to_owned(), example: visible(example) })
        }
    }
}

/// An instant in UTC.
pub(crate) fn instant(ms: u64) -> String {
    let known = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    known.map_or_else(|| format!("{ms} ms since 1970"), |instant| instant.to_string())
}

/// Text of strangers as one line that a terminal cannot be steered by: control characters, line breaks and what turns
/// the direction of writing are shown as escapes, and the end of very long texts is left out.
pub(crate) fn visible(text: &str) -> String {
    let kept = &text[..text.floor_char_boundary(SHOWN)];
    let mut shown = String::with_capacity(kept.len());
    for c in kept.chars() {
        if is_hidden(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    if kept.len() < text.len() {
        let _ = write!(shown, " … ({} bytes in all)", text.len());
    }
    shown
}

/// JSON for people and programs. Its own escapes leave out what lies beyond ASCII and can still steer a terminal.
pub(crate) fn plain_json(value: &serde_json::Value) -> String {
    let mut shown = String::new();
    for c in format!("{value:#}").chars() {
        if c != '\n' && is_hidden(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Control characters, line and paragraph separators, and the invisible: zero-width, directional, tags.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests;
