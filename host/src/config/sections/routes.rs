//! `[routes.*]`: the named product uses, each with its policy.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::Value as Json;

use super::known::Known;
use super::{NO_WEBHOOK, Names, answers, attributes, bounds, canary, distinct, named, rate, reference, references};
use crate::config::nearest::suggestion;
use crate::config::reader::{Table, Value, shortened};
use crate::config::{
    BUILTIN_POLICIES, DeferralQueue, Name, OnPolicyFailure, OutputRules, PolicySource, Route, SessionNaming,
    SessionSource, Target, defaults, shapes,
};
use crate::registry::Reference;

pub(super) fn routes(
    root: &Table<'_>,
    names: &Names<'_>,
    catalog: &BTreeMap<Name, Target>,
    queues: &BTreeMap<Name, DeferralQueue>,
) -> BTreeMap<Name, Route> {
    named(root, "routes", "[routes.support_draft]", |name, value| {
        let table = value.table(&shapes::ROUTE)?;
        let mut route = route(name, &table, names, catalog)?;
        route.queues = queues_of_route(&table, names, queues);
        Some(route)
    })
}

fn route(name: Name, table: &Table<'_>, names: &Names<'_>, catalog: &BTreeMap<Name, Target>) -> Option<Route> {
    let class = table.or("class", defaults::CLASS, |value| value.choice(&bounds::CLASSES));
    let example = r#"["gpt-large", "claude-large"]"#;
    let targets = table.required("targets", example, |value| references(value, "there is no target", &names.targets));
    let ranks = targets.iter().flatten().filter_map(|id| catalog.get(id)).map(|target| target.tier_rank);
    let worst_rank = ranks.max().unwrap_or(0);
    let policy = table.get("policy").and_then(|value| value.table(&shapes::POLICY));
    let source = match &policy {
        Some(policy) => policy_source(policy),
        None => Some(PolicySource::Builtin(defaults::POLICY.into())),
    };
    let policy_config = policy_config(table, policy.as_ref());
    let count = targets.as_ref().map_or(0, Vec::len);
    let bounds = bounds::of_route(table, class, (count, worst_rank), names);
    let limits = bounds::attempt_limits(table, bounds.deadline);
    let output = output_rules(table, bounds.min_output_tokens);
    // Where some of the route's targets are wrong, any target that exists may be the one that was meant there.
    let mut allowed = table.get("targets").map(Value::strings).unwrap_or_default();
    if targets.as_ref().is_none_or(|targets| targets.len() < allowed.len()) {
        allowed.extend(names.targets.iter());
    }
    let allowed = Known::new(allowed, names.targets.is_all);
    let on_policy_failure = table.or("on_policy_failure", OnPolicyFailure::Error, |value| on_failure(value, &allowed));
    let session = session(table);
    let attributes = attributes(table);
    Some(Route {
        name,
        class,
        targets: targets?,
        policy: source?,
        policy_config,
        trusted_keys: canary::trusted_keys(policy.as_ref()),
        rehearsal: canary::rehearsal(table),
        canary: canary::rules(table, names),
        bounds,
        limits,
        output,
        on_policy_failure,
        session,
        cache: answers::cache(table),
        default_answers: answers::prepared(table),
        adopt_retries: table.or("adopt_retries", false, Value::boolean),
        disconnect_grace: table.or("disconnect_grace", defaults::DISCONNECT_GRACE, |value| value.duration(GRACE)),
        rate: rate(table),
        attributes,
        queues: Vec::new(),
        sample_permille: table.or("sample", defaults::SAMPLE_PERMILLE, Value::share),
        is_async: table.or("async", defaults::ASYNC, Value::boolean),
        webhook: table.optional("webhook", |value| reference(value, NO_WEBHOOK, &names.webhooks)),
    })
}

/// How the route limits output where the caller does not.
fn output_rules(route: &Table<'_>, least: u32) -> OutputRules {
    let tokens = |value: &Value<'_>| value.count(10_000_000).map(NonZeroU32::get);
    let default = route.or("default_max_output_tokens", defaults::MAX_OUTPUT_TOKENS, tokens);
    let clamp = route.or("clamp", false, Value::boolean);
    if let Some(value) = route.get("clamp").filter(|_| clamp && default < least) {
        let hint = "raise `default_max_output_tokens`, or lower `bounds.min_output_tokens`";
        value.place.problem("this would limit answers below the route's own minimum", hint);
    }
    OutputRules { default, clamp }
}
/// A run that nobody waits for costs money: it is not let go on for longer than this.
const GRACE: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(3_600);

/// The queues of a route; one that is wrong itself is left out, for it has been noted.
fn queues_of_route(route: &Table<'_>, names: &Names<'_>, queues: &BTreeMap<Name, DeferralQueue>) -> Vec<DeferralQueue> {
    let named = route.optional("queues", |value| references(value, "there is no queue", &names.queues));
    named.unwrap_or_default().iter().filter_map(|name| queues.get(name).cloned()).collect()
}

/// How long a session may last: shorter, and no second turn finds it; longer than a month, and nothing remembers it.
const SESSION_IDLE: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(30 * 24 * 3_600);

/// What names the route's sessions.
fn session(route: &Table<'_>) -> SessionNaming {
    let sources = [
        ("header", SessionSource::Header),
        ("metadata", SessionSource::Metadata),
        ("prompt_cache_key", SessionSource::PromptCacheKey),
        ("conversation", SessionSource::Conversation),
    ];
    let mut naming = SessionNaming { from: defaults::SESSION_FROM.to_vec(), idle: defaults::SESSION_IDLE };
    let Some(table) = route.optional("session", |value| value.table(&shapes::SESSION)) else { return naming };
    naming.from = table.or("from", naming.from, |value| {
        let items = value.items(r#"["header", "metadata"]"#)?;
        Some(distinct(&items, |item| item.choice(&sources)))
    });
    naming.idle = table.or("idle", naming.idle, |value| value.duration(SESSION_IDLE));
    naming
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Builtin,
    File,
    Oci,
    Deployed,
}

fn policy_source(table: &Table<'_>) -> Option<PolicySource> {
    let sources =
        [("builtin", Source::Builtin), ("file", Source::File), ("oci", Source::Oci), ("deployed", Source::Deployed)];
    match table.required("source", "\"builtin\"", |value| value.choice(&sources))? {
        Source::Deployed => {
            table.misplaced(
                &["name", "path", "reference"],
                "`bootstrap`, which says what runs until something is deployed",
            );
            let bootstrap = match table.get("bootstrap") {
                None => Some(PolicySource::Builtin(defaults::POLICY.into())),
                Some(value) => bootstrap(&value.table(&shapes::BOOTSTRAP)?),
            };
            Some(PolicySource::Deployed(Box::new(bootstrap?)))
        }
        source => {
            table.misplaced(&["bootstrap"], "`source = \"deployed\"`");
            not_deployed(table, source)
        }
    }
}

fn bootstrap(table: &Table<'_>) -> Option<PolicySource> {
    let sources = [("builtin", Source::Builtin), ("file", Source::File), ("oci", Source::Oci)];
    let source = table.required("source", "\"builtin\"", |value| value.choice(&sources))?;
    not_deployed(table, source)
}

fn not_deployed(table: &Table<'_>, source: Source) -> Option<PolicySource> {
    let belongs = [
        ("name", Source::Builtin, "`source = \"builtin\"`"),
        ("path", Source::File, "`source = \"file\"`"),
        ("reference", Source::Oci, "`source = \"oci\"`"),
    ];
    for (field, _, said) in belongs.into_iter().filter(|(_, owner, _)| *owner != source) {
        table.misplaced(&[field], said);
    }
    match source {
        Source::File => {
            let example = "\"policies/mine.wasm\"";
            table.required("path", example, |value| value.path(example)).map(PolicySource::File)
        }
        Source::Oci => table.required("reference", REFERENCE, policy_reference).map(PolicySource::Oci),
        Source::Builtin | Source::Deployed => {
            table.required("name", "\"tiered\"", builtin_name).map(PolicySource::Builtin)
        }
    }
}

const REFERENCE: &str = "\"oci://registry.example.com/policies/mine@sha256:…\"";

/// A reference to an artifact. Whether it is pinned by a digest is looked at when it is used: then it can be asked which.
fn policy_reference(value: &Value<'_>) -> Option<Reference> {
    let text = value.string(REFERENCE)?;
    let read = text.parse::<Reference>();
    if let Err(error) = &read {
        let hint = format!("{error}; `fingerpost policy push` prints the reference to put here, such as {REFERENCE}");
        value.place.problem("this is no reference to a policy in a registry", hint);
    }
    read.ok()
}

fn builtin_name(value: &Value<'_>) -> Option<Name> {
    let name = value.string("\"tiered\"")?;
    if !BUILTIN_POLICIES.contains(&name) {
        let hint = suggestion(name, BUILTIN_POLICIES.iter().copied());
        value.place.problem(format!("there is no built-in policy {:?}", shortened(name)), hint);
        return None;
    }
    Some(name.into())
}

/// One JSON object of the route's sections `routing` and `fallback` (R1), and of what the policy's `config` adds.
fn policy_config(route: &Table<'_>, policy: Option<&Table<'_>>) -> Json {
    let mut config = policy.and_then(|policy| policy.optional("config", Value::json_object)).unwrap_or_default();
    for field in ["routing", "fallback"] {
        let Some(value) = route.get(field) else { continue };
        if field == "fallback" && bounds::is_word(value) {
            continue;
        }
        let Some(section) = value.json_object() else { continue };
        if config.contains_key(field) {
            let message = format!("`policy.config.{field}` says something about `{field}` already");
            value.place.problem(message, "keep one of the two");
        }
        // An empty section says nothing: it must not make another set-up of the same policy.
        if !section.is_empty() {
            config.insert(field.to_owned(), Json::Object(section));
        }
    }
    Json::Object(config)
}

#[derive(Clone, Copy)]
enum Action {
    Static,
    Error,
}

fn on_failure(value: &Value<'_>, allowed: &Known<'_>) -> Option<OnPolicyFailure> {
    let table = value.table(&shapes::ON_POLICY_FAILURE)?;
    let actions = [("static", Action::Static), ("error", Action::Error)];
    let action = table.required("action", "\"error\"", |value| value.choice(&actions));
    let targets = match table.get("targets") {
        Some(value) => references(value, "the route has no target", allowed),
        None => Some(allowed.iter().map(|id| Name::from(*id)).collect()),
    };
    match action? {
        Action::Error => {
            table.misplaced(&["targets"], "`action = \"static\"`");
            Some(OnPolicyFailure::Error)
        }
        Action::Static => targets.map(OnPolicyFailure::Static),
    }
}
