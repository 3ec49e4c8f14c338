//! Holds `docs/config.md` and `fingerpost.example.toml` against what the reader accepts: every setting and no other,
//! and the defaults that the code has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::SMALL;
use crate::config::{Config, ConfigError, TrafficClass, defaults, shapes, values};

/// A row of the reference: a setting of a section.
struct Row {
    field: String,
    default: String,
}

fn repository(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The parts of a text between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The rows of the reference, by the places that their heading names.
fn reference() -> BTreeMap<Vec<String>, Vec<Row>> {
    let text = repository("docs/config.md");
    let mut sections: BTreeMap<Vec<String>, Vec<Row>> = BTreeMap::new();
    let mut heading = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            heading = quoted(title).into_iter().map(str::to_owned).collect();
            sections.insert(heading.clone(), Vec::new());
        }
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        if let ([first, _, default, _], true) = (&cells[..], line.starts_with("| `")) {
            let row = Row { field: quoted(first)[0].to_owned(), default: (*default).to_owned() };
            sections.get_mut(&heading).unwrap().push(row);
        }
    }
    sections
}

/// A config with one setting of one section given, and the section's other settings left out.
fn with_setting(place: &str, line: &str) -> Result<Config, ConfigError> {
    const KEY: &str =
        "[keys.k]\ntenant = \"acme\"\nsha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"\n";
    let text = match place {
        "fingerpost.toml" => format!("{line}\n{SMALL}"),
        "providers.NAME" => format!("{SMALL}[providers.p]\nkind = \"simulated\"\n{line}\n"),
        "targets.ID" => format!(
            "{SMALL}[targets.t]\nprovider = \"sim\"\ntier = \"economy\"\nprice = {{ input = \"1\", output = \"1\" }}\n{line}\n"
        ),
        "routes.NAME" => format!("{SMALL}[routes.r]\ntargets = [\"small\"]\n{line}\n"),
        "routes.NAME.policy" => {
            format!("{SMALL}[routes.r]\ntargets = [\"small\"]\n[routes.r.policy]\nsource = \"deployed\"\n{line}\n")
        }
        "routes.NAME.policy.bootstrap" if !line.starts_with("source") => {
            format!("{SMALL}{}\nsource = \"file\"\n{line}\n", empty(place))
        }
        "routes.NAME.cache" if !line.starts_with("ttl") => format!("{SMALL}{}\nttl = \"1h\"\n{line}\n", empty(place)),
        "routes.NAME.default_answers.NAME" if !line.starts_with("text") => {
            format!("{SMALL}{}\ntext = \"Sorry.\"\n{line}\n", empty(place))
        }
        "keys.NAME.rate" => format!("{SMALL}{KEY}[keys.k.rate]\n{line}\n"),
        "budgets" if !["id", "scope", "period", "limit"].iter().any(|field| line.starts_with(field)) => format!(
            "{SMALL}[[budgets]]\nid = \"b\"\nscope = {{ tenant = \"acme\" }}\nperiod = \"day\"\nlimit = \"1\"\n{line}\n"
        ),
        "webhooks.NAME" if !["url", "secret"].iter().any(|field| line.starts_with(field)) => {
            format!("{SMALL}[webhooks.n]\nurl = \"https://h/\"\nsecret = {{ env = \"KEY\" }}\n{line}\n")
        }
        "keys.NAME" => format!("{SMALL}{KEY}{line}\n"),
        "keys.NAME.boundary" => format!("{SMALL}{KEY}[keys.k.boundary]\n{line}\n"),
        "keys.NAME.bounds" => format!("{SMALL}{KEY}[keys.k.bounds]\n{line}\n"),
        _ => format!("{SMALL}{}\n{line}\n", empty(place)),
    };
    Config::parse_with(&text, Path::new("fingerpost.toml"), &|name| (name == "KEY").then(|| "secret".to_owned()))
}

/// The header of a section, in a config that needs nothing more of it.
fn empty(place: &str) -> String {
    match place {
        "routes.NAME" => "[routes.n]".to_owned(),
        "budgets" => "[[budgets]]".to_owned(),
        "budgets.scope" => "[[budgets]]\n[budgets.scope]".to_owned(),
        "providers.NAME.credential" => {
            "[providers.p]\nkind = \"openai\"\nbase_url = \"http://h/v1\"\n[providers.p.credential]".to_owned()
        }
        "webhooks.NAME.secret" => "[webhooks.n]\nurl = \"https://h/\"\n[webhooks.n.secret]".to_owned(),
        "registries.HOST" => "[registries.\"h.example\"]".to_owned(),
        "registries.HOST.password" => {
            "[registries.\"h.example\"]\nusername = \"u\"\n[registries.\"h.example\".password]".to_owned()
        }
        "routes.NAME.policy.bootstrap" => {
            "[routes.draft.policy]\nsource = \"deployed\"\n[routes.draft.policy.bootstrap]".to_owned()
        }
        _ => {
            let named = place.replace("routes.NAME", "routes.draft").replace("classes.CLASS", "classes.batch");
            format!("[{}]", named.replace("NAME", "n").replace("ID", "n"))
        }
    }
}

#[test]
fn the_reference_names_every_setting_and_no_other() {
    let reference = reference();
    let documented: BTreeMap<_, BTreeSet<_>> = reference
        .iter()
        .map(|(places, rows)| (places.clone(), rows.iter().map(|row| row.field.clone()).collect()))
        .collect();
    let strings = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let accepted: BTreeMap<_, BTreeSet<_>> =
        shapes::ALL.iter().map(|shape| (strings(shape.places), strings(shape.fields).into_iter().collect())).collect();
    assert_eq!(documented, accepted);
}

#[test]
fn writing_out_a_documented_default_changes_nothing() {
    let mut compared = 0;
    for (places, rows) in reference() {
        let rows = rows.iter().filter(|row| row.default.starts_with('`'));
        for (place, row) in places.iter().flat_map(|place| rows.clone().map(move |row| (place, row))) {
            let line = format!("{} = {}", row.field, quoted(&row.default)[0]);
            let without = with_setting(place, "").unwrap_or_else(|error| panic!("{place}: {error}"));
            let with = with_setting(place, &line).unwrap_or_else(|error| panic!("{place}, {line}: {error}"));
            assert_eq!(format!("{with:?}"), format!("{without:?}"), "{place}: {line}");
            compared += 1;
        }
    }
    assert!(compared > 50, "only {compared} defaults are documented");
}

#[test]
fn what_the_reference_calls_required_is_missed() {
    for (places, rows) in reference() {
        let required: BTreeSet<_> =
            rows.iter().filter(|row| row.default == "required").map(|row| row.field.clone()).collect();
        for place in places.iter().filter(|place| !matches!(place.as_str(), "fingerpost.toml")) {
            let text = format!("{SMALL}{}\n", empty(place));
            let problems =
                Config::parse_with(&text, Path::new("f"), &|_| None).err().map(|e| e.problems).unwrap_or_default();
            let shape = shapes::ALL.iter().find(|shape| shape.places.contains(&place.as_str())).unwrap();
            let missing: BTreeSet<_> = problems
                .iter()
                .filter(|problem| problem.message.ends_with("is missing"))
                .map(|problem| quoted(&problem.message)[0].to_owned())
                .filter(|field| shape.fields.contains(&field.as_str()))
                .collect();
            assert_eq!(missing, required, "{place}");
        }
    }
}

#[test]
fn every_setting_refuses_a_value_of_the_wrong_type() {
    // What stands at the top is a section, which `hostile.rs` tries.
    for shape in shapes::ALL.iter().filter(|shape| shape.places != shapes::ROOT.places) {
        for (place, field) in shape.places.iter().flat_map(|place| shape.fields.iter().map(move |field| (place, field)))
        {
            let error = with_setting(place, &format!("{field} = 1979-05-27")).expect_err(&format!("{place}: {field}"));
            let twice = |message: &str| message == "this stands here twice";
            let about = error.problems.iter().any(|p| p.path.ends_with(field) || twice(&p.message));
            assert!(about, "{place}: {field}: {error}");
        }
    }
}

#[test]
fn the_defaults_by_class_are_those_of_the_reference() {
    let text = repository("docs/config.md");
    for class in TrafficClass::ALL {
        let bounds = defaults::class_bounds(class);
        let multiple = f64::from(bounds.max_cost_permille) / 1000.0;
        let row = format!(
            "| `{}` | `{}` | `{}` | `\"{}\"` | `\"{multiple}\"` |",
            class.as_str(),
            bounds.max_attempts,
            bounds.max_same_target,
            values::written(bounds.deadline),
        );
        assert!(text.contains(&row), "{row}");
    }
}

#[test]
fn every_example_of_the_reference_uses_settings_that_exist() {
    let text = repository("docs/config.md");
    let examples: Vec<_> = text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(examples.len(), shapes::ALL.len());
    for example in examples {
        let environment = |_: &str| Some("secret".to_owned());
        let result = Config::parse_with(example, Path::new("docs/config.md"), &environment);
        let problems = result.err().map(|error| error.problems).unwrap_or_default();
        // An example is a part of a config: what it refers to need not be in it.
        let elsewhere = |message: &str| {
            message.starts_with("there is no ") && message != "there is no such setting"
                || message.starts_with("failed to read the credential")
                || message.starts_with("failed to read the list of prices")
                || message.ends_with("is missing")
        };
        let wrong = problems.iter().find(|problem| !elsewhere(&problem.message));
        assert!(wrong.is_none(), "{}\n{example}", wrong.unwrap());
    }
}

#[test]
fn the_example_file_is_valid_and_shows_every_setting() {
    let dir = tempfile::tempdir().unwrap();
    for file in [
        "secrets/anthropic",
        "secrets/hook",
        "secrets/registry",
        "tls/chain.pem",
        "tls/key.pem",
        "policies/summary.wasm",
    ] {
        let file = dir.path().join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "not-a-secret").unwrap();
    }
    std::fs::write(dir.path().join("tls/own-ca.pem"), repository("host/tests/config/ca.pem")).unwrap();
    std::fs::write(dir.path().join("prices.toml"), "source = \"x\"\ndate = \"x\"\n[models]\n").unwrap();
    let text = repository("fingerpost.example.toml");
    let environment = |name: &str| (name == "OPENAI_API_KEY").then(|| "not-a-secret".to_owned());
    let config = Config::parse_with(&text, &dir.path().join("fingerpost.toml"), &environment);
    let config = config.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.warnings, []);
    let words: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    for field in shapes::ALL.iter().flat_map(|shape| shape.fields) {
        assert!(words.contains(field), "the example does not show `{field}`");
    }
}
