//! What operators see of the queues and of what waits in them, what they hold back, and what they decide as reviewers.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{AdminSide, BODY_BYTES, ENDPOINT, Reply, read, unknown_name};
use crate::accept::RequestBody;
use crate::config::nearest::suggestion;
use crate::config::{Named, UnknownName};
use crate::deferral::view;
use crate::gateway::now_ms;
use crate::store::StoreError;
use crate::store::queue::{Job, Pause, Verdict};

/// Jobs under review that are listed at once.
const LISTED: u32 = 500;

/// What a reviewer sends.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    /// Who decides; the ledger of reviews keeps it.
    by: Option<Box<str>>,
    /// The target that it goes to.
    target: Option<Box<str>>,
    /// Why it is rejected.
    reason: Option<Box<str>>,
}

impl AdminSide {
    /// Answers what concerns queues; none: the path is another's.
    pub(super) async fn queues(&self, method: &Method, path: &[&str], request: Request<RequestBody>) -> Option<Reply> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        Some(match (method, path) {
            (&Method::GET, ["queues"]) => self.all_queues().await,
            (&Method::POST, ["queues", queue @ .., word @ ("pause" | "resume")]) => {
                self.hold_back(&queue.join("/"), &query, *word == "pause").await
            }
            (&Method::GET, ["deferred", id]) => self.job(id).await,
            (&Method::GET, ["review"]) => self.under_review().await,
            (&Method::GET, ["review", id]) => self.job(id).await,
            (&Method::POST, ["review", id, word @ ("approve" | "retarget" | "reject")]) => {
                match read(request, BODY_BYTES, (BODY_BYTES, ENDPOINT)).await {
                    Ok(body) => self.decide(id, word, &body).await,
                    Err(reply) => reply,
                }
            }
            _ => return None,
        })
    }

    async fn all_queues(&self) -> Reply {
        let counts = match self.gateway.deferrals.on_disk(|jobs| jobs.counts()).await {
            Ok(counts) => counts,
            Err(error) => return unusable(&error),
        };
        let config = self.gateway.state.load().config.clone();
        let of = |name: &str| -> Map<String, Value> {
            let mine = counts.iter().filter(|(queue, ..)| **queue == *name);
            mine.map(|(_, state, count)| (state.clone(), json!(count))).collect()
        };
        let queue = |queue: &crate::config::DeferralQueue| {
            json!({
                "name": &*queue.name,
                "concurrency": queue.concurrency,
                "tries": queue.tries,
                "ttl_ms": u64::try_from(queue.ttl.as_millis()).unwrap_or(u64::MAX),
                "per_tenant": queue.per_tenant,
                "review": queue.review,
                "jobs": of(&queue.name),
            })
        };
        let queues: Vec<_> = config.queues.values().map(queue).collect();
        Reply::ok(&json!({ "queues": queues, "pauses": self.gateway.deferrals.seen().pauses() }))
    }

    async fn hold_back(&self, queue: &str, query: &str, pause: bool) -> Reply {
        let (extent, unknown) = match self.extent(queue, query) {
            Ok(extent) => extent,
            Err(reply) => return reply,
        };
        // What is held back of something that is gone can still be let go.
        if let Some(unknown) = unknown.as_ref().filter(|_| pause) {
            return unknown_name(unknown, None);
        }
        let held = extent.clone();
        let done = self
            .gateway
            .deferrals
            .on_disk(move |jobs| if pause { jobs.pause(&held).map(|()| true) } else { jobs.resume(&held) });
        match done.await {
            Ok(true) => {
                self.gateway.deferrals.wake();
                self.all_queues().await
            }
            Ok(false) => match unknown {
                Some(unknown) => unknown_name(&unknown, None),
                None => {
                    let message = "Nothing of exactly this extent is paused: GET /admin/v1/queues lists the pauses.";
                    Reply::error(StatusCode::NOT_FOUND, "not_paused", message)
                }
            },
            Err(error) => unusable(&error),
        }
    }

    /// What a path and a query mean, and the first name in it that there is nothing of; an empty name of a queue is all
    /// queues.
    fn extent(&self, queue: &str, query: &str) -> Result<(Pause, Option<UnknownName>), Reply> {
        let config = self.gateway.state.load().config.clone();
        let mut unknown = None;
        let mut require = |what, name: &str| {
            let ring = self.gateway.keys.load();
            let keys = ring.callers.values().map(|caller| &caller.key).chain(ring.shut.values());
            let keys = keys.map(|key| &*key.name).filter(|_| what == Named::Key);
            unknown = unknown.take().or(config.require_or(what, name, keys).err());
        };
        if !queue.is_empty() {
            require(Named::Queue, queue);
        }
        let mut extent = Pause { queue: queue.into(), since: now_ms(), ..Pause::default() };
        for (field, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let value = unescaped(value);
            let named =
                [("class", Named::Class), ("tenant", Named::Tenant), ("key", Named::Key), ("route", Named::Route)];
            named.into_iter().filter(|(known, _)| *known == field).for_each(|(_, what)| require(what, &value));
            match field {
                "class" => extent.class = (*value).into(),
                "tenant" => extent.tenant = (*value).into(),
                "key" => extent.key = (*value).into(),
                "route" => extent.route = (*value).into(),
                "budget" => match config.budgets.iter().find(|budget| *budget.id == *value) {
                    Some(budget) => extent = extent.within(budget),
                    None => {
                        let unknown = UnknownName::among(Named::Budget, &value, config.names(Named::Budget));
                        return Err(unknown_name(&unknown, None));
                    }
                },
                _ => {
                    let message = "Use `class`, `tenant`, `key`, `route` or `budget`.";
                    return Err(Reply::error(StatusCode::BAD_REQUEST, "unknown_field", message));
                }
            }
        }
        Ok((extent, unknown))
    }

    async fn job(&self, id: &str) -> Reply {
        let id = id.to_owned();
        match self.gateway.deferrals.on_disk(move |jobs| jobs.job(&id)).await {
            Ok(Some(job)) => Reply::ok(&view::for_people(&job, true)),
            Ok(None) => unknown(),
            Err(error) => unusable(&error),
        }
    }

    async fn under_review(&self) -> Reply {
        match self.gateway.deferrals.on_disk(|jobs| jobs.under_review(LISTED)).await {
            Ok(jobs) => {
                let jobs: Vec<_> = jobs.iter().map(|job| view::for_people(job, false)).collect();
                Reply::ok(&json!({ "review": jobs }))
            }
            Err(error) => unusable(&error),
        }
    }

    async fn decide(&self, id: &str, word: &str, body: &Bytes) -> Reply {
        let said: Said = match if body.is_empty() { Ok(Said::default()) } else { serde_json::from_slice(body) } {
            Ok(said) => said,
            Err(error) => return Reply::error(StatusCode::BAD_REQUEST, "invalid_body", &error.to_string()),
        };
        let id = id.to_owned();
        let known = match self
            .gateway
            .deferrals
            .on_disk({
                let id = id.clone();
                move |jobs| jobs.job(&id)
            })
            .await
        {
            Ok(Some(job)) => job,
            Ok(None) => return unknown(),
            Err(error) => return unusable(&error),
        };
        let verdict = match self.verdict(&known, word, &said) {
            Ok(verdict) => verdict,
            Err(reply) => return reply,
        };
        let by = said.by.unwrap_or_else(|| "admin".into());
        let decided = self.gateway.deferrals.on_disk(move |jobs| jobs.decide(&id, &verdict, &by, now_ms())).await;
        self.gateway.deferrals.wake();
        match decided {
            Ok(Some(job)) => Reply::ok(&view::for_people(&job, false)),
            Ok(None) => {
                Reply::error(StatusCode::CONFLICT, "not_under_review", "Nobody has to decide about this request.")
            }
            Err(error) => unusable(&error),
        }
    }

    fn verdict(&self, job: &Job, word: &str, said: &Said) -> Result<Verdict, Reply> {
        match word {
            "retarget" => {
                let route = self.gateway.state.load().routes.get(&job.request.route).cloned();
                let target = said.target.as_deref().and_then(|id| {
                    let index = route.as_ref()?.place_of(id)?;
                    Some(route.as_ref()?.targets.get(index)?.setting.id.clone())
                });
                target.map(Verdict::Retarget).ok_or_else(|| {
                    let known = route.iter().flat_map(|route| &route.targets).map(|target| &*target.setting.id);
                    let hint = match said.target.as_deref() {
                        Some(id) => UnknownName::among(Named::Target, id, known).hint,
                        None => suggestion("", known),
                    };
                    let message =
                        format!("Send `{{\"target\": \"…\"}}` with the id of a target of the request's route: {hint}.");
                    Reply::error(StatusCode::BAD_REQUEST, "unknown_target", &message)
                })
            }
            "reject" => {
                let reason = said.reason.clone().unwrap_or_else(|| "no reason was given".into());
                Ok(Verdict::Reject { response: view::rejected(&reason), reason })
            }
            _ => Ok(Verdict::Approve),
        }
    }
}

fn unknown() -> Reply {
    Reply::error(StatusCode::NOT_FOUND, "unknown_deferred", "There is no such deferred request.")
}

fn unusable(error: &StoreError) -> Reply {
    Reply::error(StatusCode::INTERNAL_SERVER_ERROR, "store", &error.to_string())
}

/// `%2F` and the like as what they stand for: names of routes and budgets may hold slashes and colons.
pub(super) fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).filter(|_| *first == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
