//! `krakend.json`, held against itself: forty routes of one shape, which nobody compares by eye.

use serde_json::{Value, json};
use stack::gateway::CONFIG_FILE;

/// The answer of a service that gave up reaches the client when the gateway waits longer.
const ABOVE_THE_SERVICES_LIMIT: &str = "12s";
/// What needs no work.
const QUICK: [&str; 5] = ["/", "/health-check", "/openapi.json", "/problems", "/problems/{slug}"];

/// A route of the file.
pub(crate) struct Route {
    /// Whose it is.
    pub(crate) service: String,
    pub(crate) method: String,
    /// The path that the gateway shows.
    pub(crate) endpoint: String,
    /// The path that the service is asked for.
    pub(crate) path: String,
    /// The query's parameters, in order of their names.
    pub(crate) parameters: Vec<String>,
    raw: Value,
}

/// The text of the file.
pub(crate) fn text() -> String {
    let path = format!("{}/../{CONFIG_FILE}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All routes, in the order of the file.
pub(crate) fn routes() -> Vec<Route> {
    let file: Value = serde_json::from_str(&text()).unwrap();
    file["endpoints"].as_array().unwrap().iter().map(route).collect()
}

fn route(raw: &Value) -> Route {
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no text: {raw}")).to_owned();
    let backend = &raw["backend"][0];
    let host = text(&backend["host"][0]);
    let parameters = raw["input_query_strings"].as_array().unwrap_or_else(|| panic!("no parameters: {raw}"));
    Route {
        service: host.trim_start_matches("http://").split(':').next().unwrap().to_owned(),
        method: text(&raw["method"]),
        endpoint: text(&raw["endpoint"]),
        path: text(&backend["url_pattern"]),
        parameters: parameters.iter().map(text).collect(),
        raw: raw.clone(),
    }
}

/// Whether a header of a request reaches the services, on whatever route.
pub(crate) fn passes(header: &str) -> bool {
    let names = routes().swap_remove(0).raw["input_headers"].clone();
    names.as_array().unwrap().iter().any(|name| name.as_str().unwrap().eq_ignore_ascii_case(header))
}

/// The path with 7 in each of its places.
pub(crate) fn with_ids(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "7".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[test]
fn every_route_has_the_same_shape() {
    let all = routes();
    let headers = &all[0].raw["input_headers"];
    for route in &all {
        let Route { service, method, endpoint, path, parameters, raw } = route;
        let quick = QUICK.contains(&path.as_str());
        let card = method == "POST" && path.starts_with("/payments/process/");
        let limits = match (quick, card) {
            (true, _) => json!({"max_rate": 1000, "client_max_rate": 200, "strategy": "ip", "num_shards": 32}),
            (_, true) => {
                json!({"max_rate": 500, "client_max_rate": 60, "client_capacity": 120, "strategy": "ip", "num_shards": 32})
            }
            _ => json!({"max_rate": 9000, "client_max_rate": 3000, "strategy": "ip", "num_shards": 32}),
        };
        let mut sorted = parameters.clone();
        sorted.sort();
        let expected = json!({
            "endpoint": endpoint,
            "method": method,
            "timeout": if quick { "3s" } else { ABOVE_THE_SERVICES_LIMIT },
            "input_headers": headers,
            "input_query_strings": sorted,
            "extra_config": {"qos/ratelimit/router": limits},
            "backend": [{
                "host": [if service == "store-manager" { "http://store-manager:5000" } else { "http://payment-service:5009" }],
                "url_pattern": path,
                "extra_config": {"qos/circuit-breaker": {
                    "name": format!("{service} {method} {path}"),
                    "interval": 60, "timeout": 2, "max_errors": 50, "log_status_change": true,
                }},
            }],
        });
        assert_eq!(*raw, expected, "{method} {endpoint}");
    }
}

#[test]
fn every_route_is_below_its_service_or_at_the_root_for_problems() {
    for Route { service, method, endpoint, path, .. } in routes() {
        let folder = if service == "store-manager" { "/store-manager-api" } else { "/payments-api" };
        let course = method == "POST" && endpoint == "/payments-api/payments/{id}" && path == "/payments/process/{id}";
        let problems = endpoint == path && path.starts_with("/problems") && service == "store-manager";
        assert!(course || problems || endpoint == format!("{folder}{path}"), "{method} {endpoint} leads to {path}");
    }
}
