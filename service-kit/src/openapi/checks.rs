//! What a test of each service holds the document to: every route tells all that a reader needs, and the checked-in
//! copy is what the code says.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

/// The variable that renews the copy instead of comparing it.
const UPDATE: &str = "UPDATE_OPENAPI";

/// Whether each route has a summary, an id of its own, a success with a body, and an example of what is sent to it.
///
/// # Errors
/// The first route that lacks one of these, and which.
pub fn check_routes(document: &Value) -> Result<(), String> {
    let mut ids = BTreeSet::new();
    let none = serde_json::Map::new();
    let members = |value: &Value| value.as_object().unwrap_or(&none).clone();
    for (path, operations) in members(&document["paths"]) {
        for (method, operation) in members(&operations) {
            let lacking = |what: &str| Err(format!("{method} {path}: {what}"));
            let answers = members(&operation["responses"]);
            let mut good = answers.iter().filter(|(status, _)| status.starts_with('2')).peekable();
            if good.peek().is_none() {
                return lacking("it says of no success");
            }
            if let Some((status, _)) = good.find(|(_, answer)| !answer["content"].is_object()) {
                return lacking(&format!("{status} has no body"));
            }
            if !operation["summary"].is_string() {
                return lacking("it has no summary");
            }
            if !ids.insert(operation["operationId"].to_string()) {
                return lacking("its id is taken");
            }
            let example = &operation["requestBody"]["content"]["application/json"]["example"];
            if matches!(method.as_str(), "post" | "put") && !example.is_object() {
                return lacking("its body has no example");
            }
        }
    }
    if ids.is_empty() { Err("it has no route".to_owned()) } else { Ok(()) }
}

/// Compares `docs/openapi/{name}.json` with the document, or writes it where `UPDATE_OPENAPI=1` says so.
///
/// # Errors
/// What differs, and how to renew the copy.
pub fn check_copy(name: &str, document: &Value) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../docs/openapi/{name}.json"));
    let text = format!("{document:#}\n");
    if std::env::var_os(UPDATE).is_some() {
        return std::fs::write(&path, text).map_err(|error| format!("cannot write docs/openapi/{name}.json: {error}"));
    }
    let copy = std::fs::read_to_string(&path).unwrap_or_default();
    let Some(line) = first_difference(&copy, &text) else { return Ok(()) };
    Err(format!(
        "docs/openapi/{name}.json is not what the code says, first at line {line}. If the code is right, renew it \
         and look at the difference: {UPDATE}=1 cargo test --release -p {name} openapi"
    ))
}

/// The slug of a problem's type; none of a body that is no problem.
fn slug(body: &Value) -> Option<&str> {
    body["type"].as_str()?.strip_prefix("/problems/")
}

/// The slug of an answer that is a problem as the page of its type says: status and members.
///
/// # Errors
/// What does not hold of it.
pub fn problem_slug(status: u16, body: &Value) -> Result<&str, String> {
    let slug = slug(body).ok_or("it is no problem")?;
    let kind = problem_types::by_slug(slug).ok_or_else(|| format!("there is no type {slug}"))?;
    if (status, &body["status"]) != (kind.status, &Value::from(kind.status)) {
        return Err(format!("the status of {slug} is {}", kind.status));
    }
    let is_own = |name: &str| kind.members.iter().any(|(member, _)| member.name() == name);
    let is_known = |name: &str| ["type", "title", "status", "detail"].contains(&name) || is_own(name);
    let mut names = body.as_object().into_iter().flat_map(|members| members.keys());
    names.find(|name| !is_known(name)).map_or(Ok(slug), |name| Err(format!("{slug} has no member {name}")))
}

/// Whether the document says that such a request may be answered with such a problem; any answer that is none passes.
/// What no route is meant by, such as an unknown path or a method that a path does not take, no route can tell of.
///
/// # Errors
/// The request and the problem that its route does not name.
pub fn check_problem(
    document: &Value,
    (method, uri): (&str, &str),
    (status, body): (u16, &Value),
) -> Result<(), String> {
    // The list of problem types names some, and is none.
    let Some(slug) = slug(body).filter(|_| status >= 400) else { return Ok(()) };
    let path = uri.split('?').next().unwrap_or_default();
    let is_of = |route: &str| {
        let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
        route.len() == path.len() && route.iter().zip(&path).all(|(part, given)| part == given || part.starts_with('{'))
    };
    let routes = document["paths"].as_object().into_iter().flatten().filter(|(route, _)| is_of(route));
    let mut operations = routes.map(|(_, operations)| &operations[method.to_lowercase()]).filter(|it| it.is_object());
    let names = |operation: &Value| {
        let answers = operation["responses"].as_object().into_iter().flatten();
        answers
            .into_iter()
            .any(|(_, answer)| answer["content"]["application/problem+json"]["examples"][slug].is_object())
    };
    match operations.next() {
        Some(first) if !names(first) && !operations.any(names) => {
            Err(format!("{method} {path} was answered with {slug}, which its `x-problems` do not name"))
        }
        _ => Ok(()),
    }
}

/// The number of the first line that differs, from 1.
fn first_difference(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    let same = one.lines().zip(other.lines()).take_while(|(one, other)| one == other).count();
    Some(same + 1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{check_problem, check_routes, first_difference, problem_slug};

    #[test]
    fn a_route_that_lacks_something_is_named() {
        let whole = json!({
            "summary": "s", "operationId": "o",
            "responses": {"201": {"content": {}}, "404": {}},
            "requestBody": {"content": {"application/json": {"example": {}}}},
        });
        let checked = |operation: &serde_json::Value| check_routes(&json!({"paths": {"/orders": {"post": operation}}}));
        assert_eq!(checked(&whole), Ok(()));
        for (pointer, said) in [
            ("/responses/201", "it says of no success"),
            ("/responses/201/content", "201 has no body"),
            ("/summary", "it has no summary"),
            ("/requestBody", "its body has no example"),
        ] {
            let mut lacking = whole.clone();
            let (parent, member) = pointer.rsplit_once('/').unwrap();
            lacking.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(member);
            assert_eq!(checked(&lacking), Err(format!("post /orders: {said}")));
        }
        let twice = json!({"paths": {"/a": {"post": whole}, "/b": {"post": whole}}});
        assert_eq!(check_routes(&twice), Err("post /b: its id is taken".to_owned()));
        assert!(check_routes(&json!({"paths": {}})).is_err());
    }

    #[test]
    fn a_problem_that_its_route_does_not_name_is_told() {
        let answer = json!({"content": {"application/problem+json": {"examples": {"order-not-found": {}}}}});
        let document = json!({"paths": {"/orders/{id}": {"get": {"responses": {"404": answer}}, "delete": {}}}});
        let problem = json!({"type": "/problems/order-not-found"});
        let checked = |method, uri| check_problem(&document, (method, uri), (404, &problem));
        assert_eq!(checked("GET", "/orders/7?a=b"), Ok(()));
        assert!(checked("DELETE", "/orders/7").is_err_and(|said| said.starts_with("DELETE /orders/7 was answered")));
        assert_eq!((checked("PATCH", "/orders/7"), checked("GET", "/orders/7/x")), (Ok(()), Ok(())));
        let of = |status, body| check_problem(&document, ("DELETE", "/orders/7"), (status, &body));
        assert_eq!((of(200, problem.clone()), of(404, json!({"detail": "gone"}))), (Ok(()), Ok(())));
    }

    #[test]
    fn a_problem_that_is_not_as_its_type_says_is_told() {
        let told = |status, body| problem_slug(status, &body).map_or_else(|fault| fault, str::to_owned);
        let body = json!({"type": "/problems/no-such-route", "title": "x", "status": 404, "detail": "y"});
        assert_eq!(told(404, body.clone()), "no-such-route");
        assert_eq!(told(500, body.clone()), "the status of no-such-route is 404");
        for (member, value, fault) in [
            ("type", json!("about:blank"), "it is no problem"),
            ("type", json!("/problems/dream"), "there is no type dream"),
            ("status", json!(400), "the status of no-such-route is 404"),
            ("secret", json!(1), "no-such-route has no member secret"),
        ] {
            let mut body = body.clone();
            body[member] = value;
            assert_eq!(told(404, body), fault);
        }
    }

    #[test]
    fn the_first_line_that_differs_is_told() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("a\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("", "a\n"), Some(1));
    }
}
