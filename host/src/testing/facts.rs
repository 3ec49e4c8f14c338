//! The facts of a fixture as people write them: targets and queues by their names, budgets by the share that is used,
//! attempts by the kind of their failure. Everything is put over the defaults of `scene.rs`.

use serde_json::{Value as Json, json};

use super::aftermath::Said;
use super::document::{overlay, overlay_field};
use super::scene;
use crate::attributes::INTENDED;
use crate::config::nearest::suggestion;
use crate::config::reader::Value;
use crate::config::values::permille;
use crate::outcome::Kind;
use crate::policy::wire::{Attempt, RouteSetup, Target};

/// The names that a set-up gives to what facts call by index.
pub(super) struct Names {
    targets: Vec<String>,
    queues: Vec<String>,
}

impl Names {
    pub(super) fn of(setup: &RouteSetup) -> Self {
        let targets = setup.targets.iter().map(|target| target.id.clone()).collect();
        Self { targets, queues: setup.queues.clone() }
    }

    /// The index of the target that a value names.
    fn target(&self, value: &Value<'_>) -> Option<usize> {
        let name = value.string("\"gpt-large\"")?;
        index(&self.targets, name, "target", value)
    }
}

fn index(names: &[String], name: &str, what: &str, value: &Value<'_>) -> Option<usize> {
    let found = names.iter().position(|known| known == name);
    if found.is_none() {
        let hint = suggestion(name, names.iter().map(String::as_str));
        value.place.problem(format!("the set-up has no {what} {name:?}"), hint);
    }
    found
}

/// Puts a table of facts over what there is.
pub(super) fn apply(facts: &mut Json, value: &Value<'_>, names: &Names) {
    for (name, field) in value.entries("[facts]").unwrap_or_default() {
        match name {
            "targets" => by_name(&mut facts["targets"], &field, &names.targets, "target", state),
            "queues" => by_name(&mut facts["queues"], &field, &names.queues, "queue", overlay),
            "request" => request(&mut facts["request"], &field, names),
            "attributes" => attributes(&mut facts["request"]["attributes"], &field),
            "budgets" => {
                let items = field.items("[[facts.budgets]]").unwrap_or_default();
                facts["budgets"] = items.iter().map(budget).collect();
            }
            "intended" => intended(&mut facts["request"]["attributes"], &field, names),
            "session" => facts["session"] = session(&field, names),
            "deferred" => facts["deferred"] = deferred(&field, names),
            _ => overlay_field(facts, name, &field),
        }
    }
}

/// Changes items of a list, each called by its name.
fn by_name(list: &mut Json, value: &Value<'_>, names: &[String], what: &str, change: impl Fn(&mut Json, &Value<'_>)) {
    for (name, field) in value.entries("a table by name").unwrap_or_default() {
        if let Some(item) = index(names, name, what, &field).and_then(|index| list.get_mut(index)) {
            change(item, &field);
        }
    }
}

/// What the first decision meant, as later ones are told.
fn intended(attributes: &mut Json, value: &Value<'_>, names: &Names) {
    if let (Some(index), Some(list)) = (names.target(value), attributes.as_array_mut()) {
        list.retain(|attribute| attribute["name"] != INTENDED);
        list.push(json!({ "name": INTENDED, "value": names.targets[index], "source": "host" }));
    }
}

/// The state of a target: a try that costs something holds as much, and one that is left alone is so for a while.
fn state(state: &mut Json, value: &Value<'_>) {
    overlay(state, value);
    let keys = value.keys();
    complete_state(state, &keys);
}

fn complete_state(state: &mut Json, given: &[&str]) {
    if given.contains(&"estimated_cost") && !given.contains(&"reserved_at_once") {
        state["reserved_at_once"] = state["estimated_cost"].clone();
    }
    if given.contains(&"availability") && !given.contains(&"cooling_for") {
        state["cooling_for"] = match state["availability"].as_str() {
            Some("Cooling") => scene::COOLING_FOR.into(),
            Some("Resting" | "Recovering") => scene::RESTING_FOR.into(),
            _ => Json::Null,
        };
    }
}

/// What a state says of how its target is left alone; and puts the word there that a gateway has for it.
pub(super) fn take_said(state: &mut Json) -> Said {
    let (said, word) = match state["availability"].as_str() {
        None => (Said::Nothing, "Available"),
        Some("Resting") => (Said::Resting, "Cooling"),
        Some("Recovering") => (Said::Recovering, "Cooling"),
        Some(_) => return Said::State,
    };
    state["availability"] = word.into();
    said
}

/// A target of the set-up with its state: fields of either stand side by side.
pub(super) fn target(value: &Value<'_>) -> Option<(Target, Json)> {
    let mut spec = serde_json::to_value(scene::target()).ok()?;
    let mut state = serde_json::to_value(scene::target_state()).ok()?;
    state["availability"] = Json::Null;
    let entries = value.entries("[[setup.targets]]")?;
    for (name, field) in &entries {
        if spec.get(name).is_some() {
            overlay_field(&mut spec, name, field);
        } else if state.get(name).is_some() {
            overlay_field(&mut state, name, field);
        } else {
            let known = [&spec, &state].into_iter().filter_map(Json::as_object).flat_map(|object| object.keys());
            let known: Vec<&str> = known.map(String::as_str).collect();
            field.key_place().problem("a target has no such field", suggestion(name, known));
        }
    }
    complete_state(&mut state, &value.keys());
    for name in ["id", "provider"] {
        if spec[name] == "" {
            value.place.problem(format!("`{name}` is missing"), format!("add `{name} = \"…\"`"));
            return None;
        }
    }
    if spec["model"] == "" {
        spec["model"] = spec["id"].clone();
    }
    match serde_json::from_value(spec) {
        Ok(spec) => Some((spec, state)),
        Err(error) => {
            value.place.problem(format!("this target makes no sense: {error}"), "look at wit/policy.wit");
            None
        }
    }
}

fn request(request: &mut Json, value: &Value<'_>, names: &Names) {
    for (name, field) in value.entries("[facts.request]").unwrap_or_default() {
        match name {
            "requested_target" => request[name] = names.target(&field).into(),
            "attributes" => {
                let items = field.items("[{ name = \"feature\", value = \"support\", source = \"route\" }]");
                request[name] = items.unwrap_or_default().iter().map(attribute).collect();
            }
            _ => overlay_field(request, name, &field),
        }
    }
}

fn attribute(value: &Value<'_>) -> Json {
    let mut attribute = json!({ "name": "", "value": "", "source": "host" });
    overlay(&mut attribute, value);
    attribute
}

/// Attributes that the gateway itself vouches for.
fn attributes(list: &mut Json, value: &Value<'_>) {
    for (name, field) in value.entries("attributes = { feature = \"support\" }").unwrap_or_default() {
        if let (Some(text), Some(list)) = (field.string("\"support\""), list.as_array_mut()) {
            list.retain(|attribute| attribute["name"] != name);
            list.push(json!({ "name": name, "value": text, "source": "host" }));
        }
    }
}

/// A budget: what is left follows from the rest, and `used` is a share of the limit.
fn budget(value: &Value<'_>) -> Json {
    let mut budget = serde_json::to_value(scene::budget()).unwrap_or_default();
    let mut used = None;
    for (name, field) in value.entries("[[facts.budgets]]").unwrap_or_default() {
        match name {
            "used" => used = share(&field),
            _ => overlay_field(&mut budget, name, &field),
        }
    }
    let number = |name: &str| budget[name].as_u64().unwrap_or_default();
    let limit = number("limit");
    let spent = used.map_or(number("spent"), |permille| share_of(limit, permille));
    let remaining = i128::from(limit) - i128::from(spent) - i128::from(number("reserved"));
    budget["spent"] = spent.into();
    if !value.keys().contains(&"remaining") {
        budget["remaining"] = i64::try_from(remaining).unwrap_or(i64::MIN).into();
    }
    budget
}

/// Such a share of an amount, in thousandths.
pub(crate) fn share_of(amount: u64, permille: u32) -> u64 {
    u64::try_from(u128::from(amount) * u128::from(permille) / 1_000).unwrap_or(u64::MAX)
}

/// A share such as `"0.82"`, which may be more than the whole.
pub(super) fn share(value: &Value<'_>) -> Option<u32> {
    let share = value.string("\"0.82\"").and_then(permille);
    if share.is_none() {
        value.place.problem("this is not a share", "write it with at most three decimals, such as \"0.82\"");
    }
    share
}

/// A session; a target is one that has served a turn of it.
fn session(value: &Value<'_>, names: &Names) -> Json {
    let mut session = serde_json::to_value(scene::session()).unwrap_or_default();
    for (name, field) in value.entries("[facts.session]").unwrap_or_default() {
        if name != "target" {
            overlay_field(&mut session, name, &field);
        } else if let Some(index) = names.target(&field) {
            session["target"] = index.into();
            session["target_id"] = names.targets[index].clone().into();
            session["turns"] = 1.into();
        }
    }
    // What is said wins over what follows from the target, in whatever order they stand.
    for (name, field) in value.entries("[facts.session]").unwrap_or_default() {
        if name == "turns" || name == "target_id" {
            overlay_field(&mut session, name, &field);
        }
    }
    session
}

fn deferred(value: &Value<'_>, names: &Names) -> Json {
    let mut deferred = serde_json::to_value(scene::deferred()).unwrap_or_default();
    for (name, field) in value.entries("[facts.deferred]").unwrap_or_default() {
        match name {
            "review_target" => deferred[name] = names.target(&field).into(),
            _ => overlay_field(&mut deferred, name, &field),
        }
    }
    deferred
}

/// Attempts that failed, in their order. The fields of the failure stand beside those of the attempt.
pub(super) fn attempts(value: &Value<'_>, names: &Names) -> Option<Vec<Attempt>> {
    let items = value.items("[[attempts]]")?;
    Some((1..).zip(&items).filter_map(|(number, item)| attempt(number, item, names)).collect())
}

fn attempt(number: u32, value: &Value<'_>, names: &Names) -> Option<Attempt> {
    let entries = value.entries("[[attempts]]")?;
    let find = |wanted: &str| entries.iter().find(|(name, _)| *name == wanted).map(|(_, field)| field);
    let missing = |name: &str, example: &str| {
        value.place.problem(format!("`{name}` is missing"), format!("add `{name} = \"{example}\"`"));
    };
    let Some(target) = find("target") else {
        missing("target", names.targets.first().map_or("gpt-large", String::as_str));
        return None;
    };
    let Some(kind) = find("kind") else {
        missing("kind", "server-error");
        return None;
    };
    let attempt =
        Attempt { number, target: u16::try_from(names.target(target)?).ok()?, ..scene::attempt(failure_kind(kind)?) };
    let mut attempt = serde_json::to_value(attempt).ok()?;
    for (name, field) in entries.iter().filter(|(name, _)| !["target", "kind"].contains(name)) {
        if attempt["failure"].get(name).is_some() {
            overlay_field(&mut attempt["failure"], name, field);
        } else if *name == "failure" {
            field.place.problem("the fields of a failure stand beside `target`", "write `status = 503`");
        } else {
            overlay_field(&mut attempt, name, field);
        }
    }
    match serde_json::from_value(attempt) {
        Ok(attempt) => Some(attempt),
        Err(error) => {
            value.place.problem(format!("this attempt makes no sense: {error}"), "look at wit/policy.wit");
            None
        }
    }
}

fn failure_kind(value: &Value<'_>) -> Option<Kind> {
    let name = value.string("\"server-error\"")?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.traits().name == name);
    if kind.is_none() {
        let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.traits().name).collect();
        value.place.problem(format!("there is no kind of failure {name:?}"), suggestion(name, names));
    }
    kind
}
