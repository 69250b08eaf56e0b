//! Each request reaches its service: the right path and method, the headers and parameters that it may have, and
//! none besides.

use reqwest::Method;
use tests::Gateway;

use super::echo;
use super::file::{Route, routes, with_ids};

/// What a client sends, and must arrive.
const PASSED: [(&str, &str); 11] = [
    ("accept", "text/html"),
    ("accept-language", "fr"),
    ("authorization", "Bearer x"),
    ("baggage", "class=7"),
    ("content-type", "application/json"),
    ("idempotency-key", "key-1"),
    ("if-match", "\"7\""),
    ("if-none-match", "\"8\""),
    ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ("tracestate", "a=b"),
    ("user-agent", "till/1"),
];

#[tokio::test]
async fn every_route_of_the_file_leads_where_it_says() {
    let (store, payment) = (echo::listen().await, echo::listen().await);
    let gateway = Gateway::before_ports(store, payment).await;
    let mut api = gateway.process.api.with("cookie", "a=b").with("x-forwarded-for", "10.9.8.7");
    for (name, value) in PASSED {
        api = api.with(name, value);
    }
    for Route { service, method, endpoint, path, parameters, .. } in routes() {
        let query: Vec<String> = parameters.iter().map(|name| format!("{name}=7")).collect();
        let asked = format!("{}?{}&unlisted=1", with_ids(&endpoint), query.join("&"));
        let method: Method = method.parse().unwrap();
        let answer = api.try_bare(method.clone(), &asked).await.unwrap();
        assert_eq!(answer.status, 200, "{method} {asked}: {answer:?}");
        let head = answer.text;

        let target =
            if query.is_empty() { with_ids(&path) } else { format!("{}?{}", with_ids(&path), query.join("&")) };
        assert_eq!(head.lines().next(), Some(format!("{method} {target} HTTP/1.1").as_str()), "{asked}");
        for (name, value) in PASSED {
            assert_eq!(echo::header(&head, name), Some(value), "{asked}: {head}");
        }
        assert_eq!(echo::header(&head, "cookie"), None, "{asked}: {head}");
        // Whoever asks cannot choose whom the limits take him for.
        assert_eq!(echo::header(&head, "x-forwarded-for"), Some("127.0.0.1"), "{asked}: {head}");
        let port = if service == "store-manager" { store } else { payment };
        assert_eq!(echo::header(&head, "host"), Some(format!("127.0.0.1:{port}").as_str()), "{asked}");
    }
}
