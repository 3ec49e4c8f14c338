//! `[server]`, `[admin]`, `[data]`, `[upstream]`, `[engine]`: the gateway itself.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::config::reader::{Table, Value};
use crate::config::{Admin, EngineLimits, Server, Sync, Tls, UpstreamSettings, defaults, shapes};

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3_600);
/// From a day, for budgets by the day need one, to ten years.
const KEEP: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(24 * 3_600)..=Duration::from_secs(3_660 * 24 * 3_600);
const KIB: u64 = 1 << 10;
const GIB: u64 = 1 << 30;

/// The callers' side, whose TLS may be wrong while its address is right.
pub(super) struct ServerRead {
    server: Server,
    tls_is_wrong: bool,
    /// Where to listen.
    pub(super) listen: SocketAddr,
}

impl ServerRead {
    /// The section, where all of it is right.
    pub(super) fn checked(self) -> Option<Server> {
        (!self.tls_is_wrong).then_some(self.server)
    }
}

pub(super) fn server(root: &Table<'_>) -> ServerRead {
    let mut read = ServerRead {
        server: Server {
            listen: defaults::SERVER_LISTEN,
            tls: None,
            max_body_bytes: defaults::MAX_BODY,
            max_answer_bytes: defaults::MAX_ANSWER,
            max_connections: defaults::MAX_CONNECTIONS,
            head_timeout: defaults::HEAD_TIMEOUT,
            keep_alive: defaults::KEEP_ALIVE,
            write_timeout: defaults::WRITE_TIMEOUT,
            heartbeat: defaults::HEARTBEAT,
            drain: defaults::DRAIN,
            budget_wait: defaults::BUDGET_WAIT,
        },
        tls_is_wrong: false,
        listen: defaults::SERVER_LISTEN,
    };
    let Some(table) = root.optional("server", |value| value.table(&shapes::SERVER)) else { return read };
    let server = &mut read.server;
    server.listen = table.or("listen", server.listen, Value::address);
    server.tls = table.optional("tls", tls);
    server.max_body_bytes = table.or("max_body", server.max_body_bytes, |value| bytes(value, KIB, GIB));
    server.max_answer_bytes = table.or("max_answer", server.max_answer_bytes, |value| bytes(value, KIB, GIB));
    let connections = table.optional("max_connections", |value| value.integer(1..=1_000_000));
    server.max_connections = connections.and_then(|n| n.try_into().ok()).unwrap_or(server.max_connections);
    server.head_timeout = table.or("head_timeout", server.head_timeout, |value| value.duration(100 * MS..=HOUR));
    server.keep_alive = table.or("keep_alive", server.keep_alive, |value| value.duration(100 * MS..=HOUR));
    server.write_timeout = table.or("write_timeout", server.write_timeout, |value| value.duration(100 * MS..=HOUR));
    server.heartbeat = table.or("heartbeat", server.heartbeat, |value| value.duration(10 * MS..=HOUR));
    server.drain = table.or("drain", server.drain, |value| value.duration(Duration::ZERO..=HOUR));
    server.budget_wait = table.or("budget_wait", server.budget_wait, |value| value.duration(Duration::ZERO..=HOUR));
    read.tls_is_wrong = table.get("tls").is_some() && server.tls.is_none();
    read.listen = server.listen;
    read
}

fn tls(value: &Value<'_>) -> Option<Tls> {
    let table = value.table(&shapes::TLS)?;
    let certificate = table.required("certificate", "\"chain.pem\"", |value| value.path("\"chain.pem\""));
    let key = table.required("key", "\"key.pem\"", |value| value.path("\"key.pem\""));
    Some(Tls { certificate: certificate?, key: key? })
}

pub(super) fn admin(root: &Table<'_>, server: SocketAddr) -> Admin {
    let mut admin = Admin { listen: defaults::ADMIN_LISTEN, open_metrics: false };
    let Some(table) = root.optional("admin", |value| value.table(&shapes::ADMIN)) else { return admin };
    admin.listen = table.or("listen", admin.listen, Value::address);
    admin.open_metrics = table.or("open_metrics", false, Value::boolean);
    if let Some(value) = table.get("listen") {
        if meet(admin.listen, server) {
            value.place.problem("callers and operators cannot share an address", "choose another port");
        }
        if !admin.listen.ip().is_loopback() {
            value.place.warning(
                "the admin side can be reached from outside, without TLS: its token and the ledger are open to readers",
                "listen on 127.0.0.1 and put a tunnel or a TLS proxy before it",
            );
        }
    }
    admin
}

/// Whether two sockets could not listen on both: the address of all interfaces holds those of each, and that of IPv6 those of
/// IPv4 too. Port 0 is any free port, so that two of them never meet.
fn meet(one: SocketAddr, other: SocketAddr) -> bool {
    let holds = |all: SocketAddr, one: SocketAddr| all.ip().is_unspecified() && (all.is_ipv6() || one.is_ipv4());
    one.port() == other.port() && one.port() != 0 && (one.ip() == other.ip() || holds(one, other) || holds(other, one))
}

/// Where things are kept, for how long records are (none: for ever), and how what is kept reaches the disk.
pub(super) fn data(root: &Table<'_>) -> (PathBuf, Option<Duration>, Sync) {
    let table = root.optional("data", |value| value.table(&shapes::DATA));
    let dir = table.as_ref().and_then(|table| table.optional("dir", |value| value.path("\"fingerpost-data\"")));
    let keep = table.as_ref().and_then(|table| table.optional("keep", |value| value.duration(KEEP)));
    let words = [("grouped", Sync::Grouped), ("full", Sync::Full)];
    let sync = table.map_or(defaults::SYNC, |table| table.or("sync", defaults::SYNC, |value| value.choice(&words)));
    (dir.unwrap_or_else(|| root.place.reader.resolve(defaults::DATA_DIR)), keep, sync)
}

/// None where the authorities that are named cannot be had: without them every request would fail.
pub(super) fn upstream(root: &Table<'_>) -> Option<UpstreamSettings> {
    let mut settings = UpstreamSettings::default();
    let Some(value) = root.get("upstream") else { return Some(settings) };
    let table = value.table(&shapes::UPSTREAM)?;
    if let Some(ca) = table.get("ca") {
        settings.authorities = authorities(ca)?;
    }
    Some(settings)
}

/// The certificates of a PEM file, each of which can be trusted as an authority.
pub(super) fn authorities(value: &Value<'_>) -> Option<Vec<CertificateDer<'static>>> {
    let path = value.path("\"ca.pem\"")?;
    let hint =
        |what: &str| format!("{what}; relative paths count from the folder of the config file, so this is {path:?}");
    let pem = match std::fs::read(&path) {
        Ok(pem) => pem,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            value.place.problem("there is no such file", hint("name a PEM file with the authority's certificate"));
            return None;
        }
        Err(error) => {
            value.place.problem(format!("failed to read the file: {error}"), hint("name a file that can be read"));
            return None;
        }
    };
    let found: Vec<_> = CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok).collect();
    let usable = !found.is_empty() && found.iter().all(|found| RootCertStore::empty().add(found.clone()).is_ok());
    if !usable {
        let hint = hint("it must be PEM, with `-----BEGIN CERTIFICATE-----`");
        value.place.problem("the file holds no certificate of an authority", hint);
    }
    usable.then_some(found)
}

pub(super) fn engine(root: &Table<'_>) -> EngineLimits {
    let mut limits = defaults::ENGINE;
    let Some(table) = root.optional("engine", |value| value.table(&shapes::ENGINE)) else { return limits };
    // Below the least, no useful policy could run; above the most, the limit would protect nothing.
    limits.fuel = table.or("fuel", limits.fuel, |value| value.integer(10_000..=10_000_000_000));
    limits.wall_clock = table.or("wall_clock", limits.wall_clock, |value| value.duration(MS..=10_000 * MS));
    limits.memory_bytes = table.or("memory", limits.memory_bytes, |value| bytes(value, 128 * KIB, GIB));
    limits.output_bytes = table.or("output", limits.output_bytes, |value| bytes(value, 4 * KIB, 16 << 20));
    limits.log_lines = table.or("log_lines", limits.log_lines, |value| number(value, 0, 10_000));
    limits.log_lines_per_second =
        table.or("log_lines_per_second", limits.log_lines_per_second, |value| number(value, 0, 100_000));
    limits.component_bytes = table.or("component", limits.component_bytes, |value| bytes(value, KIB, 256 << 20));
    limits.admission_time =
        table.or("admission_time", limits.admission_time, |value| value.duration(1_000 * MS..=HOUR));
    limits.admission_memory_bytes =
        table.or("admission_memory", limits.admission_memory_bytes, |value| value.size(GIB / 4..=1024 * GIB));
    limits.decisions_in_flight =
        table.or("decisions_in_flight", limits.decisions_in_flight, |value| value.count(10_000));
    limits.failures_until_set_aside =
        table.or("failures_until_set_aside", limits.failures_until_set_aside, |value| value.count(1_000_000));
    limits
}

fn bytes(value: &Value<'_>, least: u64, most: u64) -> Option<usize> {
    value.size(least..=most).and_then(|size| size.try_into().ok())
}

fn number(value: &Value<'_>, least: u32, most: u32) -> Option<u32> {
    value.integer(least.into()..=most.into()).and_then(|number| number.try_into().ok())
}
