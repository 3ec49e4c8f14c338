//! What a new policy answers to what its route decided last, as `deploy` and `dev` show it.

use std::io::Write;

use serde_json::{Map, Value};

use super::deploy::text;
use crate::cli::explain::visible;

/// Differences of one kind that are shown.
const ROWS: usize = 5;

/// Shows the rehearsal of a deployment; nothing where there was none.
pub(super) fn tell(rehearsal: &Value, out: &mut dyn Write) -> anyhow::Result<()> {
    if rehearsal["skipped"].is_object() {
        return Ok(writeln!(out, "{:<12} nothing: {}", "rehearsed", text(&rehearsal["skipped"]["why"]))?);
    }
    let played = &rehearsal["played"];
    if !played.is_object() {
        return Ok(());
    }
    let number = |field: &str| played[field].as_u64().unwrap_or_default();
    let (compared, changed) = (number("compared"), number("changed"));
    let cut_short = if played["is_cut_short"] == true { ", cut short by `rehearsal.time`" } else { "" };
    let of = format!("{compared} recorded decisions");
    writeln!(out, "{:<12} {of}, {changed} with another effect{}{cut_short}", "rehearsed", listed(&played["changes"]))?;
    if number("decisions") > compared {
        let left_out = number("decisions") - compared;
        writeln!(out, "{:<12} {left_out} more cannot be compared{}", "", listed(&played["unanswered"]))?;
    }
    for row in played["transitions"].as_array().into_iter().flatten().take(ROWS) {
        writeln!(out, "{:<12} {}: {} -> {}", "", row["count"], text(&row["recorded"]), text(&row["replayed"]))?;
    }
    for (rule, row) in object(&played["rules"]).take(ROWS) {
        writeln!(out, "{:<12} of rule {}: {} of {}", "", visible(rule), row["changed"], row["compared"])?;
    }
    if let Some(request) = played["example"].as_str() {
        writeln!(out, "{:<12} such as request {}", "", visible(request))?;
    }
    Ok(())
}

/// Counts by name in brackets, those that mean nothing left out.
fn listed(counts: &Value) -> String {
    let counts: Vec<_> = object(counts)
        .filter(|(name, _)| *name != "equal")
        .map(|(name, count)| format!("{} {count}", visible(name)))
        .collect();
    if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(", ")) }
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
