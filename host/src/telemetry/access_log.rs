//! One line for each request that has ended, as JSON or as text, for people and programs that follow traffic. A thread of its own
//! writes; where it does not keep up, lines are lost and counted, and no request waits. What is billed is in the ledger, not here.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use http::{Method, StatusCode};
use jiff::Timestamp;
use prometheus_client::metrics::counter::Counter;
use serde_json::json;

use crate::config::{AccessLogRules, LineFormat};
use crate::ledger::Record;

/// Lines that may wait to be written.
const QUEUE: usize = 8_192;
/// How many characters of a path, and of a method, are told.
const PATH: usize = 200;
const METHOD: usize = 20;
/// Bytes that are written at once, at most, while more lines wait.
const BATCH: usize = 64 << 10;

/// Where the lines go.
#[derive(Debug, Default)]
pub struct AccessLog(Option<Open>);

#[derive(Debug)]
struct Open {
    format: LineFormat,
    lines: SyncSender<Told>,
    lost: Counter,
    writer: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
enum Told {
    Line(String),
    Close,
}

impl AccessLog {
    /// Opens what the rules name; nothing is written where they name nothing. `lost` counts lines that could not be.
    ///
    /// # Errors
    /// When the file cannot be opened for appending, or the thread not be started.
    pub fn open(rules: &AccessLogRules, lost: Counter) -> io::Result<Self> {
        let Some(format) = rules.format else { return Ok(Self(None)) };
        let out: Box<dyn Write + Send> = match &rules.file {
            Some(path) => Box::new(append(path)?),
            None => Box::new(io::stdout()),
        };
        let (lines, waiting) = sync_channel(QUEUE);
        let counted = lost.clone();
        let writer =
            std::thread::Builder::new().name("access-log".into()).spawn(move || write_all(&waiting, out, &counted))?;
        Ok(Self(Some(Open { format, lines, lost, writer: Mutex::new(Some(writer)) })))
    }

    /// Writes a line about a request.
    pub fn tell(&self, record: &Record) {
        let Some(open) = &self.0 else { return };
        open.send(match open.format {
            LineFormat::Json => as_json(record),
            LineFormat::Text => as_text(record),
        });
    }

    /// Writes a line about a request that was refused before anybody knew whose it is.
    pub fn tell_refused(&self, request_id: &str, received_at: u64, status: u16, code: &str) {
        let Some(open) = &self.0 else { return };
        let at = instant(received_at);
        open.send(match open.format {
            LineFormat::Json => json!({
                "time": at, "request_id": request_id, "status": status, "ending": "rejected", "reason": code,
            })
            .to_string(),
            LineFormat::Text => format!("{at} {status} rejected reason={code} id={request_id}"),
        });
    }

    /// Writes a line about a request that was for no model: a list, an endpoint that does not exist. The answer has a
    /// status and an id, what was asked a method and a path.
    pub fn tell_other(
        &self,
        received_at: u64,
        took: Duration,
        answer: (StatusCode, Option<&str>),
        asked: (&Method, &str),
    ) {
        let Some(open) = &self.0 else { return };
        let (at, latency) = (instant(received_at), u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        let ((status, id), (method, path)) = (answer, asked);
        let status = status.as_u16();
        let path: String = path.chars().take(PATH).collect();
        let method: String = method.as_str().chars().take(METHOD).collect();
        open.send(match open.format {
            LineFormat::Json => json!({
                "time": at, "request_id": id, "status": status, "latency_ms": latency,
                "method": method, "path": path,
            })
            .to_string(),
            LineFormat::Text => format!("{at} {status} {method} {latency}ms path={path:?} id={}", id.unwrap_or("-")),
        });
    }

    /// Writes what waits, and ends.
    pub fn close(&self) {
        let Some(open) = &self.0 else { return };
        let writer = open.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            // The writer takes one after the other until it comes to this.
            let _ = open.lines.send(Told::Close);
            let _ = writer.join();
        }
    }
}

impl Open {
    fn send(&self, mut line: String) {
        line.push('\n');
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) = self.lines.try_send(Told::Line(line)) {
            self.lost.inc();
        }
    }
}

/// Finds out whether the file that the rules name could be written, and leaves none behind.
///
/// # Errors
/// When it could not.
pub fn try_rules(rules: &AccessLogRules) -> io::Result<()> {
    let Some(path) = rules.file.as_deref().filter(|_| rules.format.is_some()) else { return Ok(()) };
    let is_new = !path.exists();
    append(path)?;
    if is_new { std::fs::remove_file(path) } else { Ok(()) }
}

fn append(path: &Path) -> io::Result<std::fs::File> {
    std::fs::OpenOptions::new().create(true).append(true).open(path)
}

/// Writes lines as they come; those that wait together are written together.
fn write_all(waiting: &Receiver<Told>, mut out: Box<dyn Write + Send>, lost: &Counter) {
    let mut batch = String::new();
    while let Ok(told) = waiting.recv() {
        let (mut is_over, mut lines) = (false, 0);
        let mut next = Some(told);
        while let Some(told) = next.take() {
            match told {
                Told::Line(line) => {
                    batch.push_str(&line);
                    lines += 1;
                }
                Told::Close => is_over = true,
            }
            if batch.len() < BATCH && !is_over {
                next = waiting.try_recv().ok();
            }
        }
        if out.write_all(batch.as_bytes()).and_then(|()| out.flush()).is_err() {
            lost.inc_by(lines);
        }
        batch.clear();
        if is_over {
            return;
        }
    }
}

fn instant(ms: u64) -> String {
    let at = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or_default();
    format!("{at:.3}")
}

/// All fields, with `null` where there is nothing to say: what reads lines wants the same names in each.
fn as_json(record: &Record) -> String {
    let serving = record.serving.as_ref();
    json!({
        "time": instant(record.received_at),
        "request_id": &*record.request_id,
        "status": record.status,
        "ending": record.ending.as_str(),
        "latency_ms": record.latency_ms,
        "first_token_ms": record.first_token_ms,
        "streaming": record.streaming,
        "tenant": &*record.who.tenant,
        "key": &*record.who.key,
        "route": &*record.route,
        "class": record.class.as_str(),
        "target": serving.map(|place| &*place.target),
        "model": serving.map(|place| &*place.model),
        "intended_target": record.intended.as_ref().map(|place| &*place.target),
        "reason": record.fallback_reason.as_deref(),
        "answered": record.answered.as_deref(),
        "attempts": record.attempts.len(),
        "input_tokens": record.input_tokens,
        "output_tokens": record.output_tokens,
        "cost_usd": record.cost.to_string(),
        "charge_usd": record.charge.to_string(),
    })
    .to_string()
}

/// What a person looks for first comes first; what there is not is left out.
fn as_text(record: &Record) -> String {
    let mut line = format!(
        "{} {} {} {}ms {}",
        instant(record.received_at),
        record.status,
        record.ending.as_str(),
        record.latency_ms,
        record.route
    );
    let mut say = |name: &str, value: &dyn std::fmt::Display| {
        // Writing to a string cannot fail.
        let _ = write!(line, " {name}={value}");
    };
    if let Some(serving) = &record.serving {
        say("target", &serving.target);
    }
    if let Some(intended) = record.intended.as_ref().filter(|place| Some(*place) != record.serving.as_ref()) {
        say("intended", &intended.target);
    }
    if let Some(reason) = &record.fallback_reason {
        say("reason", reason);
    }
    if let Some(first) = record.first_token_ms {
        say("first_token", &format_args!("{first}ms"));
    }
    say("attempts", &record.attempts.len());
    say("tokens", &format_args!("{}+{}", record.input_tokens, record.output_tokens));
    say("cost", &format_args!("${}", record.cost));
    say("tenant", &record.who.tenant);
    say("key", &record.who.key);
    say("id", &record.request_id);
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::arbitrary::plain;

    fn written(format: LineFormat, tell: impl FnOnce(&AccessLog)) -> String {
        let dir = tempfile::tempdir().unwrap();
        let rules = AccessLogRules { format: Some(format), file: Some(dir.path().join("access.log")) };
        let log = AccessLog::open(&rules, Counter::default()).unwrap();
        tell(&log);
        log.close();
        std::fs::read_to_string(dir.path().join("access.log")).unwrap()
    }

    #[test]
    fn a_line_of_json_has_what_a_request_came_to() {
        let line = written(LineFormat::Json, |log| log.tell(&plain("req_1")));
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((line.matches('\n').count(), &told["request_id"]), (1, &json!("req_1")));
        assert_eq!(
            (&told["status"], &told["tenant"], &told["cost_usd"]),
            (&json!(200), &json!("acme"), &json!("0.00006"))
        );
        assert!(told["attempts"].is_u64() && told["latency_ms"].is_u64() && told["target"].is_string(), "{told}");
    }

    #[test]
    fn a_line_of_text_begins_with_time_status_and_ending() {
        let line = written(LineFormat::Text, |log| log.tell(&plain("req_1")));
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!((words[1], words[2], *words.last().unwrap()), ("200", "served", "id=req_1"));
        assert!(words.contains(&"cost=$0.00006"), "{line}");
    }

    #[test]
    fn a_refusal_without_a_caller_has_a_line_too() {
        let line = written(LineFormat::Text, |log| log.tell_refused("req_2", 0, 401, "invalid_api_key"));
        assert_eq!(line, "1970-01-01T00:00:00.000Z 401 rejected reason=invalid_api_key id=req_2\n");
    }

    #[test]
    fn what_is_for_no_model_has_a_line_whatever_its_path_holds() {
        let told = |format| {
            written(format, |log| {
                let asked = (&Method::GET, "/a\n\"b\u{1b}[31m");
                log.tell_other(0, Duration::from_millis(7), (StatusCode::NOT_FOUND, None), asked);
            })
        };
        let line = told(LineFormat::Text);
        assert!(line.contains(" 404 GET 7ms ") && line.ends_with("path=\"/a\\n\\\"b\\u{1b}[31m\" id=-\n"), "{line}");
        let line = told(LineFormat::Json);
        assert_eq!(line.matches('\n').count(), 1);
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&told["status"], &told["path"]), (&json!(404), &json!("/a\n\"b\u{1b}[31m")));
    }

    #[test]
    fn lines_that_the_disk_does_not_take_are_counted_and_keep_nobody_waiting() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (lines, waiting) = sync_channel(4);
        for told in [Told::Line("a\n".into()), Told::Line("b\n".into()), Told::Close] {
            lines.send(told).unwrap();
        }
        let lost = Counter::default();
        write_all(&waiting, Box::new(Full), &lost);
        assert_eq!(lost.get(), 2);
    }
}
