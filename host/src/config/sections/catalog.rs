//! `[providers.*]` and `[targets.*]`: the places that a request can go to.

use std::collections::BTreeMap;
use std::time::Duration;

use super::prices::{Lists, listed, price_of};
use super::{Names, distinct, health, named, reference};
use crate::config::reader::{Table, Value};
use crate::config::{
    Endpoint, Name, OnCancel, OutputLimitField, PrefillForm, Provider, Secret, Simulation, Target, defaults, shapes,
};
use crate::price::list::Listed;
use crate::tokenizer::Tokenizer;

/// A credential file holds a token, not a document.
const CREDENTIAL_BYTES: u64 = 64 << 10;

#[derive(Clone, Copy)]
enum Kind {
    OpenAi,
    Simulated,
}

pub(super) fn providers(root: &Table<'_>) -> BTreeMap<Name, Provider> {
    named(root, "providers", "[providers.openai]", |name, value| {
        let table = value.table(&shapes::PROVIDER)?;
        let kinds = [("openai", Kind::OpenAi), ("simulated", Kind::Simulated)];
        Some(match table.required("kind", "\"openai\"", |value| value.choice(&kinds)) {
            Some(Kind::OpenAi) => openai(name, &table),
            Some(Kind::Simulated) => simulated(name, &table),
            None => somewhere(name, &table, None, None),
        })
    })
}

/// A provider stays what else is known of it when its address or its credential is wrong, since others refer to that; the
/// mistake is noted, so that the config is not used.
fn openai(name: Name, table: &Table<'_>) -> Provider {
    table.misplaced(&["first_token", "per_token", "seed"], "`kind = \"simulated\"`");
    let base_url = table.required("base_url", "\"https://api.openai.com/v1\"", base_url);
    let credential = table.optional("credential", credential);
    let is_plain = base_url.as_ref().is_some_and(|url| url.scheme_str() == Some("http") && !is_loopback(url));
    if let Some(value) = table.get("credential").filter(|_| is_plain && credential.is_some()) {
        value.place.warning("the credential is sent without TLS", "use an `https` address for `base_url`");
    }
    somewhere(name, table, base_url, credential)
}

fn somewhere(name: Name, table: &Table<'_>, url: Option<http::Uri>, credential: Option<Secret>) -> Provider {
    let (region, terms) = promises(table);
    let on_cancel = on_cancel(table);
    Provider { name, endpoint: Endpoint::OpenAi(url.unwrap_or_default()), credential, region, terms, on_cancel }
}

fn simulated(name: Name, table: &Table<'_>) -> Provider {
    table.misplaced(&["base_url", "credential"], "`kind = \"openai\"`");
    let range = || Duration::ZERO..=Duration::from_secs(600);
    let simulation = Simulation {
        first_token: table.or("first_token", defaults::SIMULATED_FIRST_TOKEN, |value| value.duration(range())),
        per_token: table.or("per_token", defaults::SIMULATED_PER_TOKEN, |value| value.duration(range())),
        seed: table.or("seed", defaults::SIMULATED_SEED, |value| value.integer(0..=i64::MAX.unsigned_abs())),
    };
    let (region, terms) = promises(table);
    let on_cancel = on_cancel(table);
    Provider { name, endpoint: Endpoint::Simulated(simulation), credential: None, region, terms, on_cancel }
}

fn on_cancel(table: &Table<'_>) -> OnCancel {
    let words = [OnCancel::Stops, OnCancel::RunsOn, OnCancel::Unknown].map(|word| (word.as_str(), word));
    table.or("on_cancel", OnCancel::Unknown, |value| value.choice(&words))
}

/// Where a provider runs and what holds there.
fn promises(table: &Table<'_>) -> (Option<Name>, Vec<Name>) {
    let region = table.optional("region", |value| value.name("\"eu\""));
    let terms = table.optional("terms", |value| {
        let items = value.items(r#"["zero-retention", "no-training"]"#)?;
        Some(distinct(&items, |item| item.name("\"zero-retention\"")))
    });
    (region, terms.unwrap_or_default())
}

/// Scheme, authority and path. The text is never shown: it could hold a password or a key.
fn base_url(value: &Value<'_>) -> Option<http::Uri> {
    let hint = "write scheme, host and path, such as \"https://api.openai.com/v1\"";
    let text = value.string("\"https://api.openai.com/v1\"")?;
    let refuse = |problem: &str| {
        value.place.problem(problem, hint);
        None
    };
    let Ok(url) = text.trim_end_matches('/').parse::<http::Uri>() else {
        return refuse("this is not a URL");
    };
    match (url.scheme_str(), url.authority()) {
        (Some("http" | "https"), Some(authority)) if authority.as_str().contains('@') => {
            refuse("a name or password in the URL would end up in logs: use `credential`")
        }
        (Some("http" | "https"), Some(_)) if url.query().is_some() || text.contains('#') => {
            refuse("a base URL has neither `?` nor `#`")
        }
        (Some("http" | "https"), Some(_)) => Some(url),
        _ => refuse("this is not an `http` or `https` URL"),
    }
}

fn is_loopback(url: &http::Uri) -> bool {
    let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A secret from where the config says. No message shows what was found there, nor a name that could be the secret
/// itself, put into the wrong place.
pub(super) fn credential(value: &Value<'_>) -> Option<Secret> {
    let table = value.table(&shapes::CREDENTIAL)?;
    match (table.get("env"), table.get("file")) {
        (Some(_), None) | (None, Some(_)) if !value.place.reader.reads_secrets() => Some(Secret::new("")),
        (Some(env), None) => from_environment(env),
        (None, Some(file)) => from_file(file),
        _ => {
            let hint = "write { env = \"OPENAI_API_KEY\" } or { file = \"path/of/the/secret\" }";
            table.place.problem("name one place where the credential is: `env` or `file`", hint);
            None
        }
    }
}

fn from_environment(value: &Value<'_>) -> Option<Secret> {
    let name = value.string("env = \"OPENAI_API_KEY\"")?;
    let is_variable = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if !is_variable || name.is_empty() || name.len() > 128 {
        let hint = "give the name of a variable in capitals, such as \"OPENAI_API_KEY\", never the secret itself";
        value.place.problem("this is not the name of an environment variable", hint);
        return None;
    }
    let Some(secret) = value.place.reader.environment(name) else {
        let hint = "export it before the gateway starts, or name another";
        if value.place.reader.is_first_to_miss(name) {
            value.place.problem(format!("the environment variable {name} is not set"), hint);
        }
        return None;
    };
    secret_of(value, &secret)
}

fn from_file(value: &Value<'_>) -> Option<Secret> {
    let path = value.path("file = \"secrets/openai\"")?;
    let hint = "relative paths count from the folder of the config file";
    let size = match std::fs::metadata(&path) {
        Err(_) if !value.place.reader.is_first_to_miss(&path.to_string_lossy()) => return None,
        Ok(metadata) if metadata.is_file() => metadata.len(),
        Ok(_) => {
            value.place.problem("the credential file is no file", hint);
            return None;
        }
        Err(error) => {
            value.place.problem(format!("failed to read the credential file: {error}"), hint);
            return None;
        }
    };
    if size > CREDENTIAL_BYTES {
        value.place.problem("the credential file is too large to hold a credential", "put the secret alone into it");
        return None;
    }
    match std::fs::read_to_string(&path) {
        Ok(text) => secret_of(value, &text),
        Err(error) => {
            value.place.problem(format!("failed to read the credential file: {error}"), hint);
            None
        }
    }
}

/// A secret must fit into a header; spaces around it, such as a file's last line break, do not belong to it.
fn secret_of(value: &Value<'_>, text: &str) -> Option<Secret> {
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_graphic()) {
        let hint = "a credential is one word of visible ASCII characters";
        value.place.problem("what is found there cannot be a credential", hint);
        return None;
    }
    Some(Secret::new(text))
}

pub(super) fn targets(
    root: &Table<'_>,
    names: &Names<'_>,
    providers: &BTreeMap<Name, Provider>,
    lists: &Lists,
) -> BTreeMap<Name, Target> {
    named(root, "targets", "[targets.gpt-large]", |id, value| {
        let table = value.table(&shapes::TARGET)?;
        if names.routes.contains(&&*id) {
            let hint = "callers name both in `model`: rename one of the two";
            value.place.problem("a route has the same name as this target", hint);
        }
        target(id, &table, names, providers, lists)
    })
}

fn target(
    id: Name,
    table: &Table<'_>,
    names: &Names<'_>,
    providers: &BTreeMap<Name, Provider>,
    lists: &Lists,
) -> Option<Target> {
    let provider =
        table.required("provider", "\"openai\"", |value| reference(value, "there is no provider", &names.providers));
    // A provider with mistakes is not there, but then neither is the config.
    let served_by = provider.as_ref().and_then(|provider| providers.get(provider));
    let model = table.or("model", id.clone(), model);
    let tier = table.required("tier", "\"balanced\"", |value| names.tier(value));
    let listed = listed(table, lists, served_by, &model);
    let features = table.optional("features", |value| {
        let items = value.items(r#"["tools", "vision"]"#)?;
        Some(distinct(&items, |item| item.name("\"tools\"")))
    });
    let price = price_of(table, listed.as_ref(), served_by);
    let size = Size::of(table, listed.as_ref(), &model);
    let slice = table.or("slice", defaults::SLICE, |value| value.count(1_000_000));
    let max_in_flight = table.or("max_in_flight", defaults::MAX_IN_FLIGHT, |value| value.count(1_000_000));
    let queue = table.optional("queue", health::queue);
    let retry_permille = table.or("retry_budget", defaults::RETRY_PERMILLE, Value::share);
    let stream_usage = table.or("stream_usage", defaults::STREAM_USAGE, Value::boolean);
    let fields =
        [("max_tokens", OutputLimitField::MaxTokens), ("max_completion_tokens", OutputLimitField::MaxCompletionTokens)];
    let output_limit = table.or("output_limit", OutputLimitField::MaxTokens, |value| value.choice(&fields));
    let forms = [
        ("assistant", PrefillForm::Assistant),
        ("prefix", PrefillForm::Prefix),
        ("continue_final_message", PrefillForm::ContinueFinalMessage),
    ];
    let prefill = table.optional("prefill", |value| value.choice(&forms));
    let features = with_prefill(table, features.unwrap_or_else(|| listed_features(listed.as_ref())), prefill.is_some());
    let (tier, tier_rank) = tier?;
    Some(Target {
        id,
        provider: provider?,
        model,
        tier,
        tier_rank,
        context_window: size.context_window,
        max_output_tokens: size.max_output_tokens,
        tokenizer: size.tokenizer,
        hidden_tokens: size.hidden_tokens,
        slice,
        on_cancel: served_by.map(|provider| provider.on_cancel).unwrap_or_default(),
        features,
        region: served_by.and_then(|provider| provider.region.clone()),
        terms: served_by.map(|provider| provider.terms.clone()).unwrap_or_default(),
        price,
        max_in_flight,
        queue,
        retry_permille,
        stream_usage,
        output_limit,
        prefill,
    })
}

/// What a target's tokens are like: the config's word goes before that of a list.
struct Size {
    context_window: u32,
    max_output_tokens: u32,
    tokenizer: Option<Tokenizer>,
    hidden_tokens: bool,
}

impl Size {
    fn of(table: &Table<'_>, listed: Option<&Listed<'_>>, model: &str) -> Self {
        let model_listed = listed.map(|listed| listed.model);
        let tokens = |field, otherwise: u32| {
            let read = |value: &Value<'_>| u32::try_from(value.integer(0..=u32::MAX.into())?).ok();
            table.or(field, otherwise, read)
        };
        let tokenizers = [("o200k", Some(Tokenizer::O200k)), ("cl100k", Some(Tokenizer::Cl100k)), ("none", None)];
        Self {
            context_window: tokens("context_window", model_listed.map_or(0, |model| model.context_window)),
            max_output_tokens: tokens("max_output_tokens", model_listed.map_or(0, |model| model.max_output_tokens)),
            tokenizer: table.or("tokenizer", Tokenizer::of_model(model), |value| value.choice(&tokenizers)),
            hidden_tokens: table.or("hidden_tokens", model_listed.is_some_and(|model| model.reasoning), Value::boolean),
        }
    }
}

fn listed_features(listed: Option<&Listed<'_>>) -> Vec<Name> {
    listed.map(|listed| listed.model.features.iter().map(|word| word.as_str().into()).collect()).unwrap_or_default()
}

/// Policies see the feature `prefill` where the setting says in which form.
fn with_prefill(table: &Table<'_>, mut features: Vec<Name>, has_form: bool) -> Vec<Name> {
    let is_named = features.iter().any(|feature| &**feature == "prefill");
    if let Some(value) = table.get("features").filter(|_| is_named && table.get("prefill").is_none()) {
        let hint = "leave it out here and add prefill = \"assistant\", \"prefix\" or \"continue_final_message\"";
        value.place.problem("the feature `prefill` needs the form in which the target takes it", hint);
    }
    if has_form && !is_named {
        features.push("prefill".into());
    }
    features
}

/// A provider's own name of a model, which may hold more than ours do, but goes into headers too.
fn model(value: &Value<'_>) -> Option<Name> {
    let text = value.string("\"gpt-4.1\"")?;
    if text.is_empty() || text.len() > 256 || !text.bytes().all(|b| b.is_ascii_graphic()) {
        value.place.problem("this cannot be the name of a model", "write 1 to 256 visible ASCII characters, no spaces");
        return None;
    }
    Some(text.into())
}
