//! Behaves well. Its config `{"name": "blue", "target": 1}` sets the target that it sends to and the name that each
//! decision bears as its rule and in a note, so that a test sees which version decided. After a failure it goes on to
//! the targets that have not been tried, in their order; with `"again": true` it rather tries the same one over and over,
//! whatever its health, as long as that can help. A config with the key `refuse` is refused.

use std::sync::OnceLock;

use guest_kit::{
    Attempt, Behaviour, Explanation, Facts, Failing, Problem, Recovered, Recovery, Route, Routed, Routing, Send, send,
};

struct Config {
    name: String,
    target: u16,
    again: bool,
}

static CONFIG: OnceLock<Config> = OnceLock::new();

struct Good;

impl Behaviour for Good {
    fn configure(route: Route) -> Result<(), Vec<Problem>> {
        if value(&route.config, "refuse").is_some() {
            let message = "This config asks to be refused.".to_owned();
            return Err(vec![Problem { path: "refuse".to_owned(), message }]);
        }
        CONFIG.get_or_init(|| Config {
            name: value(&route.config, "name").unwrap_or("good").to_owned(),
            again: value(&route.config, "again") == Some("true"),
            target: value(&route.config, "target").and_then(|n| n.parse().ok()).unwrap_or(0),
        });
        Ok(())
    }

    fn route(_: Facts) -> Routed {
        let config = config();
        Routed {
            decision: Routing::Send(send(config.target)),
            traffic_class: None,
            explanation: explain(config, "The config names this target."),
        }
    }

    fn fallback(facts: Facts, attempts: Vec<Attempt>) -> Recovered {
        let config = config();
        let tried = |target: &u16| attempts.iter().any(|attempt| attempt.target == *target);
        if config.again && attempts.iter().all(|attempt| attempt.failure.same_target_ok) {
            return Recovered {
                decision: Recovery::Send(send(config.target)),
                cause: "error".to_owned(),
                explanation: explain(config, "The config says to try again."),
            };
        }
        let untried = (0..facts.targets.len() as u16).find(|target| !tried(target));
        let (decision, reason) = match untried {
            Some(target) => {
                let next = Send { intended: config.target, ..send(target) };
                (Recovery::Send(next), "This target has not been tried.")
            }
            None => (Recovery::Fail(Failing::Original(None)), "Every target has been tried."),
        };
        Recovered { decision, cause: "error".to_owned(), explanation: explain(config, reason) }
    }
}

fn config() -> &'static Config {
    CONFIG.get().expect("configure comes before every decision")
}

fn explain(config: &Config, reason: &str) -> Explanation {
    Explanation {
        rule: config.name.clone(),
        reason: reason.to_owned(),
        considered: Vec::new(),
        notes: vec![("name".to_owned(), config.name.clone())],
    }
}

/// The value of a key in flat JSON without escapes, which is all that the tests write.
fn value<'a>(json: &'a str, key: &str) -> Option<&'a str> {
    let (_, after) = json.split_once(&format!("\"{key}\""))?;
    let after = after.trim_start().strip_prefix(':')?;
    let end = after.find([',', '}'])?;
    Some(after[..end].trim().trim_matches('"'))
}

guest_kit::export!(Good);
