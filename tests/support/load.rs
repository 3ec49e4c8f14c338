//! Callers that ask and ask again while a test does something else, and count what failed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::task::JoinHandle;

use crate::gateway::Gateway;

/// Callers at work.
pub struct Load {
    counts: Arc<Counts>,
    callers: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Counts {
    stop: AtomicBool,
    asked: AtomicUsize,
    failures: Mutex<BTreeMap<String, usize>>,
}

impl Load {
    /// Has so many callers ask the route `r` until they are stopped.
    pub fn start(gateway: &Gateway, callers: usize) -> Self {
        let counts = Arc::<Counts>::default();
        let caller = |_| {
            let (client, counts) = (gateway.client(), Arc::clone(&counts));
            tokio::spawn(async move {
                while !counts.stop.load(Ordering::Relaxed) {
                    let answer = client.chat("r", "hi").await;
                    counts.asked.fetch_add(1, Ordering::Relaxed);
                    if answer.status != 200 {
                        let id = answer.header("x-fingerpost-request-id").unwrap_or_default();
                        let code = answer.error_code().unwrap_or_default();
                        let mut failures = counts.failures.lock().expect("nobody panics with it");
                        let first = format!("{} {code}, such as {id}", answer.status);
                        let known = failures.keys().find(|known| known.starts_with(&first[..20])).cloned();
                        *failures.entry(known.unwrap_or(first)).or_default() += 1;
                    }
                }
            })
        };
        Self { callers: (0..callers).map(caller).collect(), counts }
    }

    /// How many requests were answered so far.
    pub fn asked(&self) -> usize {
        self.counts.asked.load(Ordering::Relaxed)
    }

    /// Lets the callers end; gives how many requests were answered, and which other statuses than 200 there were, how often.
    pub async fn stop(self) -> (usize, BTreeMap<String, usize>) {
        self.counts.stop.store(true, Ordering::Relaxed);
        for caller in self.callers {
            caller.await.expect("a caller ends well");
        }
        let failures = self.counts.failures.lock().expect("nobody panics with it").clone();
        (self.counts.asked.load(Ordering::Relaxed), failures)
    }
}
