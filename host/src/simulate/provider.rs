//! How targets behave: latency, errors, rate limits and outages. What one call meets is drawn from the seed, the run, the
//! target, the request and how often the request has been there, so that every policy meets the same.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::spread::Spread;
use super::traffic::Arrival;
use super::weather::{Spell, Trouble};
use crate::sim::draw::Draw;
use crate::sim::indoors::{Behaviour, Called, Conduct, End};

/// How many pieces of a stream are played at most: enough to stall between two of them, few enough for thousands of answers
/// a second.
const EVENTS: usize = 12;

/// How a target behaves while all is well.
#[derive(Debug, Clone)]
pub(super) struct Model {
    /// From the call until the first token, in milliseconds.
    pub first_token: Spread,
    /// Between two tokens, in milliseconds.
    pub per_token: Spread,
    /// What goes wrong anyhow, with its share of all calls.
    pub errors: Vec<(Fault, f64)>,
    /// How much it takes; none: whatever comes.
    pub limit: RateLimit,
}

impl Default for Model {
    /// What large models take.
    fn default() -> Self {
        Self {
            first_token: Spread::new(600.0, 2_000.0),
            per_token: Spread::new(15.0, 40.0),
            errors: Vec::new(),
            limit: RateLimit::default(),
        }
    }
}

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// An error with this status.
    Status(u16),
    /// The answer ends in its middle.
    Cut,
    /// Nothing comes any more in its middle.
    Stall,
    /// Nothing ever comes.
    Hang,
    /// The connection closes in place of an answer.
    HangUp,
}

/// How much a target takes in a minute. What is beyond is refused with 429 and with the time until there is room again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RateLimit {
    /// Requests.
    pub requests: Option<u32>,
    /// Tokens of input and output together.
    pub tokens: Option<u32>,
}

/// A target on its way through a run.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) id: String,
    pub(super) model: Model,
    /// Input and output tokens together; 0: any number.
    pub(super) context_window: u32,
    /// What happens to it in this run, the earliest first.
    pub(super) spells: Vec<Spell>,
}

/// All targets in one run, as the gateway's upstream reaches them.
pub(super) struct Playing {
    /// By host and model.
    places: BTreeMap<(String, String), Place>,
    requests: Arc<Vec<Arrival>>,
    seed: u64,
    run: u32,
    began: Instant,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    /// Calls so far by target and request.
    tries: BTreeMap<(String, u64), u32>,
    /// What is left of each target's minute: requests, tokens.
    left: BTreeMap<String, [Bucket; 2]>,
}

/// What a call meets at a target that works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Met {
    /// There is room.
    Room,
    /// There is, after this time.
    Limit(Duration),
    /// Its input does not fit the window.
    TooLong,
}

/// What is left of a limit: a minute's worth at first, filled again evenly.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Duration,
}

impl Playing {
    /// All of them from `began` on.
    pub(super) fn new(
        places: BTreeMap<(String, String), Place>,
        requests: Arc<Vec<Arrival>>,
        (seed, run): (u64, u32),
        began: Instant,
    ) -> Self {
        Self { places, requests, seed, run, began, counts: Mutex::default() }
    }

    /// How often the request has been there before.
    fn count(&self, target: &str, request: u64) -> u32 {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let tries = counts.tries.entry((target.to_owned(), request)).or_default();
        *tries += 1;
        *tries - 1
    }

    /// Takes so many tokens from the target's minute, or says how long it takes until there are as many.
    fn admit(&self, place: &Place, tokens: u32) -> Met {
        let limits = [place.model.limit.requests, place.model.limit.tokens].map(|limit| limit.map(f64::from));
        if limits == [None, None] {
            return Met::Room;
        }
        let now = self.began.elapsed();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let full = limits.map(|limit| Bucket { left: limit.unwrap_or(0.0), at: Duration::ZERO });
        let buckets = counts.left.entry(place.id.clone()).or_insert(full);
        let mut longest = None;
        let wanted = [1.0, f64::from(tokens)];
        for ((bucket, limit), wanted) in buckets.iter_mut().zip(limits).zip(wanted) {
            let Some(limit) = limit else { continue };
            let filled = now.saturating_sub(bucket.at).as_secs_f64() * limit / 60.0;
            *bucket = Bucket { left: (bucket.left + filled).min(limit), at: now };
            // What is larger than a minute's worth is taken by a full bucket, which then owes.
            let missing = wanted.min(limit) - bucket.left;
            if missing > 0.0 {
                let wait = Duration::from_secs_f64(missing / limit * 60.0);
                longest = longest.max(Some(wait));
            }
        }
        if let Some(wait) = longest {
            return Met::Limit(wait);
        }
        for ((bucket, limit), wanted) in buckets.iter_mut().zip(limits).zip(wanted) {
            if limit.is_some() {
                bucket.left -= wanted;
            }
        }
        Met::Room
    }
}

impl Conduct for Playing {
    fn is_at(&self, host: &str) -> bool {
        self.places.keys().any(|(known, _)| known == host)
    }

    fn next(&self, call: Called<'_>) -> Behaviour {
        let place = self.places.get(&(call.host.to_owned(), call.model.to_owned()));
        let number = call.seed.unwrap_or_default();
        let asked = usize::try_from(number).ok().and_then(|number| self.requests.get(number));
        // Only requests of this simulation come here.
        let (Some(place), Some(asked)) = (place, asked) else { return Behaviour::default() };
        let tries = self.count(&place.id, number);
        // 2^24 requests and 256 tries of each are told apart.
        let of_try = (u64::from(tries & 0xff) << 24 | (number & 0xff_ffff)) ^ (u64::from(self.run) << 32);
        let mut draw = Draw::new(self.seed ^ of_try, &["call", &place.id], 0);
        let drawn = Drawn {
            first_token: place.model.first_token.duration(&mut draw),
            per_token: place.model.per_token.duration(&mut draw),
            chance: draw.fraction(),
            hit: draw.fraction(),
            middle: draw.fraction(),
        };
        let spell = Spell::at(&place.spells, self.began.elapsed(), drawn.hit);
        let limited = match spell.map(|spell| spell.trouble) {
            // Who is down does not count.
            Some(Trouble::Down(_) | Trouble::Hang) => Met::Room,
            _ => self.admit(place, asked.input_tokens.saturating_add(asked.output_tokens)),
        };
        let too_long = place.context_window > 0 && asked.input_tokens > place.context_window;
        drawn.behaviour(&place.model, asked, spell, if too_long { Met::TooLong } else { limited })
    }
}

/// What was drawn for a call.
struct Drawn {
    first_token: Duration,
    per_token: Duration,
    /// Which error meets it.
    chance: f64,
    /// Whether a spell that spares some calls hits it.
    hit: f64,
    /// Where its middle is.
    middle: f64,
}

impl Drawn {
    fn behaviour(&self, model: &Model, asked: &Arrival, spell: Option<&Spell>, met: Met) -> Behaviour {
        let slower = match spell.map(|spell| spell.trouble) {
            Some(Trouble::Slow(factor)) => factor,
            _ => 1.0,
        };
        let tokens = asked.output_tokens as usize;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a length that fits"
        )]
        let middle = (tokens as f64 * self.middle) as usize;
        let (after, first_token) = halves(self.first_token.mul_f64(slower));
        Behaviour {
            after,
            first_token,
            per_token: self.per_token.mul_f64(slower),
            tokens,
            events: EVENTS,
            input_tokens: Some(asked.input_tokens.into()),
            refuses_prefill: false,
            end: match (spell.map(|spell| spell.trouble), met) {
                (Some(Trouble::Down(status)), _) => status_end(status),
                (Some(Trouble::Hang), _) => End::Silence,
                (_, Met::TooLong) => {
                    End::Status { status: 400, retry_after: None, code: Some("context_length_exceeded".to_owned()) }
                }
                (_, Met::Limit(wait)) => End::Status {
                    status: 429,
                    retry_after: Some(Duration::from_secs(wait.as_secs() + 1)),
                    code: Some("rate_limit_exceeded".to_owned()),
                },
                (Some(Trouble::Cut), _) => cut(asked, middle),
                _ => self.fault(model).map_or(End::Whole, |fault| end(fault, asked, middle)),
            },
        }
        .fast_when_refused()
    }

    fn fault(&self, model: &Model) -> Option<Fault> {
        let mut below = 0.0;
        model.errors.iter().find_map(|(fault, share)| {
            below += share;
            (self.chance < below).then_some(*fault)
        })
    }
}

/// The head comes when half of the time until the first token is over.
fn halves(whole: Duration) -> (Duration, Duration) {
    let half = whole / 2;
    (half, whole.saturating_sub(half))
}

fn end(fault: Fault, asked: &Arrival, middle: usize) -> End {
    match fault {
        Fault::Status(status) => status_end(status),
        Fault::Cut => cut(asked, middle),
        Fault::Stall => End::Stall(middle),
        Fault::Hang => End::Silence,
        Fault::HangUp => End::Hangup,
    }
}

fn status_end(status: u16) -> End {
    End::Status { status, retry_after: None, code: None }
}

/// Of a plain answer nothing is seen of a part, so its connection closes in place of it.
fn cut(asked: &Arrival, middle: usize) -> End {
    if asked.streams { End::Cut(middle) } else { End::Hangup }
}

impl Behaviour {
    /// Errors come at once, or as soon as the model would have begun where that is sooner.
    fn fast_when_refused(self) -> Self {
        /// What a refusal takes.
        const REFUSAL: Duration = Duration::from_millis(50);
        match self.end {
            End::Status { .. } | End::Hangup => Self { after: self.after.min(REFUSAL), ..self },
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests;
