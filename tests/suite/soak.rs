//! Many streams at once over providers that fail in every way, drawn by a seed: none hangs, none is cut and called whole,
//! and nothing is left behind. `make soak` runs it for longer.

use std::time::Duration;

use support::client::{Client, Ended, StreamAnswer};
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};
use tokio::task::JoinSet;

/// What every model says to everything.
const PARTS: [&str; 8] = ["The ", "way ", "to ", "the ", "harbour ", "is ", "down ", "hill."];

/// Streams of a run in the suite.
const STREAMS: usize = 1_500;

/// Callers at once.
const AT_ONCE: usize = 48;

/// No request takes longer than its deadline, and no test machine is so slow.
const AT_MOST: Duration = Duration::from_secs(60);

/// Draws numbers from a seed, by SplitMix64.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// A reply: every second one is good.
    fn reply(&mut self) -> Reply {
        let whole = || Reply::stream(PARTS);
        let after = usize::try_from(self.below(9)).expect("a small number");
        match self.below(34) {
            0 => Reply::status(500),
            1 => Reply::status(503),
            2 => Reply::status(429),
            3 => Reply::silence(),
            4 => Reply::hang_up(),
            5 => Reply::reset(),
            6 => whole().head_then_silence(),
            7 => whole().first_token_after(Duration::from_millis(50)),
            8 => whole().stall_after(after),
            9 | 10 => whole().cut_after(after),
            11 => whole().reset_after(after),
            12 => whole().end_after(after),
            13 => whole().garbage_after(after),
            14 => whole().error_event_after(after, "server_error", "x"),
            15 => whole().finish_reason("error"),
            16 => whole().without_done(),
            _ => whole().split_every(1 + after * 7),
        }
    }
}

/// What a caller did, and what it got.
enum Got {
    Whole,
    Told,
    Left,
}

async fn ask(client: Client, mut draw: Draw) -> Got {
    if draw.below(20) == 0 {
        let mut stream = client.open("r", "hi").await;
        stream.until_events(2).await;
        return Got::Left;
    }
    if draw.below(10) == 0 {
        let answer = client.chat("r", "hi").await;
        return if answer.status == 200 {
            assert_eq!(answer.text(), PARTS.concat());
            Got::Whole
        } else {
            assert!(answer.error_code().is_some(), "{}", answer.body_text());
            Got::Told
        };
    }
    judge(&client.stream("r", "hi").await)
}

/// A stream is whole and says so, or it says that it is not.
fn judge(answer: &StreamAnswer) -> Got {
    let raw = String::from_utf8_lossy(&answer.raw);
    if answer.is_done() {
        assert_eq!((answer.text(), answer.error()), (PARTS.concat(), None), "{raw}");
        return Got::Whole;
    }
    let error: serde_json::Value = serde_json::from_slice(&answer.raw).unwrap_or_default();
    let is_told = answer.error().is_some() || error["error"].is_object() || answer.ended == Ended::Broken;
    assert!(is_told && PARTS.concat().starts_with(&answer.text()), "{raw}");
    Got::Told
}

fn config(first: &Upstream, second: &Upstream) -> ConfigText {
    let class = "{ resume = \"match\", retries = 1, attempts = 4, first_token = 500, idle = 500 }";
    ConfigText::new(first)
        .second_provider(second)
        .policy(r#"{ source = "builtin", name = "tiered" }"#)
        .models(["model-a"; 4])
        .route(&format!("fallback = {{ classes = {{ critical = {class} }} }}"))
        .bounds("max_attempts = 4\ndeadline = \"20s\"\ndowngrade = true")
        .targets("retry_budget = \"1\"")
        // Otherwise targets that fail so often would soon be left alone, and nothing would be tried.
        .also("[health]\nfailures_in_a_row = 1000000\nfailure_rate = \"1\"\nsamples = 64\nramp = \"0ms\"")
}

fn memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::print_stdout, reason = "a long run is made for its figures")]
async fn of_many_streams_over_failing_providers_none_hangs_and_none_is_cut_and_called_whole() {
    let asked = std::env::var("FINGERPOST_SOAK_STREAMS").ok().and_then(|count| count.parse().ok());
    let streams = asked.unwrap_or(STREAMS);
    let (first, second) = (Upstream::start().await, Upstream::start().await);
    for (seed, upstream) in [(1, &first), (2, &second)] {
        let mut draw = Draw(seed);
        let script = upstream.on("model-a");
        (0..streams * 3).fold(script, |script, _| script.reply(draw.reply()));
    }
    let gateway = Gateway::start(&config(&first, &second)).await;
    let (mut whole, mut told, mut left, mut memory) = (0, 0, 0, 0);
    let mut running = JoinSet::new();
    for number in 0..streams {
        if running.len() == AT_ONCE {
            match running.join_next().await.expect("some run").expect("nothing is wrong with it") {
                Got::Whole => whole += 1,
                Got::Told => told += 1,
                Got::Left => left += 1,
            }
        }
        if number == streams / 5 {
            memory = memory_kib();
        }
        let asking = ask(gateway.client(), Draw(number as u64));
        running.spawn(async move { tokio::time::timeout(AT_MOST, asking).await.expect("it hangs") });
    }
    while let Some(got) = running.join_next().await {
        match got.expect("nothing is wrong with it") {
            Got::Whole => whole += 1,
            Got::Told => told += 1,
            Got::Left => left += 1,
        }
    }
    println!("{streams} streams: {whole} whole, {told} told that they are not, {left} left by their callers");
    assert!(whole > streams / 2 && told > 0 && left > 0);
    assert_nothing_is_left(&gateway, streams).await;
    // Other tests in the same process would be counted, so only a run by itself is judged.
    if asked.is_some() {
        println!("memory: {memory} KiB after a fifth, {} KiB at the end", memory_kib());
        assert!(memory_kib() < memory + memory / 2 + 65_536);
    }
}

/// Every request has its record, no exchange is under way, and no slot is taken.
async fn assert_nothing_is_left(gateway: &Gateway, requests: usize) {
    gateway.until(|| async { gateway.running().gateway.metrics.in_flight.get() == 0 }).await;
    let records = gateway.records_after(requests).await;
    assert_eq!(records.len(), requests);
    for record in &records {
        let served = record.attempts.iter().filter(|entry| &*entry.outcome == "ok").count();
        assert_eq!(served, usize::from(record.ending.as_str() == "served"), "{record:#?}");
    }
    let targets = gateway.operator().get("/admin/v1/targets").await.json();
    for target in targets["targets"].as_array().expect("a list") {
        assert_eq!(target["in_flight"], 0, "{target}");
    }
}
