//! What a config file may hold and what it is told when it does not. That the documentation says the same is
//! `tests/reference.rs`'s part.

mod hostile;
mod no_fallback;
mod reference;

use std::path::{Path, PathBuf};

use super::*;

/// A config with one of each; tests add to it.
pub(super) const SMALL: &str = r#"
[providers.sim]
kind = "simulated"
[targets.large]
provider = "sim"
tier = "frontier"
price = { input = "1.00", output = "2.00" }
[targets.small]
provider = "sim"
tier = "economy"
price = { input = "0.10", output = "0.20" }
[routes.draft]
targets = ["large", "small"]
[tenants.acme]
"#;

/// Reads a config in whose environment only `KEY` is set.
pub(super) fn read(text: &str) -> Result<Config, ConfigError> {
    read_in(Path::new("fingerpost.toml"), text)
}

fn read_in(file: &Path, text: &str) -> Result<Config, ConfigError> {
    Config::parse_with(text, file, &|name| (name == "KEY").then(|| "sk-very-secret".to_owned()))
}

/// What is said about a text: warnings, then problems.
fn said(text: &str) -> String {
    let (warnings, problems) = match read(text) {
        Ok(config) => (config.warnings, String::new()),
        Err(error) => (error.warnings.clone(), format!("{error}\n")),
    };
    warnings.iter().map(|warning| format!("warning: {warning}\n")).collect::<String>() + &problems
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config").join(name)
}

/// Compares what is said about `<name>.toml` with `<name>.txt`. `UPDATE_GOLDEN=1` writes the latter anew.
fn assert_golden(name: &str) {
    let text = std::fs::read_to_string(golden(&format!("{name}.toml"))).unwrap();
    let said = said(&text);
    let file = golden(&format!("{name}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, &said).unwrap();
    }
    assert_eq!(said, std::fs::read_to_string(&file).unwrap());
}

#[test]
fn every_mistake_is_reported_at_once() {
    assert_golden("mistakes");
}

#[test]
fn names_that_lead_nowhere_are_reported_at_once() {
    assert_golden("dangling");
}

#[test]
fn broken_syntax_is_reported_before_anything_else() {
    assert_golden("syntax");
}

#[test]
fn what_is_valid_but_unwise_gives_a_warning() {
    assert_golden("warnings");
}

#[test]
fn a_small_config_gets_conservative_defaults() {
    let config = read(SMALL).unwrap();
    let route = &config.routes["draft"];
    assert_eq!(route.policy, PolicySource::Builtin("tiered".into()));
    assert_eq!(route.on_policy_failure, OnPolicyFailure::Error);
    assert_eq!((route.bounds.downgrade, route.bounds.upgrade, route.bounds.worst_tier_rank), (false, false, 2));
    assert_eq!(config.warnings, []);
}

#[test]
fn the_order_of_the_tiers_is_their_rank() {
    let config = read(&format!("tiers = [\"economy\", \"frontier\"]\n{SMALL}")).unwrap();
    assert_eq!((config.targets["large"].tier_rank, config.targets["small"].tier_rank), (1, 0));
}

#[test]
fn routing_and_fallback_are_two_sections_of_one_policy_config() {
    let config = read(&format!(
        "{SMALL}[routes.draft.routing]\nprefer = \"large\"\n[routes.draft.fallback]\nretries = 2\n\
         [routes.draft.policy]\nsource = \"builtin\"\nname = \"tiered\"\nconfig = {{ note = [1, 2.5, true] }}\n"
    ));
    let expected = serde_json::json!({
        "routing": { "prefer": "large" }, "fallback": { "retries": 2 }, "note": [1, 2.5, true],
    });
    assert_eq!(config.unwrap().routes["draft"].policy_config, expected);
}

#[test]
fn a_policy_config_that_json_cannot_say_is_refused() {
    let said = said(&format!("{SMALL}[routes.draft.routing]\na = nan\nb = [1979-05-27, {{ c = inf }}]\n"));
    for path in ["routing.a: JSON has no such number", "routing.b[0]: JSON has no dates", "routing.b[1].c: JSON"] {
        assert!(said.contains(path), "{said}");
    }
}

#[test]
fn an_authority_must_be_there_and_be_a_certificate() {
    let folder = golden("fingerpost.toml");
    let read = |ca: &str| read_in(&folder, &format!("{SMALL}[upstream]\nca = \"{ca}\"\n"));
    assert_eq!(read("ca.pem").unwrap().upstream.authorities.len(), 1);
    for (ca, message) in [("none.pem", "there is no such file"), ("mistakes.toml", "no certificate of an authority")] {
        let error = read(ca).unwrap_err();
        let problem = &error.problems[0];
        assert!(
            problem.path == "upstream.ca" && problem.message.contains(message) && problem.hint.is_some(),
            "{error}"
        );
    }
}

#[test]
fn relative_paths_count_from_the_folder_of_the_config() {
    let config = read_in(Path::new("/etc/fingerpost/fingerpost.toml"), SMALL).unwrap();
    assert_eq!(config.data_dir, Path::new("/etc/fingerpost/fingerpost-data"));
}

#[test]
fn a_credential_comes_from_the_variable_or_the_file_that_is_named() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("secret"), "from-file\n").unwrap();
    let text = format!(
        "{SMALL}[providers.a]\nkind = \"openai\"\nbase_url = \"https://a.test/v1/\"\ncredential = {{ env = \"KEY\" }}\n\
         [providers.b]\nkind = \"openai\"\nbase_url = \"https://b.test/v1\"\ncredential = {{ file = \"secret\" }}\n"
    );
    let config = read_in(&dir.path().join("fingerpost.toml"), &text).unwrap();
    let secret = |name: &str| config.providers[name].credential.as_ref().unwrap().expose().to_owned();
    assert_eq!((secret("a"), secret("b")), ("sk-very-secret".to_owned(), "from-file".to_owned()));
    let Endpoint::OpenAi(url) = &config.providers["a"].endpoint else { panic!("not openai") };
    assert_eq!(url.path(), "/v1");
}

#[test]
fn no_variable_is_read_that_the_config_does_not_name() {
    let config = Config::parse_with(SMALL, Path::new("f.toml"), &|name| panic!("{name} was read"));
    assert!(config.is_ok());
}

#[test]
fn secrets_in_the_wrong_place_are_never_shown() {
    let secret = "sk-Abc123";
    let wrong = [
        format!("credential = \"{secret}\""),
        format!("credential = {{ env = \"{secret}\" }}"),
        format!("base_url = \"https://user:{secret}@host/v1\""),
        format!("base_url = \"{secret}\""),
    ];
    for line in wrong {
        let said = said(&format!("{SMALL}[providers.p]\nkind = \"openai\"\n{line}\n"));
        assert!(said.contains("problem") && !said.contains(secret), "{said}");
    }
    let said = said(&format!("{SMALL}[keys.k]\ntenant = \"acme\"\nsha256 = \"{secret}\"\n"));
    assert!(said.contains("SHA-256") && !said.contains(secret), "{said}");
    let config = read(&format!(
        "{SMALL}[providers.p]\nkind = \"openai\"\nbase_url = \"https://h/v1\"\ncredential = {{ env = \"KEY\" }}\n"
    ));
    assert!(!format!("{:?}", config.unwrap()).contains("sk-very-secret"));
}

#[test]
fn a_target_inherits_where_it_runs_and_what_holds_there() {
    let config =
        read(&SMALL.replace("kind = \"simulated\"", "kind = \"simulated\"\nregion = \"eu\"\nterms = [\"sla\"]"));
    let target = config.unwrap().targets["small"].clone();
    assert_eq!((target.region.as_deref(), target.terms), (Some("eu"), vec!["sla".into()]));
}

#[test]
fn a_wrong_target_does_not_make_the_routes_that_use_it_wrong() {
    let error = read(&SMALL.replace("tier = \"economy\"", "tier = \"cheap\"")).unwrap_err();
    assert_eq!(error.problems.len(), 1, "{error}");
    assert_eq!(error.problems[0].path, "targets.small.tier");
}
