//! How a job looks: to its caller, and to the people who decide about it.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::store::queue::{Job, JobState, NewJob, Response};

/// A job that has only just been put off, as its caller sees it.
#[must_use]
pub fn of_new(job: &NewJob) -> Value {
    json!({
        "id": &*job.request.id,
        "object": "deferred",
        "status": if job.next.review { JobState::Review } else { JobState::Waiting },
        "route": &*job.request.route,
        "request_id": &*job.request.request_id,
        "created_at": job.request.since / 1000,
        "expires_at": job.next.expires_at / 1000,
        "tries": 0,
        "response": null,
    })
}

/// A job as its caller sees it. `response` is what an immediate answer would have been.
#[must_use]
pub fn for_caller(job: &Job) -> Value {
    json!({
        "id": &*job.request.id,
        "object": "deferred",
        "status": job.state,
        "route": &*job.request.route,
        "request_id": &*job.request.request_id,
        "created_at": job.request.since / 1000,
        "expires_at": job.expires_at / 1000,
        "tries": job.tries,
        "finished_at": job.finished_at.map(|at| at / 1000),
        "response": job.response.as_ref().map(response),
    })
}

/// A job as people see it who decide about it.
#[must_use]
pub fn for_people(job: &Job, with_body: bool) -> Value {
    let mut view = for_caller(job);
    if let Value::Object(fields) = &mut view {
        fields.remove("object");
        for (name, value) in [
            ("queue", json!(&*job.queue)),
            ("not_before", json!(job.not_before / 1000)),
            ("tenant", json!(&*job.request.tenant)),
            ("key", json!(&*job.request.key)),
            ("class", json!(&*job.request.class)),
            ("webhook", json!(job.request.webhook.as_deref())),
            ("review_target", json!(job.review_target.as_deref())),
            ("reviewed_by", json!(job.reviewed_by.as_deref())),
            ("reviewed_at", json!(job.reviewed_at.map(|at| at / 1000))),
            ("verdict", json!(job.verdict.as_deref())),
        ] {
            fields.insert(name.to_owned(), value);
        }
        if with_body {
            fields.insert("attributes".to_owned(), json!(job.request.attributes));
            fields.insert("body".to_owned(), parsed(&job.request.body));
        }
    }
    view
}

fn response(response: &Response) -> Value {
    let headers: Map<String, Value> =
        response.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    json!({ "status": response.status, "headers": headers, "body": parsed(&response.body) })
}

/// JSON as JSON, anything else as text.
fn parsed(body: &Bytes) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| json!(String::from_utf8_lossy(body)))
}

/// An error as the answer of a job.
#[must_use]
pub fn as_response(error: &ApiError) -> Response {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Response { status: error.status.as_u16(), headers, body: error.body() }
}

/// What a caller is told whose request nobody could serve in time.
#[must_use]
pub fn expired() -> Response {
    let error = ApiError::new(StatusCode::GATEWAY_TIMEOUT, "api_error", "deferred_expired");
    as_response(&error.saying("The request waited in a queue until its time was over, and was not served."))
}

/// What a caller is told whose request people have refused.
#[must_use]
pub fn rejected(reason: &str) -> Response {
    let error = ApiError::new(StatusCode::FORBIDDEN, "invalid_request_error", "rejected_by_reviewer");
    as_response(&error.saying(format!("The request was refused: {reason}")).pointless_to_retry())
}
