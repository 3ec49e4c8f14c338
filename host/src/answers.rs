//! Answers that need no model: the stored one of the route's cache, or one that the config has prepared. Both are free, and
//! both say what they are.

use bytes::Bytes;
use http::StatusCode;

use crate::decision::AnswerPlan;
use crate::dialect::openai::finale::with_facts;
use crate::dialect::openai::stored;
use crate::downstream::Sink;
use crate::error::ApiError;
use crate::exchange::Exchange;
use crate::fallback::Ended;
use crate::gateway::now_ms;
use crate::ledger::Ending;
use crate::{disclosure, headers};

/// Where an answer comes from.
#[derive(Debug)]
pub enum Source<'a> {
    /// From the cache.
    Cached {
        /// Its age in milliseconds.
        age: u64,
    },
    /// From the config.
    Default {
        /// Its name.
        name: &'a str,
    },
}

impl Source<'_> {
    const fn as_str(&self) -> &'static str {
        match self {
            Self::Cached { .. } => "cached",
            Self::Default { .. } => "default",
        }
    }
}

/// The stored answer that the caller prefers to asking anybody.
///
/// # Errors
/// When it wants nothing else and there is none.
pub fn unasked(exchange: &Exchange) -> Result<Option<AnswerPlan>, ApiError> {
    let Some(lookup) = &exchange.cached else { return Ok(None) };
    match (&lookup.found, lookup.prefers) {
        (Some(_), true) => Ok(Some(AnswerPlan::Cached)),
        (None, _) if lookup.only => {
            let error = ApiError::new(StatusCode::GATEWAY_TIMEOUT, "api_error", "no_stored_answer");
            Err(error
                .saying("There is no stored answer to this request, and it asks for nothing else.")
                .pointless_to_retry())
        }
        _ => Ok(None),
    }
}

/// Gives an answer that needs no model, whole.
pub async fn give(exchange: &Exchange, sink: &Sink, plan: AnswerPlan) -> Ended {
    let Some((source, plain)) = find(exchange, plan) else { return Ended::ABANDONED };
    let served =
        Ended { ending: Ending::Served, status: 200, serving: None, degraded: None, answered: Some(source.as_str()) };
    if !exchange.chat.stream {
        disclosure::answer(exchange, sink, headers::without_model(exchange, &source), plain);
        return served;
    }
    let stream = stored::as_stream(&plain, exchange.chat.include_usage).unwrap_or_default();
    if !sink.is_head_given() {
        disclosure::answer(exchange, sink, headers::without_model(exchange, &source), stream);
        return served;
    }
    let mut facts = headers::facts_without_model(exchange, &source);
    disclosure::add(exchange, None, &mut facts);
    let told = with_facts(&[stream], &facts);
    match sink.chunk(told).await {
        Ok(()) => served,
        Err(_) => Ended { ending: Ending::Abandoned, ..served },
    }
}

/// The answer as a plain completion. A plan was checked, so there is one.
fn find(exchange: &Exchange, plan: AnswerPlan) -> Option<(Source<'_>, Bytes)> {
    match plan {
        AnswerPlan::Cached => {
            let lookup = exchange.cached.as_ref()?;
            let found = lookup.found.as_ref()?;
            Some((Source::Cached { age: lookup.age(now_ms())? }, found.body.clone()))
        }
        AnswerPlan::Default(index) => {
            let route = &exchange.route.setting;
            let answer = route.default_answers.get(index)?;
            let created = exchange.received_at / 1_000;
            let plain = stored::prepared(&exchange.id, created, &route.name, &answer.text, answer.finish_reason);
            Some((Source::Default { name: &answer.name }, plain))
        }
    }
}
