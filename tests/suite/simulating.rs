//! Simulations: the same seed is the same report; outages, budgets and broken policies show in the figures as they should; and
//! what a gateway has recorded can be simulated.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use fingerpost::policy::Engine;
use fingerpost::simulate::{Contestant, Figure, Origin, PolicyReport, Report, Simulation};
use fingerpost::store::Reader;
use serde_json::Value;
use support::gateway::{ConfigText, Gateway, admit_program};
use support::guests;
use support::upstream::{Reply, Upstream};

use crate::lab::{assert_shows, commands};
use crate::programs::{program, shown};

/// Two providers, three targets, three minutes of traffic; `rest` is the policies and what else there is.
fn file(rest: &str) -> String {
    format!(
        "seed = 11\nruns = 3\n[targets.a]\nprovider = \"one\"\n[targets.b]\nprovider = \"two\"\n\
         [targets.cheap]\nprovider = \"two\"\ntier = \"economy\"\nprice = {{ input = \"0.10\", output = \"0.30\" }}\n\
         [route.bounds]\ndowngrade = true\n\
         [traffic]\nrate = 40\nlasts = \"3m\"\ninput_tokens = {{ p50 = 200, p95 = 600 }}\noutput_tokens = {{ p50 = 60, p95 = 200 }}\n\
         max_output_tokens = 300\n{rest}"
    )
}

/// An engine that all simulations here share.
fn engine(simulation: &Simulation) -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let cache = admit_program().with_file_name("compiled-for-tests");
        simulation.engine(&cache, Some(&admit_program())).unwrap_or_else(|error| panic!("{error}"))
    })
}

fn simulated(simulation: &Simulation) -> Report {
    simulation.run(engine(simulation), &|_, _| {}).unwrap_or_else(|error| panic!("{error:#}"))
}

fn parsed(rest: &str) -> Simulation {
    Simulation::parse(&file(rest), Path::new("s.toml")).unwrap_or_else(|error| panic!("{error}"))
}

fn mean(policy: &PolicyReport, figure: Figure) -> f64 {
    policy.figure(figure).unwrap_or_else(|| panic!("{figure:?} was not measured")).value.mean
}

/// A fallback for nobody: one attempt, and no other way.
const NO_FALLBACK: &str = "[policies.none]\npolicy = \"builtin:tiered\"\n\
                           fallback.classes.interactive = { attempts = 1, retries = 0, rungs = [] }\n";

#[test]
fn the_same_seed_gives_the_same_report_byte_for_byte_and_another_seed_another() {
    let rest = "tenants = { acme = 2, globex = 1 }\nsessions = { share = \"0.3\" }\nstreamed = \"0.6\"\n\
                [providers.one]\nerrors = { 500 = \"0.05\", cut = \"0.02\", stall = \"0.01\" }\nrate = { requests = 30 }\n\
                outages = [{ about_every = \"1m\", lasts = \"10s\" }]\n\
                [policies.tiered]\n[policies.cheapest-healthy]\n";
    let mut simulation = parsed(rest);
    let json = |simulation: &Simulation| serde_json::to_string(&simulated(simulation)).unwrap();
    let first = json(&simulation);
    assert_eq!(first, json(&simulation));
    simulation.seed += 1;
    assert_ne!(first, json(&simulation));
}

#[test]
fn an_outage_fails_requests_of_a_policy_without_fallback_and_none_of_one_with() {
    let outage = "[providers.a]\noutages = [{ from = \"1m\", lasts = \"1m\" }]\n";
    let report = simulated(&parsed(&format!("{outage}[policies.single]\n{NO_FALLBACK}")));
    let [with, without] = [&report.policies[0], &report.policies[1]];
    assert_eq!((mean(with, Figure::Served), mean(with, Figure::Failed)), (1.0, 0.0), "{with:#?}");
    assert!(mean(without, Figure::Failed) > 0.005, "{without:#?}");
    let failed = without.figure(Figure::Failed).unwrap();
    assert!(failed.differs == Some(true) && failed.difference.unwrap().low.unwrap() > 0.0, "{failed:?}");
    assert!(mean(with, Figure::Fallbacks) > mean(without, Figure::Fallbacks) && mean(with, Figure::Attempts) > 1.0);
    // Only who arrived during the outage suffers, and the report says when that was.
    let before = |policy: &PolicyReport| policy.timeline[..15].iter().all(|part| part.served.unwrap_or(1.0) == 1.0);
    assert!(before(without) && without.timeline[20..40].iter().any(|part| part.served.unwrap_or(1.0) < 1.0));
    assert_eq!((report.outages.len(), report.outages[0].from_ms, report.outages[0].until_ms), (1, 60_000, 120_000));
}

#[test]
fn every_policy_meets_the_same_so_equal_policies_differ_by_nothing() {
    let faults = "[providers.one]\nerrors = { 503 = \"0.1\" }\n";
    let twice = "[policies.a]\npolicy = \"builtin:tiered\"\n[policies.b]\npolicy = \"builtin:tiered\"\n";
    let report = simulated(&parsed(&format!("{faults}{twice}")));
    assert!(mean(&report.policies[0], Figure::Attempts) > 1.02);
    for told in &report.policies[1].figures {
        let paired = told.difference.expect("it is held against the first");
        assert_eq!((paired.mean, told.differs), (0.0, Some(false)), "{told:?}");
    }
}

#[test]
fn under_a_tight_budget_a_policy_that_minds_it_spends_less_and_serves_more() {
    let budget = "[budgets.day]\nperiod = \"day\"\nlimit = \"0.02\"\nthresholds = [50, 90]\n\
                  [policies.single]\n[policies.minding]\npolicy = \"builtin:tiered\"\n\
                  routing.budget = { downgrade_from = 300, critical_only_from = 1_000 }\nfallback.restrain_from = 200\n";
    let report = simulated(&parsed(budget));
    let [heedless, minding] = [&report.policies[0], &report.policies[1]];
    assert!(mean(heedless, Figure::RefusedForMoney) > 0.1 && heedless.money_out.is_some(), "{heedless:#?}");
    assert!(mean(minding, Figure::Served) > mean(heedless, Figure::Served) + 0.1, "{minding:#?}");
    assert!(mean(minding, Figure::CostPerServed) < mean(heedless, Figure::CostPerServed) / 2.0);
    assert!(mean(minding, Figure::Downgraded) > 0.1);
    // Both budgets are told over time, and the heedless policy crosses their thresholds in every run.
    assert!(heedless.budgets[0].spent.is_sorted() && heedless.budgets[0].spent.len() == 60);
    assert!(heedless.budgets[0].thresholds.iter().all(|crossed| crossed.runs == 3 && crossed.by_ms.is_some()));
}

#[test]
fn a_policy_that_traps_breaks_nothing_and_shows_as_policy_failures() {
    let folder = tempfile::tempdir().unwrap();
    let component = folder.path().join("traps.wasm");
    std::fs::write(&component, guests::component("traps")).unwrap();
    let mut simulation =
        parsed("[route.on_policy_failure]\naction = \"static\"\ntargets = [\"a\", \"b\"]\n[policies.single]\n");
    simulation.policies.push(Contestant::of_file(component.clone()));
    assert_eq!(simulation.policies[1].origin, Origin::File(component));
    let report = simulated(&simulation);
    let broken = &report.policies[1];
    assert_eq!((broken.name.as_str(), mean(broken, Figure::Undecided)), ("traps", 1.0));
    assert!(broken.undecided["trap"] > 0, "{:?}", broken.undecided);
    // The route's static order serves in its place.
    assert_eq!(mean(&report.policies[0], Figure::Undecided), 0.0);
    assert_eq!(mean(broken, Figure::Served), 1.0, "{broken:#?}");
}

#[test]
fn a_policy_that_is_not_admitted_is_named() {
    let mut simulation = parsed("");
    let folder = tempfile::tempdir().unwrap();
    let component = folder.path().join("mine.wasm");
    std::fs::write(&component, guests::component("configure-panics")).unwrap();
    simulation.policies = vec![Contestant::of_file(component)];
    let error = simulation.run(engine(&simulation), &|_, _| {}).expect_err("it is not admitted");
    assert!(format!("{error:#}").contains("the policy `mine`"), "{error:#}");
}

/// Runs `fingerpost simulate` in a process of its own.
fn ran(words: &[&str]) -> Output {
    let cache = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/lab-cache");
    Command::new(program()).arg("simulate").args(words).env("XDG_CACHE_HOME", cache).output().expect("it runs")
}

/// The same where other tasks go on meanwhile.
async fn elsewhere(words: &[&str]) -> Output {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let run = move || ran(&words.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(run).await.expect("no panic")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_gateway_has_recorded_is_simulated_with_its_own_config_and_with_what_its_targets_did() {
    let upstream = Upstream::start().await;
    for model in ["model-a", "model-b"] {
        upstream.on(model).reply(Reply::ok("an answer of some words"));
    }
    let config = ConfigText::new(&upstream);
    let gateway = Gateway::start(&config).await;
    for _ in 0..20 {
        gateway.client().chat("r", "How long is this question?").await;
    }
    let dir = gateway.stop().await;
    let (data, file) = (dir.path().join("data"), dir.path().join("fingerpost.toml"));
    let [data_dir, config] = [&data, &file].map(|path| path.to_str().unwrap().to_owned());
    let own = [
        "--from-log",
        "--data-dir",
        &data_dir,
        "--config",
        &config,
        "--policy",
        "route",
        "--policy",
        "tiered",
        "--json",
    ];
    let output = elsewhere(&own).await;
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", shown(&output)));
    assert_eq!((&report["requests"], &report["policies"][0]["name"]), (&Value::from(20.0), &Value::from("route")));
    let first = &report["policies"][0];
    assert_eq!(
        (&first["figures"][0]["figure"], &first["figures"][0]["value"]["mean"]),
        (&"served".into(), &1.0.into()),
        "{report:#}"
    );
    assert_eq!(first["served_by"]["a"], 1.0, "{report:#}");
    // Targets that were never asked have shown nothing of themselves.
    let remarks = report["remarks"].to_string();
    assert!(remarks.contains("too little is recorded of d"), "{remarks}");
    assert!(remarks.contains("spread evenly"), "{remarks}");
    // Targets are as fast as they were seen to be: less than a usual model by far.
    let mut took: Vec<u64> =
        Reader::open(&data).unwrap().recent(20).unwrap().iter().map(|record| record.latency_ms).collect();
    took.sort_unstable();
    let told = first["figures"].as_array().unwrap().iter().find(|told| told["figure"] == "latency_p50").unwrap();
    let (seen, simulated) = (took[10] as f64, told["value"]["mean"].as_f64().unwrap());
    assert!((seen / 4.0 - 5.0..seen * 4.0 + 20.0).contains(&simulated), "{simulated} ms in place of {seen} ms");
    let mine = dir.path().join("mine.toml");
    std::fs::write(&mine, self::file("[policies.single]\n")).unwrap();
    let with_file =
        [mine.to_str().unwrap(), "--from-log", "--as-recorded", "--data-dir", &data_dir, "--runs", "1", "--json"];
    let output = elsewhere(&with_file).await;
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", shown(&output)));
    assert_eq!((&report["requests"], &report["name"]), (&Value::from(20.0), &Value::from("mine")), "{report:#}");
    upstream.finish().await;
}

#[test]
fn wrong_words_and_files_are_answered_with_how_to_mend_them() {
    let says = |words: &[&str], code: i32, text: &str| {
        let output = ran(words);
        assert!(output.status.code() == Some(code) && shown(&output).contains(text), "{}", shown(&output));
    };
    says(&["nowhere.toml"], 1, "failed to read `nowhere.toml`");
    says(&["--policy", "tierd"], 1, "did you mean \"tiered\"?");
    says(&["--runs", "0"], 2, "--runs");
    says(&["--route", "r"], 2, "--from-log");
    let folder = tempfile::tempdir().unwrap();
    says(&["--from-log", "--data-dir", folder.path().to_str().unwrap()], 1, "there is no decision log");
    let wrong = folder.path().join("wrong.toml");
    std::fs::write(&wrong, file("").replace("rate", "rat")).unwrap();
    says(&[wrong.to_str().unwrap()], 1, "did you mean \"rate\"?");
}

#[test]
fn the_guides_commands_work_as_pasted_and_say_what_it_shows() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("tests/ has a parent");
    let guide = std::fs::read_to_string(workspace.join("docs/simulating.md")).expect("the guide");
    let folder = tempfile::tempdir().unwrap();
    let path = format!("{}:{}", program().parent().unwrap().display(), std::env::var("PATH").unwrap_or_default());
    let mut ran = 0;
    for (script, said) in commands(&guide) {
        let mut command = Command::new("bash");
        command.args(["-euo", "pipefail", "-c", &script]).current_dir(folder.path()).env("PATH", &path);
        let output = command.env("XDG_CACHE_HOME", workspace.join("target/lab-cache")).output().expect("bash runs");
        assert_shows(&said, &output);
        ran += 1;
    }
    let page = std::fs::read_to_string(folder.path().join("report.html")).expect("the page is there");
    assert!(ran == 2 && page.contains("<svg") && !page.contains("src="), "{ran}");
}
