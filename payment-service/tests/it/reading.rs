//! What is read: the service itself, one payment, lists.

use serde_json::json;
use uuid::Uuid;

use crate::fixture::Service;

#[tokio::test]
async fn the_service_says_its_name_and_that_it_runs() {
    let service = Service::start().await;
    assert_eq!(service.get("/").await.body, json!({"service": "payment-service", "status": "running"}));
    assert_eq!(service.get("/health-check").await.body, json!({"status": "ok"}));
    assert_eq!(service.get("/paiements").await.problem(), (404, "no-such-route"));
    service.finish().await;
}

#[tokio::test]
async fn an_unknown_payment_is_404() {
    let service = Service::start().await;
    assert_eq!(service.get("/payments/1").await.problem(), (404, "payment-not-found"));
    assert_eq!(service.get("/payments/one").await.problem(), (400, "invalid-id"));
    service.finish().await;
}

#[tokio::test]
async fn payments_are_listed_page_by_page_or_by_order() {
    let service = Service::start().await;
    let mut ids = Vec::new();
    for order_id in 11..=15 {
        ids.push(service.saga_payment(Uuid::now_v7(), order_id).await);
    }
    let (mut seen, mut uri) = (Vec::new(), "/payments?limit=2".to_owned());
    loop {
        let page = service.get(&uri).await.body;
        seen.extend(page["items"].as_array().unwrap().iter().map(|payment| payment["id"].as_u64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        uri = format!("/payments{next}");
    }
    assert_eq!(seen, ids);
    let of_order = service.get("/payments?order_id=13").await.body;
    assert_eq!(
        (&of_order["items"][0]["id"], &of_order["items"][1], &of_order["next"]),
        (&json!(ids[2]), &json!(null), &json!(null))
    );
    assert_eq!(service.get("/payments?order_id=99").await.body, json!({"items": [], "next": null}));
    assert_eq!(service.get("/payments?order_id=x").await.problem(), (400, "invalid-query"));
    service.finish().await;
}
