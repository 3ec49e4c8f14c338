//! Logs a million lines before every decision, or as many as it is let.

use guest_kit::{
    Attempt, Behaviour, Facts, Failing, Level, Recovered, Recovery, Routed, Routing, log, recovered, routed, send,
};

struct LogsMillionLines;

impl Behaviour for LogsMillionLines {
    fn route(_: Facts) -> Routed {
        babble();
        routed(Routing::Send(send(0)))
    }

    fn fallback(_: Facts, _: Vec<Attempt>) -> Recovered {
        babble();
        recovered(Recovery::Fail(Failing::Original(None)))
    }
}

fn babble() {
    for _ in 0..1_000_000 {
        log(Level::Error, "Look at me!");
    }
}

guest_kit::export!(LogsMillionLines);
