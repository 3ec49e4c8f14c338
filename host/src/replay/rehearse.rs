//! A replay before a policy may decide: in little time, beside traffic, and within the limits that hold now.

use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::prepare::{self, Engines};
use super::{Against, Candidate, ReplayError, Report, run};
use crate::decision_log::{Log, Selection};
use crate::policy::Engine;

/// How much less a rehearsal counts than requests do where both want a core: it gets about a tenth of what they get.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Asks a candidate what a gateway decided, on a thread of low priority, with a small pool beside that of `engine` and with its
/// limits. After `time` it ends with what it has.
///
/// # Errors
/// When there is nothing to ask, or no policy to ask.
pub async fn rehearse(
    log: Log,
    selection: Selection,
    candidate: Candidate,
    engine: &Engine,
    time: Duration,
) -> Result<Report, ReplayError> {
    let until = Instant::now() + time;
    let rehearsal = Rehearsal { log: log.until(until), selection, against: Against::Candidate(candidate), until };
    let (engine, runtime) = (engine.for_rehearsals()?, tokio::runtime::Handle::current());
    let (done, is_done) = oneshot::channel();
    let work = move || {
        // Where it is not allowed it is not as polite, which is all. Elsewhere this would hold for the whole process.
        #[cfg(target_os = "linux")]
        let _ = rustix::process::nice(NICENESS);
        // Nobody waits for it any more when the gateway ends.
        let _ = done.send(runtime.block_on(rehearsal.run(&engine)));
    };
    let broken = |error: &dyn std::fmt::Display| ReplayError::Broken(error.to_string());
    std::thread::Builder::new().name("rehearsal".into()).spawn(work).map_err(|error| broken(&error))?;
    is_done.await.map_err(|_| broken(&"its thread panicked"))?
}

struct Rehearsal {
    log: Log,
    selection: Selection,
    against: Against,
    until: Instant,
}

impl Rehearsal {
    async fn run(self, engine: &Engine) -> Result<Report, ReplayError> {
        let Self { log, selection, against, until } = self;
        let backgrounds = log.backgrounds(&selection)?;
        if backgrounds.is_empty() {
            return Err(if Instant::now() < until { ReplayError::Nothing } else { ReplayError::TimeUp });
        }
        let prepared = prepare::prepare(&log, backgrounds, &against, Engines::One(engine.clone())).await?;
        run::run(&log, &selection, &against, &prepared, Some(until))
    }
}
