//! What the tests share: a route with two providers in each of three tiers, and short ways to ask and to tell.

mod bounds;
mod config;
mod failures;
mod matrix;
mod money;
mod resume;
mod sessions;
mod settings;

use fingerpost_sdk::Configured;
use fingerpost_sdk::record::{Attempt, Recovered, Recovery, Routed, Routing};
use fingerpost_sdk::testing::{Scene, failures, target};

use crate::Tiered;

const OPUS: u16 = 0;
const GPT: u16 = 1;
const SONNET: u16 = 2;
const GPT_MINI: u16 = 3;
const HAIKU: u16 = 4;
const GPT_NANO: u16 = 5;

fn scene(class: &str) -> Scene {
    Scene::of([
        target("opus", "anthropic").tier("frontier", 0).cost(1_000),
        target("gpt", "openai").tier("frontier", 0).cost(1_100),
        target("sonnet", "anthropic").tier("balanced", 1).cost(300),
        target("gpt-mini", "openai").tier("balanced", 1).cost(330),
        target("haiku", "anthropic").tier("economy", 2).cost(50),
        target("gpt-nano", "openai").tier("economy", 2).cost(60),
    ])
    .class(class)
}

impl Asked for Scene {
    fn cooling(mut self, target: u16) -> Scene {
        let state = &mut self.facts.targets[usize::from(target)];
        state.availability = fingerpost_sdk::prelude::Availability::Cooling;
        self
    }

    fn routed(&self) -> Routed {
        self.routed_with("{}")
    }

    fn routed_with(&self, config: &str) -> Routed {
        self.policy::<Tiered>(config).route(&self.facts)
    }

    fn after(&self, attempts: &[(u16, &str)]) -> Recovered {
        self.after_with("{}", &failures(attempts))
    }

    fn after_with(&self, config: &str, attempts: &[Attempt]) -> Recovered {
        let policy: Configured<Tiered> = self.policy(config);
        let mut facts = self.facts.clone();
        facts.request.decision_index = attempts.len() as u32;
        policy.fallback(&facts, attempts)
    }
}

/// A scene, asked for a decision.
trait Asked {
    fn cooling(self, target: u16) -> Scene;
    fn routed(&self) -> Routed;
    fn routed_with(&self, config: &str) -> Routed;
    /// The fallback after attempts that failed one after the other.
    fn after(&self, attempts: &[(u16, &str)]) -> Recovered;
    fn after_with(&self, config: &str, attempts: &[Attempt]) -> Recovered;
}

/// What a decision comes to: its rule, and where it goes.
trait Told {
    fn told(&self) -> (&str, String);
}

impl Told for Routed {
    fn told(&self) -> (&str, String) {
        let what = match &self.decision {
            Routing::Send(send) => format!("send {}", send.target),
            Routing::Answer(answer) => format!("{answer:?}"),
            Routing::Defer(deferral) => format!("defer {}", deferral.queue),
            Routing::Reject(rejection) => format!("{} {}", rejection.status, rejection.code),
        };
        (&self.explanation.rule, what)
    }
}

impl Told for Recovered {
    fn told(&self) -> (&str, String) {
        let what = match &self.decision {
            Recovery::Send(send) => format!("send {}", send.target),
            Recovery::Resume(resumption) => format!("resume {}", resumption.send.target),
            Recovery::Answer(answer) => format!("{answer:?}"),
            Recovery::Defer(deferral) => format!("defer {}", deferral.queue),
            Recovery::Fail(_) => "fail".to_owned(),
        };
        (&self.explanation.rule, what)
    }
}

fn to(target: u16) -> String {
    format!("send {target}")
}

/// The verdict on a target.
fn verdict(considered: &[(u16, String)], target: u16) -> &str {
    considered.iter().find(|(index, _)| *index == target).map_or("", |(_, verdict)| verdict)
}
