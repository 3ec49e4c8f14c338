//! Budgets, the time zones in which their periods turn, and the webhooks that hear of them.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{Config, Name, Secret, TrafficClass};
use crate::money::NanoUsd;

/// A limit on spending.
#[derive(Debug, Clone)]
pub struct Budget {
    /// Its name.
    pub id: Name,
    /// What it covers.
    pub scope: BudgetScope,
    /// When it starts anew.
    pub period: BudgetPeriod,
    /// Where midnight is.
    pub zone: Zone,
    /// The most that may be spent in a period; of a prepaid one, all that was paid in.
    pub limit: NanoUsd,
    /// What came before this instant does not count, in milliseconds since the Unix epoch: a prepaid budget that was made
    /// while the gateway ran begins there.
    pub since: u64,
    /// Shares of the limit in percent, rising: settled spend that reaches one makes an event.
    pub thresholds: Arc<[u8]>,
    /// The webhook that hears of these events.
    pub webhook: Option<Name>,
}

impl Budget {
    /// The time zone of a budget: its own, else that of the tenant that it belongs to; none: there is none of that name.
    #[must_use]
    pub fn zone_of(scope: &BudgetScope, own: Option<&str>, config: &Config) -> Option<Zone> {
        if let Some(name) = own {
            return Zone::named(name);
        }
        let tenant = match scope {
            BudgetScope::Tenant(name) => Some(name),
            BudgetScope::Key(name) => config.keys.get(name).map(|key| &key.tenant),
            BudgetScope::Route(_) | BudgetScope::Class(_) => None,
        };
        let tenant = tenant.and_then(|name| config.tenants.get(name));
        Some(tenant.map(|tenant| tenant.zone.clone()).unwrap_or_default())
    }
}

/// What a budget covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BudgetScope {
    /// A tenant.
    Tenant(Name),
    /// A key.
    Key(Name),
    /// A route.
    Route(Name),
    /// A traffic class.
    Class(TrafficClass),
}

impl BudgetScope {
    /// `tenant`, `key`, `route` or `class`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Tenant(_) => "tenant",
            Self::Key(_) => "key",
            Self::Route(_) => "route",
            Self::Class(_) => "class",
        }
    }

    /// The tenant's, key's, route's or class's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Tenant(name) | Self::Key(name) | Self::Route(name) => name,
            Self::Class(class) => class.as_str(),
        }
    }

    /// The scope of this kind and name; none: there is no such kind or class.
    #[must_use]
    pub fn from_names(kind: &str, name: &str) -> Option<Self> {
        match kind {
            "tenant" => Some(Self::Tenant(name.into())),
            "key" => Some(Self::Key(name.into())),
            "route" => Some(Self::Route(name.into())),
            "class" => TrafficClass::from_name(name).map(Self::Class),
            _ => None,
        }
    }
}

/// When a budget starts anew, in its time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetPeriod {
    /// At midnight.
    Day,
    /// At midnight before the first of a month.
    Month,
    /// Never.
    Prepaid,
}

impl BudgetPeriod {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Prepaid];

    /// Its name in config, facts and the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Prepaid => "prepaid",
        }
    }

    /// The period of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.as_str() == name)
    }
}

/// A time zone of the IANA database. One that the system does not have is found in the database that the program
/// carries.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The zone of that name, such as `Europe/Berlin`; none: there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The zone itself, for the calendar.
    #[must_use]
    pub const fn time_zone(&self) -> &TimeZone {
        &self.0
    }

    /// By how many minutes its clocks are ahead of UTC at that instant, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn offset_minutes(&self, at_ms: u64) -> i16 {
        if *self == Self::UTC {
            return 0;
        }
        let instant = i64::try_from(at_ms).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
        let minutes = instant.map_or(0, |instant| self.0.to_offset(instant).seconds() / 60);
        i16::try_from(minutes).unwrap_or(0)
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl std::fmt::Debug for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// How the files of the data folder reach the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sync {
    /// The journal is synced every few milliseconds: a power loss may take that much.
    Grouped,
    /// No request goes upstream before its intent is on the disk.
    Full,
}

/// Where events are sent.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Its name.
    pub name: Name,
    /// The address.
    pub url: http::Uri,
    /// What its calls are signed with.
    pub secret: Secret,
    /// Whether the address may be a private one.
    pub allow_private: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zones_offset_follows_its_summer_time() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        assert_eq!((berlin.offset_minutes(1_767_225_600_000), berlin.offset_minutes(1_782_864_000_000)), (60, 120));
        assert_eq!(Zone::named("Asia/Kathmandu").unwrap().offset_minutes(0), 330);
        assert!(Zone::named("Europe/Atlantis").is_none());
    }
}
