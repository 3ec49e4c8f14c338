//! The layouts of the two files, each a list of steps. A file's `user_version` counts the steps that it has seen; a
//! step that was released is never edited, only followed by another. Instants are milliseconds since the Unix epoch,
//! money is whole nano-dollars; both are held at `i64::MAX`, the greatest integer that SQLite has.

/// The ledger. `entries` is a table of its own because usage sums over it; decisions are only ever read with their
/// record, so they are one JSON column of it.
pub(super) const LEDGER: &[&str] = &[
    "
CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    received_at INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    user TEXT,
    application TEXT,
    feature TEXT,
    workflow TEXT,
    session TEXT,
    route TEXT NOT NULL,
    class TEXT NOT NULL,
    streaming INTEGER NOT NULL,
    requested_model TEXT NOT NULL,
    intended_target TEXT,
    intended_provider TEXT,
    intended_model TEXT,
    serving_target TEXT,
    serving_provider TEXT,
    serving_model TEXT,
    fallback_reason TEXT,
    degraded TEXT,
    tier_change TEXT NOT NULL,
    ending TEXT NOT NULL,
    status INTEGER NOT NULL,
    latency_before_fallback_ms INTEGER,
    first_token_ms INTEGER,
    latency_ms INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    retry_cost INTEGER NOT NULL,
    cost_known INTEGER NOT NULL,
    policy_name TEXT,
    policy_digest TEXT,
    decisions TEXT NOT NULL
) STRICT;
CREATE INDEX records_by_time ON records (received_at);
CREATE TABLE entries (
    record INTEGER NOT NULL,
    place_in_record INTEGER NOT NULL,
    number INTEGER NOT NULL,
    target TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    served INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    first_token_ms INTEGER,
    outcome TEXT NOT NULL,
    status INTEGER,
    code TEXT,
    detail TEXT,
    fault TEXT,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    cost_state TEXT NOT NULL,
    PRIMARY KEY (record, place_in_record)
) STRICT, WITHOUT ROWID;
",
    "
ALTER TABLE records ADD COLUMN session_moved_from TEXT;
",
    "
ALTER TABLE records ADD COLUMN reserved_at INTEGER NOT NULL DEFAULT 0;
UPDATE records SET reserved_at = received_at;
CREATE INDEX records_by_reservation ON records (reserved_at);
",
];

/// The keys, and a number that grows with every change of them.
pub(super) const KEYS: &[&str] = &["
CREATE TABLE keys (
    name TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    sha256 BLOB NOT NULL UNIQUE,
    default_route TEXT,
    routes TEXT,
    may_name_targets INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE changes (number INTEGER NOT NULL) STRICT;
INSERT INTO changes VALUES (0);
"];

/// Budgets and payments, and a number that grows with every change of them. A payment is never changed.
pub(super) const BUDGETS: &[&str] = &["
CREATE TABLE budgets (
    id TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    period TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    max INTEGER NOT NULL,
    thresholds TEXT NOT NULL,
    webhook TEXT,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE top_ups (
    budget TEXT NOT NULL,
    reference TEXT NOT NULL,
    amount INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (budget, reference)
) STRICT, WITHOUT ROWID;
CREATE TABLE changes (number INTEGER NOT NULL) STRICT;
INSERT INTO changes VALUES (0);
"];

/// Events, each once, and the calls of webhooks that are not made yet.
pub(super) const EVENTS: &[&str] = &["
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    webhook TEXT,
    attempts INTEGER NOT NULL,
    next_at INTEGER,
    outcome TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX events_due ON events (next_at) WHERE next_at IS NOT NULL;
"];
