//! Remembers where the settings stand that can only be tried when the gateway starts, so that what is wrong with them is
//! told with its line.

use crate::config::reader::{Table, Value};

/// Settings of the gateway itself, by section.
const OWN: [(&str, &[&str]); 4] =
    [("server", &["listen", "tls"]), ("admin", &["listen"]), ("data", &["dir"]), ("access_log", &["file"])];

/// Where a route says what decides on it, and with what.
const OF_ROUTES: [&str; 3] = ["policy", "routing", "fallback"];

pub(super) fn remember(root: &Table<'_>) {
    for (section, settings) in OWN {
        let given = root.get(section).map(Value::within).unwrap_or_default();
        given.iter().filter(|(name, _)| settings.contains(name)).for_each(|(_, value)| value.place.remember());
    }
    for (_, route) in root.get("routes").map(Value::within).unwrap_or_default() {
        route.key_place().remember();
        let given = route.within();
        given.iter().filter(|(name, _)| OF_ROUTES.contains(name)).for_each(|(_, value)| value.key_place().remember());
    }
}
