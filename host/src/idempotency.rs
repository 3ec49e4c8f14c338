//! A request that was asked before is not run again (R23): under an `Idempotency-Key` it gets the stored answer or joins the
//! run that is under way, and where a route says so, an official SDK's own retry takes over the run whose caller vanished.
//! Such a run belongs to no connection: it is a task of its own, and everybody who asked listens to it.

mod runs;
mod tape;

pub use runs::{Run, Runs};

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};

use crate::disclosure::Listener;
use crate::downstream::{Responding, Sink, respond};
use crate::error::ApiError;
use crate::gateway::{Gateway, now_ms};
use crate::ledger::Ending;
use crate::request::{Arrival, Asked, run};
use crate::store::{Purpose, StoredAnswer};
use crate::{headers, record};
use runs::{Attendance, Sha};
use tape::{End, Head, Piece};

/// The longest idempotency key, in bytes.
const KEY_BYTES: usize = 255;

/// How long a finished run waits for the disk to take its answer; until then it is found in memory.
const STORING: Duration = Duration::from_secs(10);

/// What two requests must share for one to be given the other's answer, beside tenant and key.
const ENDPOINT: &str = "/v1/chat/completions";

/// How a request can be asked for again.
#[derive(Debug)]
pub struct Handle {
    key: Sha,
    request: Sha,
    is_keyed: bool,
    is_retry: bool,
}

/// By what another request would be known as the same: by its idempotency key, or by its body where the route lets retries
/// adopt runs. None: it is served by its own connection and by nothing else.
///
/// # Errors
/// A 400 for an idempotency key that is none.
pub fn handle(asked: &Asked) -> Result<Option<Handle>, ApiError> {
    let key = idempotency_key(&asked.headers)?;
    if key.is_none() && !asked.route.setting.adopt_retries {
        return Ok(None);
    }
    let request: Sha = Sha256::digest(&asked.body).into();
    let caller = &asked.caller;
    let of = |kind: &[u8], name: &[u8]| -> Sha {
        let parts = [kind, caller.tenant.name.as_bytes(), caller.key.name.as_bytes(), ENDPOINT.as_bytes(), name];
        crate::policy::Digest::of_parts(&parts).into_bytes()
    };
    let key_of_run = match key {
        Some(key) => of(b"idempotency-key", key),
        None => of(b"body", &request),
    };
    let retries = asked.headers.get("x-stainless-retry-count").and_then(|count| count.to_str().ok()?.parse().ok());
    let is_retry = retries.is_some_and(|count: u32| count > 0);
    Ok(Some(Handle { key: key_of_run, request, is_keyed: key.is_some(), is_retry }))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&[u8]>, ApiError> {
    let mut values = headers.get_all("idempotency-key").iter();
    let (Some(value), another) = (values.next(), values.next()) else { return Ok(None) };
    let key = value.as_bytes();
    if another.is_some() || key.is_empty() || key.len() > KEY_BYTES || !key.iter().all(u8::is_ascii_graphic) {
        let message = format!("`Idempotency-Key` must be one value of 1 to {KEY_BYTES} visible ASCII characters.");
        return Err(ApiError::invalid("invalid_idempotency_key", message));
    }
    Ok(Some(key))
}

/// Serves a request that can be asked for again.
pub async fn serve(gateway: Arc<Gateway>, arrival: Arrival, asked: Asked, handle: Handle, sink: &Sink) {
    let at_most = gateway.answers.limits().max_answer_bytes;
    if !handle.is_keyed {
        if handle.is_retry
            && let Some(run) = gateway.runs.adopt(&handle.key)
        {
            return listen_again(&gateway, &arrival, &asked, &run, sink).await;
        }
        let run = Run::new(handle.key, handle.request, false, at_most);
        return lead(gateway, arrival, asked, run, sink).await;
    }
    match gateway.runs.attend(handle.key, handle.request, at_most) {
        Attendance::Joins(run) => listen_again(&gateway, &arrival, &asked, &run, sink).await,
        Attendance::Differs => refuse(&gateway, &arrival, &asked, sink).await,
        Attendance::Leads(run) => match gateway.answers.find(Purpose::Replay, handle.key, now_ms()).await {
            Some(stored) if stored.request == handle.request => {
                gateway.runs.forget(&run);
                play_stored(&run, stored);
                listen_again(&gateway, &arrival, &asked, &run, sink).await;
            }
            Some(_) => {
                gateway.runs.forget(&run);
                play_refusal(&run, &arrival);
                refuse(&gateway, &arrival, &asked, sink).await;
            }
            None => lead(gateway, arrival, asked, run, sink).await,
        },
    }
}

/// Another request had this idempotency key.
fn reused() -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request_error", "idempotency_key_reused")
        .saying("This `Idempotency-Key` was used for a request with another body: use a new key for every new request.")
}

async fn refuse(gateway: &Gateway, arrival: &Arrival, asked: &Asked, sink: &Sink) {
    let error = reused();
    sink.answer(headers::of_plain_error(&error, &arrival.id.text), error.body());
    asked.route.metrics.ended(Ending::Rejected);
    record::hand_over(gateway, record::refused(arrival, asked, &error)).await;
}

/// Those who joined before the store was asked have the same body as the request that is refused.
fn play_refusal(run: &Run, arrival: &Arrival) {
    let error = reused();
    let head = headers::of_plain_error(&error, &arrival.id.text).into_parts().0;
    let from = Arc::clone(&arrival.id.text);
    run.tape.begin(Head { status: head.status, headers: head.headers, is_stream: false, from });
    run.tape.push(error.body());
    run.tape.end(End { ending: Ending::Rejected, status: head.status.as_u16(), is_clean: true });
}

fn play_stored(run: &Run, stored: StoredAnswer) {
    let headers = headers::from_pairs(&stored.head);
    run.tape.begin(Head { status: StatusCode::OK, headers, is_stream: stored.is_stream, from: stored.request_id });
    run.tape.push(stored.body);
    run.tape.end(End { ending: Ending::Served, status: 200, is_clean: true });
}

/// Begins a run and listens to it.
async fn lead(gateway: Arc<Gateway>, arrival: Arrival, mut asked: Asked, run: Arc<Run>, sink: &Sink) {
    let listener = Listener::of_run(asked.disclosure.as_deref_mut());
    let keeping = Keeping {
        grace: asked.route.setting.disconnect_grace,
        ttl: gateway.answers.limits().idempotency_ttl,
        tenant: asked.caller.tenant.name.clone(),
        id: Arc::clone(&arrival.id.text),
    };
    let outcome = Arc::new(OnceLock::new());
    let responding = respond(Arc::clone(&gateway.stalls), {
        let (gateway, outcome) = (Arc::clone(&gateway), Arc::clone(&outcome));
        |own| async move {
            // A run is a request under way of its own: its caller may be gone long before its books are closed.
            gateway.metrics.in_flight.inc();
            let asked = Asked { is_run: true, ..asked };
            let (ending, status) = self::run(&gateway, &arrival, asked, &own).await;
            let _ = outcome.set((ending, status));
            gateway.metrics.in_flight.dec();
        }
    });
    tokio::spawn({
        let (gateway, run) = (Arc::clone(&gateway), Arc::clone(&run));
        async move {
            let driving = tokio::spawn(drive(Arc::clone(&gateway), Arc::clone(&run), responding, outcome, keeping));
            if driving.await.is_err() {
                gateway.runs.forget(&run);
                run.tape.end(End::BROKEN);
            }
        }
    });
    let present = |head: &Head| headers::of_run(head.status, &head.headers);
    let (departure, _) = listen(&run, sink, present, |_| listener.clone()).await;
    gateway.runs.leave(&run, departure == Departure::Vanished);
}

/// What is done with a run's answer.
struct Keeping {
    grace: Duration,
    ttl: Duration,
    tenant: crate::config::Name,
    id: Arc<str>,
}

/// Carries a run to its end, or as long as anybody may still want it.
async fn drive(
    gateway: Arc<Gateway>,
    run: Arc<Run>,
    responding: Responding,
    outcome: Arc<OnceLock<(Ending, u16)>>,
    keeping: Keeping,
) {
    let is_clean = tokio::select! {
        is_clean = play(&gateway.runs, &run, responding, &keeping.id) => is_clean,
        // Dropped, the run learns that its caller is gone, and closes its books by itself.
        () = gateway.runs.deserted(&run, keeping.grace) => false,
    };
    let (ending, status) = outcome.get().copied().unwrap_or((Ending::Abandoned, 0));
    let end = End { ending, status, is_clean };
    if !is_clean || ending != Ending::Served {
        // Before anybody knows how it ended: whoever asks again must find nothing, and run anew.
        gateway.runs.forget(&run);
        run.tape.end(end);
        return;
    }
    run.tape.end(end);
    if run.is_keyed {
        store(&gateway, &run, &keeping).await;
        gateway.runs.forget(&run);
    } else {
        gateway.runs.linger(&run, keeping.grace).await;
    }
}

/// Takes all that a run gives; whether it came to an end of its own.
async fn play(runs: &Runs, run: &Arc<Run>, responding: Responding, id: &Arc<str>) -> bool {
    let (head, mut body) = responding.await.into_parts();
    let is_stream = body.size_hint().exact().is_none();
    if head.status != StatusCode::OK {
        runs.forget(run);
    }
    run.tape.begin(Head { status: head.status, headers: head.headers, is_stream, from: Arc::clone(id) });
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return false };
        if body.is_failing() {
            runs.forget(run);
        }
        if let Ok(bytes) = frame.into_data() {
            run.tape.room(|| !run.is_deserted()).await;
            run.tape.push(bytes);
        }
    }
    true
}

/// Keeps the answer on disk. A run is found in memory until it is there.
async fn store(gateway: &Gateway, run: &Run, keeping: &Keeping) {
    let Some((head, body)) = run.tape.whole() else { return };
    let now = now_ms();
    let stored = StoredAnswer {
        purpose: Purpose::Replay,
        key: run.key,
        tenant: keeping.tenant.clone(),
        request: run.request,
        request_id: Arc::clone(&head.from),
        stored_at: now,
        expires_at: now.saturating_add(crate::exchange::millis(keeping.ttl)),
        head: headers::to_pairs(&head.headers),
        is_stream: head.is_stream,
        body,
    };
    let kept = tokio::time::timeout(STORING, gateway.answers.keep(stored)).await;
    if !matches!(kept, Ok(Ok(()))) {
        // The disk does not take it; so long it can still be had from memory.
        tokio::time::sleep(keeping.grace).await;
    }
}

/// How somebody stopped listening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Departure {
    /// It has heard all that there was for it.
    Satisfied,
    /// It was gone before that.
    Vanished,
}

/// Listens to a run that another request began, and writes down that it did.
async fn listen_again(gateway: &Gateway, arrival: &Arrival, asked: &Asked, run: &Arc<Run>, sink: &Sink) {
    let present = |head: &Head| headers::of_replay(head.status, &head.headers, &arrival.id.text);
    let told = |head: &Head| Listener::of_replay(arrival, asked, &head.from);
    let (departure, end) = listen(run, sink, present, told).await;
    gateway.runs.leave(run, departure == Departure::Vanished);
    let end = match departure {
        Departure::Vanished => End { ending: Ending::Abandoned, ..end },
        Departure::Satisfied => end,
    };
    let from = run.tape.head().await.map(|head| Arc::clone(&head.from));
    asked.route.metrics.ended(end.ending);
    let record = record::replayed(arrival, asked, from.as_deref(), (end.ending, end.status));
    record::hand_over(gateway, record).await;
}

/// Gives a caller what a run has given and gives, with the head that is made of the run's, and with what the caller asked to
/// be told besides.
async fn listen(
    run: &Run,
    sink: &Sink,
    present: impl Fn(&Head) -> Response<()>,
    told: impl Fn(&Head) -> Option<Listener>,
) -> (Departure, End) {
    let heard = async {
        let Some(head) = run.tape.head().await else {
            let error = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "api_error", "run_lost")
                .saying("The run of this request ended without an answer; it can be asked for again.");
            sink.answer(headers::of_plain_error(&error, ""), error.body());
            return Ok(End { status: error.status.as_u16(), ..End::BROKEN });
        };
        let mut shown = present(&head);
        if head.is_stream {
            let listener = told(&head).filter(|listener| !listener.head(&mut shown));
            sink.head(shown);
            return pass_on(run, sink, listener.as_ref()).await;
        }
        let end = run.tape.ended().await;
        let body = match run.tape.piece(0).await {
            Piece::Part(body) => body,
            Piece::Lost | Piece::End(_) => Bytes::new(),
        };
        let body = match told(&head) {
            Some(listener) if !listener.head(&mut shown) => listener.whole(&shown, body),
            _ => body,
        };
        sink.answer(shown, body);
        Ok(end)
    };
    let gone = (Departure::Vanished, End { status: 0, ..End::BROKEN });
    tokio::select! {
        biased;
        () = sink.caller_gone() => gone,
        heard = heard => heard.map_or(gone, |end| (Departure::Satisfied, end)),
    }
}

async fn pass_on(run: &Run, sink: &Sink, listener: Option<&Listener>) -> Result<End, crate::downstream::CallerGone> {
    for number in 0.. {
        let end = match run.tape.piece(number).await {
            Piece::Part(part) => {
                sink.chunk(listener.map_or_else(|| part.clone(), |listener| listener.piece(part.clone()))).await?;
                continue;
            }
            Piece::Lost => End { status: 200, ..End::BROKEN },
            Piece::End(end) => end,
        };
        if !end.is_clean {
            sink.break_off();
        }
        return Ok(end);
    }
    Ok(End::BROKEN)
}
