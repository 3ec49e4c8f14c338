//! A fixture: facts and earlier attempts in, a decision expected. Reads the files that people write; what a file leaves out
//! is `scene.rs`, how it is run `run.rs`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;

use super::aftermath::{self, Said};
use super::document::{self, DocumentError, plain};
use super::expect::Expectation;
use super::facts::{self, Names};
use super::scene;
use crate::config::reader::{Table, Value};
use crate::config::shapes::Shape;
use crate::policy::wire::{Attempt, Facts, RouteSetup};

/// What the file as a whole may hold.
static FILE: Shape = Shape {
    places: &["fixtures/*.toml"],
    fields: &["name", "setup", "facts", "attempts", "expect", "case"],
    example: "[setup]",
};
/// What one case of several may hold.
static CASE: Shape = Shape {
    places: &["case"],
    fields: &["name", "class", "config", "facts", "attempts", "expect"],
    example: "[[case]]",
};
/// What the set-up may hold.
static SETUP: Shape = Shape {
    places: &["setup"],
    fields: &["name", "class", "targets", "queues", "default_answers", "config"],
    example: "[setup]",
};

/// The fields of a decision that can be expected.
pub(super) const EXPECTED: &[&str] = &[
    "decision",
    "target",
    "intended",
    "after",
    "limits.",
    "hold",
    "as_stream",
    "max_output_tokens",
    "degraded",
    "payer",
    "session",
    "how",
    "other_model",
    "answer",
    "max_age",
    "queue",
    "until",
    "expires",
    "status",
    "code",
    "message",
    "original",
    "traffic_class",
    "rule",
    "reason",
    "cause",
    "considered.",
    "notes.",
    "failure",
    "fuel",
    "memory",
    "log",
];

/// One case: what the policy is set up with, what it is asked, and what it shall answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Fixture {
    /// Its name within the file.
    pub name: String,
    /// The file that it stands in.
    pub file: Arc<Path>,
    /// Its line there, from 1.
    pub line: usize,
    /// What `configure` is called with.
    pub setup: RouteSetup,
    /// What the decision is about.
    pub facts: Facts,
    /// What was tried; nothing: `route` is asked, else `fallback`.
    pub attempts: Vec<Attempt>,
    /// What shall come of it.
    pub expect: Expectation,
    /// The number of the `[[case]]`, from 0; none: the file is one case.
    pub(super) case: Option<usize>,
}

impl Fixture {
    /// Reads the cases of one file. `file` is what mistakes call it.
    ///
    /// # Errors
    /// With every mistake in it.
    pub fn parse(text: &str, file: &Path) -> Result<Vec<Self>, DocumentError> {
        let name: Arc<Path> = file.into();
        document::read(text, file, &FILE, |root| read_file(root, &name, text))
    }

    /// Reads all `*.toml` of a folder, in the order of their names. A folder that is not there has none.
    ///
    /// # Errors
    /// With every mistake in any of them, or with what cannot be read.
    pub fn load(folder: &Path) -> anyhow::Result<Vec<Self>> {
        let mut fixtures = Vec::new();
        for (file, text) in toml_files(folder)? {
            fixtures.extend(Self::parse(&text, &file)?);
        }
        Ok(fixtures)
    }
}

/// The `*.toml` of a folder with their texts, in the order of their names.
pub(super) fn toml_files(folder: &Path) -> anyhow::Result<Vec<(PathBuf, String)>> {
    use anyhow::Context;
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let failed = || format!("failed to read the folder `{}`", folder.display());
    let entries =
        std::fs::read_dir(folder).with_context(failed)?.collect::<Result<Vec<_>, _>>().with_context(failed)?;
    let mut files: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).with_context(|| format!("failed to read `{}`", path.display()))?;
        Ok((path, text))
    };
    files.into_iter().map(read).collect()
}

/// What the cases of a file share.
struct Shared {
    setup: RouteSetup,
    names: Names,
    facts: Json,
}

fn read_file(root: &Table<'_>, file: &Arc<Path>, text: &str) -> Option<Vec<Fixture>> {
    let shared = shared(root)?;
    let line = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
    let Some(cases) = root.get("case") else {
        let name = root.optional("name", |value| value.string("\"the first target goes first\""));
        let stem = || file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = name.map_or_else(stem, str::to_owned);
        let fixture = case(root, &shared)?;
        return Some(vec![Fixture { name, file: Arc::clone(file), line: 1, case: None, ..fixture }]);
    };
    root.misplaced(&["name", "attempts", "expect"], "each `[[case]]` where there are several");
    let mut fixtures = Vec::new();
    for (number, item) in cases.items("[[case]]")?.into_iter().enumerate() {
        let Some(table) = item.table(&CASE) else { continue };
        let name = table.required("name", "\"the first target goes first\"", |value| value.string("\"…\""));
        if let (Some(name), Some(fixture)) = (name, case(&table, &shared)) {
            let (name, line) = (name.to_owned(), line(item.key_offset));
            fixtures.push(Fixture { name, file: Arc::clone(file), line, case: Some(number), ..fixture });
        }
    }
    Some(fixtures)
}

fn shared(root: &Table<'_>) -> Option<Shared> {
    let mut setup = scene::setup();
    let mut states = Vec::new();
    if let Some(table) = root.get("setup").and_then(|value| value.table(&SETUP)) {
        read_setup(&table, &mut setup, &mut states);
    } else if root.get("setup").is_none() {
        root.place.problem("`setup` is missing", "add `[setup]` with `[[setup.targets]]`: a policy needs targets");
    }
    let mut facts = scene::facts();
    facts.request.traffic_class.clone_from(&setup.traffic_class);
    facts.request.requested_model.clone_from(&setup.name);
    facts.queues = vec![scene::queue(); setup.queues.len()];
    facts.bounds.may_defer = !setup.queues.is_empty();
    let mut facts = serde_json::to_value(facts).ok()?;
    facts["targets"] = Json::Array(states);
    let names = Names::of(&setup);
    if let Some(value) = root.get("facts") {
        facts::apply(&mut facts, value, &names);
    }
    Some(Shared { setup, names, facts })
}

fn read_setup(table: &Table<'_>, setup: &mut RouteSetup, states: &mut Vec<Json>) {
    let text = |value: &Value<'_>| value.string("\"test\"").map(str::to_owned);
    setup.name = table.or("name", setup.name.clone(), text);
    setup.traffic_class = table.or("class", setup.traffic_class.clone(), text);
    let list = |value: &Value<'_>| {
        let items = value.items("[\"later\"]")?;
        Some(items.iter().filter_map(|item| item.string("\"later\"").map(str::to_owned)).collect())
    };
    setup.queues = table.or("queues", Vec::new(), list);
    setup.default_answers = table.or("default_answers", Vec::new(), list);
    if let Some(config) = table.optional("config", config) {
        setup.config = config;
    }
    for item in table.optional("targets", |value| value.items("[[setup.targets]]")).unwrap_or_default() {
        if let Some((target, state)) = facts::target(&item) {
            setup.targets.push(target);
            states.push(state);
        }
    }
}

/// The policy's own config, as JSON text.
fn config(value: &Value<'_>) -> Option<String> {
    let config = plain(value.raw).filter(Json::is_object);
    if config.is_none() {
        value.expected("a table", "config = { fallback = { retries = 0 } }");
    }
    config.map(|config| config.to_string())
}

/// One case; its name and place are for the caller to fill in.
fn case(table: &Table<'_>, shared: &Shared) -> Option<Fixture> {
    let mut setup = shared.setup.clone();
    let mut facts = shared.facts.clone();
    if table.is(&CASE) {
        if let Some(class) = table.optional("class", |value| value.string("\"critical\"")) {
            facts["request"]["traffic_class"] = class.into();
        }
        if let Some(config) = table.optional("config", config) {
            setup.config = config;
        }
        if let Some(value) = table.get("facts") {
            facts::apply(&mut facts, value, &shared.names);
        }
    }
    let attempts = table.optional("attempts", |value| facts::attempts(value, &shared.names)).unwrap_or_default();
    if facts["request"]["decision_index"] == 0 {
        facts["request"]["decision_index"] = attempts.len().into();
    }
    let states = facts["targets"].as_array_mut().map(|states| states.iter_mut().map(facts::take_said).collect());
    let said: Vec<Said> = states.unwrap_or_default();
    let facts: Facts = match serde_json::from_value(facts) {
        Ok(mut facts) => {
            aftermath::complete(&setup, &mut facts, &attempts, &said);
            facts
        }
        Err(error) => {
            table.place.problem(format!("the facts of this case make no sense: {error}"), "look at wit/policy.wit");
            return None;
        }
    };
    let expect = table.get("expect").map(|value| Expectation::read(value, EXPECTED)).unwrap_or_default();
    let (name, file) = (String::new(), Path::new("").into());
    Some(Fixture { name, file, line: 0, setup, facts, attempts, expect, case: None })
}
