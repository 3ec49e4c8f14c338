//! Every decision starts from the snapshot, whatever the decision before it has left behind, and whatever the kernel does with its
//! memory meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fingerpost::config::EngineLimits;
use support::engine::{TestEngine, facts, limits};
use support::{guests, paging};

/// Decisions in a row: a slot is taken again by the next decision of the same policy.
const DECISIONS: usize = 8;

/// The rules of some decisions in a row, each of which says what it found in its memory.
async fn found_in_a_row() -> Vec<String> {
    let limits = EngineLimits { fuel: 10_000_000_000, wall_clock: Duration::from_secs(20), ..limits() };
    let engine = TestEngine::with(env!("CARGO_BIN_EXE_admit"), limits);
    let (route, generation) = engine.route(guests::component("remembers")).await;
    let mut rules = Vec::new();
    for _ in 0..DECISIONS {
        let decided = route.route(&generation, "req_1", &facts()).await;
        rules.push(decided.outcome.expect("it decides").explanation.rule);
    }
    rules
}

#[tokio::test]
async fn a_sandbox_holds_nothing_of_the_decision_before_it() {
    assert_eq!(found_in_a_row().await, vec!["left-0"; DECISIONS]);
}

/// Without swap the kernel keeps every page where it is, and this shows no more than the test above; that the pool does not ask
/// the kernel which pages were written is held by a test of `policy/sandbox.rs`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sandbox_that_was_paged_out_while_it_decided_leaves_nothing_to_the_next() {
    let swap = paging::Swap::find_or_make();
    let done = AtomicBool::new(false);
    let (rules, (asked, swapped)) = std::thread::scope(|scope| {
        let pressure = scope.spawn(|| {
            let (mut asked, mut most) = (0, 0);
            while !done.load(Ordering::Relaxed) {
                asked = asked.max(paging::page_out_sandboxes());
                most = most.max(paging::swapped_out());
                std::thread::sleep(Duration::from_millis(5));
            }
            (asked, most)
        });
        let rules = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(found_in_a_row()));
        done.store(true, Ordering::Relaxed);
        (rules, pressure.join().expect("it only asks the kernel"))
    });
    assert_eq!(rules, vec!["left-0"; DECISIONS]);
    assert!(swap.is_none() || swapped > 0, "there is swap, the kernel was asked for {asked} bytes, and took none");
}
