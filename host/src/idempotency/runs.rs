//! Which runs there are that more than one request may listen to: those under an idempotency key, and those whose caller
//! vanished and may come back. One lock, held for a look into a map.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::tape::Tape;

/// A SHA-256.
pub(super) type Sha = [u8; 32];

/// A run with its listeners.
#[derive(Debug)]
pub struct Run {
    /// What it is found by.
    pub key: Sha,
    /// The SHA-256 of the request's body.
    pub request: Sha,
    /// Whether an idempotency key names it; else only the retry of a caller that vanished finds it.
    pub is_keyed: bool,
    /// What it has given so far.
    pub tape: Tape,
    listeners: watch::Sender<usize>,
    /// Whether nobody is to find it any more. Written under the lock of the table.
    is_forgotten: AtomicBool,
}

/// All runs that can be found.
#[derive(Debug, Default)]
pub struct Runs {
    table: Mutex<Table>,
    closing: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct Table {
    keyed: HashMap<Sha, Arc<Run>>,
    /// Runs whose caller vanished, the latest last.
    orphans: HashMap<Sha, Vec<Arc<Run>>>,
}

/// What a request with an idempotency key finds.
#[derive(Debug)]
pub enum Attendance {
    /// Nothing: it is the first, and the run is its own.
    Leads(Arc<Run>),
    /// The run of the same request.
    Joins(Arc<Run>),
    /// The run of another request.
    Differs,
}

impl Run {
    /// One with a single listener, which keeps so many bytes of its output.
    #[must_use]
    pub fn new(key: Sha, request: Sha, is_keyed: bool, at_most: usize) -> Arc<Self> {
        let listeners = watch::Sender::new(1);
        let is_forgotten = AtomicBool::new(false);
        Arc::new(Self { key, request, is_keyed, tape: Tape::new(at_most), listeners, is_forgotten })
    }

    /// Whether nobody listens.
    #[must_use]
    pub fn is_deserted(&self) -> bool {
        *self.listeners.borrow() == 0
    }
}

impl Runs {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens to the run under this idempotency key, or begins it.
    pub fn attend(&self, key: Sha, request: Sha, at_most: usize) -> Attendance {
        let mut table = self.table();
        match table.keyed.get(&key) {
            Some(run) if run.request == request => {
                run.listeners.send_modify(|count| *count += 1);
                Attendance::Joins(Arc::clone(run))
            }
            Some(_) => Attendance::Differs,
            None => {
                let run = Run::new(key, request, true, at_most);
                table.keyed.insert(key, Arc::clone(&run));
                Attendance::Leads(run)
            }
        }
    }

    /// Takes over the latest run of this request whose caller vanished.
    pub fn adopt(&self, key: &Sha) -> Option<Arc<Run>> {
        let mut table = self.table();
        let orphans = table.orphans.get_mut(key)?;
        let run = orphans.pop();
        if orphans.is_empty() {
            table.orphans.remove(key);
        }
        run.inspect(|run| run.listeners.send_modify(|count| *count += 1))
    }

    /// Stops listening. A run whose caller vanished can be adopted, as long as it has not failed.
    pub fn leave(&self, run: &Arc<Run>, has_vanished: bool) {
        let mut table = self.table();
        if has_vanished && !run.is_keyed && !run.is_forgotten.load(Ordering::Relaxed) {
            table.orphans.entry(run.key).or_default().push(Arc::clone(run));
        }
        run.listeners.send_modify(|count| *count = count.saturating_sub(1));
        run.tape.left();
    }

    /// Nobody finds it from now on; who listens goes on.
    pub fn forget(&self, run: &Arc<Run>) {
        self.table().forget(run);
    }

    /// Ends when nobody has listened to the run for so long, or nobody does and the gateway stops; then nobody finds it any
    /// more either.
    pub async fn deserted(&self, run: &Arc<Run>, grace: Duration) {
        let (mut listeners, mut closing) = (run.listeners.subscribe(), self.closing.subscribe());
        loop {
            // An error would mean that the run is gone, which is held here.
            let _ = listeners.wait_for(|count| *count == 0).await;
            tokio::select! {
                _ = listeners.wait_for(|count| *count > 0) => continue,
                _ = closing.wait_for(|closing| *closing) => {}
                () = tokio::time::sleep(grace) => {}
            }
            let mut table = self.table();
            if run.is_deserted() {
                table.forget(run);
                return;
            }
        }
    }

    /// Keeps a run that is over for a caller that vanished, until it has come back or had so long for it.
    pub async fn linger(&self, run: &Arc<Run>, grace: Duration) {
        let mut listeners = run.listeners.subscribe();
        let _ = listeners.wait_for(|count| *count == 0).await;
        let is_orphan =
            self.table().orphans.get(&run.key).is_some_and(|runs| runs.iter().any(|one| Arc::ptr_eq(one, run)));
        if is_orphan {
            self.deserted(run, grace).await;
        }
    }

    /// From now on no run outlives its listeners.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }
}

impl Table {
    fn forget(&mut self, run: &Arc<Run>) {
        run.is_forgotten.store(true, Ordering::Relaxed);
        if self.keyed.get(&run.key).is_some_and(|known| Arc::ptr_eq(known, run)) {
            self.keyed.remove(&run.key);
        }
        if let Some(orphans) = self.orphans.get_mut(&run.key) {
            orphans.retain(|known| !Arc::ptr_eq(known, run));
            if orphans.is_empty() {
                self.orphans.remove(&run.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_joined_by_the_same_request_until_it_is_forgotten() {
        let runs = Runs::default();
        let Attendance::Leads(run) = runs.attend([1; 32], [2; 32], 10) else { panic!("it is the first") };
        assert!(matches!(runs.attend([1; 32], [2; 32], 10), Attendance::Joins(_)));
        assert!(matches!(runs.attend([1; 32], [3; 32], 10), Attendance::Differs));
        runs.forget(&run);
        assert!(matches!(runs.attend([1; 32], [3; 32], 10), Attendance::Leads(_)));
    }

    #[test]
    fn only_a_run_whose_caller_vanished_is_adopted_and_by_one_request() {
        let runs = Runs::default();
        let run = Run::new([1; 32], [2; 32], false, 10);
        assert!(runs.adopt(&[1; 32]).is_none());
        runs.leave(&run, true);
        assert!(runs.adopt(&[1; 32]).is_some());
        assert!(runs.adopt(&[1; 32]).is_none());
        runs.leave(&run, false);
        assert!(runs.adopt(&[1; 32]).is_none(), "it was read to its end");
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_is_deserted_when_nobody_came_back_in_time() {
        let runs = Arc::new(Runs::default());
        let Attendance::Leads(run) = runs.attend([1; 32], [2; 32], 10) else { panic!("it is the first") };
        let deserted = tokio::spawn({
            let (runs, run) = (Arc::clone(&runs), Arc::clone(&run));
            async move { runs.deserted(&run, Duration::from_secs(30)).await }
        });
        runs.leave(&run, true);
        tokio::time::sleep(Duration::from_secs(29)).await;
        let Attendance::Joins(again) = runs.attend([1; 32], [2; 32], 10) else { panic!("it is there still") };
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert!(!deserted.is_finished());
        runs.leave(&again, true);
        tokio::time::sleep(Duration::from_secs(31)).await;
        assert!(deserted.is_finished());
        assert!(matches!(runs.attend([1; 32], [2; 32], 10), Attendance::Leads(_)));
    }

    #[tokio::test(start_paused = true)]
    async fn at_the_end_of_the_gateway_no_run_waits_for_its_caller() {
        let runs = Runs::default();
        let Attendance::Leads(run) = runs.attend([1; 32], [2; 32], 10) else { panic!("it is the first") };
        runs.leave(&run, true);
        runs.close();
        let before = tokio::time::Instant::now();
        runs.deserted(&run, Duration::from_secs(30)).await;
        assert_eq!(before.elapsed(), Duration::ZERO);
    }
}
