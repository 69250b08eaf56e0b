//! Both services against their own OpenAPI: whatever schemathesis sends, no answer is a 5xx or outside the contract.

use tests::{Service, Store, tools};

/// A fixed beginning makes a failure one that comes again.
const SEED: &str = "20";

/// What is sent to each operation, at most: many operations, and a minute for all of them.
const EXAMPLES: &str = "25";

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance";

async fn holds_to_its_contract(service: &Service) {
    let document = format!("http://{}/openapi.json", service.api.address());
    let args = [
        &["run", &document, "--checks", CHECKS, "--max-examples", EXAMPLES, "--seed", SEED] as &[&str],
        &["--phases", "examples,coverage,fuzzing", "--generation-database", "none", "--no-color"],
        &["--request-timeout", "15", "--workers", "1", "--continue-on-failure"],
    ]
    .concat();
    let folder = tools::folder("schemathesis");
    let run = tools::run_within(folder.as_ref(), "TEST_SCHEMATHESIS", &args).await;
    assert!(run.status.success(), "{}", run.output);
}

#[tokio::test]
async fn store_manager_holds_to_its_contract() {
    let store = Store::builder().store_manager(&["--sample-data"]).start().await;
    holds_to_its_contract(&store.store_manager).await;
    store.finish().await;
}

#[tokio::test]
async fn payment_service_holds_to_its_contract() {
    let store = Store::start().await;
    holds_to_its_contract(&store.payment_service).await;
    store.finish().await;
}
