//! The Postman collection against the contract: every route of both services is in it, and it asks for nothing that
//! they do not have; every request checks its answer and is explained in English and in French.
//!
//! That its tests hold on a running store is shown by running it with newman, elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

const COLLECTION: &str = "docs/postman/store-manager.postman_collection.json";
const ENVIRONMENTS: [&str; 2] =
    ["docs/postman/gateway.postman_environment.json", "docs/postman/direct.postman_environment.json"];

/// Requests that ask for what is not there on purpose, or for what the gateway alone has.
const OUTSIDE_THE_CONTRACT: [&str; 3] =
    ["404: no such route", "405: a method that the path does not take", "Course: pay through the gateway's short path"];

/// A request or a folder of the collection.
struct Entry<'c> {
    name: &'c str,
    item: &'c Value,
}

/// A method and a path, `{id}` standing for any segment.
type Route = (String, String);

fn read(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// All requests and folders, in their order.
fn entries<'c>(items: &'c Value, into: &mut Vec<Entry<'c>>) {
    for item in items.as_array().expect("items") {
        into.push(Entry { name: item["name"].as_str().expect("a name"), item });
        if item.get("item").is_some() {
            entries(&item["item"], into);
        }
    }
}

fn all(collection: &Value) -> Vec<Entry<'_>> {
    let mut all = Vec::new();
    entries(&collection["item"], &mut all);
    all
}

fn requests(collection: &Value) -> Vec<Entry<'_>> {
    all(collection).into_iter().filter(|entry| entry.item.get("request").is_some()).collect()
}

/// The lines of an entry's scripts of that kind.
fn scripts(item: &Value, listen: &str) -> String {
    let events = item["event"].as_array().into_iter().flatten().filter(|event| event["listen"] == listen);
    let lines = events.flat_map(|event| event["script"]["exec"].as_array().into_iter().flatten());
    lines.filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

fn routes(service: &str) -> BTreeSet<Route> {
    let document = read(&format!("docs/openapi/{service}.json"));
    let paths = document["paths"].as_object().expect("paths");
    let methods = ["get", "put", "post", "delete", "patch"];
    let of = |path: &String, operations: &Value| -> Vec<Route> {
        let known = methods.into_iter().filter(|method| operations.get(*method).is_some());
        known.map(|method| (method.to_uppercase(), path.clone())).collect()
    };
    paths.iter().flat_map(|(path, operations)| of(path, operations)).collect()
}

/// Which service a URL is of, and its path.
fn target(url: &str) -> (&'static str, String) {
    let bases =
        [("{{store_url}}", "store-manager"), ("{{payments_url}}", "payment-service"), ("{{origin}}", "store-manager")];
    let found = bases.into_iter().find_map(|(base, service)| Some((service, url.strip_prefix(base)?)));
    let (service, rest) = found.unwrap_or_else(|| panic!("{url} begins with neither service"));
    (service, rest.split('?').next().unwrap_or_default().to_owned())
}

/// The route that serves a path: the one with most segments in common, as the services' router has it.
fn serving<'r>(routes: &'r BTreeSet<Route>, method: &str, path: &str) -> Option<&'r Route> {
    let segments: Vec<&str> = path.split('/').collect();
    let literal = |route: &Route| -> Option<usize> {
        let template: Vec<&str> = route.1.split('/').collect();
        let fits = |(part, segment): (&&str, &&str)| part == segment || (part.starts_with('{') && !segment.is_empty());
        let same = template.len() == segments.len() && template.iter().zip(&segments).all(fits);
        (same && route.0 == method).then(|| template.iter().filter(|part| !part.starts_with('{')).count())
    };
    routes
        .iter()
        .filter_map(|route| Some((literal(route)?, route)))
        .max_by_key(|(literal, _)| *literal)
        .map(|(_, it)| it)
}

/// The route that serves each request of the collection, with the request's name; none where there is no such route.
fn asked<'r>(
    collection: &Value,
    contract: &'r BTreeMap<&'static str, BTreeSet<Route>>,
) -> Vec<(String, &'static str, Option<&'r Route>)> {
    let route = |Entry { name, item }: Entry<'_>| {
        let method = item["request"]["method"].as_str().expect("a method");
        let (service, path) = target(item["request"]["url"]["raw"].as_str().expect("a URL"));
        (format!("{name}: {method} {path}"), service, serving(&contract[service], method, &path))
    };
    requests(collection).into_iter().map(route).collect()
}

fn contract() -> BTreeMap<&'static str, BTreeSet<Route>> {
    ["store-manager", "payment-service"].map(|service| (service, routes(service))).into()
}

#[test]
fn every_route_is_in_the_collection() {
    let contract = contract();
    let asked = asked(&read(COLLECTION), &contract);
    for (service, routes) in &contract {
        for route in routes {
            let there = asked.iter().any(|(_, of, asked)| of == service && *asked == Some(route));
            assert!(there, "no request asks for {} {} of {service}", route.0, route.1);
        }
    }
}

#[test]
fn no_request_asks_for_what_the_services_do_not_have() {
    let contract = contract();
    let unknown: Vec<String> = asked(&read(COLLECTION), &contract)
        .into_iter()
        .filter(|(name, _, route)| {
            route.is_none() && !OUTSIDE_THE_CONTRACT.iter().any(|outside| name.starts_with(&format!("{outside}: ")))
        })
        .map(|(name, service, _)| format!("{name} of {service}"))
        .collect();
    assert!(unknown.is_empty(), "not in the services' OpenAPI: {unknown:#?}");
}

/// The French rule of the problem types: no ordinary space before a mark or after `«`, and one that does not break
/// before each of those that always have one.
fn has_french_spaces(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(2).all(|pair| {
        let wrong = matches!(pair, [' ', ':' | ';' | '?' | '!' | '»'] | ['«', ' ']);
        let bare = matches!(pair, [before, ';' | '!' | '»'] if !matches!(before, '\u{a0}' | '\u{202f}'));
        !wrong && !bare
    })
}

#[test]
fn everything_is_described_in_both_languages() {
    let collection = read(COLLECTION);
    let described = |of: &Value| {
        let text = of.as_str().unwrap_or_default();
        let (english, french) = text.split_once("\n\n**Français.** ").unwrap_or_default();
        let english = english.strip_prefix("**English.** ").unwrap_or_default();
        english.len() > 3
            && french.len() > 3
            && !english.contains(['\u{a0}', '\u{202f}', '«'])
            && has_french_spaces(french)
    };
    assert!(described(&collection["info"]["description"]), "the collection");
    for Entry { name, item } in all(&collection) {
        let description = item.get("request").map_or(&item["description"], |request| &request["description"]);
        assert!(described(description), "{name}: {description}");
    }
}

#[test]
fn every_request_checks_its_answer_under_a_name_of_its_own() {
    let collection = read(COLLECTION);
    let mut names = BTreeSet::new();
    for Entry { name, item } in requests(&collection) {
        let tests = scripts(item, "test");
        assert!(tests.contains("pm.test("), "{name} has no test");
        assert!(tests.contains("have.status(") || tests.contains("pm.response.code"), "{name} checks no status");
        assert!(tests.matches("pm.test(").count() > 1, "{name} checks nothing but its status");
        // What is asked again is found by its name.
        assert!(names.insert(name), "two requests are called {name}");
        let again = tests.contains("setNextRequest");
        assert!(!again || tests.contains("tries <"), "{name} asks again without a limit");
    }
}

#[test]
fn every_variable_is_set_by_an_environment_or_by_a_request_before() {
    let collection = read(COLLECTION);
    let mut known: BTreeSet<String> = BTreeSet::new();
    for file in ENVIRONMENTS {
        let values = read(file)["values"].as_array().expect("values").clone();
        let keys = values.iter().filter_map(|value| value["key"].as_str()).map(str::to_owned).collect();
        assert!(known.is_empty() || known == keys, "the environments differ in {known:?} and {keys:?}");
        known = keys;
    }
    let set_in = |script: &str| -> Vec<String> {
        let names = script.split(".set('").skip(1).filter_map(|rest| rest.split('\'').next());
        names.map(str::to_owned).collect()
    };
    known.extend(set_in(&scripts(&collection, "prerequest")));
    for Entry { name, item } in requests(&collection) {
        known.extend(set_in(&scripts(item, "prerequest")));
        let request = item["request"].to_string();
        for used in request.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()) {
            assert!(used.starts_with('$') || known.contains(used), "{name} uses {used}, which nothing set before it");
        }
        known.extend(set_in(&scripts(item, "test")));
    }
}
