//! `[registries.*]`: how registries are spoken to that policies come from.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use super::server::authorities;
use super::{catalog, named};
use crate::config::reader::{Table, Value};
use crate::config::{Name, Registry, Secret, defaults, shapes};

/// A gateway that starts waits for a registry at most this long; in less than a second no policy comes from far away.
const TIMEOUT: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(600);

pub(super) fn registries(root: &Table<'_>) -> Arc<BTreeMap<Name, Registry>> {
    let read = named(root, "registries", "[registries.\"registry.example.com\"]", |host, value| {
        let table = value.table(&shapes::REGISTRY)?;
        if format!("oci://{host}/policy:tag").parse::<crate::registry::Reference>().is_err() {
            let hint = "name it as the references of policies do: a host with a dot or a port, such as \
                        [registries.\"registry.example.com:5000\"]";
            value.place.problem("this is not the host of a registry", hint);
        }
        registry(&table)
    });
    Arc::new(read)
}

fn registry(table: &Table<'_>) -> Option<Registry> {
    let plain_http = table.optional("plain_http", Value::boolean);
    let timeout = table.or("timeout", defaults::REGISTRY_TIMEOUT, |value| value.duration(TIMEOUT));
    let authorities = match table.get("ca") {
        Some(value) => authorities(value)?,
        None => Vec::new(),
    };
    Some(Registry { login: login(table)?, plain_http, authorities, timeout })
}

/// Both halves or none.
#[allow(clippy::option_option, reason = "one says that it is wrong, the other that it is absent")]
fn login(table: &Table<'_>) -> Option<Option<(String, Secret)>> {
    let username = table.get("username").map(|value| value.string("\"fingerpost\""));
    let password = table.get("password").map(catalog::credential);
    match (username, password) {
        (None, None) => Some(None),
        (Some(username), Some(password)) => Some(Some((username?.to_owned(), password?))),
        _ => {
            let hint = "write both, as in username = \"fingerpost\" and password = { env = \"REGISTRY_PASSWORD\" }, or \
                        neither for what `docker login` left";
            table.place.problem("`username` and `password` come together", hint);
            None
        }
    }
}
