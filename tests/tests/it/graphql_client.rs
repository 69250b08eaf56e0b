//! A supplier's and a student's client made of GraphQL's reference implementation, which knows of the store what
//! introspection tells it: queries and mutations through the gateway, the subscription on the service itself.

use tests::{Store, tools};

#[tokio::test]
async fn the_reference_client_gets_all_that_the_schemas_promise() {
    let store = Store::start().await;
    let product = store.product(5.75, 2).await.to_string();
    let base = format!("{}/store-manager-api", store.gateway_url());
    let service = format!("http://{}", store.store_manager.api.address());
    let run = tools::node("graphql_client.cjs", &[&base, &service, "docs/graphql", &product]).await;
    assert!(run.status.success(), "{}", run.output);
    store.finish().await;
}
