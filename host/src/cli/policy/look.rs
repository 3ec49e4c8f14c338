//! `fingerpost policy status`, `history` and `diff`: how the policy of a route stands while the gateway runs.

use std::io::Write;

use bytes::Bytes;
use comfy_table::Table;
use http::Method;
use serde_json::Value;

use super::deploy::{short, text};
use crate::cli::explain::{instant, plain_json, visible};
use crate::cli::operator::GatewayArgs;

/// Whose policy is looked at.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct LookArgs {
    /// The route
    #[arg(long, short)]
    route: String,
    /// As JSON, as the admin API says it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    gateway: GatewayArgs,
}

impl LookArgs {
    fn ask(&self, path: &str) -> anyhow::Result<Value> {
        self.gateway.ask(Method::GET, &self.route, path, &[], Bytes::new())
    }
}

pub(super) fn status(args: &LookArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let said = args.ask("")?;
    if args.json {
        return Ok(writeln!(out, "{}", plain_json(&said))?);
    }
    let policy = &said["policy"];
    writeln!(out, "route         {}", visible(&args.route))?;
    writeln!(out, "source        {}", text(&said["source"]))?;
    writeln!(out, "active        {}", active(&said))?;
    writeln!(out, "settings      {}", settings(&said["active"]["settings"]))?;
    writeln!(out, "the file says {}", file_says(&said))?;
    writeln!(out, "state         {}", text(&policy["state"]))?;
    if let Some(problem) = said["problem"].as_str() {
        let next = "its `on_policy_failure` serves, or what decided before; mend the cause, then deploy or reload";
        writeln!(out, "problem       {}\n              {next}", visible(problem))?;
    }
    for one in said["quarantined"].as_array().into_iter().flatten() {
        writeln!(out, "quarantined   {}: {}", short(&text(&one["digest"])), text(&one["reason"]))?;
    }
    let candidate = &said["candidate"];
    if candidate.is_null() {
        return Ok(writeln!(out, "on trial      nothing")?);
    }
    let digest = text(&candidate["version"]["digest"]);
    let (number, name) = (&candidate["version"]["number"], text(&candidate["version"]["name"]));
    writeln!(out, "on trial      version {number}, {name} ({})", short(&digest))?;
    writeln!(out, "settings      {}", settings(&candidate["version"]["settings"]))?;
    writeln!(out, "stage         {}", stage(&candidate["stage"]))?;
    writeln!(out, "verdict       {}", verdict(&candidate["result"]))?;
    writeln!(out, "{}", counts(candidate))?;
    let next = "next: fingerpost policy promote or rollback --route";
    Ok(writeln!(out, "{next} {}", visible(&args.route))?)
}

/// The version that decides.
fn active(said: &Value) -> String {
    let (number, policy) = (&said["active"]["number"], &said["policy"]);
    let version = number.as_u64().map(|number| format!("version {number}")).unwrap_or_default();
    match policy["digest"].as_str() {
        Some(digest) if version.is_empty() => format!("{} ({})", text(&policy["name"]), short(digest)),
        Some(digest) => format!("{version}, {} ({})", text(&policy["name"]), short(digest)),
        None if version.is_empty() => "nothing".into(),
        None => format!("nothing: {version} is not let in"),
    }
}

/// Settings in a line.
fn settings(settings: &Value) -> String {
    match settings.as_object() {
        Some(settings) if !settings.is_empty() => visible(&Value::Object(settings.clone()).to_string()),
        _ => "none".into(),
    }
}

/// What the config's file says, where something else decides.
fn file_says(said: &Value) -> String {
    let (file, active) = (&said["file"], &said["active"]);
    if file["decides"] == true {
        return "the same".into();
    }
    if active.is_null() {
        return settings(&file["settings"]);
    }
    let mut differing = Vec::new();
    if file["settings"] != active["settings"] {
        differing.push(format!("settings {}", settings(&file["settings"])));
    }
    if let Some(component) = file["component"].as_str().filter(|component| active["component"] != *component) {
        differing.push(format!("component {}", short(component)));
    }
    if differing.is_empty() {
        return "the same".into();
    }
    let until = "it counts again once it says something else, or by `fingerpost policy deploy`";
    format!("{}: {until}", visible(&differing.join(", ")))
}

pub(super) fn history(args: &LookArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let said = args.ask("/history")?;
    if args.json {
        return Ok(writeln!(out, "{}", plain_json(&said))?);
    }
    let mut table = plain(["when", "who", "what", "version", "digest", "how"]);
    for one in said["audit"].as_array().into_iter().flatten() {
        table.add_row([
            instant(one["at"].as_u64().unwrap_or_default()),
            text(&one["actor"]),
            text(&one["action"]),
            one["version"].as_u64().map(|number| number.to_string()).unwrap_or_default(),
            short(&text(&one["digest"])).to_owned(),
            text(&one["detail"]),
        ]);
    }
    writeln!(out, "{table}")?;
    for one in said["quarantined"].as_array().into_iter().flatten() {
        let (digest, reason) = (text(&one["digest"]), text(&one["reason"]));
        writeln!(
            out,
            "quarantined: {} since {}: {reason}",
            short(&digest),
            instant(one["since"].as_u64().unwrap_or_default())
        )?;
    }
    Ok(())
}

pub(super) fn diff(args: &LookArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let said = args.ask("/differences")?;
    if args.json {
        return Ok(writeln!(out, "{}", plain_json(&said))?);
    }
    writeln!(
        out,
        "Single decisions are compared: what follows from a difference within the same request is not seen."
    )?;
    writeln!(out, "the same {}, different {}, dropped {}\n", said["same"], said["different"], said["dropped"])?;
    let mut kinds = plain(["count", "active", "candidate"]);
    for kind in said["kinds"].as_array().into_iter().flatten() {
        kinds.add_row([kind["count"].to_string(), text(&kind["active"]), text(&kind["candidate"])]);
    }
    writeln!(out, "{kinds}\n")?;
    let mut latest = plain(["request", "decision", "active", "by rule", "candidate", "by rule", "why"]);
    for one in said["latest"].as_array().into_iter().flatten() {
        latest.add_row([
            text(&one["request_id"]),
            one["decision_index"].to_string(),
            text(&one["active"]),
            text(&one["active_rule"]),
            text(&one["candidate"]),
            text(&one["candidate_rule"]),
            text(&one["candidate_reason"]),
        ]);
    }
    writeln!(out, "{latest}\n")?;
    let next = format!("next: fingerpost policy promote --route {} --canary 5%, or rollback", visible(&args.route));
    Ok(writeln!(out, "{next}")?)
}

fn stage(stage: &Value) -> String {
    match stage["canary"].as_u64() {
        Some(share) => format!("canary of {}.{} %", share / 10, share % 10),
        None => text(stage),
    }
}

fn verdict(result: &Value) -> String {
    let list = |field: &str, of: &dyn Fn(&Value) -> String| {
        result[field].as_array().into_iter().flatten().map(of).collect::<Vec<_>>().join("; ")
    };
    match result["verdict"].as_str() {
        Some("worse") => {
            let finding = |one: &Value| {
                let unit = text(&one["unit"]);
                format!("{}: {} {unit} against {}", text(&one["measure"]), one["candidate"], one["active"])
            };
            format!("worse ({})", list("findings", &finding))
        }
        Some("not-worse") => "not worse".into(),
        _ => format!("inconclusive, hold ({})", list("missing", &text)),
    }
}

fn counts(candidate: &Value) -> Table {
    let mut table = plain(["", "candidate", "active"]);
    for (name, field) in [
        ("decisions", "decisions"),
        ("failures of the policy", "policy_failures"),
        ("overruled decisions", "overruled"),
        ("requests", "requests"),
        ("rejected requests", "rejected"),
        ("failed requests", "failed"),
    ] {
        let count = |side: &str| candidate[side][field].to_string();
        table.add_row([name.to_owned(), count("candidate"), count("active")]);
    }
    for (name, field, of) in [
        ("fuel a decision", "fuel", "decisions"),
        ("µs a decision", "decision_micros", "decisions"),
        ("ms a request", "latency_ms", "requests"),
        ("cost a request, in billionths of a dollar", "cost_nano_usd", "requests"),
    ] {
        let mean = |side: &str| {
            let number = |field: &str| candidate[side][field].as_u64().unwrap_or_default();
            number(field).checked_div(number(of)).map_or_else(|| "-".to_owned(), |mean| mean.to_string())
        };
        table.add_row([name.to_owned(), mean("candidate"), mean("active")]);
    }
    table
}

fn plain<const COLUMNS: usize>(header: [&str; COLUMNS]) -> Table {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header(header);
    table
}
