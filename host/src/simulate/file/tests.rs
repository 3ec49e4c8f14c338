//! How simulation files are read, and what is said of mistakes in them.

use std::path::Path;

use super::super::weather::{Trouble, When};
use super::super::{EXAMPLE, Simulation, Source};
use super::*;

const TARGETS: &str = "[targets.a]\nprovider = \"one\"\n[targets.b]\nprovider = \"one\"\n";
const TRAFFIC: &str = "[traffic]\nrate = 60\nrequests = 10\n";

fn parsed(text: &str) -> Simulation {
    Simulation::parse(text, Path::new("s.toml")).unwrap_or_else(|error| panic!("{error}"))
}

/// What is said of a file that is wrong.
fn problem(text: &str) -> String {
    Simulation::parse(text, Path::new("s.toml")).expect_err("this is wrong").to_string()
}

fn with(rest: &str) -> String {
    problem(&format!("{TARGETS}{TRAFFIC}{rest}"))
}

#[test]
fn the_example_is_right_and_a_short_file_is_enough() {
    let example = parsed(EXAMPLE);
    let names: Vec<_> = example.policies.iter().map(|policy| policy.name.as_str()).collect();
    assert_eq!(names, ["tiered", "no-fallback", "cheapest-healthy"]);
    assert_eq!(example.traffic.callers.len(), 4);
    let short = parsed(&format!("{TARGETS}{TRAFFIC}"));
    assert_eq!((short.runs, short.policies.len(), short.name.as_str()), (5, 1, "s"));
    assert!(matches!(&short.traffic.source, Source::Model(model) if model.requests == Some(10)));
}

#[test]
fn every_mistake_is_told_at_once_with_its_place_and_what_was_probably_meant() {
    let text = problem(&format!(
        "{TARGETS}[traffic]\nrat = 60\nrequests = 10\nclasses = {{ interactiv = 1 }}\n[providers.on]\n\
         first_token = \"fast\"\n[policies.x]\npolicy = \"builtin:tierd\"\n"
    ));
    for part in [
        "s.toml:6:1: traffic.rat: there is no such setting",
        "did you mean \"rate\"?",
        "`rate` is missing",
        "s.toml:8:13: traffic.classes.interactiv: there is no class \"interactiv\"",
        "did you mean \"interactive\"?",
        "there is no target or provider \"on\"",
        "did you mean \"one\"?",
        "the program carries no policy \"tierd\"",
        "did you mean \"tiered\"?",
    ] {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
}

#[test]
fn mistakes_in_the_gateway_are_told_once_beside_those_of_the_simulation() {
    let text = problem(&format!(
        "runs = 0\n[targets.a]\nprovidr = \"one\"\n{TRAFFIC}[policies.x]\npolicy = \"builtin:tierd\"\n"
    ));
    assert!(text.contains("targets.a.providr: there is no such setting"), "{text}");
    assert_eq!(text.matches("targets.a.providr").count(), 1, "{text}");
    assert!(text.contains(": runs: ") && text.contains("did you mean \"tiered\"?"), "{text}");
}

#[test]
fn what_makes_no_sense_is_refused_with_how_to_mend_it() {
    assert!(problem(TARGETS).contains("`traffic` is missing"));
    assert!(problem(TRAFFIC).contains("the simulation has no targets"));
    assert!(problem(&format!("{TARGETS}[traffic]\nrate = 60\n")).contains("nothing says when the traffic ends"));
    assert!(with("input_tokens = { p50 = 10, p95 = 5 }\n").contains("`p95` is less than `p50`"));
    assert!(with("streamed = 0.5\n").contains("put it in quotes"));
    assert!(with("begins = \"yesterday\"\n").contains("not an instant after 1970"));
    assert!(
        with("[route]\npolicy = { source = \"builtin\", name = \"single\" }\n")
            .contains("name the policies to compare")
    );
    assert!(with("[route.bounds]\nmax_atempts = 2\n").contains("max_attempts"));
    assert!(with("[policies.mine]\n").contains("`policy` is missing"));
    assert!(with("[policies.mine]\npolicy = \"nowhere.wasm\"\n").contains("there is no file `nowhere.wasm`"));
}

#[test]
fn outages_say_when_they_begin_and_how_long_they_last() {
    let outage = |what: &str| with(&format!("[providers.a]\noutages = [{{ {what} }}]\n"));
    assert!(outage("lasts = \"5m\"").contains("nothing says when this begins"));
    assert!(outage("from = \"5m\"").contains("`lasts` is missing"));
    assert!(outage("from = \"5m\", about_every = \"1h\", lasts = \"1m\"").contains("`about_every` stands alone"));
    assert!(
        outage("kind = \"hang\", status = 500, from = \"5m\", lasts = \"1m\"")
            .contains("it belongs to an outage of the kind \"down\"")
    );
    assert!(outage("kind = \"slwo\", from = \"5m\", lasts = \"1m\"").contains("did you mean \"slow\"?"));
    assert!(
        with("[providers.a]\nerrors = { 503 = \"0.8\", cut = \"0.3\" }\n").contains("more calls fail than there are")
    );
    assert!(with("[providers.a]\nerrors = { 200 = \"0.1\" }\n").contains("no status from 400 to 599"));
}

#[test]
fn what_is_said_of_a_provider_holds_for_its_targets_and_what_is_said_of_a_target_goes_before_it() {
    let simulation = parsed(&format!(
        "{TARGETS}{TRAFFIC}[providers.a]\nfirst_token = \"90ms\"\noutages = [{{ kind = \"hang\", about_every = \"1h\", lasts = \"1m\" }}]\n\
         [providers.one]\nfirst_token = \"50ms\"\nper_token = \"7ms\"\noutages = [{{ from = \"1m\", lasts = \"1m\", status = 500 }}]\n"
    ));
    let median = |id: &str| simulation.targets[id].model.first_token.median();
    let troubles = |id: &str| simulation.targets[id].outages.iter().map(|outage| outage.trouble).collect::<Vec<_>>();
    assert_eq!((median("a"), median("b")), (90.0, 50.0));
    assert_eq!(simulation.targets["a"].model.per_token.median(), 7.0);
    assert_eq!((troubles("a"), troubles("b")), (vec![Trouble::Down(500), Trouble::Hang], vec![Trouble::Down(500)]));
    let (first, other) = (&simulation.targets["a"].outages[0], &simulation.targets["b"].outages[0]);
    assert_eq!(first.name, other.name, "a provider's outage meets all of its targets at once");
    assert_eq!(first.when, When::Once(std::time::Duration::from_secs(60)));
}

#[test]
fn a_policys_sections_take_the_place_of_the_routes() {
    let simulation = parsed(&format!(
        "{TARGETS}{TRAFFIC}[policies.careful]\npolicy = \"builtin:tiered\"\nfallback.restrain_from = 500\n[policies.single]\n"
    ));
    assert_eq!(simulation.policies[0].sections["fallback"]["restrain_from"], 500);
    assert_eq!(simulation.policies[1], Contestant::of_builtin("single"));
}
