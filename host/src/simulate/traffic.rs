//! Which requests arrive, and when: from a model of the traffic, or as they were recorded. The same seed and run give the same
//! requests, whichever policy meets them.

use std::time::Duration;

use super::spread::Spread;
use crate::config::{Name, TrafficClass};
use crate::sim::draw::Draw;

/// One request as it will be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// From the beginning.
    pub at: Duration,
    /// Who asks: a place in [`Traffic::callers`].
    pub caller: usize,
    /// The route.
    pub route: Name,
    /// Tokens of its input.
    pub input_tokens: u32,
    /// Tokens of a whole answer.
    pub output_tokens: u32,
    /// Whether a stream is asked for.
    pub streams: bool,
    /// The caller's limit on output tokens.
    pub max_output_tokens: Option<u32>,
    /// The conversation that it is a turn of.
    pub session: Option<String>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// Its tenant.
    pub tenant: Name,
    /// The name of its key.
    pub key: Name,
    /// The class of its requests; none: that of the route.
    pub class: Option<TrafficClass>,
}

/// What arrives.
#[derive(Debug, Clone)]
pub struct Traffic {
    /// When it begins, in milliseconds since the Unix epoch.
    pub begins: u64,
    /// Who asks.
    pub callers: Vec<Caller>,
    /// How the requests come about.
    pub source: Source,
}

/// How requests come about.
#[derive(Debug, Clone)]
pub enum Source {
    /// They are drawn from a model.
    Model(Box<Model>),
    /// They were recorded.
    Recorded {
        /// In the order of their arrival.
        requests: Vec<Arrival>,
        /// Whether each run draws anew which of them arrives at each of their instants; else every run has them as they
        /// were.
        resampled: bool,
    },
}

/// A model of traffic.
#[derive(Debug, Clone)]
pub struct Model {
    /// The route that is asked.
    pub route: Name,
    /// Requests in all; none: as many as arrive in the span.
    pub requests: Option<usize>,
    /// How long they arrive; none: until all have.
    pub span: Option<Duration>,
    /// Requests a minute, where nothing raises or lowers that.
    pub rate: f64,
    /// How that changes over the day.
    pub daily: Option<Daily>,
    /// When more arrive.
    pub bursts: Vec<Burst>,
    /// Tokens of an input.
    pub input_tokens: Spread,
    /// Tokens of an answer.
    pub output_tokens: Spread,
    /// The limit that callers set on output tokens.
    pub max_output_tokens: Option<u32>,
    /// The share of requests that ask for a stream.
    pub streamed: f64,
    /// The weights of the callers, in their order.
    pub weights: Vec<f64>,
    /// How requests belong together.
    pub sessions: Option<Sessions>,
}

/// A day's curve: a cosine with its peak at this time, in UTC.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Daily {
    /// The time of the peak, from midnight.
    pub peak: Duration,
    /// How many times the quietest minute's rate the busiest minute has; the mean of a day is the model's rate.
    pub ratio: f64,
}

/// A time in which more requests arrive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burst {
    /// When it begins, from the beginning.
    pub from: Duration,
    /// How long it lasts.
    pub lasts: Duration,
    /// After how long it comes again; none: never.
    pub every: Option<Duration>,
    /// How many times as many arrive.
    pub factor: f64,
}

/// Conversations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sessions {
    /// The share of requests that belong to one.
    pub share: f64,
    /// How many turns each has.
    pub turns: u32,
}

/// More is a slip, or would not end.
pub const MOST_REQUESTS: usize = 1_000_000;

impl Traffic {
    /// Whether any of it belongs to conversations.
    #[must_use]
    pub fn has_sessions(&self) -> bool {
        match &self.source {
            Source::Model(model) => model.sessions.is_some(),
            Source::Recorded { requests, .. } => requests.iter().any(|request| request.session.is_some()),
        }
    }

    /// The requests of a run, in the order of their arrival; `at_most` so many.
    #[must_use]
    pub fn requests(&self, seed: u64, run: u32, at_most: Option<usize>) -> Vec<Arrival> {
        match &self.source {
            Source::Model(model) => model.requests(self.begins, seed, run, at_most),
            Source::Recorded { requests, resampled } => {
                let mut draw = Draw::new(seed, &["recorded"], run);
                let taken = requests.iter().take(at_most.unwrap_or(usize::MAX));
                let place = |draw: &mut Draw| usize::try_from(draw.next() % requests.len() as u64).unwrap_or(0);
                let one = |arrival: &Arrival| match *resampled {
                    true => Arrival { at: arrival.at, ..requests[place(&mut draw)].clone() },
                    false => arrival.clone(),
                };
                taken.map(one).collect()
            }
        }
    }
}

impl Model {
    fn requests(&self, begins: u64, seed: u64, run: u32, at_most: Option<usize>) -> Vec<Arrival> {
        // Instants have draws of their own, so that another length of the answers does not move them.
        let mut instants = Draw::new(seed, &["instants"], run);
        let mut contents = Draw::new(seed, &["contents"], run);
        let mut open = Vec::new();
        let most = at_most.or(self.requests).unwrap_or(MOST_REQUESTS).min(MOST_REQUESTS);
        // A number that was asked for counts, however long it takes.
        let span = if at_most.is_some() { None } else { self.span };
        let (mut requests, mut millis) = (Vec::new(), 0.0);
        while requests.len() < most {
            millis = self.next_arrival(millis, begins, &mut instants);
            let at = Duration::from_millis(whole(millis));
            if span.is_some_and(|span| at >= span) {
                break;
            }
            requests.push(self.request(at, &mut contents, &mut open));
        }
        requests
    }

    /// The next arrival of a Poisson process whose rate changes: candidates at the highest rate, of which some are passed
    /// over (thinning).
    fn next_arrival(&self, mut millis: f64, begins: u64, draw: &mut Draw) -> f64 {
        let highest = self.highest_factor();
        let mean_gap = 60_000.0 / (self.rate * highest);
        loop {
            millis += -draw.fraction().ln() * mean_gap;
            if draw.fraction() * highest <= self.factor(milliseconds_of(millis), begins) {
                return millis;
            }
        }
    }

    fn highest_factor(&self) -> f64 {
        let daily = self.daily.map_or(1.0, |daily| 1.0 + daily.swing());
        self.bursts.iter().fold(daily, |highest, burst| highest * burst.factor.max(1.0))
    }

    /// How many times the plain rate holds at an instant from the beginning.
    fn factor(&self, at: Duration, begins: u64) -> f64 {
        let daily = self.daily.map_or(1.0, |daily| daily.factor(begins, at));
        let bursts = self.bursts.iter().filter(|burst| burst.is_at(at));
        bursts.fold(daily, |factor, burst| factor * burst.factor)
    }

    fn request(&self, at: Duration, draw: &mut Draw, open: &mut Vec<(u64, u32)>) -> Arrival {
        let input_tokens = self.input_tokens.count(draw);
        let output_tokens = self.output_tokens.count(draw);
        let streams = draw.fraction() < self.streamed;
        let caller = weighted(&self.weights, draw.fraction());
        let session = self.sessions.and_then(|sessions| sessions.next(draw, open));
        Arrival {
            at,
            caller,
            route: self.route.clone(),
            input_tokens,
            output_tokens,
            streams,
            max_output_tokens: self.max_output_tokens,
            session,
        }
    }
}

impl Sessions {
    /// The session of a request: one of those that are open, or a new one.
    fn next(self, draw: &mut Draw, open: &mut Vec<(u64, u32)>) -> Option<String> {
        /// Conversations at once; whichever of them has its next turn.
        const OPEN: u64 = 16;
        let (belongs, which, name) = (draw.fraction() < self.share, draw.next() % OPEN, draw.next());
        if !belongs {
            return None;
        }
        let place = usize::try_from(which).unwrap_or(0);
        if place >= open.len() {
            open.push((name, 0));
        }
        let place = place.min(open.len() - 1);
        let (name, turns) = &mut open[place];
        *turns += 1;
        let (name, turns) = (*name, *turns);
        if turns >= self.turns {
            open.swap_remove(place);
        }
        Some(format!("session-{name:016x}"))
    }
}

impl Daily {
    /// How far the curve swings around 1.
    fn swing(self) -> f64 {
        (self.ratio - 1.0) / (self.ratio + 1.0)
    }

    fn factor(self, begins: u64, at: Duration) -> f64 {
        const DAY: f64 = 86_400_000.0;
        #[allow(clippy::cast_precision_loss, reason = "a day has 86 million milliseconds")]
        let time =
            ((begins % 86_400_000) as f64 + at.as_secs_f64() * 1_000.0 - self.peak.as_secs_f64() * 1_000.0) / DAY;
        1.0 + self.swing() * (time * std::f64::consts::TAU).cos()
    }
}

impl Burst {
    fn is_at(&self, at: Duration) -> bool {
        let Some(since) = at.checked_sub(self.from) else { return false };
        match self.every {
            Some(every) => since.as_millis() % every.as_millis().max(1) < self.lasts.as_millis(),
            None => since < self.lasts,
        }
    }
}

/// The place that a fraction of the whole falls on.
fn weighted(weights: &[f64], fraction: f64) -> usize {
    let mut left = fraction * weights.iter().sum::<f64>();
    for (place, weight) in weights.iter().enumerate() {
        if left < *weight {
            return place;
        }
        left -= weight;
    }
    weights.len().saturating_sub(1)
}

fn milliseconds_of(millis: f64) -> Duration {
    Duration::from_millis(whole(millis))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates, and time goes on")]
fn whole(millis: f64) -> u64 {
    millis as u64
}

#[cfg(test)]
mod tests;
