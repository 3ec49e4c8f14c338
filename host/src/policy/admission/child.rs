//! The process that admits a policy: takes its own limits first, then reads the component and does every step. Whatever
//! happens in here, a panic of a library included, ends as a refusal in words or as the end of this process alone.

use std::any::Any;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rlimit::Resource;
use wasmtime::component::Component;

use super::protocol::{self, Frame, Limits, Request};
use super::snapshot::{AccessorFailed, snapshot};
use super::{AdmissionError, Step, StepName, check};
use crate::parts;
use crate::policy::digest::Digest;
use crate::policy::sandbox;

/// Address space beyond the memory limit: what is reserved and never touched, such as the allocator's arenas, threads'
/// stacks and the program itself. Memory that is written to is held to the limit itself.
const RESERVED_BYTES: u64 = 4 << 30;

/// The stack of the thread that does the work. Validation and compilation recurse with the nesting of the code.
const STACK_BYTES: usize = 32 << 20;

/// What the hidden subcommand [`crate::policy::ADMIT_COMMAND`] does: admits one policy that it reads from standard input.
#[must_use]
pub fn child_main() -> ExitCode {
    let worker = std::thread::Builder::new().name("admit".into()).stack_size(STACK_BYTES).spawn(admit_one);
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        // Nobody listens any more, or no thread: the exit code is all that is left to say.
        _ => ExitCode::FAILURE,
    }
}

fn admit_one() -> io::Result<()> {
    let (request, component) = protocol::read_request(&mut io::stdin().lock())?;
    let mut steps = Steps::new(io::stdout().lock());
    limit_self(&request.limits)?;
    std::panic::set_hook(Box::new(|panic| {
        let mut last = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner);
        *last = panic.to_string();
    }));
    let admitted = catch_unwind(AssertUnwindSafe(|| admit(&request, &component, &mut steps)))
        .unwrap_or_else(|panic| Err(of_panic(panic.as_ref(), steps.now)))
        .map_err(|error| if is_want_of_memory(&error) { out_of_memory(&request.limits, steps.now) } else { error });
    match admitted {
        Err(error) => protocol::write_frame(&mut steps.out, &Frame::Refused(error)),
        Ok((code, warnings)) => {
            let done = steps.done();
            protocol::write_frame(&mut steps.out, &Frame::Admitted { steps: done, warnings })?;
            parts::write(&mut steps.out, &code)
        }
    }
}

/// The message and place of the last panic, for [`of_panic`].
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// All steps. Returns code and warnings.
fn admit(
    request: &Request,
    component: &[u8],
    steps: &mut Steps<impl Write>,
) -> Result<(Vec<u8>, Vec<String>), AdmissionError> {
    let limits = request.limits.sandbox();
    steps.begin(StepName::Check);
    let warnings = check::check(component, &limits)?;
    steps.begin(StepName::Validate);
    check::validate(component)?;
    let configured = snapshot(component, &request.setup, &limits, &mut |step| steps.begin(step))?;
    steps.begin(StepName::Compile);
    let engine = wasmtime::Engine::new(&sandbox::compiling()).map_err(AdmissionError::machinery)?;
    let fingerprint = Digest::of_hash(engine.precompile_compatibility_hash()).to_string();
    if fingerprint != request.engine {
        return Err(AdmissionError::machinery(
            "this program compiles for another engine than the gateway's: it is not the gateway's own binary",
        ));
    }
    let code = Component::new(&engine, configured).map_err(AdmissionError::invalid)?;
    Ok((code.serialize().map_err(AdmissionError::machinery)?, warnings))
}

/// Lays down what this process may use, before it looks at the component.
fn limit_self(limits: &Limits) -> io::Result<()> {
    let lower = |resource: Resource, most: u64| {
        let (_, hard) = resource.get()?;
        let most = most.min(hard);
        resource.set(most, most)
    };
    lower(Resource::CORE, 0)?;
    lower(Resource::CPU, limits.processor_seconds)?;
    // Memory that is written to, and address space: the second alone would count what is only reserved.
    lower(Resource::DATA, limits.process_bytes)?;
    lower(Resource::AS, limits.process_bytes.saturating_add(RESERVED_BYTES))
}

/// What a panic means. Wizer panics where a guest's state cannot be read, and on some components that it does not expect.
fn of_panic(panic: &(dyn Any + Send), step: StepName) -> AdmissionError {
    if let Some(AccessorFailed(message)) = panic.downcast_ref() {
        return AdmissionError::cannot_snapshot(message);
    }
    let words = LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner);
    match step {
        StepName::Instrument | StepName::Snapshot => {
            AdmissionError::cannot_snapshot(format!("it is built in a way that is not supported ({words})"))
        }
        StepName::Validate | StepName::Compile => {
            AdmissionError::invalid(format!("the compiler failed on it ({words})"))
        }
        _ => AdmissionError::machinery(&*words),
    }
}

/// Whether the system refused this process memory, which wasmtime reports like any other mistake.
fn is_want_of_memory(error: &AdmissionError) -> bool {
    match error {
        AdmissionError::Invalid { message }
        | AdmissionError::CannotSnapshot { message }
        | AdmissionError::Machinery { message } => message.contains("Cannot allocate memory"),
        _ => false,
    }
}

fn out_of_memory(limits: &Limits, step: StepName) -> AdmissionError {
    AdmissionError::Killed { step, reason: super::used_too_much_memory(limits.process_bytes) }
}

/// Tells the gateway which step begins, and measures them.
struct Steps<W> {
    out: W,
    now: StepName,
    since: Instant,
    done: Vec<Step>,
}

impl<W: Write> Steps<W> {
    fn new(out: W) -> Self {
        Self { out, now: StepName::Start, since: Instant::now(), done: Vec::new() }
    }

    fn begin(&mut self, step: StepName) {
        self.end();
        self.now = step;
        // If nobody listens, writing the result fails too, and says so.
        let _ = protocol::write_frame(&mut self.out, &Frame::Begin(step));
    }

    fn end(&mut self) {
        let micros = u64::try_from(self.since.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.done.push(Step { name: self.now, micros });
        self.since = Instant::now();
    }

    fn done(&mut self) -> Vec<Step> {
        self.end();
        std::mem::take(&mut self.done)
    }
}
