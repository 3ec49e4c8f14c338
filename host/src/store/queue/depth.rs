//! How full the queues are, for those who watch them.

use super::super::StoreError;
use super::super::rows::uint;
use super::{Jobs, pause};
use crate::config::Name;

/// Where a job stands that is not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It waits for its time or for a place.
    Waiting,
    /// It waits, and is held back by people.
    Paused,
    /// It runs.
    Running,
    /// People decide about it.
    Review,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Paused, Self::Running, Self::Review];

    /// Its name in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Paused => "paused",
            Self::Running => "running",
            Self::Review => "review",
        }
    }
}

/// The jobs of one queue that stand alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depth {
    /// The queue.
    pub queue: Name,
    /// How they stand.
    pub standing: Standing,
    /// How many there are.
    pub jobs: u64,
    /// When the oldest of them arrived, in milliseconds since the Unix epoch.
    pub oldest: u64,
}

impl Jobs {
    /// How full the queues are. It reads one index, and no job itself.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn depths_by_standing(&self) -> Result<Vec<Depth>, StoreError> {
        let question = question();
        self.change(|connection| {
            let mut statement = connection.prepare_cached(&question)?;
            let rows = statement.query_map([], |row| {
                let standing: String = row.get(1)?;
                let known = Standing::ALL.into_iter().find(|known| known.as_str() == standing);
                let (queue, jobs, oldest) = (row.get(0)?, row.get(2).map(uint)?, row.get(3).map(uint)?);
                Ok(known.map(|standing| Depth { queue, standing, jobs, oldest }))
            })?;
            rows.filter_map(Result::transpose).collect()
        })
    }
}

fn question() -> String {
    format!(
        "SELECT j.queue, CASE WHEN j.state = 'waiting' AND EXISTS (SELECT 1 FROM pauses p WHERE {}) THEN 'paused' \
         ELSE j.state END AS standing, COUNT(*), MIN(j.since) FROM jobs j INDEXED BY jobs_open \
         WHERE j.state IN ('waiting', 'running', 'review') GROUP BY j.queue, standing ORDER BY j.queue, standing",
        pause::COVERS
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::queue::Pause;
    use crate::store::queue::tests::{new, other};

    #[test]
    fn depths_tell_what_waits_what_is_held_back_and_since_when() {
        let dir = tempfile::tempdir().unwrap();
        let jobs = Jobs::open(dir.path()).unwrap();
        for (id, since, class) in [("a", 5, "batch"), ("b", 3, "internal"), ("c", 4, "internal"), ("d", 6, "batch")] {
            let put = other(id, |request| (request.since, request.class) = (since, class.into()));
            jobs.put(&put, 10).unwrap();
        }
        jobs.put(&new("e", 0), 10).unwrap();
        jobs.claim("later", 1, &[]).unwrap().unwrap();
        jobs.pause(&Pause { class: "internal".into(), ..Pause::default() }).unwrap();
        let seen: Vec<_> = jobs.depths_by_standing().unwrap();
        let seen: Vec<_> = seen.iter().map(|depth| (depth.standing.as_str(), depth.jobs, depth.oldest)).collect();
        assert_eq!(seen, [("paused", 2, 3), ("running", 1, 5), ("waiting", 2, 1)]);
    }

    #[test]
    fn to_tell_depths_no_job_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let jobs = Jobs::open(dir.path()).unwrap();
        let plan: Vec<String> = jobs
            .change(|connection| {
                let mut explained = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", question()))?;
                explained.query_map([], |row| row.get("detail"))?.collect()
            })
            .unwrap();
        assert!(plan.iter().any(|step| step.contains("COVERING INDEX jobs_open")), "{plan:?}");
    }
}
