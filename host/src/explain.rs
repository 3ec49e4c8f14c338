//! All that is known of one request, for operators: its record, the facts of its decisions in short, and how to have the
//! decisions made again. `fingerpost explain` and the admin side show the same; what callers may know is `disclosure.rs`.

mod facts;

pub use facts::{BoundsInShort, BudgetInShort, FactsInShort, SessionInShort, TargetInShort};

use std::path::Path;

use serde::Serialize;

use crate::config::Config;
use crate::decision_log::{Log, LogError};
use crate::ledger::Record;
use crate::store::{Found, Reader, StoreError};

/// All that is known of one request. As JSON it is the record with three more fields.
#[derive(Debug, Serialize)]
pub struct Explained {
    /// What the ledger has.
    #[serde(flatten)]
    pub record: Record,
    /// What the decision log has, in the order of the record's decisions; of a decision that was not logged: nothing.
    pub facts: Vec<Option<FactsInShort>>,
    /// Why the facts of some decision are not known; none: they all are.
    pub facts_missing: Option<String>,
    /// The command that has the logged decisions made again; none: none was logged.
    pub replay: Option<String>,
}

/// What a request id, or the beginning of one, leads to.
#[derive(Debug)]
pub enum Answer {
    /// The one request that it names.
    One(Box<Explained>),
    /// Ids that begin so, some of them.
    Several(Vec<String>),
    /// Nothing begins so.
    Nothing,
}

/// Finds a request in the ledger that this reads, and its decisions in the log of the same data folder. Blocks while it reads.
///
/// # Errors
/// When the ledger cannot be read. A log that cannot be read is said in the answer.
pub fn find(reader: &Reader, data_dir: &Path, id: &str) -> Result<Answer, StoreError> {
    Ok(match reader.record(id)? {
        Found::One(record) => Answer::One(Box::new(Explained::new(*record, data_dir))),
        Found::Several(such_as) => Answer::Several(such_as),
        Found::Nothing => Answer::Nothing,
    })
}

impl Explained {
    fn new(record: Record, data_dir: &Path) -> Self {
        if record.decisions.is_empty() {
            return Self { record, facts: Vec::new(), facts_missing: None, replay: None };
        }
        let logged = match Log::open(data_dir).and_then(|log| facts::of(&log, &record.request_id)) {
            Ok(logged) => Ok(logged),
            Err(LogError::Missing(_)) => Err("there is no decision log in the data folder".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        let (logged, problem) = match logged {
            Ok(logged) => (logged, None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        let replay = (!logged.is_empty()).then(|| replay_command(&record.request_id, data_dir));
        let facts = matched(logged, &record);
        let missing = facts.iter().filter(|facts| facts.is_none()).count();
        let facts_missing = (missing > 0).then(|| {
            problem.unwrap_or_else(|| {
                format!(
                    "the decision log lacks {missing} of {} decisions: it writes them after a moment, keeps them as long as \
                     `[decision_log]` says, and takes the share of requests that the route's `sample` says",
                    facts.len()
                )
            })
        });
        Self { record, facts, facts_missing, replay }
    }
}

/// Logged facts by the decision that they belong to. A canary that gave no decision leaves its facts to the active version:
/// then two decisions have the same number in their facts, and where all were logged their order tells.
fn matched(logged: Vec<FactsInShort>, record: &Record) -> Vec<Option<FactsInShort>> {
    if logged.len() == record.decisions.len() {
        return logged.into_iter().map(Some).collect();
    }
    let mut logged: Vec<_> = logged.into_iter().map(Some).collect();
    let of = |index: u32, logged: &mut Vec<Option<FactsInShort>>| {
        let is_it = |facts: &&mut Option<FactsInShort>| facts.as_ref().is_some_and(|facts| facts.decision == index);
        logged.iter_mut().find(is_it)?.take()
    };
    record.decisions.iter().map(|decision| of(decision.index, &mut logged)).collect()
}

/// What an operator types, from whatever folder.
fn replay_command(id: &str, data_dir: &Path) -> String {
    let mut command = format!("fingerpost replay --request {id}");
    if data_dir != Config::builtin().data_dir {
        let dir = data_dir.display().to_string();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        let dir = if dir.chars().all(is_plain) { dir } else { format!("'{}'", dir.replace('\'', r"'\''")) };
        command.push_str(&format!(" --data-dir {dir}"));
    }
    command
}
