//! The Postman collection as newman runs it, through the gateway, on a store with the sample data it speaks of.

use tests::{Store, tools};

const COLLECTION: &str = "docs/postman/store-manager.postman_collection.json";
const THROUGH_THE_GATEWAY: &str = "docs/postman/gateway.postman_environment.json";

#[tokio::test]
async fn every_request_of_the_collection_gets_the_answer_it_tests_for() {
    let store = Store::builder().store_manager(&["--sample-data"]).start().await;
    let (store_url, payments_url) = (
        format!("store_url={}/store-manager-api", store.gateway_url()),
        format!("payments_url={}/payments-api", store.gateway_url()),
    );
    let args = [
        &["run", COLLECTION, "--environment", THROUGH_THE_GATEWAY, "--env-var", &store_url, "--env-var", &payments_url]
            as &[&str],
        &["--timeout-request", "15000", "--reporters", "cli", "--color", "off", "--disable-unicode"],
    ]
    .concat();
    let run = tools::run("TEST_NEWMAN", &args).await;
    assert!(run.status.success(), "{}", run.output);
    store.finish().await;
}
