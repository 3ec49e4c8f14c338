//! The life of a job in the file: a model of the truth beside it, and processes that die at any point.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;

pub(super) fn new(id: &str, expires_at: u64) -> NewJob {
    NewJob {
        request: JobRequest {
            id: id.into(),
            tenant: "acme".into(),
            key: "k".into(),
            route: "r".into(),
            class: "batch".into(),
            request_id: "req_1".into(),
            headers: vec![("x-fingerpost-user".into(), "u".into())],
            attributes: vec![("feature".into(), "f".into(), "route".into())],
            body: "{}".into(),
            since: 1,
            webhook: Some("ops".into()),
        },
        allowance: 3,
        kept_for: 100,
        next: Next { queue: "later".into(), review: false, not_before: 0, expires_at, allowance: None },
    }
}

/// The same job of another key, route or whatever else.
pub(super) fn other(id: &str, change: impl FnOnce(&mut JobRequest)) -> NewJob {
    let mut job = new(id, 9);
    change(&mut job.request);
    job
}

fn response() -> Response {
    Response { status: 200, headers: Vec::new(), body: "x".into() }
}

#[test]
fn a_job_is_there_after_a_restart_and_what_ran_waits_again() {
    let dir = tempfile::tempdir().unwrap();
    let jobs = Jobs::open(dir.path()).unwrap();
    assert_eq!(jobs.put(&new("dfr_1", 1_000), 10).unwrap(), Put::Queued);
    assert_eq!(jobs.claim("later", 5, &[]).unwrap().unwrap().tries, 1);
    drop(jobs);
    let jobs = Jobs::open(dir.path()).unwrap();
    assert_eq!(jobs.recover().unwrap(), 1);
    let again = jobs.claim("later", 5, &[]).unwrap().unwrap();
    assert_eq!((&*again.request.id, again.tries), ("dfr_1", 2));
    assert_eq!(again.request, new("dfr_1", 1_000).request);
}

#[test]
fn a_tenant_has_no_more_waiting_than_it_may() {
    let dir = tempfile::tempdir().unwrap();
    let jobs = Jobs::open(dir.path()).unwrap();
    let outcomes: Vec<_> = ["a", "b", "c"].iter().map(|id| jobs.put(&new(id, 9), 2).unwrap()).collect();
    assert_eq!(outcomes, [Put::Queued, Put::Queued, Put::Full]);
    let strange = other("d", |request| request.tenant = "other".into());
    assert_eq!(jobs.put(&strange, 2).unwrap(), Put::Queued);
}

#[test]
fn what_is_paused_waits_and_what_is_not_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let jobs = Jobs::open(dir.path()).unwrap();
    jobs.put(&new("a", 9), 10).unwrap();
    jobs.put(&other("b", |request| request.class = "internal".into()), 10).unwrap();
    let pause = Pause { class: "batch".into(), ..Pause::default() };
    jobs.pause(&pause).unwrap();
    assert_eq!(&*jobs.claim("later", 1, &[]).unwrap().unwrap().request.id, "b");
    assert!(jobs.claim("later", 1, &[]).unwrap().is_none());
    assert!(jobs.resume(&pause).unwrap() && !jobs.resume(&pause).unwrap());
    assert_eq!(&*jobs.claim("later", 1, &[]).unwrap().unwrap().request.id, "a");
}

#[test]
fn what_meets_a_rate_limit_stays_where_it_is_and_that_was_no_try() {
    let dir = tempfile::tempdir().unwrap();
    let jobs = Jobs::open(dir.path()).unwrap();
    jobs.put(&other("a", |_| ()), 10).unwrap();
    jobs.put(&other("b", |request| request.key = "other".into()), 10).unwrap();
    jobs.put(&other("c", |_| ()), 10).unwrap();
    let limited = jobs.claim("later", 1, &[]).unwrap().unwrap();
    jobs.give_back("a", 5).unwrap();
    let left = [limited.request.payer()];
    assert_eq!(&*jobs.claim("later", 1, &left).unwrap().unwrap().request.id, "b");
    assert!(jobs.claim("later", 1, &left).unwrap().is_none(), "`c` has the same limits");
    assert_eq!(&*jobs.claim("later", 4, &[]).unwrap().unwrap().request.id, "c");
    assert!(jobs.claim("later", 4, &[]).unwrap().is_none());
    let again = jobs.claim("later", 5, &[]).unwrap().unwrap();
    assert_eq!((&*again.request.id, again.tries), ("a", 1));
}

#[test]
fn a_finished_job_keeps_its_answer_for_its_time_and_loses_its_question() {
    let dir = tempfile::tempdir().unwrap();
    let jobs = Jobs::open(dir.path()).unwrap();
    jobs.put(&new("a", 1_000), 10).unwrap();
    jobs.claim("later", 1, &[]).unwrap().unwrap();
    assert!(jobs.finish("a", JobState::Done, &response(), 10).unwrap());
    let job = jobs.job("a").unwrap().unwrap();
    assert_eq!((job.response, job.request.body.len(), job.finished_at), (Some(response()), 0, Some(10)));
    assert_eq!(jobs.forget(110).unwrap(), 0, "nobody was told of its end");
    jobs.announced("a").unwrap();
    assert_eq!((jobs.forget(109).unwrap(), jobs.forget(110).unwrap()), (0, 1));
}

#[test]
fn only_its_tenant_can_cancel_a_job_and_a_cancelled_one_has_no_answer_later() {
    let dir = tempfile::tempdir().unwrap();
    let jobs = Jobs::open(dir.path()).unwrap();
    jobs.put(&new("a", 1_000), 10).unwrap();
    jobs.claim("later", 1, &[]).unwrap().unwrap();
    assert!(jobs.cancel("a", "other", 2).unwrap().is_none());
    assert_eq!(jobs.cancel("a", "acme", 2).unwrap().unwrap().state, JobState::Cancelled);
    assert!(!jobs.finish("a", JobState::Done, &response(), 3).unwrap());
    assert!(!jobs.again("a", &new("a", 9).next).unwrap());
}

/// One step of somebody who uses the queue. Numbers pick among the jobs that there are.
#[derive(Debug, Clone)]
enum Step {
    Put,
    Claim,
    Finish(usize),
    Again(usize),
    Review(usize),
    Decide(usize, bool),
    Cancel(usize),
    GiveBack(usize),
    Crash,
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Put),
        4 => Just(Step::Claim),
        2 => (0..9usize).prop_map(Step::Finish),
        2 => (0..9usize).prop_map(Step::Again),
        1 => (0..9usize).prop_map(Step::Review),
        1 => (0..9usize, any::<bool>()).prop_map(|(at, approve)| Step::Decide(at, approve)),
        1 => (0..9usize).prop_map(Step::Cancel),
        1 => (0..9usize).prop_map(Step::GiveBack),
        1 => Just(Step::Crash),
        1 => (1..40u64).prop_map(Step::Wait),
    ]
}

/// What the model knows of a job.
type Model = BTreeMap<Arc<str>, (JobState, u64)>;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_job_is_lost_and_none_runs_twice_at_once(steps in prop::collection::vec(step(), 1..60)) {
        let dir = tempfile::tempdir().unwrap();
        let mut jobs = Jobs::open(dir.path()).unwrap();
        let (mut now, mut model) = (1_000_u64, Model::new());
        for (index, step) in steps.into_iter().enumerate() {
            let pick = |at: usize| model.keys().nth(at).cloned();
            match step {
                Step::Put => {
                    let id = format!("dfr_{index:03}");
                    prop_assert_eq!(jobs.put(&new(&id, now + 60), 1_000).unwrap(), Put::Queued);
                    model.insert(id.into(), (JobState::Waiting, now + 60));
                }
                Step::Claim => {
                    let expected = model.iter()
                        .find(|(_, (state, expires))| *state == JobState::Waiting && *expires > now)
                        .map(|(id, _)| Arc::clone(id));
                    let claimed = jobs.claim("later", now, &[]).unwrap().map(|job| job.request.id);
                    prop_assert_eq!(&claimed, &expected);
                    if let Some(entry) = claimed.and_then(|id| model.get_mut(&id)) { entry.0 = JobState::Running }
                }
                Step::Finish(at) => if let Some(id) = pick(at) {
                    let entry = model.get_mut(&id).unwrap();
                    let ran = entry.0 == JobState::Running;
                    prop_assert_eq!(jobs.finish(&id, JobState::Done, &response(), now).unwrap(), ran);
                    if ran { entry.0 = JobState::Done }
                },
                Step::Again(at) => if let Some(id) = pick(at) {
                    let entry = model.get_mut(&id).unwrap();
                    let ran = entry.0 == JobState::Running;
                    prop_assert_eq!(jobs.again(&id, &new(&id, entry.1).next).unwrap(), ran);
                    if ran { entry.0 = JobState::Waiting }
                },
                Step::Review(at) => if let Some(id) = pick(at) {
                    let entry = model.get_mut(&id).unwrap();
                    let next = Next { review: true, ..new(&id, entry.1).next };
                    if jobs.again(&id, &next).unwrap() { entry.0 = JobState::Review }
                },
                Step::Decide(at, approve) => if let Some(id) = pick(at) {
                    let verdict = if approve { Verdict::Approve } else {
                        Verdict::Reject { reason: "no".into(), response: response() }
                    };
                    let entry = model.get_mut(&id).unwrap();
                    let decided = jobs.decide(&id, &verdict, "ann", now).unwrap();
                    prop_assert_eq!(decided.is_some(), entry.0 == JobState::Review);
                    if decided.is_some() { entry.0 = if approve { JobState::Waiting } else { JobState::Failed } }
                },
                Step::Cancel(at) => if let Some(id) = pick(at) {
                    let entry = model.get_mut(&id).unwrap();
                    if !entry.0.is_final() { entry.0 = JobState::Cancelled }
                    prop_assert_eq!(jobs.cancel(&id, "acme", now).unwrap().unwrap().state, entry.0);
                },
                Step::GiveBack(at) => if let Some(id) = pick(at) {
                    jobs.give_back(&id, 0).unwrap();
                    let entry = model.get_mut(&id).unwrap();
                    if entry.0 == JobState::Running { entry.0 = JobState::Waiting }
                },
                Step::Crash => {
                    drop(jobs);
                    jobs = Jobs::open(dir.path()).unwrap();
                    jobs.recover().unwrap();
                    for entry in model.values_mut().filter(|entry| entry.0 == JobState::Running) {
                        entry.0 = JobState::Waiting;
                    }
                }
                Step::Wait(ms) => {
                    now += ms;
                    jobs.expire(&response(), now).unwrap();
                    let open = |state| matches!(state, JobState::Waiting | JobState::Review);
                    for entry in model.values_mut().filter(|entry| open(entry.0) && entry.1 <= now) {
                        entry.0 = JobState::Expired;
                    }
                }
            }
            for (id, (state, _)) in &model {
                prop_assert_eq!(jobs.job(id).unwrap().map(|job| job.state), Some(*state));
            }
        }
    }
}

#[test]
fn many_workers_never_take_the_same_job() {
    let dir = tempfile::tempdir().unwrap();
    let jobs = Jobs::open(dir.path()).unwrap();
    for index in 0..60 {
        jobs.put(&new(&format!("dfr_{index}"), 9_999), 1_000).unwrap();
    }
    let taken = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(job) = jobs.claim("later", 5, &[]).unwrap() {
                    taken.lock().unwrap().push(job.request.id);
                }
            });
        }
    });
    let mut taken = taken.into_inner().unwrap();
    taken.sort();
    let count = taken.len();
    taken.dedup();
    assert_eq!((count, taken.len()), (60, 60));
}
