//! What the gateway and the process that admits say to each other, over the process's standard input and output: a
//! header as JSON and a component in, then frames out: the steps as they begin, and in the end a refusal or code.

use std::io::{self, Read, Write};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{AdmissionError, Step, StepName};
use crate::config::EngineLimits;
use crate::policy::wire::RouteSetup;

/// The header of a request.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) limits: Limits,
    /// What the gateway's engine is: code for another one is of no use.
    pub(super) engine: String,
    pub(super) setup: RouteSetup,
}

/// The limits that matter to an admission.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Limits {
    fuel: u64,
    memory_bytes: usize,
    output_bytes: usize,
    log_lines: u32,
    pub(super) processor_seconds: u64,
    pub(super) process_bytes: u64,
}

impl Limits {
    pub(super) fn of(limits: &EngineLimits) -> Self {
        // The compiler uses all cores, so they may use this much together while the wall clock allows it.
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
        Self {
            fuel: limits.fuel,
            memory_bytes: limits.memory_bytes,
            output_bytes: limits.output_bytes,
            log_lines: limits.log_lines,
            processor_seconds: (limits.admission_time.as_secs() + 1) * cores,
            process_bytes: limits.admission_memory_bytes,
        }
    }

    /// The limits that a sandbox in the admitting process gets. Its clock is not ticked: the process's limits end it.
    pub(super) fn sandbox(&self) -> EngineLimits {
        EngineLimits {
            fuel: self.fuel.saturating_mul(super::CONFIGURE_DECISIONS),
            wall_clock: Duration::MAX,
            memory_bytes: self.memory_bytes,
            output_bytes: self.output_bytes,
            log_lines: self.log_lines,
            log_lines_per_second: 0,
            component_bytes: 0,
            admission_time: Duration::MAX,
            admission_memory_bytes: 0,
            decisions_in_flight: std::num::NonZeroU32::MIN,
            failures_until_set_aside: std::num::NonZeroU32::MIN,
        }
    }
}

/// What the admitting process says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Frame {
    /// A step begins.
    Begin(StepName),
    /// It is not let in.
    Refused(AdmissionError),
    /// It is let in. The code follows, as bytes.
    Admitted { steps: Vec<Step>, warnings: Vec<String> },
}

/// Writes the request.
pub(super) fn request(header: &Request, component: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(component.len() + 4096);
    write_part(&mut out, &serde_json::to_vec(header)?)?;
    write_part(&mut out, component)?;
    Ok(out)
}

/// Reads the request.
pub(super) fn read_request(from: &mut impl Read) -> io::Result<(Request, Vec<u8>)> {
    let header = serde_json::from_slice(&read_part(from)?)?;
    Ok((header, read_part(from)?))
}

/// Writes a frame.
pub(super) fn write_frame(to: &mut impl Write, frame: &Frame) -> io::Result<()> {
    write_part(to, &serde_json::to_vec(frame)?)
}

/// Writes some bytes with their length before them.
pub(super) fn write_part(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

/// Takes one part off the front, where all of it is there.
pub(super) fn take_part<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = from.split_first_chunk::<4>()?;
    let (part, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *from = rest;
    Some(part)
}

fn read_part(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let mut part = Vec::new();
    let length = u64::from(u32::from_le_bytes(length));
    if from.take(length).read_to_end(&mut part)? as u64 == length {
        Ok(part)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}
