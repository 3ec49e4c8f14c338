//! Answers anything that the types allow, drawn from the request's seed and the decision's index: every kind of
//! decision, with sensible and absurd indices, durations, limits and texts. Equal facts give equal nonsense.

use guest_kit::{
    Answer, Attempt, Behaviour, Deferral, Explanation, Facts, Failing, Hold, Limits, Recovered, Recovery, Rejection,
    Resumption, Routed, Routing, Send, SessionUse, Until,
};

struct Nonsense;

impl Behaviour for Nonsense {
    fn route(facts: Facts) -> Routed {
        let mut draw = Draw::new(&facts);
        let decision = match draw.below(6) {
            0..=2 => Routing::Send(draw.send()),
            3 => Routing::Answer(draw.answer()),
            4 => Routing::Defer(draw.deferral()),
            _ => Routing::Reject(draw.rejection()),
        };
        let traffic_class = draw.maybe(Draw::text);
        Routed { decision, traffic_class, explanation: draw.explanation() }
    }

    fn fallback(facts: Facts, _: Vec<Attempt>) -> Recovered {
        let mut draw = Draw::new(&facts);
        let decision = match draw.below(8) {
            0..=2 => Recovery::Send(draw.send()),
            3 | 4 => {
                Recovery::Resume(Resumption { send: draw.send(), how: draw.text(), other_model: draw.below(2) == 0 })
            }
            5 => Recovery::Answer(draw.answer()),
            6 => Recovery::Defer(draw.deferral()),
            _ => Recovery::Fail(draw.failing()),
        };
        Recovered { decision, cause: draw.text(), explanation: draw.explanation() }
    }
}

/// Draws from a seed, by SplitMix64.
struct Draw {
    state: u64,
    targets: u64,
    now: u64,
}

impl Draw {
    fn new(facts: &Facts) -> Self {
        Self {
            state: facts.request.seed ^ u64::from(facts.request.decision_index) << 32,
            targets: facts.targets.len() as u64,
            now: facts.request.received_at,
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn maybe<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(3) == 0).then(|| draw(self))
    }

    /// Mostly a target, or one past the last; sometimes any number.
    fn target(&mut self) -> u16 {
        match self.below(8) {
            0 => self.next() as u16,
            _ => {
                let bound = self.targets + 1;
                self.below(bound) as u16
            }
        }
    }

    /// A duration: none, short, long or absurd.
    fn millis(&mut self) -> u64 {
        match self.below(6) {
            0 => 0,
            1 => self.next(),
            2 => u64::MAX,
            _ => self.below(500),
        }
    }

    fn instant(&mut self) -> u64 {
        let ahead = self.millis();
        if self.below(4) == 0 { ahead } else { self.now.wrapping_add(ahead) }
    }

    fn text(&mut self) -> String {
        const TEXTS: &[&str] =
            &["", "latency", "error", "prefill", "match", "batch", "Not A Token!", "a\r\nb", "\u{0}"];
        match self.below(12) {
            0 => "x".repeat(self.below(4096) as usize),
            _ => TEXTS[self.below(TEXTS.len() as u64) as usize].to_owned(),
        }
    }

    fn limits(&mut self) -> Limits {
        Limits {
            connect: self.millis(),
            first_byte: self.millis(),
            first_token: self.millis(),
            idle: self.millis(),
            content_idle: self.millis(),
            total: self.millis(),
        }
    }

    fn send(&mut self) -> Send {
        Send {
            target: self.target(),
            intended: self.target(),
            after: if self.below(4) == 0 { self.millis() } else { 0 },
            limits: self.maybe(Self::limits),
            hold: match self.below(4) {
                0 => Hold::None,
                1 => Hold::FirstToken,
                2 => Hold::Tokens(self.next() as u32),
                _ => Hold::All,
            },
            as_stream: self.below(2) == 0,
            max_output_tokens: self.maybe(|draw| draw.next() as u32),
            degraded: self.maybe(Self::text),
            payer: self.maybe(Self::text),
            session: match self.below(3) {
                0 => SessionUse::Keep,
                1 => SessionUse::Move,
                _ => SessionUse::Once,
            },
        }
    }

    fn answer(&mut self) -> Answer {
        if self.below(2) == 0 { Answer::Cached(self.millis()) } else { Answer::Default(self.target()) }
    }

    fn deferral(&mut self) -> Deferral {
        Deferral {
            queue: self.target(),
            until: match self.below(3) {
                0 => Until::At(self.instant()),
                1 => Until::BudgetTurn(self.target()),
                _ => Until::Approval,
            },
            expires: self.instant(),
        }
    }

    fn rejection(&mut self) -> Rejection {
        let status = if self.below(2) == 0 { 400 + self.below(200) } else { self.next() };
        Rejection { status: status as u16, code: self.text(), message: self.text() }
    }

    fn failing(&mut self) -> Failing {
        match self.below(3) {
            0 => Failing::Custom(self.rejection()),
            1 => Failing::Original(self.maybe(|draw| draw.next() as u32)),
            _ => Failing::Original(Some(self.below(4) as u32)),
        }
    }

    fn explanation(&mut self) -> Explanation {
        Explanation {
            rule: self.text(),
            reason: self.text(),
            considered: (0..self.below(5)).map(|_| (self.target(), self.text())).collect(),
            notes: (0..self.below(5)).map(|_| (self.text(), self.text())).collect(),
        }
    }
}

guest_kit::export!(Nonsense);
