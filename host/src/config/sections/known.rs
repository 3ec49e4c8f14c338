//! The names that the file gives to things, and settings that refer to one another by them. What a name stands for may be
//! wrong: a mistake in a target must not make every route that uses it wrong, nor a mistyped heading all that stands below.

use std::collections::BTreeSet;
use std::ops::Deref;

use super::{distinct, tiers};
use crate::config::Name;
use crate::config::nearest::{nearest, suggestion};
use crate::config::reader::{Table, Value, shortened};
use crate::config::shapes;

/// The names of one kind.
pub(super) struct Known<'a> {
    names: Vec<&'a str>,
    /// Whether there are no others: a section that cannot be read may hold whatever is missed.
    pub(super) is_all: bool,
}

impl<'a> Known<'a> {
    pub(super) fn new(names: Vec<&'a str>, is_all: bool) -> Self {
        Self { names, is_all }
    }

    fn of(root: &Table<'a>, section: &'static str) -> Self {
        let value = root.get(section);
        let is_readable = value.is_none_or(Value::is_table);
        Self::new(value.map(Value::keys).unwrap_or_default(), is_readable && !is_mistyped(root, section))
    }

    /// Whether nothing of the kind is named, not even under a heading that is mistyped.
    pub(super) fn are_certainly_none(&self) -> bool {
        self.names.is_empty() && self.is_all
    }
}

impl<'a> Deref for Known<'a> {
    type Target = [&'a str];

    fn deref(&self) -> &[&'a str] {
        &self.names
    }
}

/// Whether the file has something that was meant to be this section. That is told already.
fn is_mistyped(root: &Table<'_>, section: &str) -> bool {
    root.strangers().any(|name| nearest(name, shapes::ROOT.fields.iter().copied()) == Some(section))
}

/// All names of the file.
pub(super) struct Names<'a> {
    /// The best first.
    pub(super) tiers: Vec<Name>,
    /// Whether the order of the tiers is known: else every tier may be right.
    tiers_are_known: bool,
    pub(super) providers: Known<'a>,
    pub(super) targets: Known<'a>,
    pub(super) routes: Known<'a>,
    pub(super) tenants: Known<'a>,
    pub(super) queues: Known<'a>,
    pub(super) keys: Known<'a>,
    pub(super) webhooks: Known<'a>,
}

impl<'a> Names<'a> {
    pub(super) fn of(root: &Table<'a>) -> Self {
        Self {
            tiers: tiers(root),
            tiers_are_known: root.get("tiers").is_none_or(Value::is_list) && !is_mistyped(root, "tiers"),
            providers: Known::of(root, "providers"),
            targets: Known::of(root, "targets"),
            routes: Known::of(root, "routes"),
            tenants: Known::of(root, "tenants"),
            queues: Known::of(root, "queues"),
            keys: Known::of(root, "keys"),
            webhooks: Known::of(root, "webhooks"),
        }
    }

    /// The rank of a tier that is named.
    pub(super) fn tier(&self, value: &Value<'a>) -> Option<(Name, u8)> {
        let tiers = Known::new(self.tiers.iter().map(|tier| &**tier).collect(), self.tiers_are_known);
        let tier = reference(value, "there is no tier", &tiers)?;
        let rank = self.tiers.iter().position(|known| *known == tier).unwrap_or(0);
        Some((tier, u8::try_from(rank).ok()?))
    }
}

/// The words that providers say of themselves under this setting, right or wrong as they may be otherwise.
pub(super) fn words_of_providers<'a>(root: &Table<'a>, setting: &str) -> Known<'a> {
    let mut words = BTreeSet::new();
    for (_, provider) in root.get("providers").map(Value::within).unwrap_or_default() {
        for (_, value) in provider.within().into_iter().filter(|(name, _)| *name == setting) {
            words.extend(value.as_str());
            words.extend(value.strings());
        }
    }
    Known::new(words.into_iter().collect(), Known::of(root, "providers").is_all)
}

/// A name of something that the file holds elsewhere; `absent` is how to say that it does not.
pub(super) fn reference(value: &Value<'_>, absent: &str, existing: &Known<'_>) -> Option<Name> {
    let text = value.string("the name in quotes")?;
    if existing.is_all && !existing.contains(&text) {
        let hint = suggestion(text, existing.iter().copied());
        value.place.problem(format!("{absent} {:?}", shortened(text)), hint);
        return None;
    }
    Some(text.into())
}

/// A list of such names, none twice, at least one.
pub(super) fn references(value: &Value<'_>, absent: &str, existing: &Known<'_>) -> Option<Vec<Name>> {
    let items = value.items("[\"one\", \"another\"]")?;
    if items.is_empty() {
        value.place.problem("name at least one", suggestion("", existing.iter().copied()));
    }
    Some(distinct(&items, |item| reference(item, absent, existing)))
}
