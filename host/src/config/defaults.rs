//! What holds where the file says nothing, each with its reason. `docs/config.md` states the same values, and a test
//! holds the two together.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use http::StatusCode;

use super::{
    AnswerLimits, AttemptLimits, CacheScope, CanaryRules, Charging, DecisionLogRules, DeferralQueue, EngineLimits,
    HealthRules, Name, Payer, RehearsalRules, SessionSource, Sync, TrafficClass,
};
use crate::money::NanoUsd;
use crate::price::Price;

const MIB: usize = 1 << 20;

const fn nonzero(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => panic!("this is 0"),
    }
}

/// Loopback: nothing is reachable from outside until someone says so.
pub(super) const SERVER_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// Loopback, for the same reason.
pub(super) const ADMIN_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081);
/// Beside the config file, so that one folder holds a whole gateway.
pub(super) const DATA_DIR: &str = "fingerpost-data";
/// Room for a conversation with several images inside; a body is kept whole for a fallback.
pub(super) const MAX_BODY: usize = 32 * MIB;
/// The longest plain answers have some hundred kilobytes.
pub(super) const MAX_ANSWER: usize = 32 * MIB;
/// Each takes two file descriptors, and the usual limit of a service is some ten thousand.
pub(super) const MAX_CONNECTIONS: usize = 4096;
/// Long enough for a slow phone, short enough against connections that are only held open.
pub(super) const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Above the minute for which common balancers keep a connection to what is behind them: the side that closes first must be
/// theirs, or a request meets a connection that is closing.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// As long as common proxies wait for a slow client; a phone in a tunnel is back sooner.
pub(super) const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// Well below the minute after which common proxies and clients give a silent connection up. The first sign of life fixes
/// the status, so it must not come early.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(15);
/// The time that service managers commonly leave between asking and killing.
pub(super) const DRAIN: Duration = Duration::from_secs(30);
/// Most answers settle within that time; a client whose own time limit is short has not gone yet.
pub(super) const BUDGET_WAIT: Duration = Duration::from_secs(2);
/// A sync takes a millisecond or so of a disk's time; few can afford one for each request.
pub(super) const SYNC: Sync = Sync::Grouped;
/// What OpenAI itself answers for want of money.
pub(super) const QUOTA_STATUS: StatusCode = StatusCode::TOO_MANY_REQUESTS;

/// A realistic decision takes 18,000 units of fuel, some 10 microseconds and well below one mebibyte: each limit leaves
/// a hundredfold, so that only what has run wild meets one.
pub(super) const ENGINE: EngineLimits = EngineLimits {
    fuel: 2_000_000,
    wall_clock: Duration::from_millis(10),
    memory_bytes: 16 * MIB,
    // A decision names targets and reasons; what is longer is an attack on the host's memory.
    output_bytes: 256 << 10,
    log_lines: 32,
    log_lines_per_second: 100,
    // The policies that come with the gateway have a few hundred kilobytes.
    component_bytes: 8 * MIB,
    // Compiling a component of that size takes seconds.
    admission_time: Duration::from_secs(30),
    // Compiled code and the guest's memory are reserved, not used.
    admission_memory_bytes: 4 << 30,
    // A decision takes microseconds: this many at once are a route gone wrong.
    decisions_in_flight: nonzero(64),
    failures_until_set_aside: nonzero(5),
};

/// A day of a busy gateway: a decision takes some hundred bytes once it is compressed.
pub(super) fn decision_log() -> DecisionLogRules {
    DecisionLogRules {
        enabled: true,
        max_bytes: 1 << 30,
        // A change of a policy is compared with a whole month, its beginning and its end.
        keep: Duration::from_secs(31 * 24 * 3_600),
        redact: Vec::new(),
    }
}
/// All of them: what is not kept cannot be replayed, and the log is bounded anyway.
pub(super) const SAMPLE_PERMILLE: u32 = 1_000;

/// A policy that fails on what the route meets is found, and nobody who deploys waits for long.
pub(super) const REHEARSAL: RehearsalRules = RehearsalRules {
    // What a busy route decides within seconds and a quiet one within a day; some tens of milliseconds of a core.
    decisions: 1_000,
    // A policy that uses all of its fuel each time takes some milliseconds a decision: nearly all of them are asked.
    time: Duration::from_secs(5),
};

/// A harm that one caller in fifty meets is found within some hundred requests, and one version is not found worse than
/// itself by chance.
pub(super) const CANARY: CanaryRules = CanaryRules {
    // Of fewer, a few failures of a provider could look like the policy's.
    min_samples: nonzero(100),
    // Long enough for a quiet route, short enough to notice what begins later.
    window: Duration::from_secs(300),
    rate_margin_permille: 20,
    mean_margin_permille: 1_500,
    webhook: None,
};

/// An outage shows within a few requests, and a provider that fails now and then is not left alone for it.
pub(super) const HEALTH: HealthRules = HealthRules {
    // By chance alone, a provider that fails one time in ten does so once in a hundred thousand requests.
    failures_in_a_row: nonzero(5),
    failure_permille: 500,
    // Half of fewer may be bad luck.
    samples: nonzero(10),
    // What is older says little about now.
    memory: Duration::from_secs(120),
    // Most trouble of providers is over by then.
    first_cool_down: Duration::from_secs(5),
    // A recovered provider is found within a minute.
    longest_cool_down: Duration::from_secs(60),
    // Long enough not to hammer, short enough that a mended account is found soon.
    refused_cool_down: Duration::from_secs(30),
    // A tenth, then twice as many each second: all after four, gentle on a provider that has only just come up.
    ramp: Duration::from_secs(1),
};

/// A day's worth of a busy tenant, on a disk of usual size.
pub(super) const ANSWERS: AnswerLimits = AnswerLimits {
    max_entries: 10_000,
    max_bytes: 256 << 20,
    // The longest answers have some hundred kilobytes; what is larger holds pictures or sound.
    max_answer_bytes: 4 * MIB,
    // Whatever retries for longer than a day is a job of its own.
    idempotency_ttl: Duration::from_secs(24 * 3_600),
};
/// Nobody sees what another key was told unless someone says so.
pub(super) const CACHE_SCOPE: CacheScope = CacheScope::Key;
/// The official SDKs come back within eight seconds; a person who presses the button again, a little later.
pub(super) const DISCONNECT_GRACE: Duration = Duration::from_secs(30);

/// The best first.
pub(super) const TIERS: &[&str] = &["frontier", "balanced", "economy"];

/// A simulated provider that answers as a quick small model would.
pub(super) const SIMULATED_FIRST_TOKEN: Duration = Duration::from_millis(60);
/// 250 tokens in a second.
pub(super) const SIMULATED_PER_TOKEN: Duration = Duration::from_millis(4);
/// Any fixed number makes runs repeatable.
pub(super) const SIMULATED_SEED: u64 = 1;

/// Above what a common account may have open, below what would exhaust the gateway.
pub(super) const MAX_IN_FLIGHT: NonZeroU32 = nonzero(256);
/// A fifth more load is the most that an outage may bring a provider on top of its own trouble.
pub(super) const RETRY_PERMILLE: u32 = 200;
/// All large providers and servers know it; without it the cost of a stream is an estimate.
pub(super) const STREAM_USAGE: bool = true;

/// Large enough for one lock in some seconds of a stream, small enough that an open stream holds little.
pub(super) const SLICE: NonZeroU32 = nonzero(512);
/// Most chat answers are shorter.
pub(super) const MAX_OUTPUT_TOKENS: u32 = 1_024;

/// The list price of the dearest models in wide use: what is reserved for an unknown one is then seldom too little.
pub(super) fn unknown_price() -> Price {
    Price::plain(NanoUsd(15_000_000_000), NanoUsd(75_000_000_000))
}

/// What providers bill is what the tenants pay: anything else somebody has to decide.
pub(super) const CHARGING: Charging = Charging { failed_attempts: Payer::Tenant, markup_permille: 1_000 };

/// A person waits, but nobody's business stops.
pub(super) const CLASS: TrafficClass = TrafficClass::Interactive;
/// The policy of a route that names none.
pub(super) const POLICY: &str = "tiered";

/// Enough for some megabytes over a slow line; a gateway that starts waits no longer than this for a registry that hangs.
pub(super) const REGISTRY_TIMEOUT: Duration = Duration::from_secs(30);

/// Only what was made to name a session names one: the fields that clients send anyway may mean something else.
pub(super) const SESSION_FROM: [SessionSource; 2] = [SessionSource::Header, SessionSource::Metadata];
/// Whoever comes back within the hour goes on; after that, no provider has anything cached.
pub(super) const SESSION_IDLE: Duration = Duration::from_secs(3_600);

/// A route that names queues means them to be used; without queues it means nothing.
pub(super) const MAY_DEFER: bool = true;
/// An unprepared SDK takes a 202 for an empty success.
pub(super) const ASYNC: bool = false;

/// A queue that nothing is said about.
pub(super) fn deferral_queue(name: Name) -> DeferralQueue {
    DeferralQueue {
        name,
        // What waits is not urgent, and leaves the targets' slots to what is.
        concurrency: nonzero(4),
        // The waits of `tiered` double: ten tries take the better part of a day.
        tries: nonzero(10),
        // What nobody served within a day is asked anew, or not needed any more.
        ttl: Duration::from_secs(24 * 3_600),
        // A night's batch of one tenant, and no more disk than a few hundred megabytes at the usual size.
        per_tenant: nonzero(1_000),
        review: false,
        webhook: None,
    }
}

/// What a route's bounds are where it says nothing: they differ by class (R11).
pub(super) struct ClassBounds {
    pub(super) max_attempts: NonZeroU32,
    pub(super) max_same_target: NonZeroU32,
    pub(super) deadline: Duration,
    pub(super) max_cost_permille: u32,
}

/// Numbers by class. What may change the quality of an answer (`downgrade`, `upgrade`, `may_reclassify_to`) is never
/// allowed by default, whatever the class.
pub(super) const fn class_bounds(class: TrafficClass) -> ClassBounds {
    let (attempts, same_target, seconds, max_cost_permille) = match class {
        // One retry, the second provider, and a last resort; an equal model elsewhere may cost more.
        TrafficClass::Critical => (4, 2, 60, 2_000),
        // The user has gone after half a minute.
        TrafficClass::Interactive => (3, 2, 30, 1_250),
        TrafficClass::Internal => (3, 2, 120, 1_250),
        // There is time, but no reason to pay more than planned.
        TrafficClass::Batch => (3, 2, 900, 1_000),
        // Fails fast (R9).
        TrafficClass::Experiment => (1, 1, 60, 1_000),
    };
    ClassBounds {
        max_attempts: nonzero(attempts),
        max_same_target: nonzero(same_target),
        deadline: Duration::from_secs(seconds),
        max_cost_permille,
    }
}

/// Limits of an attempt, where neither the route nor the policy names any: one attempt may take all of the deadline.
pub(super) const fn attempt_limits(deadline: Duration) -> AttemptLimits {
    AttemptLimits {
        // TLS included; a provider that is farther away than this is down.
        connect: Duration::from_secs(5),
        // Plain answers have no head until they are complete.
        first_byte: Duration::from_secs(60),
        first_token: Duration::from_secs(30),
        // Twice the interval at which common servers send a sign of life.
        idle: Duration::from_secs(30),
        // A model that writes tool calls may think for a minute between two of them.
        content_idle: Duration::from_secs(120),
        total: deadline,
    }
}
