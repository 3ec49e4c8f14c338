//! What the gateway and the process that admits say to each other, over the process's standard input and output: a
//! header as JSON and a component in, then frames out: the steps as they begin, and in the end a refusal or code.

use std::io::{self, Read, Write};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{AdmissionError, Step, StepName};
use crate::config::EngineLimits;
use crate::parts;
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
    parts::write(&mut out, &serde_json::to_vec(header)?)?;
    parts::write(&mut out, component)?;
    Ok(out)
}

/// Reads the request.
pub(super) fn read_request(from: &mut impl Read) -> io::Result<(Request, Vec<u8>)> {
    let header = serde_json::from_slice(&parts::read(from)?)?;
    Ok((header, parts::read(from)?))
}

/// Writes a frame.
pub(super) fn write_frame(to: &mut impl Write, frame: &Frame) -> io::Result<()> {
    parts::write(to, &serde_json::to_vec(frame)?)
}
