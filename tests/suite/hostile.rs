//! What hostile policies can do to the engine: nothing but fail, in words.

use fingerpost::config::EngineLimits;
use fingerpost::policy::wire::Routing;
use fingerpost::policy::{AdmissionError, PolicyFailure, StepName};
use support::engine::{TestEngine, facts, limits};
use support::{guests, hostile};

/// Fuel enough for a guest to run into another limit first.
const PLENTY: u64 = 1_000_000_000;

fn engine() -> TestEngine {
    TestEngine::start(env!("CARGO_BIN_EXE_admit"))
}

async fn refusal(component: Vec<u8>) -> AdmissionError {
    engine().admit(component).await.expect_err("this one is not let in")
}

async fn failure(guest: &str) -> PolicyFailure {
    failure_with_fuel(guest, limits().fuel).await
}

async fn failure_with_fuel(guest: &str, fuel: u64) -> PolicyFailure {
    let engine = TestEngine::with(env!("CARGO_BIN_EXE_admit"), EngineLimits { fuel, ..limits() });
    let (route, generation) = engine.route(guests::component(guest)).await;
    route.route(&generation, "req_1", &facts()).await.outcome.expect_err("this one fails")
}

#[tokio::test]
async fn a_good_policy_decides() {
    let engine = engine();
    let (route, generation) = engine.route(guests::component("good")).await;
    let decided = route.route(&generation, "req_1", &facts()).await;
    assert!(matches!(decided.outcome, Ok(routed) if matches!(routed.decision, Routing::Send(_))));
    assert!(decided.fuel > 0);
}

#[tokio::test]
async fn a_trap_is_the_policys_failure() {
    let failure = failure("traps").await;
    assert_eq!(failure.kind(), "trap");
    assert!(failure.deterministic());
}

#[tokio::test]
async fn a_panic_is_told_with_its_message_and_its_place() {
    let told = failure("panics").await.to_string();
    assert!(told.contains("no idea what to do with"), "{told}");
    assert!(told.contains("panics/src/lib.rs:15"), "{told}");
}

#[tokio::test]
async fn an_endless_loop_runs_out_of_fuel() {
    assert_eq!(failure("loops-forever").await, PolicyFailure::OutOfFuel { limit: limits().fuel });
}

#[tokio::test]
async fn an_endless_loop_with_endless_fuel_is_stopped_by_the_clock() {
    let mut limits = limits();
    (limits.fuel, limits.wall_clock) = (u64::MAX, std::time::Duration::from_millis(50));
    // `configure` gets a multiple of it, which must not overflow.
    let engine = TestEngine::with(env!("CARGO_BIN_EXE_admit"), limits);
    let (route, generation) = engine.route(guests::component("loops-forever")).await;
    let failure = route.route(&generation, "req_1", &facts()).await.outcome.expect_err("it is stopped");
    assert!(matches!(failure, PolicyFailure::WallClock { .. }), "{failure}");
    assert!(!failure.deterministic());
}

#[tokio::test]
async fn allocating_without_end_runs_out_of_memory() {
    assert_eq!(
        failure_with_fuel("allocates-without-end", PLENTY).await,
        PolicyFailure::OutOfMemory { limit: limits().memory_bytes }
    );
}

#[tokio::test]
async fn recursion_without_end_is_stopped() {
    let failure = failure("recurses").await;
    assert!(matches!(failure.kind(), "stack-overflow" | "trap" | "out-of-fuel"), "{failure}");
}

#[tokio::test]
async fn a_megabyte_of_reason_is_too_large() {
    assert_eq!(
        failure_with_fuel("huge-reason", PLENTY).await,
        PolicyFailure::OutputTooLarge { limit: limits().output_bytes }
    );
}

#[tokio::test]
async fn a_huge_list_of_aliased_strings_is_too_large() {
    assert_eq!(
        failure_with_fuel("aliased-strings", PLENTY).await,
        PolicyFailure::OutputTooLarge { limit: limits().output_bytes }
    );
}

#[tokio::test]
async fn a_million_log_lines_run_out_of_fuel() {
    assert_eq!(failure("logs-million-lines").await, PolicyFailure::OutOfFuel { limit: limits().fuel });
}

#[tokio::test]
async fn a_policy_that_keeps_failing_is_set_aside_until_it_is_released() {
    let engine = engine();
    let (route, generation) = engine.route(guests::component("traps")).await;
    for _ in 0..3 {
        let failure = route.route(&generation, "req_1", &facts()).await.outcome.expect_err("it traps");
        assert_eq!(failure.kind(), "trap");
    }
    let failure = route.route(&generation, "req_1", &facts()).await.outcome.expect_err("it is not asked");
    assert_eq!(failure, PolicyFailure::SetAside);
    route.release();
    let failure = route.route(&generation, "req_1", &facts()).await.outcome.expect_err("it traps");
    assert_eq!(failure.kind(), "trap");
}

#[tokio::test]
async fn answers_that_are_overruled_count_and_good_ones_forgive() {
    let engine = engine();
    let (route, generation) = engine.route(guests::component("good")).await;
    route.overruled(&generation);
    route.overruled(&generation);
    route.accepted(&generation);
    assert_eq!(route.status().failures_in_a_row, 0);
    (0..3).for_each(|_| route.overruled(&generation));
    let failure = route.route(&generation, "req_1", &facts()).await.outcome.expect_err("it is not asked");
    assert_eq!(failure, PolicyFailure::SetAside);
}

#[tokio::test]
async fn what_is_no_policy_is_refused_in_words() {
    for (component, words) in [
        (hostile::not_wasm(), "this is not WebAssembly"),
        (hostile::truncated(), "it is not WebAssembly that the sandbox runs"),
        (hostile::core_module(), "`fingerpost policy build` makes components"),
        (hostile::no_exports(), "does not export the function `configure`"),
        (hostile::thousand_core_modules(), "core modules, and 4 is the most"),
        (hostile::memory_that_cannot_grow(), "2097152 bytes of memory"),
        (guests::component("imports-wasi"), "it imports `wasi:"),
        (guests::component("other-interface-version"), "the gateway speaks fingerpost:policy@0.1.0"),
        (vec![0; 17 << 20], "`component` under"),
    ] {
        let error = refusal(component).await.to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[tokio::test]
async fn a_module_without_exports_is_let_in_or_refused_in_words() {
    if let Err(error) = engine().admit(hostile::module_without_exports()).await {
        assert!(error.blames_policy(), "{error}");
    }
}

#[tokio::test]
async fn a_panic_in_configure_is_a_trap() {
    let error = refusal(guests::component("configure-panics")).await;
    assert!(matches!(&error, AdmissionError::Configure { reason, .. } if reason == "trap"), "{error:?}");
}

#[tokio::test]
async fn a_loop_in_configure_runs_out_of_fuel() {
    let error = refusal(guests::component("configure-loops")).await;
    assert!(matches!(&error, AdmissionError::Configure { reason, .. } if reason == "out-of-fuel"), "{error:?}");
}

#[tokio::test]
async fn allocating_without_end_in_configure_runs_out_of_memory() {
    let error = refusal(guests::component("configure-allocates")).await;
    assert!(matches!(&error, AdmissionError::Configure { reason, .. } if reason == "out-of-memory"), "{error:?}");
}

#[tokio::test]
async fn one_huge_function_is_compiled_or_stopped_in_time() {
    let mut limits = limits();
    limits.admission_time = std::time::Duration::from_secs(2);
    let engine = TestEngine::with(env!("CARGO_BIN_EXE_admit"), limits);
    let started = std::time::Instant::now();
    if let Err(error) = engine.admit(hostile::one_huge_function()).await {
        let stopped = matches!(error, AdmissionError::TimedOut { .. } | AdmissionError::Killed { .. });
        assert!(stopped || error.step() == StepName::Validate, "{error}");
    }
    assert!(started.elapsed().as_secs() < 10);
}

#[tokio::test]
async fn a_compilation_that_takes_too_much_memory_is_ended_in_words() {
    let limits = EngineLimits { admission_memory_bytes: 100 << 20, ..limits() };
    let engine = TestEngine::with(env!("CARGO_BIN_EXE_admit"), limits);
    let error = engine.admit(hostile::one_huge_function()).await.expect_err("it is stopped");
    assert!(error.to_string().contains("it used more than 100 MiB of memory"), "{error}");
}

#[tokio::test]
async fn equal_policies_are_one_and_go_when_nobody_needs_them() {
    let engine = engine();
    let (route, generation) = engine.route(guests::component("good")).await;
    let again = engine.admit(guests::component("good")).await.expect("it is let in");
    let other = engine.admit(guests::labelled("good", "other")).await.expect("it is let in");
    assert_eq!(generation.module().key(), again.key());
    assert_ne!(generation.module().key(), other.key());
    assert_eq!((engine.engine.alive().modules, engine.engine.alive().generations), (2, 1));
    drop((route, generation, again, other));
    assert_eq!((engine.engine.alive().modules, engine.engine.alive().generations), (0, 0));
}

#[tokio::test]
async fn a_damaged_file_in_the_cache_is_compiled_anew() {
    let engine = engine();
    drop(engine.admit(guests::component("good")).await.expect("it is let in"));
    for file in std::fs::read_dir(engine.cache()).expect("there is a cache").flatten() {
        if file.path().extension().is_some_and(|ending| ending == "code") {
            std::fs::write(file.path(), b"torn").expect("it can be written");
        }
    }
    engine.admit(guests::component("good")).await.expect("it is let in again");
}
