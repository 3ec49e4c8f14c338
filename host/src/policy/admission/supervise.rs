//! The gateway's end of an admission: starts the process, feeds it, watches the clock, and says what became of it.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::protocol::{self, Frame, Limits, Request};
use super::{AdmissionError, Step, StepName};
use crate::config::EngineLimits;
use crate::parts;
use crate::policy::digest::Digest;
use crate::policy::text::clean;

/// The most that is read of what the process writes to standard error: its last words are at the start.
const LAST_WORDS: u64 = 16 << 10;

/// What an admission yields.
#[derive(Debug)]
pub(in crate::policy) struct Admitted {
    pub(in crate::policy) code: Vec<u8>,
    pub(in crate::policy) steps: Vec<Step>,
    pub(in crate::policy) warnings: Vec<String>,
}

/// What the process left behind.
struct Remains {
    output: Vec<u8>,
    words: Vec<u8>,
    /// None: it was killed for taking too long.
    status: Option<ExitStatus>,
}

/// Admits a component, with its set-up as JSON, in a process of its own.
pub(in crate::policy) async fn admit(
    program: &Path,
    limits: &EngineLimits,
    engine: &Digest,
    component: Bytes,
    setup: Vec<u8>,
) -> Result<Admitted, AdmissionError> {
    let setup = serde_json::from_slice(&setup).map_err(AdmissionError::machinery)?;
    let header = Request { limits: Limits::of(limits), engine: engine.to_string(), setup };
    let request = protocol::request(&header, &component).map_err(AdmissionError::machinery)?;
    let mut child = start(program)
        .map_err(|error| AdmissionError::machinery(format!("{} cannot be started: {error}", program.display())))?;
    let remains = attend(&mut child, request, limits).await.map_err(AdmissionError::machinery)?;
    verdict(remains, limits)
}

fn start(program: &Path) -> std::io::Result<Child> {
    Command::new(program)
        .arg(crate::policy::ADMIT_COMMAND)
        // It needs nothing of the environment, and what runs hostile code should not hold the providers' keys.
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
}

/// Feeds it, collects what it says and waits for its end, for as long as the limit allows.
async fn attend(child: &mut Child, request: Vec<u8>, limits: &EngineLimits) -> std::io::Result<Remains> {
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(std::io::Error::other("its pipes are missing"));
    };
    let (mut output, mut words) = (Vec::new(), Vec::new());
    let work = async {
        let feed = async {
            // One that ended early does not read on; its end says why.
            let _ = stdin.write_all(&request).await;
            drop(stdin);
        };
        // What it says cannot be larger than the memory it may use.
        let read =
            (collect(stdout, limits.admission_memory_bytes, &mut output), collect(stderr, LAST_WORDS, &mut words));
        tokio::join!(feed, read.0, read.1);
        child.wait().await
    };
    let status = match tokio::time::timeout(limits.admission_time, work).await {
        Ok(status) => Some(status?),
        Err(_) => {
            child.kill().await?;
            None
        }
    };
    Ok(Remains { output, words, status })
}

/// Reads up to a limit, and throws away the rest, so that the process is not held up by a full pipe.
async fn collect(from: impl AsyncRead + Unpin, most: u64, into: &mut Vec<u8>) {
    let mut limited = from.take(most);
    // A pipe that breaks ends what there is to read.
    let _ = limited.read_to_end(into).await;
    let _ = tokio::io::copy(&mut limited.into_inner(), &mut tokio::io::sink()).await;
}

/// Makes sense of what is left.
fn verdict(remains: Remains, limits: &EngineLimits) -> Result<Admitted, AdmissionError> {
    let mut output = remains.output.as_slice();
    let mut step = StepName::Start;
    while let Some(part) = parts::take(&mut output) {
        match serde_json::from_slice(part) {
            Ok(Frame::Begin(name)) => step = name,
            Ok(Frame::Refused(error)) => return Err(error),
            Ok(Frame::Admitted { steps, warnings }) => match parts::take(&mut output) {
                Some(code) => return Ok(Admitted { code: code.to_vec(), steps, warnings }),
                None => break,
            },
            Err(error) => return Err(AdmissionError::machinery(format!("the admitting process: {error}"))),
        }
    }
    match remains.status {
        None => Err(AdmissionError::TimedOut { step, seconds: seconds(limits.admission_time) }),
        Some(status) => Err(post_mortem(status, &remains.words, step, limits)),
    }
}

/// Why it ended without an answer.
fn post_mortem(status: ExitStatus, words: &[u8], step: StepName, limits: &EngineLimits) -> AdmissionError {
    use std::os::unix::process::ExitStatusExt;
    let words = String::from_utf8_lossy(words);
    let reason = match status.signal() {
        _ if words.contains("memory allocation of") || words.contains("Cannot allocate memory") => {
            super::used_too_much_memory(limits.admission_memory_bytes)
        }
        _ if words.contains("has overflowed its stack") => "the compiler's stack overflowed".into(),
        Some(rlimit_signals::PROCESSOR) => "it used too much processor time".into(),
        Some(rlimit_signals::KILLED) => "the system killed it, perhaps for want of memory".into(),
        Some(signal) => format!("signal {signal}{}", last_words(&words)),
        None => {
            // It failed before it could say anything: the wrong program, or a broken one.
            return AdmissionError::machinery(format!(
                "the admitting process ended with {status}{}",
                last_words(&words)
            ));
        }
    };
    AdmissionError::Killed { step, reason }
}

/// Signals that say which limit was hit. The numbers are those of Linux and macOS.
mod rlimit_signals {
    /// SIGKILL.
    pub(super) const KILLED: i32 = 9;
    /// SIGXCPU.
    pub(super) const PROCESSOR: i32 = 24;
}

fn last_words(words: &str) -> String {
    let words = words.trim();
    if words.is_empty() { String::new() } else { format!(": {}", clean(words, 512)) }
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::{AdmissionError, Remains, StepName, protocol, verdict};
    use crate::policy::admission::protocol::Frame;
    use crate::policy::testing::limits;
    use std::os::unix::process::ExitStatusExt;

    fn remains(signal: Option<i32>, words: &str) -> Remains {
        let mut output = Vec::new();
        protocol::write_frame(&mut output, &Frame::Begin(StepName::Configure)).unwrap();
        let status = signal.map(std::process::ExitStatus::from_raw);
        Remains { output, words: words.into(), status }
    }

    #[test]
    fn a_process_out_of_memory_is_told_so() {
        let error = verdict(remains(Some(6), "memory allocation of 99 bytes failed"), &limits()).unwrap_err();
        assert!(error.to_string().contains("`configure`: it used more than"), "{error}");
    }

    #[test]
    fn a_process_out_of_time_is_told_the_step() {
        let error = verdict(remains(None, ""), &limits()).unwrap_err();
        assert!(matches!(error, AdmissionError::TimedOut { step: StepName::Configure, .. }), "{error}");
    }
}
