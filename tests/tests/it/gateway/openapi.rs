//! The file against the services' contracts, which are also at their `/openapi.json`: a route that one has and the
//! other lacks is named, and so is a parameter or a header that would not arrive.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::file::{Route, passes, routes};

/// Routes of the services that the gateway does not show, and why.
const NOT_SHOWN: [(&str, &str); 3] = [
    ("GET /docs", "a page of the service itself, with assets beside it"),
    ("GET /graphql", "GraphiQL is a page of the service itself"),
    ("GET /graphql/ws", "KrakenD CE knows no websockets"),
];

/// Query parameters and headers of each route, by `METHOD /path` with its placeholders unnamed.
type Routes = BTreeMap<String, BTreeSet<String>>;

fn key(method: &str, path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    format!("{} {}", method.to_uppercase(), path.split('/').map(part).collect::<Vec<_>>().join("/"))
}

fn in_file(service: &str) -> Routes {
    let of_service = routes().into_iter().filter(|route| route.service == service);
    of_service
        .map(|Route { method, path, parameters, .. }| (key(&method, &path), parameters.into_iter().collect()))
        .collect()
}

/// What a description says; `place` is `query` or `header`.
fn described(document: &Value, place: &str) -> Routes {
    let mut routes = Routes::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if ["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
                let of_place = parameters.iter().filter(|parameter| parameter["in"] == place);
                let names = of_place.map(|parameter| parameter["name"].as_str().unwrap().to_owned());
                routes.insert(key(method, path), names.collect());
            }
        }
    }
    routes
}

fn missing(from: &Routes, there: &Routes, excused: &[(&str, &str)]) -> Vec<String> {
    let excused: BTreeSet<&str> = excused.iter().map(|(route, _why)| *route).collect();
    from.keys().filter(|route| !there.contains_key(*route) && !excused.contains(route.as_str())).cloned().collect()
}

/// The contract of a service, as it is checked in; a test of the service's own holds that against its code.
fn contract(service: &str) -> Value {
    let path = format!("{}/../docs/openapi/{service}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_file_and_the_services_have_the_same_routes() {
    for service in ["store-manager", "payment-service"] {
        let (file, said) = (in_file(service), described(&contract(service), "query"));
        let lacking = missing(&said, &file, &NOT_SHOWN);
        assert!(lacking.is_empty(), "krakend.json lacks routes of {service}: {lacking:?}");
        let gone = missing(&file, &said, &[]);
        assert!(gone.is_empty(), "{service} lacks routes of krakend.json: {gone:?}");
    }
}

#[test]
fn what_a_route_takes_reaches_it() {
    for service in ["store-manager", "payment-service"] {
        let (file, contract) = (in_file(service), contract(service));
        for (route, parameters) in described(&contract, "query") {
            let lacking: Vec<_> =
                file.get(&route).map(|passed| parameters.difference(passed).collect()).unwrap_or_default();
            assert!(lacking.is_empty(), "{service}, {route}: krakend.json does not pass {lacking:?}");
        }
        for (route, headers) in described(&contract, "header") {
            let lacking: Vec<_> = headers.iter().filter(|header| !passes(header)).collect();
            assert!(lacking.is_empty(), "{service}, {route}: krakend.json does not pass {lacking:?}");
        }
    }
}
