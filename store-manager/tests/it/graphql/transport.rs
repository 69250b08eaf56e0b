//! GraphQL over HTTP: methods, media types, statuses, and the page for browsers.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::json;
use tower::ServiceExt;

use crate::fixture::Store;

const GRAPHQL_JSON: &str = "application/graphql-response+json";

async fn send(store: &Store, method: Method, uri: &str, accept: Option<&str>, body: &str) -> (u16, String, String) {
    let request = Request::builder().method(method).uri(uri).header("content-type", "application/json");
    let request = if let Some(accept) = accept { request.header("accept", accept) } else { request };
    let response = store.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let text = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, kind.unwrap_or_default(), String::from_utf8(text.to_vec()).unwrap())
}

#[tokio::test]
async fn the_status_depends_on_what_the_client_accepts() {
    let store = Store::start().await;
    let (good, bad) = (r#"{"query":"{ __typename }"}"#, r#"{"query":"{ colour }"}"#);
    for accept in
        [None, Some("*/*"), Some("application/json"), Some("application/json, application/graphql-response+json;q=0.5")]
    {
        for body in [good, bad] {
            let (status, kind, _) = send(&store, Method::POST, "/graphql", accept, body).await;
            assert_eq!((status, kind.as_str()), (200, "application/json"), "{accept:?}");
        }
    }
    let accept = Some("application/graphql-response+json, application/json;q=0.9");
    for (body, expected) in [(good, 200), (bad, 400)] {
        let (status, kind, _) = send(&store, Method::POST, "/graphql", accept, body).await;
        assert_eq!((status, kind.as_str()), (expected, GRAPHQL_JSON));
    }
    store.finish().await;
}

#[tokio::test]
async fn a_query_in_the_address_is_answered_and_a_mutation_is_not() {
    let store = Store::start().await;
    let answer =
        store.get("/graphql?query=query($a:ID!)%7Bproduct(id:$a)%7Bid%7D%7D&variables=%7B%22a%22:%221%22%7D").await;
    assert_eq!((answer.status, answer.body), (200, json!({"data": {"product": null}})));
    let mutation =
        "mutation%7BannounceReplenishment(input:%7BproductId:1,quantity:1,idempotencyKey:%22k%22%7D)%7Blevel%7D%7D";
    let refused = store.get(&format!("/graphql?query={mutation}")).await;
    assert_eq!(refused.problem(), (405, "method-not-allowed"));
    let only_named = mutation.replacen("mutation", "mutation%20B", 1);
    let refused = store.get(&format!("/graphql?query={only_named}")).await;
    assert_eq!(refused.problem(), (405, "method-not-allowed"), "the only one is executed, named or not");
    let named = store
        .get(&format!(
            "/graphql?query=query%20A%7B__typename%7D{}&operationName=B",
            mutation.replacen("mutation", "mutation%20B", 1)
        ))
        .await;
    assert_eq!(named.problem(), (405, "method-not-allowed"));
    assert_eq!(store.get("/graphql").await.problem(), (400, "invalid-query"));
    assert_eq!(store.get("/graphql?query=%7B__typename%7D&variables=7").await.problem(), (400, "invalid-query"));
    store.finish().await;
}

#[tokio::test]
async fn a_body_that_is_no_request_is_a_problem_as_elsewhere() {
    let store = Store::start().await;
    for (body, expected) in [
        ("{", (400, "malformed-json")),
        (r#"{"qeury":"{ __typename }"}"#, (422, "invalid-body")),
        (r#"{"query":7}"#, (422, "invalid-body")),
        (r#"{"query":"{ __typename }","variables":7}"#, (422, "invalid-body")),
        (r#"{"query":"{ __typename }","variables":[]}"#, (422, "invalid-body")),
        (r#"[{"query":"{ __typename }"}]"#, (422, "invalid-body")),
    ] {
        for route in ["/graphql", "/stocks/graphql-query"] {
            assert_eq!(store.send(Method::POST, route, body).await.problem(), expected, "{body}");
        }
    }
    let tolerated = r#"{"query":"{ __typename }","variables":null,"operationName":"","extensions":{"a":1}}"#;
    assert_eq!(store.send(Method::POST, "/graphql", tolerated).await.status, 200);
    let large = json!({"query": format!("{{ __typename }}{}", " ".repeat(70_000))});
    assert_eq!(store.post("/graphql", &large).await.problem(), (413, "body-too-large"));
    store.finish().await;
}

#[tokio::test]
async fn a_browser_gets_the_page_and_all_that_it_needs() {
    let store = Store::start().await;
    let accept = Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    let (status, kind, page) = send(&store, Method::GET, "/graphql", accept, "").await;
    assert_eq!((status, kind.as_str()), (200, "text/html; charset=utf-8"));
    let files: Vec<&str> =
        page.split("\"graphql/assets/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(files.len(), 7);
    for file in files {
        let (status, kind, text) = send(&store, Method::GET, &format!("/graphql/assets/{file}"), Some("*/*"), "").await;
        let expected = if std::path::Path::new(file).extension().is_some_and(|kind| kind == "js") {
            "text/javascript; charset=utf-8"
        } else {
            "text/css; charset=utf-8"
        };
        assert_eq!((status, kind.as_str()), (200, expected), "{file}");
        assert!(!text.is_empty());
    }
    assert_eq!(store.get("/graphql/assets/other.js").await.problem(), (404, "no-such-route"));
    store.finish().await;
}
