//! The topic of all events of orders is deleted. What waits in the outboxes arrives when it is there again; what the
//! broker had acknowledged and nobody had read is lost, and the audit says of which orders.

use tests::{Store, wait_until};

const TOPIC: &str = "order-saga-events";

#[tokio::test]
async fn what_was_read_by_nobody_is_named_and_everything_else_comes_home() {
    let store = Store::start().await;
    let (user, product) = (store.user().await, store.product(5.0, 100).await);
    let before = store.order(user, &[(product, 1)]).await;
    store.until_payable(before).await;
    store.payment_service.stop().await;
    // payment-service does not read what the broker acknowledges here ...
    let lost = store.order(user, &[(product, 1)]).await;
    store.until_events(lost, &["OrderCreated", "StockDecreased"]).await;
    wait_until("its timeline", async || {
        let timeline = store.shop.get(&format!("/orders/{lost}/timeline")).await.expect(200);
        if timeline["events"].as_array().is_some_and(|seen| seen.len() == 2) {
            Ok(())
        } else {
            Err(timeline.to_string())
        }
    })
    .await;
    let unsent = "SELECT COUNT(*) FROM outbox";
    wait_until("an empty outbox", async || match store.store_db.number(unsent).await {
        0 => Ok(()),
        rows => Err(format!("{rows} rows")),
    })
    .await;
    store.topics.delete(TOPIC).await;
    // ... and what is written here waits.
    let waiting = store.order(user, &[(product, 1)]).await;
    store.payment_service.start().await;
    for service in [&store.store_manager, &store.payment_service] {
        let told = wait_until(format!("{} to say what is missing", service.instance), async || {
            let shown = service.admin.get("/health/ready").await.expect(200);
            let why = shown["dependencies"]["kafka"]["why"].as_str().unwrap_or_default().to_owned();
            if why.contains(TOPIC) { Ok((shown["status"].clone(), why)) } else { Err(shown.to_string()) }
        });
        let (status, why) = told.await;
        assert!(status == "degraded" && why.contains("was deleted") && why.contains("audit"), "{status} {why}");
    }
    store.until_payable(waiting).await;

    let (store_url, payments_url) = (store.store_db.url.clone(), store.payments_db.url.clone());
    let args = ["--store-database-url", &store_url, "--payments-database-url", &payments_url];
    let audit = tests::run_to_end("store-audit", &args, &[]).await;
    assert_eq!(audit.status.code(), Some(1), "{}", audit.output);
    let line = format!("FAIL every saga ended: 1 of 3 orders: {lost} (creating_payment)");
    assert!(audit.output.contains(&line), "{}", audit.output);
    let timeline = store.shop.get(&format!("/orders/{lost}/timeline")).await.expect(200);
    assert_eq!(timeline["steps_to_come"][0], "PaymentCreated", "{timeline}");
}
