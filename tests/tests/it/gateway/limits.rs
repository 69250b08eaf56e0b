//! Limits: of requests, of time, of size.

use std::time::{Duration, Instant};

use futures::future::join_all;
use tests::{Api, GOOD_CARD, Gateway, Store, card_body, wait_until};

/// What one client may try at once (`client_capacity`); 60 a second come back.
const CARDS_AT_ONCE: usize = 120;
/// More cards than that by far: were they three seconds on their way, a hundred would still be too many.
const CARDS: usize = 400;
/// More requests than the gateway would take of one client if it took it for a guesser of cards.
const READS: usize = 500;

#[tokio::test]
async fn whoever_tries_cards_is_slowed_and_nobody_else() {
    let store = Store::start().await;
    let gateway = Gateway::before(&store).await;
    for path in ["/payments/process/7", "/payments/7"] {
        // The claim to be somebody else each time changes nothing.
        let answers = join_all((0..CARDS).map(|number| {
            let till = gateway.till.with("x-forwarded-for", &format!("10.0.0.{number}"));
            async move { till.post(path, &card_body(GOOD_CARD)).await }
        }))
        .await;
        let (passed, slowed): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status != 429);
        let counts = (passed.len(), slowed.len());
        assert!(counts.0 >= CARDS_AT_ONCE && counts.1 >= CARDS / 4, "(passed, slowed) = {counts:?}");
        for answer in passed {
            answer.expect_problem(404, "payment-not-found");
        }
        assert!(slowed.iter().all(|answer| answer.text.is_empty()), "{slowed:?}");
        wait_until("the client to be heard again", async || {
            let answer = gateway.till.post(path, &card_body(GOOD_CARD)).await;
            if answer.status == 404 { Ok(()) } else { Err(format!("{answer:?}")) }
        })
        .await;
    }
    let reads = join_all((0..READS).map(|_| gateway.shop.get("/orders"))).await;
    for answer in reads {
        answer.expect(200);
    }
    store.finish().await;
}

#[tokio::test]
async fn beyond_what_a_route_takes_of_all_clients_together_there_is_a_bare_503() {
    let store = Store::start().await;
    let ports = [&store.store_manager.api, &store.payment_service.api].map(Api::port);
    let few = |file: String| file.replace("\"max_rate\": 9000", "\"max_rate\": 5");
    let gateway = Gateway::edited(ports.into(), few).await;
    let answers = join_all((0..50).map(|_| gateway.shop.get("/orders"))).await;
    let (passed, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert!(!passed.is_empty() && !refused.is_empty(), "{} passed, {} refused", passed.len(), refused.len());
    assert!(refused.iter().all(|answer| answer.status == 503 && answer.text.is_empty()), "{refused:?}");
    store.finish().await;
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up_by_the_service_first() {
    let store = Store::start().await;
    let gateway = Gateway::before(&store).await;
    let mut holder = store.store_db.pool.acquire().await.unwrap();
    sqlx::query("LOCK TABLES users WRITE").execute(&mut *holder).await.unwrap();
    let began = Instant::now();
    let answer = gateway.shop.get("/users").await;
    assert_eq!(answer.header("retry-after"), "5", "{answer:?}");
    answer.expect_problem(503, "request-timeout");
    assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
    sqlx::query("UNLOCK TABLES").execute(&mut *holder).await.unwrap();
    drop(holder);
    gateway.shop.get("/users").await.expect(200);
    store.finish().await;
}

#[tokio::test]
async fn a_body_too_large_is_refused_as_such_whatever_its_size_and_breaks_nothing() {
    let store = Store::start().await;
    let gateway = Gateway::before(&store).await;
    for bytes in [70_000, 300_000, 1_000_000, 8_000_000] {
        for _ in 0..10 {
            let body = vec![b'a'; bytes];
            gateway.shop.post_raw("/users", "application/json", body).await.expect_problem(413, "body-too-large");
        }
    }
    // What the service never reads breaks nothing either.
    let body = vec![b'a'; 1_000_000];
    gateway.shop.post_raw("/users", "text/plain", body).await.expect_problem(415, "unsupported-media-type");
    gateway.shop.get("/users").await.expect(200);
    assert!(!gateway.process.log().contains("ERROR"), "{}", gateway.process.log());
    store.finish().await;
}

#[tokio::test]
async fn headers_too_large_are_refused() {
    let gateway = Gateway::before_ports(10, 10).await;
    let answer = gateway.shop.with("baggage", &"a".repeat(40_000)).get("/users").await;
    assert_eq!(answer.status, 431, "{answer:?}");
}
