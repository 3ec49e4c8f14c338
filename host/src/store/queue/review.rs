//! What people decide about the jobs that wait for them. Who decided, what and when stays with the job.

use rusqlite::{OptionalExtension, params};

use super::super::StoreError;
use super::super::rows::int;
use super::Jobs;
use super::job::{self, Job, JobState, Response};
use crate::config::Name;

/// What a reviewer decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It runs, and the policy decides where.
    Approve,
    /// It runs, and the policy sees that this target was chosen.
    Retarget(Name),
    /// It fails, with this answer for its caller.
    Reject {
        /// Why.
        reason: Box<str>,
        /// What its caller gets.
        response: Response,
    },
}

impl Jobs {
    /// The jobs that wait for people, the oldest first, at most so many.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn under_review(&self, limit: u32) -> Result<Vec<Job>, StoreError> {
        self.change(|connection| {
            connection
                .prepare_cached("SELECT * FROM jobs WHERE state = 'review' ORDER BY number LIMIT ?")?
                .query_map([limit], job::read)?
                .collect()
        })
    }

    /// Decides about a job under review. Gives it as it is then; none where it is not under review.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn decide(&self, id: &str, verdict: &Verdict, by: &str, now: u64) -> Result<Option<Job>, StoreError> {
        let (word, target) = match verdict {
            Verdict::Approve => ("approve".to_owned(), None),
            Verdict::Retarget(target) => (format!("retarget to {target}"), Some(&**target)),
            Verdict::Reject { reason, .. } => (format!("reject: {reason}"), None),
        };
        self.change(|connection| {
            // An approved job may be tried once more, however often it was before.
            let decided = connection
                .prepare_cached(
                    "UPDATE jobs SET reviewed_by = ?1, reviewed_at = ?2, verdict = ?3, review_target = ?4, \
                     not_before = ?2, allowance = tries + 1 WHERE id = ?5 AND state = 'review' RETURNING number",
                )?
                .query_row(params![by, int(now), word, target, id], |_| Ok(()))
                .optional()?;
            if decided.is_none() {
                return Ok(None);
            }
            match verdict {
                Verdict::Reject { response, .. } => {
                    job::finish(connection, id, "state = 'review'", JobState::Failed, Some(response), now)?;
                }
                Verdict::Approve | Verdict::Retarget(_) => {
                    connection.execute("UPDATE jobs SET state = 'waiting' WHERE id = ?", [id])?;
                }
            }
            job::find(connection, id)
        })
    }
}
