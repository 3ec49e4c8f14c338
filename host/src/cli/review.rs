//! `fingerpost review`: the requests that wait for people, and what people decide about them. It works on the data
//! folder, beside a gateway that serves from it or not; the gateway sees the decision within a second.

use std::io::{self, Write};
use std::path::Path;

use clap::{Args, Subcommand};
use comfy_table::Table;

use super::explain::{instant, plain_json, visible};
use crate::config::{Config, Named, UnknownName};
use crate::deferral::view;
use crate::gateway::now_ms;
use crate::store::StoreError;
use crate::store::queue::{Job, Jobs, Verdict};

/// Requests that are listed at once.
const LISTED: u32 = 500;

/// What `fingerpost review` was told.
#[derive(Debug, Args)]
pub struct ReviewArgs {
    #[command(subcommand)]
    command: ReviewCommand,
    /// Who decides, as the record shall say; without it, the user of this command
    #[arg(long, global = true, env = "USER", default_value_t = super::operator::user())]
    by: String,
}

#[derive(Debug, Subcommand)]
enum ReviewCommand {
    /// List the requests that wait for people
    List,
    /// Show one of them, with what it asks
    Show {
        /// The id, `dfr_…`
        id: String,
    },
    /// Let it run, where the policy decides
    Approve {
        /// The id, `dfr_…`
        id: String,
    },
    /// Let it run at this target
    Retarget {
        /// The id, `dfr_…`
        id: String,
        /// A target of its route
        target: String,
    },
    /// Refuse it
    Reject {
        /// The id, `dfr_…`
        id: String,
        /// Why; its caller sees it
        #[arg(long)]
        reason: String,
    },
}

/// `fingerpost review` failed.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// The queue cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such request.
    #[error("there is no deferred request {0}: `fingerpost review list` shows what waits for people")]
    Unknown(String),
    /// Nobody has to decide about it.
    #[error("{id} is {state}, not under review")]
    NotUnderReview {
        /// The id.
        id: String,
        /// How far it is.
        state: &'static str,
    },
    /// The route has no such target.
    #[error("the route `{route}` has no target {:?}: {}", unknown.name, unknown.hint)]
    UnknownTarget {
        /// The request's route.
        route: String,
        /// What was typed.
        unknown: UnknownName,
    },
    /// The output could not be written.
    #[error("failed to write the output: {0}")]
    Output(#[from] io::Error),
}

/// Does what was typed with the queue in that folder.
///
/// # Errors
/// When there is no such request, it is not under review, or the queue cannot be used.
pub fn run(args: ReviewArgs, config: &Config, data_dir: &Path, out: &mut dyn Write) -> Result<(), ReviewError> {
    let jobs = Jobs::open(data_dir)?;
    let (id, verdict) = match args.command {
        ReviewCommand::List => return list(&jobs, out),
        ReviewCommand::Show { id } => {
            let job = find(&jobs, &id)?;
            return Ok(writeln!(out, "{}", plain_json(&view::for_people(&job, true)))?);
        }
        ReviewCommand::Approve { id } => (id, Verdict::Approve),
        ReviewCommand::Retarget { id, target } => {
            let job = find(&jobs, &id)?;
            let verdict = retarget(config, &job, &target)?;
            (id, verdict)
        }
        ReviewCommand::Reject { id, reason } => {
            let response = view::rejected(&reason);
            (id, Verdict::Reject { reason: reason.into(), response })
        }
    };
    let Some(job) = jobs.decide(&id, &verdict, &args.by, now_ms())? else {
        let state = find(&jobs, &id)?.state.as_str();
        return Err(ReviewError::NotUnderReview { id, state });
    };
    let said = job.verdict.as_deref().unwrap_or_default();
    Ok(writeln!(out, "{}: {}, now {}", visible(&job.request.id), visible(said), job.state.as_str())?)
}

fn find(jobs: &Jobs, id: &str) -> Result<Job, ReviewError> {
    jobs.job(id)?.ok_or_else(|| ReviewError::Unknown(id.to_owned()))
}

fn retarget(config: &Config, job: &Job, target: &str) -> Result<Verdict, ReviewError> {
    let targets = config.routes.get(&job.request.route).map(|route| &route.targets[..]).unwrap_or_default();
    match targets.iter().find(|id| ***id == *target) {
        Some(id) => Ok(Verdict::Retarget(id.clone())),
        None => Err(ReviewError::UnknownTarget {
            route: job.request.route.to_string(),
            unknown: UnknownName::among(Named::Target, target, targets.iter().map(|id| &**id)),
        }),
    }
}

fn list(jobs: &Jobs, out: &mut dyn Write) -> Result<(), ReviewError> {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header(["id", "queue", "route", "tenant", "tries", "since", "until"]);
    for job in jobs.under_review(LISTED)? {
        table.add_row([
            visible(&job.request.id),
            visible(&job.queue),
            visible(&job.request.route),
            visible(&job.request.tenant),
            job.tries.to_string(),
            instant(job.request.since),
            instant(job.expires_at),
        ]);
    }
    Ok(writeln!(out, "{table}")?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::queue::{JobRequest, NewJob, Next};
    use clap::Parser;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        args: ReviewArgs,
    }

    fn typed(dir: &Path, words: &[&str]) -> Result<String, ReviewError> {
        let words = ["review", "--by", "ann"].iter().chain(words);
        let mut out = Vec::new();
        run(Typed::try_parse_from(words).unwrap().args, &Config::builtin(), dir, &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    fn holding(ids: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let jobs = Jobs::open(dir.path()).unwrap();
        for id in ids {
            let next =
                Next { queue: "review".into(), review: true, not_before: 0, expires_at: u64::MAX, allowance: None };
            let request = JobRequest {
                id: (*id).into(),
                tenant: "acme".into(),
                key: "k".into(),
                route: "support_draft".into(),
                class: "batch".into(),
                request_id: "req_1".into(),
                headers: Vec::new(),
                attributes: Vec::new(),
                body: "{\"model\": \"x\"}".into(),
                since: 1,
                webhook: None,
            };
            let job = NewJob { request, allowance: 1, kept_for: 1, next };
            jobs.put(&job, 10).unwrap();
        }
        dir
    }

    #[test]
    fn what_waits_is_listed_and_shown() {
        let dir = holding(&["dfr_1"]);
        assert!(typed(dir.path(), &["list"]).unwrap().contains("dfr_1"));
        assert!(typed(dir.path(), &["show", "dfr_1"]).unwrap().contains("\"model\": \"x\""));
    }

    #[test]
    fn each_verdict_is_kept_with_who_gave_it_and_is_the_last() {
        let dir = holding(&["dfr_1", "dfr_2", "dfr_3"]);
        let target = &*Config::builtin().routes["support_draft"].targets[0].clone();
        assert!(typed(dir.path(), &["approve", "dfr_1"]).unwrap().contains("now waiting"));
        assert!(typed(dir.path(), &["retarget", "dfr_2", target]).unwrap().contains(target));
        assert!(typed(dir.path(), &["reject", "dfr_3", "--reason", "no"]).unwrap().contains("now failed"));
        assert!(matches!(typed(dir.path(), &["approve", "dfr_3"]), Err(ReviewError::NotUnderReview { .. })));
        let job = Jobs::open(dir.path()).unwrap().job("dfr_2").unwrap().unwrap();
        assert_eq!((job.reviewed_by.as_deref(), job.review_target.as_deref()), (Some("ann"), Some(target)));
    }

    #[test]
    fn what_is_not_there_cannot_be_decided() {
        let dir = holding(&["dfr_1"]);
        assert!(matches!(typed(dir.path(), &["approve", "dfr_9"]), Err(ReviewError::Unknown(_))));
        assert!(matches!(typed(dir.path(), &["retarget", "dfr_1", "nowhere"]), Err(ReviewError::UnknownTarget { .. })));
    }
}
