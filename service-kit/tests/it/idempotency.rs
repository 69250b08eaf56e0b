//! `Idempotency-Key` on a real database: one effect and one answer a key, through repetition, crowds, rollbacks,
//! crashes and clients that go.

mod kit;

use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::Request;
use problem_types::UNKNOWN_USER;

use self::kit::{Answer, Kit, TABLE, TABLE_OF_PAYMENTS};

#[tokio::test]
async fn the_same_request_gets_the_same_answer_and_creates_once_after_a_restart_too() {
    let kit = Kit::new("twice").await;
    let first = kit.send("key-1", "one").await;
    assert_eq!((first.status, first.is_replayed()), (201, false));
    let restarted = Kit::over(kit.transactions.pool().clone(), String::new());
    for process in [&kit, &restarted] {
        let again = process.send("key-1", "one").await;
        assert_eq!((again.status, &again.body, again.is_replayed()), (201, &first.body, true));
        assert_eq!(again.headers["location"], first.headers["location"]);
        assert_eq!(again.headers["content-type"], first.headers["content-type"]);
    }
    assert_eq!(kit.things().await, 1);
    assert_eq!(kit.send("key-2", "one").await.status, 201);
    assert_eq!(kit.things().await, 2);
    kit.finish().await;
}

#[tokio::test]
async fn of_twenty_at_once_one_creates_and_the_others_get_its_answer_or_are_told_to_wait() {
    let kit = Kit::new("crowd").await;
    let answers = futures::future::join_all((0..20).map(|_| kit.send("crowd", "one"))).await;
    let created: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(created.iter().filter(|answer| !answer.is_replayed()).count(), 1, "{answers:?}");
    assert!(created.iter().all(|answer| answer.body == created[0].body));
    for other in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((other.status, other.slug()), (409, "request-in-flight"), "{other:?}");
        assert_eq!(other.headers["retry-after"], "1");
    }
    assert_eq!((kit.things().await, kit.runs.load(Ordering::SeqCst)), (1, 1));
    kit.finish().await;
}

#[tokio::test]
async fn another_body_or_another_path_under_the_same_key_is_422() {
    let kit = Kit::new("reused").await;
    kit.send("key", "one").await;
    let other = kit.send("key", "two").await;
    assert_eq!((other.status, other.slug()), (422, "idempotency-key-reused"));
    let elsewhere = Request::post("/other").header("content-type", "application/json").header("idempotency-key", "key");
    let elsewhere = kit.answer(elsewhere.body(Body::from(r#"{"name":"one"}"#)).unwrap()).await;
    assert_eq!((elsewhere.status, elsewhere.slug()), (422, "idempotency-key-reused"));
    assert_eq!(kit.things().await, 1);
    kit.finish().await;
}

#[tokio::test]
async fn what_was_rolled_back_frees_its_key_at_once() {
    let kit = Kit::new("rollback").await;
    for _ in 0..2 {
        assert_eq!(kit.send("key", "taken").await.slug(), "email-taken");
    }
    assert_eq!((kit.runs.load(Ordering::SeqCst), kit.things().await), (2, 0));
    let mended = kit.send("key", "free").await;
    assert_eq!((mended.status, mended.is_replayed()), (201, false));
    kit.finish().await;
}

#[tokio::test]
async fn a_problem_that_was_committed_is_remembered_and_told_in_the_language_of_who_asks() {
    let kit = Kit::new("problem").await;
    let first = kit.send("key", "unwelcome").await;
    let (again, french) = (kit.send("key", "unwelcome").await, kit.send_in("fr-CA", "key", "unwelcome").await);
    assert_eq!((first.status, first.slug(), &first.body), (422, "unknown-user", &again.body));
    assert!(again.is_replayed() && french.is_replayed());
    assert_eq!(french.headers["content-language"], "fr");
    assert_eq!(french.body["title"], UNKNOWN_USER.title.get(problem_types::Language::Fr));
    assert_eq!(kit.things().await, 1);
    kit.finish().await;
}

#[tokio::test]
async fn while_the_first_request_runs_the_same_is_409_and_other_content_422() {
    let kit = Kit::new("flight").await;
    let first = tokio::spawn({
        let kit = kit.clone();
        async move { kit.send("key", "wait").await }
    });
    kit.begun.notified().await;
    assert_eq!(kit.send("key", "wait").await.slug(), "request-in-flight");
    assert_eq!(kit.send("key", "other").await.slug(), "idempotency-key-reused");
    kit.go_on.notify_one();
    assert_eq!(first.await.unwrap().status, 201);
    assert!(kit.send("key", "wait").await.is_replayed());
    kit.finish().await;
}

#[tokio::test]
async fn a_client_that_goes_frees_its_key_and_nothing_is_created() {
    let kit = Kit::new("gone").await;
    let first = tokio::spawn({
        let kit = kit.clone();
        async move { kit.send("key", "wait").await }
    });
    kit.begun.notified().await;
    first.abort();
    kit.no_claim_is_left().await;
    assert_eq!(kit.things().await, 0);
    kit.go_on.notify_one();
    assert_eq!(kit.send("key", "wait").await.status, 201);
    kit.finish().await;
}

#[tokio::test]
async fn a_claim_whose_process_died_ends_with_its_lease() {
    let kit = Kit::new("died").await;
    // What a process leaves that dies between its claim and its commit.
    kit.send("key", "one").await;
    for sql in ["UPDATE idempotency_keys SET answer = NULL", "DELETE FROM things"] {
        sqlx::query(sql).execute(kit.transactions.pool()).await.unwrap();
    }
    assert_eq!(kit.send("key", "one").await.slug(), "request-in-flight");
    kit.seconds.store(1, Ordering::SeqCst);
    let taken_over = kit.send("key", "mended").await;
    assert_eq!((taken_over.status, taken_over.is_replayed(), kit.things().await), (201, false, 1));
    kit.finish().await;
}

#[tokio::test]
async fn a_request_that_takes_its_time_keeps_its_key() {
    let kit = Kit::new("slow").await;
    let slow = tokio::spawn({
        let kit = kit.clone();
        async move { kit.send("key", "wait").await }
    });
    kit.begun.notified().await;
    kit.seconds.store(60, Ordering::SeqCst);
    assert_eq!(kit.send("key", "wait").await.slug(), "request-in-flight");
    kit.go_on.notify_one();
    let first = slow.await.unwrap();
    assert_eq!((first.status, kit.things().await), (201, 1));
    let again = kit.send("key", "wait").await;
    assert!(again.is_replayed());
    assert_eq!(again.body, first.body);
    kit.finish().await;
}

#[tokio::test]
async fn a_request_whose_key_was_taken_over_before_it_began_creates_nothing() {
    let kit = Kit::new("taken_over").await;
    // As if somebody else had the key between the claim and the first statement under it.
    let taken =
        "CREATE TRIGGER taken BEFORE INSERT ON idempotency_keys FOR EACH ROW SET NEW.owner = UNHEX(MD5('other'))";
    sqlx::raw_sql(taken).execute(kit.transactions.pool()).await.unwrap();
    assert_eq!(kit.send("key", "one").await.slug(), "request-in-flight");
    assert_eq!((kit.runs.load(Ordering::SeqCst), kit.things().await), (0, 0));
    kit.finish().await;
}

#[tokio::test]
async fn a_key_is_1_to_255_visible_characters_once() {
    let kit = Kit::new("form").await;
    for key in ["a".repeat(256), "two words".to_owned(), "clé".to_owned(), String::new()] {
        let answer = kit.send(&key, "one").await;
        assert_eq!((answer.status, answer.slug()), (400, "invalid-idempotency-key"), "{key}");
    }
    let twice = Request::post("/things").header("idempotency-key", "a").header("idempotency-key", "b");
    let twice = kit.answer(twice.body(Body::from(r#"{"name":"one"}"#)).unwrap()).await;
    assert_eq!(twice.slug(), "invalid-idempotency-key");
    assert_eq!(kit.send(&"a".repeat(255), "one").await.status, 201);
    kit.finish().await;
}

#[test]
fn both_services_have_the_same_table() {
    assert_eq!(TABLE, TABLE_OF_PAYMENTS);
}
