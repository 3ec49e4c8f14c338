//! Reads scenario files.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::setting::Setting;
use super::{Ask, EXPECTED, Scenario};
use crate::config::reader::{Table, Value};
use crate::config::shapes::Shape;
use crate::sim::indoors::{Behaviour, End};
use crate::sim::scripted::Question;
use crate::testing::document::{self, DocumentError};
use crate::testing::expect::Expectation;
use crate::testing::fixture::toml_files;

/// What a file of scenarios may hold.
static FILE: Shape = Shape {
    places: &["scenarios/*.toml"],
    fields: &[
        "name", "class", "tiers", "targets", "route", "budgets", "config", "calls", "ask", "asks", "expect", "scenario",
    ],
    example: "[targets.primary]",
};
/// What one scenario of several may hold.
static SCENARIO: Shape = Shape {
    places: &["scenario"],
    fields: &["name", "class", "tiers", "targets", "route", "budgets", "config", "calls", "ask", "asks", "expect"],
    example: "[[scenario]]",
};
/// What a request may say.
static ASK: Shape = Shape {
    places: &["ask"],
    fields: &["at", "text", "words", "stream", "max_output_tokens", "model", "headers", "hang_up_after", "expect"],
    example: "ask = { stream = true }",
};
/// What a provider may do with a call.
static CALL: Shape = Shape {
    places: &["calls.TARGET"],
    fields: &[
        "times",
        "after",
        "first_token",
        "per_token",
        "tokens",
        "status",
        "retry_after",
        "code",
        "stall_after",
        "cut_after",
        "garbled_after",
        "without_done",
        "refuses_prefill",
        "silent",
        "hangs_up",
    ],
    example: "[{ status = 503, times = 2 }, {}]",
};

/// Durations that a scenario may name: a day is longer than any request.
const DURATIONS: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(86_400);

/// How often a behaviour may be repeated: longer scripts are slips.
const TIMES: RangeInclusive<u64> = 1..=1_000;

impl Scenario {
    /// Reads the scenarios of one file. `file` is what mistakes call it.
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
        let mut scenarios = Vec::new();
        for (file, text) in toml_files(folder)? {
            scenarios.extend(Self::parse(&text, &file)?);
        }
        Ok(scenarios)
    }
}

fn read_file(root: &Table<'_>, file: &Arc<Path>, text: &str) -> Option<Vec<Scenario>> {
    let mut shared = Setting::default();
    shared.take(root);
    let line = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
    let Some(several) = root.get("scenario") else {
        let stem = || file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name =
            root.optional("name", |value| value.string("\"the primary is down\"")).map_or_else(stem, str::to_owned);
        return Some(vec![scenario(root, None, &shared, (name, file, 1), None)?]);
    };
    root.misplaced(&["name", "calls", "ask", "asks", "expect"], "each `[[scenario]]` where there are several");
    let mut scenarios = Vec::new();
    for (number, item) in several.items("[[scenario]]")?.into_iter().enumerate() {
        let Some(table) = item.table(&SCENARIO) else { continue };
        let name = table.required("name", "\"the primary is down\"", |value| value.string("\"…\""));
        let Some(name) = name else { continue };
        let mut setting = shared.clone();
        setting.take(&table);
        let place = (name.to_owned(), file, line(item.key_offset));
        scenarios.extend(scenario(&table, Some(root), &setting, place, Some(number)));
    }
    Some(scenarios)
}

fn scenario(
    table: &Table<'_>,
    outer: Option<&Table<'_>>,
    setting: &Setting,
    (name, file, line): (String, &Arc<Path>, usize),
    case: Option<usize>,
) -> Option<Scenario> {
    let (config, addresses) = setting.config(table, outer)?;
    let calls = calls(table, addresses.keys())?;
    let asks = asks(table)?;
    let expect = table.get("expect").map(|value| Expectation::read(value, EXPECTED)).unwrap_or_default();
    let used = setting.used.clone();
    Some(Scenario { name, file: Arc::clone(file), line, config, addresses, used, calls, asks, expect, case })
}

fn asks(table: &Table<'_>) -> Option<Vec<Ask>> {
    let Some(several) = table.get("asks") else {
        let one = table.optional("ask", |value| value.table(&ASK));
        if let Some(one) = &one {
            one.misplaced(&["expect"], "the scenario where there is one request");
        }
        let default = Ask {
            at: Duration::ZERO,
            question: question("Hello.".to_owned()),
            headers: Vec::new(),
            hang_up_after: None,
            expect: Expectation::default(),
        };
        return Some(vec![one.map_or(default, |one| ask(&one))]);
    };
    table.misplaced(&["ask"], "a scenario with one request; this one has `asks`");
    let items = several.items("asks = [{ at = \"0s\" }, { at = \"1s\" }]")?;
    Some(items.iter().filter_map(|item| item.table(&ASK)).map(|table| ask(&table)).collect())
}

fn question(text: String) -> Question {
    Question { model: Setting::ROUTE.to_owned(), text, stream: false, max_output_tokens: None, seed: None }
}

fn ask(table: &Table<'_>) -> Ask {
    let text = table.optional("text", |value| value.string("\"Hello.\""));
    let words = table.optional("words", |value| value.integer(1..=1_000_000));
    let text = match words {
        // A million words are some megabytes.
        Some(words) => "word ".repeat(usize::try_from(words).unwrap_or(1)),
        None => text.unwrap_or("Hello.").to_owned(),
    };
    let mut question = question(text);
    question.stream = table.or("stream", false, Value::boolean);
    question.model = table.or("model", question.model, |value| value.string("\"scenario\"").map(str::to_owned));
    question.max_output_tokens = table.optional("max_output_tokens", |value| value.integer(1..=10_000_000));
    let headers = table.optional("headers", |value| value.entries("headers = { x-stainless-retry-count = \"1\" }"));
    let header = |(name, value): (&str, Value<'_>)| Some((name.to_owned(), value.string("\"1\"")?.to_owned()));
    Ask {
        at: duration(table, "at").unwrap_or_default(),
        question,
        headers: headers.unwrap_or_default().into_iter().filter_map(header).collect(),
        hang_up_after: duration(table, "hang_up_after"),
        expect: table.get("expect").map(|value| Expectation::read(value, EXPECTED)).unwrap_or_default(),
    }
}

fn duration(table: &Table<'_>, field: &'static str) -> Option<Duration> {
    table.optional(field, |value| value.duration(DURATIONS))
}

fn calls<'n>(
    table: &Table<'_>,
    targets: impl Iterator<Item = &'n String> + Clone,
) -> Option<BTreeMap<String, Vec<Behaviour>>> {
    let mut calls = BTreeMap::new();
    let entries = table.optional("calls", |value| value.entries("calls.primary = [{ status = 503 }]"));
    for (target, list) in entries.unwrap_or_default() {
        if !targets.clone().any(|known| known == target) {
            let names = targets.clone().map(String::as_str);
            list.place
                .problem(format!("there is no target {target:?}"), crate::config::nearest::suggestion(target, names));
            continue;
        }
        let mut script = Vec::new();
        for item in list.items(CALL.example)? {
            if let Some(table) = item.table(&CALL) {
                let times = table.or("times", 1, |value| value.integer(TIMES));
                let behaviour = behaviour(&table);
                script.extend((0..times).map(|_| behaviour.clone()));
            }
        }
        calls.insert(target.to_owned(), script);
    }
    Some(calls)
}

fn behaviour(table: &Table<'_>) -> Behaviour {
    let usual = Behaviour::default();
    let count = |field| table.optional(field, |value: &Value<'_>| value.integer(0..=100_000));
    let index = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let status = table.optional("status", |value| value.integer(400..=599));
    if status.is_none() {
        table.misplaced(&["retry_after", "code"], "an error: add `status`");
    }
    let is = |field| table.or(field, false, |value: &Value<'_>| value.boolean());
    let end = match (status, count("stall_after"), count("cut_after"), count("garbled_after")) {
        (Some(status), ..) => End::Status {
            status: u16::try_from(status).unwrap_or(500),
            retry_after: duration(table, "retry_after"),
            code: table.optional("code", |value| value.string("\"insufficient_quota\"").map(str::to_owned)),
        },
        (None, Some(tokens), ..) => End::Stall(index(tokens)),
        (None, None, Some(tokens), _) => End::Cut(index(tokens)),
        (None, None, None, Some(tokens)) => End::Garbled(index(tokens)),
        (None, None, None, None) if is("silent") => End::Silence,
        (None, None, None, None) if is("hangs_up") => End::Hangup,
        (None, None, None, None) if is("without_done") => End::Undone,
        (None, None, None, None) => End::Whole,
    };
    Behaviour {
        after: duration(table, "after").unwrap_or(usual.after),
        first_token: duration(table, "first_token").unwrap_or(usual.first_token),
        per_token: duration(table, "per_token").unwrap_or(usual.per_token),
        tokens: count("tokens").map_or(usual.tokens, index),
        refuses_prefill: is("refuses_prefill"),
        end,
        ..usual
    }
}
