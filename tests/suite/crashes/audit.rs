//! The books after the last start, held against what callers saw and what the provider billed.

use std::collections::BTreeMap;

use fingerpost::ledger::{CostState, Ending, Record};
use fingerpost::store::queue::Jobs;
use serde_json::Value;
use support::client::Answer;
use support::gateway::Gateway;
use support::upstream::Upstream;

use super::load::{BILLS, Question, Seen, Way, is_billed, is_replay};

/// Everything that is known in the end.
pub(super) struct Audit<'a> {
    pub(super) gateway: &'a Gateway,
    pub(super) upstream: &'a Upstream,
    pub(super) seen: Vec<Seen>,
    pub(super) records: Vec<Record>,
}

impl Audit<'_> {
    fn answers(&self) -> impl Iterator<Item = (&Question, &Answer)> {
        self.seen.iter().filter_map(|(question, answer)| Some((question, answer.as_ref()?)))
    }

    fn by_id(&self) -> BTreeMap<&str, &Record> {
        self.records.iter().map(|record| (&*record.request_id, record)).collect()
    }

    /// Every request that went upstream has one record, and none has two.
    pub(super) fn every_answer_has_its_one_record(&self) {
        let by_id = self.by_id();
        let own: Vec<&str> =
            self.answers().filter(|(_, answer)| !is_replay(answer)).map(|(_, answer)| id(answer)).collect();
        assert!(by_id.len() == self.records.len() && own.len() > 40, "{} records, {} answers", by_id.len(), own.len());
        assert!(own.iter().all(|id| by_id.contains_key(id)), "an answer has no record");
    }

    /// What was billed is in the entries: confirmed, or listed as exposure with the request that it belongs to.
    pub(super) fn entries_say_what_was_billed(&self) {
        for (model, bill) in BILLS {
            let hits = self.upstream.hits(model);
            let billed = (0..hits).filter(|number| is_billed(model, *number)).count() as u64 * bill;
            let entries = self.records.iter().flat_map(|record| &record.attempts);
            let entries: Vec<_> = entries.filter(|entry| *entry.place.model == *model).collect();
            let sum = |is_wanted: fn(CostState) -> bool| -> u64 {
                entries.iter().filter(|entry| is_wanted(entry.cost_state)).map(|entry| entry.cost.0).sum()
            };
            let confirmed = sum(|state| state == CostState::Confirmed);
            let uncertain = sum(|state| matches!(state, CostState::Exposure | CostState::Estimated))
                + entries.iter().map(|entry| entry.exposure.0).sum::<u64>();
            let told =
                format!("{model}: {hits} requests, {billed} billed, {confirmed} confirmed, {uncertain} uncertain");
            assert!(confirmed <= billed && billed <= confirmed + uncertain, "{told}");
            // All attempts of a request are at one model here, and the entry of a lost one says how many there were.
            let last = self.records.iter().filter_map(|record| record.attempts.last());
            let attempts: u32 = last.filter(|entry| *entry.place.model == *model).map(|entry| entry.number).sum();
            assert!(confirmed > 0 && hits <= attempts as usize, "{attempts} attempts in the ledger; {told}");
        }
        let mut lost = self.records.iter().filter(|record| record.ending == Ending::Lost);
        assert!(lost.all(|record| record.attempts[0].cost.0 > 0), "exposure is listed by request");
    }

    /// Budgets count what the ledger does, and nothing is held for ever.
    pub(super) fn budgets_agree(&self) {
        let charged: u64 = self.records.iter().map(|record| record.charge.0).sum();
        let budgets = self.gateway.running().gateway.budgets.states(fingerpost::gateway::now_ms());
        assert_eq!((budgets[0].1.spent.0, budgets[0].1.reserved.0), (charged, 0));
    }

    /// Whatever was given again is byte for byte what one run gave, which was billed once.
    pub(super) fn stored_answers_are_of_one_run_that_was_billed_once(&self) {
        let by_id = self.by_id();
        let mut of_run: BTreeMap<&str, &Answer> = BTreeMap::new();
        let keyed = || self.answers().filter(|(question, _)| matches!(question.way, Way::Keyed { .. }));
        for (_, answer) in keyed().filter(|(_, answer)| !is_replay(answer)) {
            assert_eq!((answer.status.as_u16(), of_run.insert(id(answer), answer).is_none()), (200, true));
        }
        let mut replays = 0;
        for (_, answer) in keyed().filter(|(_, answer)| is_replay(answer)) {
            let record = by_id[id(answer)];
            assert!(record.attempts.is_empty() && record.charge.0 == 0, "{record:#?}");
            let run = by_id[record.replayed_from.as_deref().expect("it names the run")];
            let confirmed = run.attempts.iter().filter(|entry| entry.cost_state == CostState::Confirmed).count();
            assert_eq!((run.ending, run.attempts.len(), confirmed), (Ending::Served, 1, 1), "{run:#?}");
            let first = *of_run.entry(&run.request_id).or_insert(answer);
            assert_eq!(first.body, answer.body);
            replays += 1;
        }
        assert!(replays > 40, "{replays}");
    }

    /// Every job that a caller knows of is known still, and is over in one way.
    pub(super) async fn jobs_are_over_in_one_way(&self) {
        let by_id = self.by_id();
        let accepted: Vec<String> = self.answers().filter(|(_, answer)| answer.status == 202).map(job_of).collect();
        assert!(accepted.len() > 10, "{} jobs", accepted.len());
        for job in &accepted {
            let path = format!("/v1/deferred/{job}");
            let seen = self.gateway.client().get(&path).await.json();
            let of_job = self.records.iter().filter(|record| record.job.as_deref() == Some(job));
            let served: Vec<_> = of_job.filter(|record| record.ending == Ending::Served).collect();
            let answered = seen["response"]["headers"]["x-fingerpost-request-id"].as_str().unwrap_or_default();
            match seen["status"].as_str() {
                Some("done") => assert!(served.iter().any(|record| *record.request_id == *answered), "{seen}"),
                // No run that served is thrown away for one that failed.
                Some("failed") => assert_eq!(by_id[answered].ending, Ending::Failed, "{seen}"),
                _ => panic!("{seen}"),
            }
        }
        let jobs = Jobs::open(&self.gateway.dir().join("data")).expect("the queue can be opened");
        let counts = jobs.counts().expect("the queue can be read");
        let (over, open): (Vec<_>, Vec<_>) =
            counts.into_iter().partition(|(_, state, _)| matches!(state.as_str(), "done" | "failed"));
        assert!(open.is_empty(), "{open:?}");
        assert!(over.iter().map(|(_, _, count)| count).sum::<u64>() >= accepted.len() as u64);
    }
}

fn id(answer: &Answer) -> &str {
    answer.header("x-fingerpost-request-id").expect("every answer names its request")
}

fn job_of((_, answer): (&Question, &Answer)) -> String {
    let job: Value = answer.json();
    job["id"].as_str().expect("a job has an id").to_owned()
}
