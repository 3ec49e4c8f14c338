//! The timeline: what does not change while a request lives, then decisions and attempts as they came, then the money.

mod facts;

use std::fmt::Write as _;

use super::{instant, visible};
use crate::explain::{Explained, FactsInShort};
use crate::ledger::{CostState, DecisionEntry, Ending, Entry, Place, Record, Reported, TierChange};
use crate::money::NanoUsd;
use crate::policy::Digest;
use crate::price::ServiceTier;
use crate::usage_check::Doubt;
use crate::words::counted;

/// A request as people read it.
pub(super) fn tell(explained: &Explained) -> String {
    let record = &explained.record;
    let mut text = Timeline(String::new());
    text.line(&format!("request {}: {}", visible(&record.request_id), headline(record)));
    text.line("");
    about(&mut text, record, explained);
    text.line("");
    let mut is_by_host = false;
    let mut seen_before = None;
    let of_each = version(explained).is_err();
    for event in events(record) {
        match event {
            Event::Decision(decision, at) => {
                let facts = explained.facts.get(at).and_then(Option::as_ref);
                tell_decision(&mut text, decision, facts.map(|facts| Seen { facts, earlier: seen_before, of_each }));
                seen_before = facts.or(seen_before);
                is_by_host = decision.overruled.is_some() && !decision.is_left();
            }
            Event::Attempt(entry, served) => tell_attempt(&mut text, entry, served, is_by_host),
        }
    }
    text.at(record.latency_ms, &format!("end         {}", headline(record)));
    text.line("");
    text.fact("tokens", &format!("{} in, {} out", record.input_tokens, record.output_tokens));
    text.fact("cost", &cost(record));
    if let Some(why) = &explained.facts_missing {
        text.fact("facts", &format!("not all known: {}", visible(why)));
    }
    if let Some(command) = &explained.replay {
        text.fact("replay", &visible(command));
    } else if !record.decisions.is_empty() {
        text.fact("replay", "not possible: no decision of the request is in the log");
    }
    text.0
}

/// How it ended, in a few words.
fn headline(record: &Record) -> String {
    let ending = match (record.ending, &record.serving) {
        (Ending::Served, Some(place)) => format!("served by {}", visible(&place.target)),
        (Ending::Served, None) if record.replayed_from.is_some() => "served again".to_owned(),
        (Ending::Served, None) => match &record.answered {
            Some(what) => format!("served without a model ({})", visible(what)),
            None => Ending::Served.as_str().to_owned(),
        },
        (Ending::Broken, _) => "broken off after a part had reached the caller".to_owned(),
        (Ending::Abandoned, _) => "abandoned by the caller".to_owned(),
        (Ending::Deferred, _) => "put off".to_owned(),
        (Ending::Lost, _) => "lost with the gateway's process: it may have been billed".to_owned(),
        (ending, _) => ending.as_str().to_owned(),
    };
    let status = if record.status == 0 { "no status".to_owned() } else { format!("status {}", record.status) };
    format!("{ending}, {status}, {}", duration(record.latency_ms))
}

/// What does not change while a request lives.
fn about(text: &mut Timeline, record: &Record, explained: &Explained) {
    text.fact("received", &instant(record.received_at));
    text.fact("who", &who(record));
    let streaming = if record.streaming { ", streamed" } else { "" };
    let asked = visible(&record.requested_model);
    text.fact(
        "route",
        &format!("{}, class {}{streaming}, asked for \"{asked}\"", visible(&record.route), record.class.as_str()),
    );
    match &record.policy {
        Some(policy) => text.fact("policy", &format!("{} {}", visible(&policy.name), visible(&policy.digest))),
        None => text.fact("policy", "none decided"),
    }
    // Records of before have another digest of the policy than the one by which `fingerpost policy history` knows the version.
    let is_news = |version: &String| record.policy.as_ref().is_none_or(|policy| *policy.digest != **version);
    match version(explained) {
        Ok(version) => version
            .map(|version| version.to_string())
            .filter(is_news)
            .into_iter()
            .for_each(|version| text.fact("version", &version)),
        Err(Differing) => text.fact("version", "not the same for all decisions: it is with each of them"),
    }
    text.fact("intended", &record.intended.as_ref().map_or_else(|| "nothing".to_owned(), place));
    let serving = record.serving.as_ref().map_or_else(|| "nothing".to_owned(), place);
    text.fact(
        "serving",
        &match record.tier_change {
            TierChange::None => serving,
            change => format!("{serving}, {} of tier", change.as_str()),
        },
    );
    if let Some(reason) = &record.fallback_reason {
        text.fact("because of", &visible(reason));
    }
    if let Some(degraded) = &record.degraded {
        text.fact("degraded", &visible(degraded));
    }
    if let Some(source) = &record.replayed_from {
        text.fact("replayed", &format!("the answer of {}, at no cost", visible(source)));
    }
    if let Some(what) = &record.answered {
        text.fact("answered", &format!("without a model, at no cost: {}", visible(what)));
    }
    if let Some(job) = &record.job {
        let how = if record.ending == Ending::Deferred { "put into a queue" } else { "a try" };
        text.fact("job", &format!("{}, {how}", visible(job)));
    }
    if let Some(left) = &record.session_moved_from {
        text.fact("session", &format!("moved here from {} for good", visible(left)));
    }
    if let Some(ms) = record.latency_before_fallback_ms {
        text.fact("fallback", &format!("after {}, the first failure", duration(ms)));
    }
    if let Some(ms) = record.first_token_ms {
        text.fact("first token", &format!("after {}", duration(ms)));
    }
}

/// Not all decisions were made by the same version.
struct Differing;

/// The version that made all decisions, where the log has it.
fn version(explained: &Explained) -> Result<Option<Digest>, Differing> {
    let mut versions = explained.facts.iter().flatten().filter_map(|facts| facts.digest);
    let first = versions.next();
    if versions.all(|other| Some(other) == first) { Ok(first) } else { Err(Differing) }
}

fn who(record: &Record) -> String {
    let who = &record.who;
    let always = [("tenant", Some(&*who.tenant)), ("key", Some(&*who.key))];
    let said = [
        ("user", who.user.as_deref()),
        ("application", who.application.as_deref()),
        ("feature", who.feature.as_deref()),
        ("workflow", who.workflow.as_deref()),
        ("session", who.session.as_deref()),
    ];
    let parts = always.into_iter().chain(said).filter_map(|(name, value)| Some(format!("{name} {}", visible(value?))));
    parts.collect::<Vec<_>>().join(", ")
}

fn place(place: &Place) -> String {
    format!("{} ({}, {})", visible(&place.target), visible(&place.provider), visible(&place.model))
}

enum Event<'a> {
    /// With its place in the record's list.
    Decision(&'a DecisionEntry, usize),
    Attempt(&'a Entry, bool),
}

/// Decisions and attempts as they came. Within a millisecond, decision 0 comes before attempt 1, that before decision 1
/// and so on; what a canary left to the active version was decided twice before the attempt.
fn events(record: &Record) -> Vec<Event<'_>> {
    let mut left = 0;
    let decisions = record.decisions.iter().enumerate().map(|(at, decision)| {
        let order = (u64::from(decision.index).saturating_sub(left)) * 2;
        left += u64::from(decision.is_left());
        ((decision.at_ms, order), Event::Decision(decision, at))
    });
    let serving = record.serving_attempt();
    let attempts = record.attempts.iter().enumerate().map(|(at, entry)| {
        let order = (u64::from(entry.number) * 2).saturating_sub(1);
        ((entry.started_ms, order), Event::Attempt(entry, serving == Some(at)))
    });
    let mut events: Vec<_> = decisions.chain(attempts).collect();
    events.sort_by_key(|(order, _)| *order);
    events.into_iter().map(|(_, event)| event).collect()
}

/// What is known of a decision beside the record.
struct Seen<'a> {
    facts: &'a FactsInShort,
    /// Those of the decision before.
    earlier: Option<&'a FactsInShort>,
    /// Whether each decision says which version made it.
    of_each: bool,
}

fn tell_decision(text: &mut Timeline, decision: &DecisionEntry, seen: Option<Seen<'_>>) {
    let what = if decision.decision.is_empty() { "no answer".to_owned() } else { visible(&decision.decision) };
    let target = decision.target.as_deref().map_or_else(String::new, |target| format!(" {}", visible(target)));
    text.at(decision.at_ms, &format!("decision {}  {what}{target}", decision.index));
    if let Some(version) = seen.as_ref().filter(|seen| seen.of_each).and_then(|seen| seen.facts.digest) {
        let policy = seen.as_ref().and_then(|seen| seen.facts.policy.as_deref()).unwrap_or_default();
        text.more(&format!("by {} {version}", visible(policy)));
    }
    if !decision.rule.is_empty() || !decision.reason.is_empty() {
        text.more(&format!("rule {}: {}", visible(&decision.rule), visible(&decision.reason)));
    }
    for (target, why) in &decision.considered {
        text.more(&format!("considered {}: {}", visible(target), visible(why)));
    }
    for (name, value) in &decision.notes {
        text.more(&format!("note {}: {}", visible(name), visible(value)));
    }
    if let Some(why) = &decision.overruled {
        let what = if decision.decision.is_empty() { "the policy FAILED" } else { "OVERRULED by the host" };
        let because = decision.overruled_because().map_or_else(String::new, |because| format!(" ({because})"));
        text.more(&format!("{what}: {}{because}", visible(why)));
    }
    if let Some(active) = &decision.left_to {
        let (name, digest) = (visible(&active.name), visible(&active.digest));
        text.more(&format!("it was a canary's: the active version decides from here on, {name} {digest}"));
    }
    if let Some(Seen { facts, earlier, .. }) = seen {
        facts::tell(text, facts, earlier);
    }
    text.more(&format!("{} fuel, {} us", decision.fuel, decision.micros));
}

fn tell_attempt(text: &mut Timeline, entry: &Entry, served: bool, is_by_host: bool) {
    text.at(entry.started_ms, &format!("attempt {}   {}", entry.number, place(&entry.place)));
    if is_by_host {
        text.more("from the static order of the route's `on_policy_failure`, not from the policy");
    }
    let mut outcome = format!("{} after {}", visible(&entry.outcome), duration(entry.duration_ms));
    // Writing to a string cannot fail.
    if let Some(ms) = entry.first_token_ms {
        let _ = write!(outcome, ", first token after {}", duration(ms));
    }
    if let Some(status) = entry.status {
        let _ = write!(outcome, ", status {status}");
    }
    if let Some(code) = &entry.code {
        let _ = write!(outcome, ", code {}", visible(code));
    }
    if let Some(fault) = &entry.fault {
        let _ = write!(outcome, ", fault: {}", visible(fault));
    }
    text.more(&outcome);
    if let Some(detail) = &entry.detail {
        match (is_providers(entry, detail), detail.trim()) {
            (true, "") => text.more("the provider said nothing more"),
            (true, words) => text.more(&format!("the provider said: {}", visible(words))),
            (false, words) => text.more(&format!("what happened: {}", visible(words))),
        }
    }
    let spend = if served || entry.cost == NanoUsd::ZERO { "" } else { ", retry spend" };
    let cost = format!("{} US dollars, {}{spend}", entry.cost, sureness(entry.cost_state));
    text.more(&format!(
        "{} in, {} out{}, {cost}",
        counted(entry.input_tokens, "token"),
        entry.output_tokens,
        parts(entry)
    ));
    if let Some(version) = &entry.price_version {
        let tier = if entry.service_tier == ServiceTier::Standard { "" } else { entry.service_tier.as_str() };
        let tier = if tier.is_empty() { String::new() } else { format!(", {tier} tier") };
        text.more(&format!("price {}{tier}, charged {} US dollars", visible(version), entry.charge));
    }
    if let Some(reported) = &entry.reported {
        text.more(&reported_usage(reported));
    }
    if entry.exposure > NanoUsd::ZERO {
        text.more(&format!("{} US dollars more may have been billed", entry.exposure));
    }
}

/// What the provider said instead, and why it is not believed.
fn reported_usage(reported: &Reported) -> String {
    let count = |count: Option<u64>| count.map_or_else(|| "no".to_owned(), |count| count.to_string());
    let cost = reported.cost.map_or_else(String::new, |cost| format!(", {cost} US dollars"));
    let because = Doubt::meaning(&reported.doubt).map_or_else(|| visible(&reported.doubt), ToOwned::to_owned);
    format!(
        "the provider counted {} tokens in, {} out{cost}; not believed: {because}",
        count(reported.input_tokens),
        count(reported.output_tokens)
    )
}

/// Whether these are words of the provider: those of an answer, or of an error within a stream. Where nobody answered, they
/// are the gateway's own.
fn is_providers(entry: &Entry, detail: &str) -> bool {
    entry.status.is_some_and(|status| status >= 300)
        || entry.code.is_some()
        || detail.trim_start().starts_with(['{', '['])
}

/// The kinds of tokens that are among the totals.
fn parts(entry: &Entry) -> String {
    let parts = &entry.parts;
    let named = [
        (parts.cached_input, "cached"),
        (parts.cache_write, "put into the cache"),
        (parts.audio_input, "audio in"),
        (parts.reasoning, "reasoning"),
        (parts.audio_output, "audio out"),
        (entry.images.into(), "images"),
    ];
    let named: Vec<_> =
        named.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect();
    if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) }
}

const fn sureness(state: CostState) -> &'static str {
    match state {
        CostState::Confirmed => "confirmed by the provider's usage",
        CostState::Estimated => "estimated",
        CostState::Exposure => "perhaps billed, not counted",
        CostState::Unknown => "cost unknown: the target has no price",
        CostState::Nothing => "nothing was sent",
    }
}

fn cost(record: &Record) -> String {
    let mut text = format!("{} US dollars", record.cost);
    if record.retry_cost > NanoUsd::ZERO {
        let _ = write!(text, ", {} of it for attempts that did not serve", record.retry_cost);
    }
    if record.charge != record.cost {
        let _ = write!(text, "; charged {}", record.charge);
    }
    if !record.cost_known {
        text.push_str("; the cost of some attempts is not known");
    }
    text
}

/// The lines so far.
struct Timeline(String);

impl Timeline {
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn fact(&mut self, name: &str, value: &str) {
        self.line(&format!("  {name:<12}{value}"));
    }

    fn at(&mut self, ms: u64, what: &str) {
        self.line(&format!("{:>10}  {what}", duration(ms)));
    }

    fn more(&mut self, text: &str) {
        self.line(&format!("{:24}{text}", ""));
    }
}

fn duration(ms: u64) -> String {
    if ms < 10_000 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1000, ms % 1000 / 100) }
}
