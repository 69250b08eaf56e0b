//! What the gateway says by itself: unknown paths and methods, pages of other origins; and how it ends.

use reqwest::Method;
use tests::{Answer, Gateway, Signal};

/// No service runs behind these tests, and none is asked.
const NOBODY: u16 = 10;

fn is_problem(answer: &Answer, status: u16, slug: &str) {
    let problem = answer.json();
    assert_eq!((answer.status, &problem["status"]), (status, &status.into()), "{answer:?}");
    assert_eq!(problem["type"], format!("/problems/{slug}"), "{answer:?}");
    assert!(problem["title"].is_string() && problem["detail"].is_string(), "{answer:?}");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems() {
    let gateway = Gateway::before_ports(NOBODY, NOBODY).await;
    let api = &gateway.process.api;
    for path in
        ["/", "/nowhere", "/users", "/store-manager-api", "/store-manager-api/orders/", "/store-manager-api/ORDERS"]
    {
        is_problem(&api.get(path).await, 404, "no-such-route");
    }
    // What only the services themselves show.
    for path in ["/admin/parked-events", "/health/ready", "/docs", "/graphql/ws", "/metrics"] {
        for folder in ["", "/store-manager-api", "/payments-api"] {
            is_problem(&api.get(&format!("{folder}{path}")).await, 404, "no-such-route");
        }
    }
    let answer = api.delete("/store-manager-api/orders").await;
    assert_eq!(answer.header("allow"), "GET, POST");
    is_problem(&answer, 405, "method-not-allowed");
}

#[tokio::test]
async fn pages_of_this_machine_may_use_the_store_and_others_may_not() {
    let gateway = Gateway::before_ports(NOBODY, NOBODY).await;
    let preflight = async |origin: &str| {
        let api = gateway.process.api.with("origin", origin).with("access-control-request-method", "PUT");
        let api = api.with("access-control-request-headers", "content-type,idempotency-key,if-match");
        api.try_bare(Method::OPTIONS, "/store-manager-api/products/1").await.unwrap()
    };
    for origin in ["http://localhost:3000", "http://127.0.0.1:5000"] {
        let answer = preflight(origin).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, origin), "{answer:?}");
        assert_eq!(answer.header("access-control-allow-methods"), "PUT");
        assert_eq!(answer.header("access-control-allow-headers"), "content-type,idempotency-key,if-match");

        let answer = gateway.process.api.with("origin", origin).get("/nowhere").await;
        let exposed = answer.header("access-control-expose-headers").to_lowercase();
        let ours = "age content-language data-source etag idempotency-replayed link location retry-after";
        for name in ours.split(' ') {
            assert!(exposed.split(", ").any(|exposed| exposed == name), "{name}: {exposed}");
        }
    }
    for origin in ["https://example.org", "http://localhost.example.org:80", "null"] {
        assert_eq!(preflight(origin).await.header("access-control-allow-origin"), "", "{origin}");
    }
}

#[tokio::test]
async fn it_ends_when_asked() {
    for signal in [Signal::TERM, Signal::INT] {
        let gateway = Gateway::before_ports(NOBODY, NOBODY).await;
        let ended = gateway.process.end(signal).await.unwrap();
        assert!(ended.status.success(), "{}", ended.output);
    }
}
