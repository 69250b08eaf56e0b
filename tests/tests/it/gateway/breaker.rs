//! A service that is gone: the breaker of a route opens, the gateway answers at once, and closes it again when the
//! service is back. The other service notices nothing.

use std::time::{Duration, Instant};

use futures::future::join_all;
use tests::{Answer, Gateway, Store, wait_until};

/// One more than the failures on end that a breaker forgives.
const FAILURES: usize = 51;
/// No timeout of any route is as short.
const AT_ONCE: Duration = Duration::from_secs(1);

fn is_bare_500(answer: &Answer) -> bool {
    answer.status == 500 && answer.text.is_empty()
}

#[tokio::test]
async fn a_killed_service_is_not_asked_and_comes_back() {
    let store = Store::start().await;
    let gateway = Gateway::before(&store).await;
    gateway.till.get("/payments").await.expect(200);

    store.payment_service.kill();
    for _ in 0..FAILURES {
        let answer = gateway.till.get("/payments").await;
        assert!(is_bare_500(&answer), "{answer:?}");
    }
    gateway.process.logs("'payment-service GET /payments' went from 'closed' to 'open'", 1).await;
    assert!(is_bare_500(&gateway.till.get("/payments").await));
    gateway.shop.get("/orders").await.expect(200);

    store.payment_service.start().await;
    wait_until("the route to be open again", async || {
        let answer = gateway.till.get("/payments").await;
        if answer.status == 200 { Ok(()) } else { Err(format!("{answer:?}")) }
    })
    .await;
    gateway.process.logs("'payment-service GET /payments' went from 'half-open' to 'closed'", 1).await;
    store.finish().await;
}

#[tokio::test]
async fn a_service_that_hangs_is_given_up_and_then_not_waited_for() {
    let store = Store::start().await;
    let gateway = Gateway::before(&store).await;
    store.payment_service.pause();
    let began = Instant::now();
    let answers = join_all((0..FAILURES).map(|_| gateway.till.get("/health-check"))).await;
    assert!(answers.iter().all(is_bare_500), "{answers:?}");
    // The route's 3 s, and not the client's 15.
    assert!(began.elapsed() > Duration::from_secs(2) && began.elapsed() < Duration::from_secs(10));

    let began = Instant::now();
    assert!(is_bare_500(&gateway.till.get("/health-check").await));
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());

    store.payment_service.go_on();
    wait_until("the route to be open again", async || {
        let answer = gateway.till.get("/health-check").await;
        if answer.status == 200 { Ok(()) } else { Err(format!("{answer:?}")) }
    })
    .await;
    store.finish().await;
}
