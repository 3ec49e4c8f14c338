//! Names that operators type or send, held against the config in force: one that nothing has opens no door, and the one
//! that was probably meant is told.

use std::collections::BTreeSet;

use super::nearest::suggestion;
use super::reader::shortened;
use super::{Config, TrafficClass};

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Named {
    Tenant,
    Key,
    Route,
    Target,
    Provider,
    Queue,
    Webhook,
    Budget,
    Class,
}

impl Named {
    /// In a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Key => "key",
            Self::Route => "route",
            Self::Target => "target",
            Self::Provider => "provider",
            Self::Queue => "queue",
            Self::Webhook => "webhook",
            Self::Budget => "budget",
            Self::Class => "traffic class",
        }
    }
}

/// A name of something that there is none of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {} {name:?}{place}: {hint}", what.as_str())]
pub struct UnknownName {
    /// What it should be of.
    pub what: Named,
    /// The name, cut where it is very long.
    pub name: String,
    /// Where it was looked for.
    place: String,
    /// The name that was probably meant, or those that there are.
    pub hint: String,
}

impl UnknownName {
    /// One that is none of these.
    #[must_use]
    pub fn among<'n>(what: Named, name: &str, known: impl IntoIterator<Item = &'n str> + Clone) -> Self {
        Self { what, name: shortened(name), place: String::new(), hint: suggestion(name, known) }
    }
}

impl Config {
    /// The names of this kind.
    #[must_use]
    pub fn names(&self, what: Named) -> BTreeSet<&str> {
        match what {
            Named::Tenant => self.tenants.keys().map(|name| &**name).collect(),
            Named::Key => self.keys.keys().map(|name| &**name).collect(),
            Named::Route => self.routes.keys().map(|name| &**name).collect(),
            Named::Target => self.targets.keys().map(|name| &**name).collect(),
            Named::Provider => self.providers.keys().map(|name| &**name).collect(),
            Named::Queue => self.queues.keys().map(|name| &**name).collect(),
            Named::Webhook => self.webhooks.keys().map(|name| &**name).collect(),
            Named::Budget => self.budgets.iter().map(|budget| &*budget.id).collect(),
            Named::Class => TrafficClass::ALL.into_iter().map(TrafficClass::as_str).collect(),
        }
    }

    /// Refuses a name that the config does not have.
    ///
    /// # Errors
    /// When it has none of that name.
    pub fn require(&self, what: Named, name: &str) -> Result<(), UnknownName> {
        self.require_or(what, name, std::iter::empty())
    }

    /// Refuses a name that neither the config has nor somebody else, such as the store of keys.
    ///
    /// # Errors
    /// When nobody has it.
    pub fn require_or<'n>(
        &'n self,
        what: Named,
        name: &str,
        others: impl IntoIterator<Item = &'n str>,
    ) -> Result<(), UnknownName> {
        let mut known = self.names(what);
        known.extend(others);
        if known.contains(name) {
            return Ok(());
        }
        let place = match (what, self.places.file()) {
            (Named::Class, _) => String::new(),
            (_, Some(file)) => format!(" in {}", file.display()),
            (_, None) => {
                " in the defaults that the program carries (name your config with --config or FINGERPOST_CONFIG)".into()
            }
        };
        Err(UnknownName { place, ..UnknownName::among(what, name, known) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_the_config_has_passes_and_any_other_is_told_with_the_nearest() {
        let config = Config::builtin();
        for (what, name) in [(Named::Route, "support_draft"), (Named::Class, "batch"), (Named::Provider, "sim-north")] {
            assert_eq!(config.require(what, name), Ok(()));
        }
        let said = |what, name| config.require(what, name).unwrap_err().to_string();
        assert!(said(Named::Route, "suport_draft").contains("did you mean \"support_draft\"?"));
        assert!(said(Named::Tenant, "").contains("--config or FINGERPOST_CONFIG"));
        assert!(said(Named::Class, "bacth").starts_with("there is no traffic class \"bacth\": did you mean"));
    }

    #[test]
    fn what_somebody_else_has_passes_too() {
        let config = Config::builtin();
        assert_eq!(config.require_or(Named::Key, "stored", ["stored"]), Ok(()));
        let said = config.require_or(Named::Key, "stord", ["stored"]).unwrap_err().to_string();
        assert!(said.contains("did you mean \"stored\"?"), "{said}");
    }
}
