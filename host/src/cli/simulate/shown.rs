//! Figures of a simulation as people read them, in tables and on the page.

use crate::cli::amounts::significant;
use crate::simulate::{Estimate, Told, Unit};

/// A value with its unit.
pub(super) fn value(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Share => format!("{:.2} %", value * 100.0),
        Unit::Usd => format!("${}", significant(value)),
        Unit::Ms if value.abs() >= 10_000.0 => format!("{:.1} s", value / 1_000.0),
        Unit::Ms if value.abs() >= 1_000.0 => format!("{:.2} s", value / 1_000.0),
        Unit::Ms => format!("{value:.0} ms"),
        Unit::Count => format!("{value:.3}"),
    }
}

/// A mean with half of its interval, such as `99.10 % ± 0.35 %`.
pub(super) fn estimate(unit: Unit, estimate: &Estimate) -> String {
    let mean = value(unit, estimate.mean);
    match estimate.high {
        Some(high) => format!("{mean} ± {}", value(unit, high - estimate.mean)),
        None => mean,
    }
}

/// A difference with its sign.
pub(super) fn difference(unit: Unit, difference: f64) -> String {
    // A share's difference is in percentage points.
    let size = match unit {
        Unit::Share => format!("{:.2} pp", difference.abs() * 100.0),
        unit => value(unit, difference.abs()),
    };
    let is_nothing = !size.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0');
    match difference {
        _ if is_nothing => size,
        difference if difference < 0.0 => format!("-{size}"),
        _ => format!("+{size}"),
    }
}

/// The interval of a difference, and what it shows.
pub(super) fn verdict(told: &Told) -> (String, &'static str) {
    let Some(Estimate { mean, low: Some(low), high: Some(high) }) = told.difference else {
        return (String::new(), "one run shows nothing");
    };
    let interval = format!("{} to {}", difference(told.unit, low), difference(told.unit, high));
    let says = match told.differs {
        Some(true) if mean > 0.0 => "more",
        Some(true) => "less",
        _ => "no difference shown",
    };
    (interval, says)
}

/// A time from the beginning.
pub(super) fn moment(millis: u64) -> String {
    let seconds = millis / 1_000;
    match (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60) {
        (0, 0, minutes, seconds) => format!("{minutes}:{seconds:02} min"),
        (0, hours, minutes, _) => format!("{hours}:{minutes:02} h"),
        (days, hours, minutes, _) => format!("{days} d {hours}:{minutes:02} h"),
    }
}
