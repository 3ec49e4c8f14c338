//! Who a request is for and what is claimed about it: the key's and the route's own attributes, which can be trusted, and
//! the caller's metadata and headers, which cannot.

use http::HeaderMap;

use crate::config::{Name, SessionSource, TrafficClass};
use crate::dialect::openai::request::ChatRequest;
use crate::gateway::{Caller, RouteState};
use crate::ledger::Who;
use crate::policy::wire::Attribute;

/// The longest value that a caller's claim is kept with, in bytes.
const VALUE_BYTES: usize = 256;

/// What a caller may say of a request, as `metadata` or as a header `x-fingerpost-…`.
pub(crate) const CLAIMS: [(&str, &str); 8] = [
    ("user", "x-fingerpost-user"),
    ("application", "x-fingerpost-application"),
    ("feature", "x-fingerpost-feature"),
    ("workflow", "x-fingerpost-workflow"),
    ("session", "x-fingerpost-session"),
    ("language", "x-fingerpost-language"),
    ("traffic_class", "x-fingerpost-class"),
    ("request-id", "x-request-id"),
];

/// The beginning of the names that only the gateway itself gives to attributes.
pub(crate) const OWN: &str = "fingerpost.";

/// The id of the target that the first decision meant.
pub(crate) const INTENDED: &str = "fingerpost.intended";

/// The id of a target that is left alone since it asked for it.
pub(crate) const RESTING: &str = "fingerpost.resting";

/// The id of a target that works again and takes its load back bit by bit.
pub(crate) const RECOVERING: &str = "fingerpost.recovering";

/// `none`: the route, the key or the tenant is kept from any fallback.
pub(crate) const FALLBACK: &str = "fingerpost.fallback";

/// What the gateway itself says.
pub(crate) fn own(name: &str, value: &str) -> Attribute {
    Attribute { name: name.into(), value: value.into(), source: "host".into() }
}

/// What the caller claims under this name; a header goes before metadata.
fn claimed<'a>(name: &str, headers: &'a HeaderMap, chat: &'a ChatRequest) -> Option<&'a str> {
    let header = CLAIMS.iter().find(|(claim, _)| *claim == name).and_then(|(_, header)| headers.get(*header));
    let value = header
        .and_then(|value| value.to_str().ok())
        .or_else(|| chat.metadata.iter().find(|(entry, _)| entry == name).map(|(_, value)| value.as_str()))?;
    Some(short(value))
}

fn short(value: &str) -> &str {
    &value[..value.floor_char_boundary(VALUE_BYTES)]
}

/// Who asks, and for what, as the ledger keeps it.
#[must_use]
pub fn who(route: &RouteState, caller: &Caller, headers: &HeaderMap, chat: &ChatRequest) -> Who {
    let own = |name: &str| {
        let trusted = caller.key.attributes.get(name).or_else(|| route.setting.attributes.get(name));
        trusted.map(|value| &**value)
    };
    let claim = |name: &str| own(name).or_else(|| claimed(name, headers, chat)).map(Into::into);
    Who {
        tenant: caller.tenant.name.clone(),
        key: caller.key.name.clone(),
        user: claim("user").or_else(|| chat.user.as_deref().map(|user| short(user).into())),
        application: claim("application"),
        feature: claim("feature"),
        workflow: claim("workflow"),
        session: session_name(route, caller, headers, chat).map(|name| short(name).into()).or_else(|| claim("session")),
    }
}

/// The name of the request's session: what the key or the route says, else what stands where the route looks for it.
#[must_use]
pub fn session_name<'a>(
    route: &'a RouteState,
    caller: &'a Caller,
    headers: &'a HeaderMap,
    chat: &'a ChatRequest,
) -> Option<&'a str> {
    let from = &route.setting.session.from;
    let own = || caller.key.attributes.get("session").or_else(|| route.setting.attributes.get("session"));
    let at = |source: &SessionSource| match source {
        SessionSource::Header => headers.get("x-fingerpost-session").and_then(|value| value.to_str().ok()),
        SessionSource::Metadata => {
            chat.metadata.iter().find(|(name, _)| name == "session").map(|(_, value)| value.as_str())
        }
        SessionSource::PromptCacheKey => chat.prompt_cache_key.as_deref(),
        SessionSource::Conversation => chat.conversation.as_deref(),
    };
    let named = || from.iter().filter_map(at).find(|name| !name.is_empty());
    own().filter(|_| !from.is_empty()).map(|name| &**name).or_else(named)
}

/// Everything that is said of the request, each with its source.
#[must_use]
pub fn attributes(route: &RouteState, caller: &Caller, headers: &HeaderMap, chat: &ChatRequest) -> Vec<Attribute> {
    let trusted = |source: &'static str| {
        move |(name, value): (&Name, &Name)| Attribute {
            name: name.to_string(),
            value: value.to_string(),
            source: source.into(),
        }
    };
    let mut all = Vec::new();
    if !(route.setting.bounds.fallback && caller.key.bounds.fallback.unwrap_or(true)) {
        all.push(own(FALLBACK, "none"));
    }
    all.extend(route.setting.attributes.iter().map(trusted("route")));
    all.extend(caller.key.attributes.iter().map(trusted("key")));
    let mut claim = |name: &str, value: &str| {
        if name.starts_with(OWN) {
            return;
        }
        let (name, value) = (short(name).to_owned(), short(value).to_owned());
        all.push(Attribute { name, value, source: "caller".into() });
    };
    for (name, header) in CLAIMS {
        if let Some(value) = headers.get(header).and_then(|value| value.to_str().ok()) {
            claim(name, value);
        }
    }
    for (name, value) in &chat.metadata {
        claim(name, value);
    }
    all
}

/// The class that a request is decided as: the key's, else the route's; the caller may only lower it (R10).
#[must_use]
pub fn class_of(route: &RouteState, caller: &Caller, headers: &HeaderMap, chat: &ChatRequest) -> TrafficClass {
    let own = caller.key.class.unwrap_or(route.setting.class);
    let claimed = claimed("traffic_class", headers, chat).and_then(TrafficClass::from_name);
    // The classes are in order of importance.
    claimed.filter(|claimed| *claimed > own).unwrap_or(own)
}
