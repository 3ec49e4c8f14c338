//! Exchanges whose callers listen, stop reading or leave.

use super::*;
use http_body_util::BodyExt;
use tokio::sync::oneshot;

fn stalls() -> Arc<Stalls> {
    Arc::new(Stalls::new(Duration::from_secs(60)))
}

#[tokio::test]
async fn chunks_arrive_in_order_and_the_stream_ends() {
    let response = respond(stalls(), |sink| async move {
        sink.head(Response::new(()));
        for part in ["a", "b", "c"] {
            sink.chunk(Bytes::from_static(part.as_bytes())).await.expect("a caller");
        }
    })
    .await;
    assert_eq!(response.into_body().collect().await.expect("whole").to_bytes(), "abc");
}

#[tokio::test]
async fn a_broken_answer_gives_what_there_is_and_then_an_error() {
    let response = respond(stalls(), |sink| async move {
        sink.head(Response::new(()));
        sink.chunk(Bytes::from_static(b"a")).await.expect("a caller");
        sink.break_off();
    })
    .await;
    let mut body = response.into_body();
    assert!(body.frame().await.expect("a frame").is_ok());
    assert!(body.frame().await.expect("a frame").is_err());
}

#[tokio::test]
async fn an_exchange_whose_caller_leaves_before_the_head_still_comes_to_its_end() {
    let (told, end) = oneshot::channel();
    let mut responding = respond(stalls(), |sink| async move {
        sink.caller_gone().await;
        told.send(sink.is_caller_gone()).expect("a listener");
    });
    assert!(std::future::poll_fn(|cx| Poll::Ready(Pin::new(&mut responding).poll(cx))).await.is_pending());
    drop(responding);
    assert_eq!(end.await, Ok(true));
}

#[tokio::test]
async fn an_exchange_whose_caller_leaves_in_the_middle_is_told_with_its_next_chunk() {
    let (told, end) = oneshot::channel();
    let response = respond(stalls(), |sink| async move {
        sink.head(Response::new(()));
        while sink.chunk(Bytes::from_static(b"more")).await.is_ok() {}
        told.send(()).expect("a listener");
    })
    .await;
    let mut body = response.into_body();
    body.frame().await.expect("a frame").expect("data");
    drop(body);
    assert_eq!(end.await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_reads_nothing_for_too_long_is_given_up() {
    let (told, end) = oneshot::channel();
    let stalls = stalls();
    let response = respond(Arc::clone(&stalls), |sink| async move {
        sink.head(Response::new(()));
        while sink.chunk(Bytes::from_static(b"more")).await.is_ok() {}
        told.send(sink.is_stalled()).expect("a listener");
    })
    .await;
    let mut body = response.into_body();
    body.frame().await.expect("a frame").expect("data");
    tokio::time::advance(Duration::from_secs(59)).await;
    stalls.sweep();
    body.frame().await.expect("a frame").expect("it was in time");
    tokio::time::advance(Duration::from_secs(61)).await;
    stalls.sweep();
    assert_eq!(end.await, Ok(true));
    assert!(body.frame().await.expect("a frame").is_err());
}

#[tokio::test(start_paused = true)]
async fn the_time_for_which_a_caller_does_not_read_is_told() {
    let response = respond(stalls(), |sink| async move {
        sink.head(Response::new(()));
        sink.chunk(Bytes::from_static(b"a")).await.expect("a caller");
        tokio::task::yield_now().await;
        let paused = sink.take_pause().as_secs();
        sink.chunk(Bytes::from(paused.to_string())).await.expect("a caller");
    })
    .await;
    let mut body = response.into_body();
    body.frame().await.expect("a frame").expect("data");
    tokio::time::advance(Duration::from_secs(7)).await;
    let told = body.frame().await.expect("a frame").expect("data");
    assert_eq!(told.into_data().expect("data"), "7");
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_gives_the_head_and_repeats_until_something_else_is_given() {
    let response = respond(stalls(), |sink| async move {
        let work = async {
            tokio::time::sleep(Duration::from_secs(35)).await;
            assert!(sink.is_head_given());
            sink.chunk(Bytes::from_static(b"data")).await.expect("a caller");
            tokio::time::sleep(Duration::from_secs(10)).await;
        };
        with_heartbeat(work, &sink, Duration::from_secs(15), || Response::new(())).await;
    })
    .await;
    let body = response.into_body().collect().await.expect("whole").to_bytes();
    assert_eq!(body, ": waiting\n\n: waiting\n\ndata");
}
