//! What the store keeps, for whom and for how long, and that a broken disk hurts nobody.

use std::time::Duration;

use super::*;

const LIMITS: AnswerLimits = AnswerLimits {
    max_entries: 3,
    max_bytes: 100,
    max_answer_bytes: 1 << 20,
    idempotency_ttl: Duration::from_secs(60),
};

/// Long after every test.
const LATER: u64 = 9_000_000_000_000;

fn answer(key: u8, tenant: &str, body: &[u8]) -> StoredAnswer {
    StoredAnswer {
        purpose: Purpose::Replay,
        key: [key; 32],
        tenant: tenant.into(),
        request: [7; 32],
        request_id: "req_1".into(),
        stored_at: 1,
        expires_at: LATER,
        head: vec![("content-type".into(), "application/json".into())],
        is_stream: false,
        body: Bytes::copy_from_slice(body),
    }
}

fn open(dir: &tempfile::TempDir) -> Arc<Answers> {
    Arc::new(Answers::open(dir.path(), LIMITS, Counter::default()))
}

async fn keys(store: &Arc<Answers>, keys: std::ops::RangeInclusive<u8>) -> Vec<u8> {
    let mut found = Vec::new();
    for key in keys {
        if store.find(Purpose::Replay, [key; 32], 2).await.is_some() {
            found.push(key);
        }
    }
    found
}

#[tokio::test]
async fn an_answer_is_found_as_it_was_kept_and_by_the_next_process_too() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    for purpose in Purpose::ALL {
        let kept = StoredAnswer { purpose, is_stream: true, ..answer(1, "acme", b"\xff\x00data") };
        store.keep(kept.clone()).await.unwrap();
        assert_eq!(store.find(purpose, [1; 32], 2).await, Some(kept));
    }
    store.close();
    assert_eq!(keys(&open(&dir), 1..=2).await, [1]);
}

#[tokio::test]
async fn the_oldest_of_a_tenant_make_room_and_those_of_others_stay() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    store.keep(answer(9, "other", b"x")).await.unwrap();
    for key in 1..=4 {
        store.keep(answer(key, "acme", b"x")).await.unwrap();
    }
    assert_eq!(keys(&store, 1..=9).await, [2, 3, 4, 9]);
    store.keep(answer(5, "acme", &[0; 99])).await.unwrap();
    assert_eq!(keys(&store, 1..=9).await, [4, 5, 9]);
    store.keep(answer(6, "acme", &[0; 101])).await.unwrap();
    assert_eq!(keys(&store, 1..=9).await, [4, 5, 9], "one that is larger than all there may be is not kept");
}

#[tokio::test]
async fn the_same_key_again_replaces_the_answer_and_counts_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    for _ in 0..10 {
        store.keep(answer(1, "acme", &[1; 60])).await.unwrap();
    }
    store.keep(answer(2, "acme", &[1; 40])).await.unwrap();
    assert_eq!(keys(&store, 1..=2).await, [1, 2]);
}

#[tokio::test]
async fn what_has_expired_is_not_found_and_deleted_with_the_next_that_comes() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    store.keep(StoredAnswer { expires_at: 5, ..answer(1, "acme", b"x") }).await.unwrap();
    assert_eq!(store.find(Purpose::Replay, [1; 32], 5).await, None);
    store.keep(answer(2, "acme", b"x")).await.unwrap();
    store.close();
    let file = Connection::open(Kind::Answers.path(dir.path())).unwrap();
    let count: i64 = file.query_row("SELECT COUNT(*) FROM answers", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_file_that_is_none_leaves_a_store_that_is_empty_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(Kind::Answers.path(dir.path()), "this is no database, but long enough to look like one").unwrap();
    let failures = Counter::default();
    let store = Arc::new(Answers::open(dir.path(), LIMITS, failures.clone()));
    assert!(store.keep(answer(1, "acme", b"x")).await.is_err());
    assert_eq!(store.find(Purpose::Replay, [1; 32], 2).await, None);
    assert!(failures.get() > 0);
    store.close();
}
