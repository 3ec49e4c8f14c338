//! When a budget's period begins and ends: at local midnight, whatever the clocks of the zone do.

use jiff::civil::Date;

use crate::config::{BudgetPeriod, Zone};

/// A period, from its start until before its end, in milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first instant, which names it; 0 for one that never ends.
    pub start: u64,
    /// The first instant of the next; none: it never ends.
    pub end: Option<u64>,
}

impl Period {
    /// A period without an end.
    pub const ENDLESS: Self = Self { start: 0, end: None };

    /// The period that holds this instant.
    #[must_use]
    pub fn holding(kind: BudgetPeriod, zone: &Zone, at_ms: u64) -> Self {
        // Beyond the calendar nothing turns.
        bounds(kind, zone, at_ms).unwrap_or(Self::ENDLESS)
    }
}

fn bounds(kind: BudgetPeriod, zone: &Zone, at_ms: u64) -> Option<Period> {
    let at = jiff::Timestamp::from_millisecond(i64::try_from(at_ms).ok()?).ok()?;
    let today = at.to_zoned(zone.time_zone().clone()).date();
    let (first, next) = match kind {
        BudgetPeriod::Prepaid => return None,
        BudgetPeriod::Day => (today, today.tomorrow().ok()?),
        BudgetPeriod::Month => (today.first_of_month(), today.last_of_month().tomorrow().ok()?),
    };
    // Where the clocks skip midnight the day begins with its first instant, and where they repeat it, with the earlier
    // one. Of a day that the zone skips altogether nothing is left, and it begins and ends with the next.
    let begins = |date: Date| {
        let start = date.to_zoned(zone.time_zone().clone()).ok()?.start_of_day().ok()?;
        u64::try_from(start.timestamp().as_millisecond()).ok()
    };
    Some(Period { start: begins(first).unwrap_or(0), end: Some(begins(next)?) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// Zones whose clocks change at odd times, some of them at midnight.
    const ZONES: [&str; 10] = [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Havana",
        "Africa/Cairo",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Pacific/Apia",
    ];

    fn ms(text: &str) -> u64 {
        u64::try_from(text.parse::<jiff::Timestamp>().unwrap().as_millisecond()).unwrap()
    }

    #[test]
    fn a_day_of_summer_time_has_23_hours_and_a_month_its_own_length() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let day = Period::holding(BudgetPeriod::Day, &berlin, ms("2026-03-29T12:00:00Z"));
        assert_eq!((day.start, day.end), (ms("2026-03-28T23:00:00Z"), Some(ms("2026-03-29T22:00:00Z"))));
        let month = Period::holding(BudgetPeriod::Month, &berlin, ms("2026-02-28T23:30:00Z"));
        assert_eq!((month.start, month.end), (ms("2026-02-28T23:00:00Z"), Some(ms("2026-03-31T22:00:00Z"))));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn periods_follow_one_another_without_gap_or_overlap(
            zone in select(ZONES.to_vec()),
            kind in select(vec![BudgetPeriod::Day, BudgetPeriod::Month]),
            at in 86_400_000_000_u64..4_000_000_000_000,
        ) {
            let zone = Zone::named(zone).unwrap();
            let period = Period::holding(kind, &zone, at);
            let end = period.end.unwrap();
            prop_assert!(period.start <= at && at < end);
            prop_assert_eq!(Period::holding(kind, &zone, period.start), period);
            prop_assert_eq!(Period::holding(kind, &zone, end - 1), period);
            prop_assert_eq!(Period::holding(kind, &zone, end).start, end);
        }
    }
}
