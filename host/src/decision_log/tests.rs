//! The log by itself: its layout, what damage does to it, its bounds, and what happens when nobody takes what is written.

mod format;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::catalog::{self, Catalog};
use crate::config::Config;
use crate::limits::Limits as RateLimits;
use crate::policy::RoutePolicy;
use crate::policy::wire;
use crate::telemetry::metrics::Metrics;

const CONFIG: &str = r#"
[providers.p]
kind = "openai"
base_url = "http://127.0.0.1:9/v1"
[targets.a]
provider = "p"
tier = "frontier"
price = { input = "1.00", output = "2.00" }
[routes.r]
targets = ["a"]
[tenants.acme]
"#;

fn route() -> Arc<RouteState> {
    let config = Config::parse(CONFIG, Path::new("f.toml")).unwrap();
    let metrics = Metrics::default();
    let catalog = catalog::build(&config, &BTreeMap::new(), &Catalog::new(), &metrics).unwrap();
    let setting = &config.routes["r"];
    let policy = Arc::new(RoutePolicy::new("r".into(), &config.engine));
    Arc::new(RouteState::new(&config, setting, &catalog, policy, &metrics, &RateLimits::default()))
}

fn facts(id: &str, at: u64) -> wire::Facts {
    wire::Facts {
        request: wire::Request {
            id: id.into(),
            endpoint: "chat-completions".into(),
            requested_model: "r".into(),
            requested_target: None,
            traffic_class: "critical".into(),
            streaming: true,
            needs: vec!["tools".into()],
            input_tokens: 10,
            input_tokens_exact: false,
            max_output_tokens: Some(7),
            received_at: at,
            utc_offset_minutes: -60,
            elapsed: 2,
            time_left: 500,
            seed: u64::MAX,
            decision_index: 0,
            attributes: vec![wire::Attribute { name: "email".into(), value: "a@b.c".into(), source: "caller".into() }],
        },
        caller: wire::Caller { tenant: "acme".into(), key: "k".into(), plan: String::new(), user: Some("ann".into()) },
        bounds: wire::Bounds {
            max_attempts: 3,
            max_same_target: 2,
            deadline: 1_000,
            worst_tier_rank: 1,
            max_cost: Some(5),
            max_cost_permille: 1_500,
            downgrade: true,
            upgrade: false,
            may_defer: false,
            may_reclassify_to: vec!["batch".into()],
        },
        budgets: Vec::new(),
        targets: Vec::new(),
        first_free_in: None,
        session: None,
        deferred: None,
        queues: Vec::new(),
        cached_answer_age: Some(3),
    }
}

/// A decision with all that it refers to.
struct Made {
    route: Arc<RouteState>,
    input: Input,
    output: Output,
    told: Told,
}

impl Made {
    fn decision(&self) -> Decision<'_> {
        let (name, settings) = ("p".into(), Settings::default());
        let decider = Decider { name, component: Digest::of(b"c"), key: Digest::of(b"k"), settings };
        let Self { route, input: Input { facts, attempts, standing }, output, told } = self;
        Decision { route, decider: Some(decider), facts, attempts, standing, output, told }
    }
}

/// Encoded as it lies in a block, with this place of its background.
fn encoded(made: &Made, background: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    entry::append(&mut bytes, &made.decision(), &[]).unwrap();
    entry::put_background(&mut bytes, 0, background);
    bytes
}

fn made(route: &Arc<RouteState>, id: &str, at: u64) -> Made {
    let explanation = wire::Explanation {
        rule: "primary".into(),
        reason: "for ann (a@b.c)".into(),
        considered: vec![(0, "fine".into())],
        notes: Vec::new(),
    };
    let rejection = wire::Rejection { status: 429, code: "later".into(), message: "Dear ann".into() };
    Made {
        route: Arc::clone(route),
        input: Input { facts: facts(id, at), attempts: Vec::new(), standing: Standing::default() },
        output: Output::Routed(wire::Routed {
            decision: wire::Routing::Reject(rejection),
            traffic_class: None,
            explanation,
        }),
        told: Told { fuel: 1, micros: 2, overruled: None },
    }
}

fn open(dir: &Path, rules: &DecisionLogRules) -> (DecisionLog, DecisionLogMetrics) {
    let metrics = Metrics::default().decision_log.clone();
    let engine = Digest::of(b"engine");
    (DecisionLog::open(dir, rules, &Config::builtin().engine, engine, metrics.clone()), metrics)
}

fn rules() -> DecisionLogRules {
    Config::builtin().decision_log
}

/// The ids of the requests in a log.
fn ids(dir: &Path, selection: &Selection) -> (Vec<String>, Seen) {
    let mut ids = Vec::new();
    let log = Log::open(dir).unwrap();
    let seen = log.visit(selection, |_, stored| {
        ids.push(stored.input()?.facts.request.id);
        Ok(ControlFlow::Continue(()))
    });
    (ids, seen.unwrap())
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    segment::list(&folder(dir)).unwrap().into_iter().map(|(_, path)| path).collect()
}

#[tokio::test]
async fn what_was_handed_over_is_read_again_in_order_across_restarts() {
    let dir = tempfile::tempdir().unwrap();
    let route = route();
    for part in 0..3_u64 {
        let (log, _) = open(dir.path(), &rules());
        for number in 0..500 {
            log.record(made(&route, &format!("req_{part}_{number}"), part * 1_000 + number).decision());
        }
        log.flush().await;
        log.close();
    }
    let (all, seen) = ids(dir.path(), &Selection::default());
    assert_eq!((all.len(), seen.damaged_blocks, seen.decisions), (1_500, 0, 1_500));
    assert_eq!((&*all[0], &*all[1_499]), ("req_0_0", "req_2_499"));
    let last = Selection { limit: Some(700), ..Selection::default() };
    assert_eq!(ids(dir.path(), &last).0, all[800..]);
    let since = Selection { since: 2_402, route: Some("r".into()), limit: Some(10), ..Selection::default() };
    assert_eq!(ids(dir.path(), &since).0, all[1_490..]);
    let of = |route: &str| Selection { route: Some(route.into()), ..Selection::default() };
    assert_eq!((ids(dir.path(), &of("r")).0.len(), ids(dir.path(), &of("other")).0.len()), (1_500, 0));
    let one = Selection { request: Some("req_1_77".into()), ..Selection::default() };
    assert_eq!(ids(dir.path(), &one).0, ["req_1_77"]);
    assert_eq!(Log::open(dir.path()).unwrap().backgrounds(&of("r")).unwrap().len(), 1, "kept once");
}

#[tokio::test]
async fn a_damaged_block_is_passed_over_and_a_torn_end_too() {
    let dir = tempfile::tempdir().unwrap();
    let (log, _) = open(dir.path(), &rules());
    for number in 0..3 {
        log.record(made(&route(), &format!("req_{number}"), number).decision());
        log.flush().await;
    }
    log.close();
    let [path] = segments(dir.path()).try_into().unwrap();
    let whole = std::fs::read(&path).unwrap();
    let frame = (whole.len() - 22) / 3;
    let mut damaged = whole.clone();
    damaged[22 + frame + frame / 2] ^= 1;
    std::fs::write(&path, &damaged).unwrap();
    let (found, seen) = ids(dir.path(), &Selection::default());
    assert_eq!((found, seen.damaged_blocks), (vec!["req_0".to_owned(), "req_2".to_owned()], 1));
    std::fs::write(&path, &whole[..whole.len() - 5]).unwrap();
    assert_eq!(ids(dir.path(), &Selection::default()).0, ["req_0", "req_1"]);
    std::fs::write(&path, b"fingerpost-decisions\xff\xff").unwrap();
    assert_eq!(ids(dir.path(), &Selection::default()).1.other_formats, 1);
}

#[tokio::test]
async fn the_oldest_go_when_there_are_too_many() {
    let dir = tempfile::tempdir().unwrap();
    let rules = DecisionLogRules { max_bytes: 40_000, ..rules() };
    let (log, metrics) = open(dir.path(), &rules);
    let route = route();
    for number in 0..200_u64 {
        let mut made = made(&route, &format!("req_{number}"), number);
        // What compresses badly.
        let mut state = number;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'0' + u8::try_from(state >> 58).unwrap())
        };
        made.input.facts.request.requested_model = (0..2_000).map(|_| noise()).collect();
        log.record(made.decision());
        log.flush().await;
        let total: u64 = segments(dir.path()).iter().map(|path| path.metadata().unwrap().len()).sum();
        assert!(total <= 44_000, "{total}");
    }
    log.close();
    let (found, _) = ids(dir.path(), &Selection::default());
    assert!(found.len() > 10 && found.last().unwrap() == "req_199" && metrics.kept.get() == 200, "{}", found.len());
}

#[tokio::test]
async fn what_is_too_old_goes_with_its_background_and_its_component() {
    let dir = tempfile::tempdir().unwrap();
    let components = crate::policy::Components::new(components(dir.path()));
    let (log, _) = open(dir.path(), &rules());
    components.keep(&Digest::of(b"c"), b"c").unwrap();
    log.record(made(&route(), "req_1", 0).decision());
    log.close();
    let (log, _) = open(dir.path(), &rules());
    log.close();
    assert!(components.find(&Digest::of(b"c")).is_some(), "it is needed still");
    let old = std::time::SystemTime::now() - Duration::from_secs(3_600);
    std::fs::File::options().write(true).open(&segments(dir.path())[0]).unwrap().set_modified(old).unwrap();
    let (log, _) = open(dir.path(), &DecisionLogRules { keep: Duration::from_secs(60), ..rules() });
    log.close();
    assert!(segments(dir.path()).is_empty() && components.find(&Digest::of(b"c")).is_none());
    assert_eq!(std::fs::read_dir(folder(dir.path()).join("backgrounds")).unwrap().count(), 0);
}

#[test]
fn what_finds_no_room_is_lost_and_counted_and_holds_nobody_up() {
    let metrics = Metrics::default().decision_log.clone();
    let handover = Arc::new(Handover::default());
    let log = DecisionLog { handover: Some(Arc::clone(&handover)), thread: Mutex::default(), metrics: metrics.clone() };
    let route = route();
    let mut heavy = made(&route, "req", 8);
    heavy.input.facts.request.requested_model = "m".repeat(handover::MOST / 2);
    log.record(heavy.decision());
    log.record(made(&route, "req", 1).decision());
    assert_eq!(metrics.lost_to_overload.get(), 0);
    log.record(heavy.decision());
    assert_eq!(metrics.lost_to_overload.get(), 1, "together they weigh too much");
    log.record(made(&route, "req", 9).decision());
    assert_eq!(metrics.lost_to_overload.get(), 1, "a light one fits still");
    let found = handover.wait(Duration::ZERO, handover::Batch::default());
    assert_eq!(found.batch.runs.len(), 1, "of one route and policy");
    log.record(heavy.decision());
    assert_eq!(metrics.lost_to_overload.get(), 1, "there is room again");
}

#[test]
fn decisions_of_many_threads_and_routes_all_arrive_with_their_own_route() {
    let dir = tempfile::tempdir().unwrap();
    let (log, metrics) = open(dir.path(), &rules());
    let routes = [route(), route()];
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (log, routes) = (&log, &routes);
            scope.spawn(move || {
                for number in 0..500 {
                    let of = &routes[(number / 7 + thread) % 2];
                    log.record(made(of, &format!("req_{thread}_{number}"), 0).decision());
                }
            });
        }
    });
    log.close();
    let (mut found, seen) = ids(dir.path(), &Selection::default());
    found.sort();
    found.dedup();
    assert_eq!(
        (found.len(), seen.decisions, metrics.kept.get(), metrics.lost_to_overload.get()),
        (2_000, 2_000, 2_000, 0)
    );
}

#[test]
fn a_disk_that_takes_nothing_loses_decisions_and_counts_them() {
    let dir = tempfile::tempdir().unwrap();
    let (log, metrics) = open(dir.path(), &rules());
    std::fs::remove_dir_all(folder(dir.path())).unwrap();
    log.record(made(&route(), "req", 0).decision());
    log.close();
    assert_eq!((metrics.kept.get(), metrics.lost_to_disk.get()), (0, 1));
}

#[tokio::test]
async fn what_is_redacted_is_left_out_of_facts_and_of_the_policys_own_words() {
    let dir = tempfile::tempdir().unwrap();
    let (log, _) = open(dir.path(), &DecisionLogRules { redact: vec!["user".into(), "EMAIL".into()], ..rules() });
    log.record(made(&route(), "req_1", 0).decision());
    log.close();
    let mut seen = 0;
    let visited = Log::open(dir.path()).unwrap().visit(&Selection::default(), |_, stored| {
        let (input, output) = (stored.input()?, stored.output()?);
        let text = format!("{input:?}{output:?}");
        assert!(stored.redacted && !text.contains("ann") && !text.contains("a@b.c"), "{text}");
        assert!(text.contains("for [redacted] ([redacted])") && text.contains("Dear [redacted]"), "{text}");
        seen += 1;
        Ok(ControlFlow::Continue(()))
    });
    assert_eq!((visited.unwrap().decisions, seen), (1, 1));
}

proptest! {
    #[test]
    fn no_bytes_upset_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..300), cut in 0..300usize) {
        let head = [&b"fingerpost-decisions"[..], &FORMAT.to_le_bytes(), &[0xD5, 0xF1]].concat();
        for bytes in [bytes.clone(), [&head[..], &bytes].concat()] {
            for frame in segment::read(&bytes).unwrap_or_default().frames {
                drop(frame.block());
            }
        }
        let block = encoded(&made(&route(), "req_1", 0), 0);
        let cut = cut.min(block.len());
        let mixed = [&block[..cut], &bytes].concat();
        for stored in entry::decisions(&mixed) {
            drop((stored.input(), stored.output(), stored.told()));
        }
    }
}
