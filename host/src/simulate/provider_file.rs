//! Reads `[providers]` of a simulation file: how targets behave, one by one or all of a provider at once.

use super::Target;
use super::file::Targets;
use super::provider::{Fault, Model, RateLimit};
use super::spread::Spread;
use super::traffic_file::{LASTING, TIMES, multiple, share, times};
use super::weather::{Outage, Trouble, When};
use crate::config::Config;
use crate::config::nearest::suggestion;
use crate::config::reader::{Table, Value};
use crate::config::shapes::Shape;

static PROVIDER: Shape = Shape {
    places: &["providers.NAME"],
    fields: &["first_token", "per_token", "errors", "rate", "outages"],
    example: "[providers.primary]",
};
static RATE: Shape = Shape {
    places: &["providers.NAME.rate"],
    fields: &["requests", "tokens"],
    example: "rate = { requests = 600, tokens = 200_000 }",
};
static OUTAGE: Shape = Shape {
    places: &["providers.NAME.outages"],
    fields: &["kind", "from", "every", "about_every", "lasts", "share", "status", "factor"],
    example: r#"outages = [{ kind = "down", from = "10m", lasts = "5m" }]"#,
};

/// What an outage may be.
const KINDS: [(&str, Kind); 4] = [("down", Kind::Down), ("hang", Kind::Hang), ("slow", Kind::Slow), ("cut", Kind::Cut)];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Down,
    Hang,
    Slow,
    Cut,
}

/// The models of all targets of the config. What stands under a provider's name holds for all of its targets; what stands
/// under a target's id goes before it, and its outages come on top.
pub(super) fn targets(value: Option<&Value<'_>>, config: &Config) -> Option<Targets> {
    let usual = Target { model: Model::default(), outages: Vec::new() };
    let mut targets: Targets = config.targets.keys().map(|id| (id.to_string(), usual.clone())).collect();
    let Some(value) = value else { return Some(targets) };
    let mut entries = value.entries("[providers.primary]")?;
    // Providers first, so that what is said of a target stays.
    entries.sort_by_key(|(name, _)| config.targets.contains_key(*name));
    for (name, value) in &entries {
        let is_meant = |id: &str| id == *name || (!config.targets.contains_key(*name) && of_provider(config, id, name));
        let meant: Vec<String> = targets.keys().filter(|id| is_meant(id)).cloned().collect();
        if meant.is_empty() {
            let names = config.targets.values().flat_map(|target| [&*target.id, &*target.provider]);
            let mut names: Vec<&str> = names.collect();
            names.sort_unstable();
            names.dedup();
            value.key_place().problem(format!("there is no target or provider {name:?}"), suggestion(name, names));
            continue;
        }
        let Some(table) = value.table(&PROVIDER) else { continue };
        let given = Given::read(&table, name);
        for id in meant {
            if let Some(target) = targets.get_mut(&id) {
                given.put_over(target);
            }
        }
    }
    Some(targets)
}

fn of_provider(config: &Config, id: &str, name: &str) -> bool {
    config.targets.get(id).is_some_and(|target| *target.provider == *name)
}

/// What one table says.
struct Given {
    first_token: Option<Spread>,
    per_token: Option<Spread>,
    errors: Option<Vec<(Fault, f64)>>,
    limit: Option<RateLimit>,
    outages: Vec<Outage>,
}

impl Given {
    fn read(table: &Table<'_>, name: &str) -> Self {
        let outages = table.optional("outages", |value| value.items(OUTAGE.example)).unwrap_or_default();
        Self {
            first_token: table.optional("first_token", times),
            per_token: table.optional("per_token", times),
            errors: table.optional("errors", errors),
            limit: table.optional("rate", rate),
            outages: (0..)
                .zip(&outages)
                .filter_map(|(number, value)| outage(value, format!("{name}/{number}")))
                .collect(),
        }
    }

    fn put_over(&self, target: &mut Target) {
        let model = &mut target.model;
        model.first_token = self.first_token.unwrap_or(model.first_token);
        model.per_token = self.per_token.unwrap_or(model.per_token);
        if let Some(errors) = &self.errors {
            model.errors.clone_from(errors);
        }
        model.limit = self.limit.unwrap_or(model.limit);
        target.outages.extend(self.outages.iter().cloned());
    }
}

fn errors(value: &Value<'_>) -> Option<Vec<(Fault, f64)>> {
    const WORDS: [(&str, Fault); 4] =
        [("cut", Fault::Cut), ("stall", Fault::Stall), ("hang", Fault::Hang), ("hang_up", Fault::HangUp)];
    let entries = value.entries(r#"errors = { 503 = "0.01", cut = "0.002" }"#)?;
    let mut errors = Vec::new();
    for (name, value) in &entries {
        let status = name.parse::<u16>().ok().filter(|status| (400..=599).contains(status)).map(Fault::Status);
        let fault = status.or_else(|| WORDS.iter().find(|(word, _)| word == name).map(|(_, fault)| *fault));
        let Some(fault) = fault else {
            let hint = suggestion(name, WORDS.iter().map(|(word, _)| *word));
            value.key_place().problem(format!("{name:?} is no status from 400 to 599 and no fault"), hint);
            continue;
        };
        errors.extend(share(value).map(|share| (fault, share)));
    }
    if errors.iter().map(|(_, share)| share).sum::<f64>() > 1.0 {
        value.place.problem("more calls fail than there are", "the shares of all errors come to at most \"1\"");
    }
    Some(errors)
}

fn rate(value: &Value<'_>) -> Option<RateLimit> {
    let table = value.table(&RATE)?;
    let limit = |field| table.optional(field, |value| value.count(1_000_000_000)).map(std::num::NonZero::get);
    Some(RateLimit { requests: limit("requests"), tokens: limit("tokens") })
}

fn outage(value: &Value<'_>, name: String) -> Option<Outage> {
    let table = value.table(&OUTAGE)?;
    let kind = table.or("kind", Kind::Down, |value| value.choice(&KINDS));
    if kind != Kind::Down {
        table.misplaced(&["status"], "an outage of the kind \"down\"");
    }
    if kind != Kind::Slow {
        table.misplaced(&["factor"], "an outage of the kind \"slow\"");
    }
    let status = table.or("status", 503, |value| value.integer(400..=599));
    let trouble = match kind {
        Kind::Down => Trouble::Down(u16::try_from(status).unwrap_or(503)),
        Kind::Hang => Trouble::Hang,
        Kind::Slow => Trouble::Slow(table.or("factor", 10.0, multiple)),
        Kind::Cut => Trouble::Cut,
    };
    let time = |field| table.optional(field, |value: &Value<'_>| value.duration(TIMES));
    let lasting = |field| table.optional(field, |value: &Value<'_>| value.duration(LASTING));
    let when = match (time("from"), lasting("every"), lasting("about_every")) {
        (None, None, Some(apart)) => When::About(apart),
        (from, Some(every), None) => When::Every(from.unwrap_or_default(), every),
        (Some(from), None, None) => When::Once(from),
        (None, None, None) => {
            table.place.problem(
                "nothing says when this begins",
                "add `from = \"10m\"`, or `about_every = \"2h\"` for outages at random",
            );
            return None;
        }
        (_, _, Some(_)) => {
            table.place.problem("`about_every` stands alone", "outages at random have no `from` and no `every`");
            return None;
        }
    };
    let lasts = table.required("lasts", "\"5m\"", times)?;
    Some(Outage { name, trouble, when, lasts, share: table.or("share", 1.0, share) })
}
