//! What to say where nothing in the decision log is what was asked for: what matched nothing, and what the log has.

use anyhow::anyhow;

use crate::cli::explain::{instant, visible};
use crate::config::nearest::nearest;
use crate::decision_log::{Log, Selection};
use crate::replay::ReplayError;

/// Routes that are named.
const ROUTES: usize = 10;

/// The error, with what was asked for and what there is in place of the bare fact that nothing was found.
pub(in crate::cli) fn named(error: ReplayError, log: &Log, selection: &Selection) -> anyhow::Error {
    match error {
        ReplayError::Nothing => {
            anyhow!("no recorded decision {}: {}{}", asked(selection), meant(log, selection), has(log))
        }
        error => error.into(),
    }
}

/// What matched nothing.
fn asked(selection: &Selection) -> String {
    let route = selection.route.as_deref().map(|route| format!("is of route `{}`", visible(route)));
    let request =
        selection.request.as_deref().map(|id| format!("is of a request whose id begins with `{}`", visible(id)));
    let since = (selection.since > 0).then(|| format!("was made since {}", instant(selection.since)));
    let asked: Vec<_> = [route, request, since].into_iter().flatten().collect();
    if asked.is_empty() { "is there".to_owned() } else { asked.join(" and ") }
}

/// The route of the log that was probably meant by one that it does not have.
fn meant(log: &Log, selection: &Selection) -> String {
    let routes = log.backgrounds(&Selection::default()).unwrap_or_default();
    let routes: std::collections::BTreeSet<_> = routes.into_values().map(|background| background.setup.name).collect();
    let wanted = selection.route.as_deref().filter(|route| !routes.contains(*route));
    let meant = wanted.and_then(|route| nearest(route, routes.iter().map(String::as_str)));
    meant.map(|route| format!("did you mean `{}`? ", visible(route))).unwrap_or_default()
}

fn has(log: &Log) -> String {
    let (routes, window) = match (log.backgrounds(&Selection::default()), log.window()) {
        (Ok(backgrounds), Ok(Some(window))) => {
            let routes = backgrounds.into_values().map(|background| background.setup.name);
            (routes.collect::<std::collections::BTreeSet<_>>(), window)
        }
        (Err(error), _) | (_, Err(error)) => return error.to_string(),
        (_, Ok(None)) => return "the decision log has none yet".to_owned(),
    };
    let more = routes.len().saturating_sub(ROUTES);
    let plural = if routes.len() == 1 { "" } else { "s" };
    let named: Vec<_> = routes.iter().take(ROUTES).map(|route| format!("`{}`", visible(route))).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(
        "the decision log has those of route{plural} {}{more}, made between {} and {}; it begins anew after `keep` and `max_size` of \
         `[decision_log]`, and a route's `sample` says how many requests are kept",
        named.join(", "),
        instant(window.0),
        instant(window.1)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matched_nothing_is_named() {
        let by = |route: Option<&str>, request: Option<&str>, since| {
            let [route, request] = [route, request].map(|text| text.map(str::to_owned));
            asked(&Selection { route, request, since, limit: None })
        };
        assert_eq!(by(None, None, 0), "is there");
        assert_eq!(by(Some("nope"), None, 0), "is of route `nope`");
        assert_eq!(by(None, Some("req_z"), 0), "is of a request whose id begins with `req_z`");
        let both = "is of route `r` and was made since 2026-09-21T13:20:00Z";
        assert_eq!(by(Some("r"), None, 1_789_996_800_000), both);
    }
}
