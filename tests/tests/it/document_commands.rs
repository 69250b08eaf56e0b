//! The requests and the cargo commands in the documents: routes that there are, bodies that are JSON, packages that
//! exist. The arguments of `cargo stack` are [`crate::documents`]', those of the model its own program's.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use tests::tools::root;

use crate::documents::{none, pages};

/// A request as it is written down.
#[derive(Debug, Default)]
struct Request {
    method: Option<String>,
    url: String,
    body: Option<String>,
}

/// The words of a line, as a shell splits them; a comment ends them.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for sign in line.chars() {
        match (quote, sign) {
            (None, '\'' | '"') => quote = Some(sign),
            (Some(open), sign) if open == sign => quote = None,
            (None, ' ') => words.push(std::mem::take(&mut word)),
            (_, sign) => word.push(sign),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    let comment = words.iter().position(|word| word == "#").unwrap_or(words.len());
    words.truncate(comment);
    words
}

fn request(line: &str) -> Option<Request> {
    let mut words = words(line).into_iter();
    words.next().filter(|program| program == "curl")?;
    let mut request = Request::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-X" => request.method = words.next(),
            "-d" => request.body = words.next(),
            "-H" => drop(words.next()),
            "-i" => {}
            _ => request.url = word,
        }
    }
    // `curl -X DELETE` alone speaks of a way to ask, and asks nothing.
    (!request.url.is_empty()).then_some(request)
}

/// The routes of a service: each path with its methods.
fn routes(service: &str) -> BTreeMap<String, Vec<String>> {
    let text = fs::read(root().join(format!("docs/openapi/{service}.json"))).unwrap();
    let openapi: Value = serde_json::from_slice(&text).unwrap();
    let paths = openapi["paths"].as_object().unwrap().iter();
    paths.map(|(path, methods)| (path.clone(), methods.as_object().unwrap().keys().cloned().collect())).collect()
}

/// Why the request cannot be made; nothing for one of another port.
fn fault(request: &Request) -> Option<String> {
    let (service, rest) = [("$store", "store-manager"), ("$payments", "payment-service")]
        .into_iter()
        .find_map(|(variable, service)| Some((service, request.url.strip_prefix(variable)?)))
        .filter(|(_, rest)| rest.starts_with('/'))?;
    let path = rest.split('?').next().unwrap_or_default();
    let method =
        request.method.as_deref().unwrap_or(if request.body.is_some() { "POST" } else { "GET" }).to_lowercase();
    let is_like = |route: &str| {
        let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
        route.len() == path.len()
            && route.iter().zip(&path).all(|(route, part)| route == part || route.starts_with('{'))
    };
    let is_there = routes(service).iter().any(|(route, methods)| is_like(route) && methods.contains(&method));
    if !is_there {
        return Some(format!("{service} has no {method} {path}"));
    }
    let body = request.body.as_deref().map(serde_json::from_str::<Value>);
    body.and_then(Result::err).map(|error| format!("its body is no JSON: {error}"))
}

#[test]
fn every_request_has_a_route_and_a_body_that_can_be_read() {
    let (mut faults, mut seen) = (Vec::new(), 0);
    for page in pages() {
        let whole = page.text.replace("\\\n", " ");
        for (request, line) in whole.lines().filter_map(|line| Some((request(line.trim())?, line))) {
            seen += 1;
            faults.extend(fault(&request).map(|fault| format!("{}: `{line}`: {fault}", page.path.display())));
        }
    }
    assert!(seen > 40, "only {seen} requests were found");
    none(&faults);
}

#[test]
fn what_cannot_be_asked_is_found() {
    let fault = |line: &str| request(line).and_then(|request| fault(&request));
    assert_eq!(fault("curl -i $store/orders/7/timeline  # what happened"), None);
    assert_eq!(fault("curl \"$payments/payments?order_id=3\""), None);
    assert!(fault("curl $store/order/7").is_some());
    assert!(fault("curl -X DELETE $store/stocks/7").is_some());
    assert!(fault("curl $store/orders -d '{\"user_id\": 1,}'").is_some());
}

#[test]
fn every_package_and_example_that_cargo_is_given_exists() {
    let (mut faults, mut seen) = (Vec::new(), 0);
    for page in pages() {
        for line in page.lines(true).chain(page.quoted()).filter(|line| line.contains("cargo ")) {
            let words = words(line);
            let after = |flag: &str| words.iter().skip_while(|word| *word != flag).nth(1);
            let Some(package) = after("-p") else { continue };
            seen += 1;
            let example = after("--example").map(|name| format!("{package}/examples/{name}.rs"));
            for file in [Some(format!("{package}/Cargo.toml")), example].into_iter().flatten() {
                if !root().join(&file).is_file() {
                    faults.push(format!("{}: `{line}`: there is no {file}", page.path.display()));
                }
            }
        }
    }
    assert!(seen > 10, "only {seen} commands were found");
    none(&faults);
}
