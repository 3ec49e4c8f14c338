//! The layouts of the files, each a list of steps. A file's `user_version` counts the steps that it has seen; a
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
    // What was written before was charged as it cost.
    "
ALTER TABLE records ADD COLUMN charge INTEGER NOT NULL DEFAULT 0;
UPDATE records SET charge = cost;
ALTER TABLE entries ADD COLUMN cached_input_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN cache_write_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN audio_input_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN reasoning_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN audio_output_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN images INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN service_tier TEXT NOT NULL DEFAULT 'standard';
ALTER TABLE entries ADD COLUMN price_version TEXT;
ALTER TABLE entries ADD COLUMN exposure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN charge INTEGER NOT NULL DEFAULT 0;
UPDATE entries SET charge = cost WHERE cost_state <> 'exposure';
",
    "
ALTER TABLE records ADD COLUMN replayed_from TEXT;
ALTER TABLE records ADD COLUMN answered TEXT;
",
    "
ALTER TABLE records ADD COLUMN job TEXT;
",
    "
CREATE TABLE adjustments (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    day TEXT NOT NULL,
    amount INTEGER NOT NULL,
    reason TEXT NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;
",
    "
ALTER TABLE records ADD COLUMN reserved_at INTEGER NOT NULL DEFAULT 0;
UPDATE records SET reserved_at = received_at;
CREATE INDEX records_by_reservation ON records (reserved_at);
",
    "
ALTER TABLE entries ADD COLUMN usage_doubt TEXT;
ALTER TABLE entries ADD COLUMN reported_input_tokens INTEGER;
ALTER TABLE entries ADD COLUMN reported_output_tokens INTEGER;
ALTER TABLE entries ADD COLUMN reported_cost INTEGER;
",
    // What was booked at once is a run, by the id of its first row, and is taken back as a whole by another.
    "
ALTER TABLE adjustments ADD COLUMN run INTEGER NOT NULL DEFAULT 0;
ALTER TABLE adjustments ADD COLUMN undoes INTEGER;
UPDATE adjustments SET run = (SELECT MIN(other.id) FROM adjustments AS other
    WHERE other.made_at = adjustments.made_at AND other.provider = adjustments.provider);
",
];

/// The keys, and a number that grows with every change of them.
pub(super) const KEYS: &[&str] = &[
    "
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
",
    "
ALTER TABLE keys ADD COLUMN may_explain INTEGER NOT NULL DEFAULT 0;
",
];

/// Answers that are given again: `purpose` is 0 for idempotency keys, 1 for the cache. Limits count by tenant and purpose.
pub(super) const ANSWERS: &[&str] = &["
CREATE TABLE answers (
    id INTEGER PRIMARY KEY,
    purpose INTEGER NOT NULL,
    key BLOB NOT NULL,
    tenant TEXT NOT NULL,
    request BLOB NOT NULL,
    request_id TEXT NOT NULL,
    stored_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    head TEXT NOT NULL,
    is_stream INTEGER NOT NULL,
    size INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (purpose, key)
) STRICT;
CREATE INDEX answers_by_tenant ON answers (tenant, purpose, id, size);
CREATE INDEX answers_by_expiry ON answers (expires_at);
"];

/// Requests that were put off, and which of them are held back. `number` is the order of arrival. An empty text in a
/// pause stands for all.
pub(super) const QUEUE: &[&str] = &[
    "
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    queue TEXT NOT NULL,
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    route TEXT NOT NULL,
    class TEXT NOT NULL,
    request_id TEXT NOT NULL,
    headers TEXT NOT NULL,
    attributes TEXT NOT NULL,
    body BLOB NOT NULL,
    since INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    allowance INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    kept_for INTEGER NOT NULL,
    state TEXT NOT NULL,
    review_target TEXT,
    reviewed_by TEXT,
    reviewed_at INTEGER,
    verdict TEXT,
    status INTEGER,
    answer_headers TEXT,
    answer BLOB,
    finished_at INTEGER,
    announced INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX jobs_by_state ON jobs (state, queue, number);
CREATE INDEX jobs_by_end ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_to_announce ON jobs (finished_at) WHERE finished_at IS NOT NULL AND announced = 0;
CREATE TABLE pauses (
    queue TEXT NOT NULL,
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    route TEXT NOT NULL,
    class TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (queue, tenant, key, route, class)
) STRICT, WITHOUT ROWID;
",
    // All that depths are told by, so that no job itself is read for them.
    "
ALTER TABLE jobs ADD COLUMN webhook TEXT;
CREATE INDEX jobs_open ON jobs (queue, state, since, tenant, key, route, class)
    WHERE state IN ('waiting', 'running', 'review');
",
];

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

/// Deployed policies. Components are kept by their digest; a route's versions are numbered from 1, and what was once noted
/// of one is only ever added to (`was_active`). `stage` is `shadow`, or `canary` with the share of requests in thousandths.
pub(super) const DEPLOYMENTS: &[&str] = &[
    "
CREATE TABLE components (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    bytes BLOB NOT NULL
) STRICT;
CREATE TABLE versions (
    route TEXT NOT NULL,
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    config TEXT NOT NULL,
    signer TEXT,
    deployed_by TEXT NOT NULL,
    deployed_at INTEGER NOT NULL,
    was_active INTEGER NOT NULL,
    PRIMARY KEY (route, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE standings (
    route TEXT PRIMARY KEY,
    active INTEGER NOT NULL,
    candidate INTEGER,
    stage TEXT,
    share_permille INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE quarantined (
    route TEXT NOT NULL,
    digest TEXT NOT NULL,
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (route, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    route TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    version INTEGER,
    digest TEXT,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_route ON audit (route, id);
",
    // A version is a component with its settings, and every route has versions: `line` is `deployed`, or `source` where the
    // config's source says which component. `said_…` is what the config's file said when it was read last. What was quarantined
    // before is so with whatever settings.
    "
ALTER TABLE versions RENAME COLUMN digest TO component;
ALTER TABLE versions RENAME COLUMN config TO settings;
ALTER TABLE versions ADD COLUMN line TEXT NOT NULL DEFAULT 'deployed';
CREATE TABLE lines (
    route TEXT NOT NULL,
    line TEXT NOT NULL,
    active INTEGER NOT NULL,
    candidate INTEGER,
    stage TEXT,
    share_permille INTEGER,
    said_settings TEXT,
    said_component TEXT,
    PRIMARY KEY (route, line)
) STRICT, WITHOUT ROWID;
INSERT INTO lines SELECT route, 'deployed', active, candidate, stage, share_permille, NULL, NULL FROM standings;
DROP TABLE standings;
ALTER TABLE lines RENAME TO standings;
ALTER TABLE quarantined ADD COLUMN any_settings INTEGER NOT NULL DEFAULT 0;
UPDATE quarantined SET any_settings = 1;
",
];

/// How far the trial of each route has come; `stage` and `progress` are JSON. Written over about once a second.
pub(super) const TRIALS: &[&str] = &["
CREATE TABLE trials (
    route TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    stage TEXT NOT NULL,
    policy_key TEXT NOT NULL,
    progress TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"];
