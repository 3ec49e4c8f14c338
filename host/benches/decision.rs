//! What a decision costs: the `tiered` policy with realistic facts, a fresh sandbox each time, at one and at four
//! threads, with 1, 100 and 1,000 routes of different set-up, beside a call of an instance that is reused.
//!
//! `cargo bench --bench decision` builds the policy first; `FINGERPOST_BENCH_POLICY=path.wasm` takes another one, and
//! `FINGERPOST_BENCH_ROUTES=1,100` other numbers of routes.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

#[path = "decision/facts.rs"]
mod facts;

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use fingerpost::config::EngineLimits;
use fingerpost::policy::{Decided, Engine, EngineOptions, Generation, RoutePolicy, bench_reused};
use fingerpost_guest_build::{Build, Toolchain, componentize};

/// Decisions of a thread before and in a measurement.
const WARM_UP: usize = 2_000;
const DECISIONS: usize = 20_000;

fn main() {
    let component = component();
    // Each loaded policy holds its file open.
    rlimit::increase_nofile_limit(u64::MAX).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let routes = std::env::var("FINGERPOST_BENCH_ROUTES").unwrap_or_else(|_| "1,100,1000".into());
    println!("component of {} KiB", component.len() >> 10);
    let dir = tempfile::tempdir().unwrap();
    for count in routes.split(',').map(|count| count.parse().unwrap()) {
        let before = resident();
        let (first, _) = timed(|| runtime.block_on(start(dir.path(), &component, count)));
        let (again, routes) = timed(|| runtime.block_on(start(dir.path(), &component, count)));
        println!(
            "\n{count} routes: first start {first:.2?}, from the cache {again:.2?}, {} MiB resident more",
            resident() - before
        );
        for threads in [1, 4] {
            measure(&runtime, &routes, threads);
        }
        println!("  after that {} MiB resident more", resident() - before);
        if count == 1 {
            let (_, generation) = &routes[0];
            show("reused instance, route", bench_reused(generation, &facts::facts(), DECISIONS));
            let decided = runtime.block_on(routes[0].0.route(generation, "req", &facts::facts()));
            println!("  a decision takes {} units of fuel", decided.fuel);
        }
    }
}

type Route = (Arc<RoutePolicy>, Arc<Generation>);

/// An engine with that many routes, as many admitted at once as the engine takes.
async fn start(cache: &Path, component: &Bytes, count: usize) -> Vec<Route> {
    let options = EngineOptions {
        cache_dir: cache.into(),
        admit_program: env!("CARGO_BIN_EXE_fingerpost").into(),
        components: None,
    };
    let engine = Engine::start(&limits(), options).unwrap();
    let admit = |number| {
        let (engine, component) = (engine.clone(), component.clone());
        tokio::spawn(async move {
            let setup = facts::setup(&format!("route-{number}"));
            let module = engine.admit(component, &setup).await.unwrap_or_else(|error| panic!("{error}"));
            let policy = Arc::new(RoutePolicy::new(setup.name.as_str().into(), &limits()));
            let generation = policy.install("tiered".into(), module, Default::default());
            (policy, generation)
        })
    };
    let admissions: Vec<_> = (0..count).map(admit).collect();
    let mut routes = Vec::new();
    for admission in admissions {
        routes.push(admission.await.unwrap());
    }
    routes
}

fn measure(runtime: &tokio::runtime::Runtime, routes: &[Route], threads: usize) {
    for what in ["route", "fallback"] {
        let each = async |thread: usize| {
            let mut times = Vec::with_capacity(DECISIONS);
            let (facts, attempts) = (facts::facts(), facts::attempts());
            for turn in 0..WARM_UP + DECISIONS {
                let (policy, generation) = &routes[(turn * threads + thread) % routes.len()];
                // Without the wait for a turn: four threads on one route have to wait for each other.
                let took = match what {
                    "route" => took(policy.route(generation, "req", &facts).await),
                    _ => took(policy.fallback(generation, "req", &facts, &attempts).await),
                };
                if turn >= WARM_UP {
                    times.push(took);
                }
            }
            times
        };
        let times = std::thread::scope(|scope| {
            let each = &each;
            let handles: Vec<_> =
                (0..threads).map(|thread| scope.spawn(move || runtime.block_on(each(thread)))).collect();
            handles.into_iter().flat_map(|handle| handle.join().unwrap()).collect()
        });
        show(&format!("{threads} threads, {what}"), times);
    }
}

fn took<T>(decided: Decided<T>) -> Duration {
    decided.outcome.unwrap_or_else(|failure| panic!("{failure}"));
    decided.took
}

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |permille: usize| times[(times.len() - 1) * permille / 1000].as_secs_f64() * 1e6;
    println!("  {what:<24} p50 {:6.2} µs   p99 {:6.2} µs   p99.9 {:7.2} µs", at(500), at(990), at(999));
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let started = Instant::now();
    let result = work();
    (started.elapsed(), result)
}

/// The policy, built where it is not given.
fn component() -> Bytes {
    if let Some(path) = std::env::var_os("FINGERPOST_BENCH_POLICY") {
        return std::fs::read(path).unwrap().into();
    }
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let modules = Build::new(workspace.join("policies/tiered/Cargo.toml"))
        .target_dir(workspace.join("target/guests"))
        .run(&Toolchain::find().unwrap(), &mut |line| println!("{line}"))
        .unwrap();
    componentize(&modules[0].read().unwrap()).unwrap().into()
}

/// The limits of the default config, but for the number of decisions at once, so that four threads are four threads.
fn limits() -> EngineLimits {
    EngineLimits {
        fuel: 2_000_000,
        wall_clock: Duration::from_millis(10),
        memory_bytes: 16 << 20,
        output_bytes: 256 << 10,
        log_lines: 20,
        log_lines_per_second: 100,
        component_bytes: 8 << 20,
        admission_time: Duration::from_secs(60),
        admission_memory_bytes: 4 << 30,
        decisions_in_flight: NonZeroU32::new(64).unwrap(),
        failures_until_set_aside: NonZeroU32::new(5).unwrap(),
    }
}

/// Resident memory of this process in MiB, less what is mapped from files and can be dropped at any time: the code.
fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<i64>().unwrap() >> 10
}
