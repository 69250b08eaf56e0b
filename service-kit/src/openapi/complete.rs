//! What every operation may answer by reason of what it takes: the rejections of the kit's extractors, the limits
//! around the router, the database. And the problems that a feature names in `x-problems`, spelled out.
//!
//! Works on the document as JSON, where a rule is a few lines.

use problem_types::{Language, ProblemType, Retry, by_slug};
use serde_json::{Map, Value, json};

use super::parameters::{IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH};

/// The extension in which a feature names the slugs of the problems that are its own.
const PROBLEMS: &str = "x-problems";
/// The tag of the routes that tell of the service itself and touch no database.
const NO_DATABASE: [&str; 2] = ["service", "problems"];

/// Completes the document.
pub(super) fn complete(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, operations) in paths {
        let Some(operations) = operations.as_object_mut() else { continue };
        for (method, operation) in operations {
            declare_path_parameters(path, operation);
            add_headers(operation);
            add_problems(method, operation);
        }
    }
    bound_integers(document);
}

/// The ids in a path, which are all of one kind; a parameter that the route declares itself stays as it is.
fn declare_path_parameters(path: &str, operation: &mut Value) {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    for name in names.filter(|name| !has_parameter(operation, "path", name)).collect::<Vec<_>>() {
        let schema = json!({"type": "integer", "format": "uint64", "minimum": 0});
        let id = json!({
            "name": name, "in": "path", "required": true, "schema": schema, "example": 1,
            "description": "The id, as it was answered at creation",
        });
        match operation["parameters"].as_array_mut() {
            Some(parameters) => parameters.push(id),
            None => operation["parameters"] = json!([id]),
        }
    }
}

fn has_parameter(operation: &Value, place: &str, name: &str) -> bool {
    parameters(operation).any(|parameter| parameter["in"] == place && parameter["name"] == name)
}

fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation["parameters"].as_array().into_iter().flatten()
}

/// The headers that go with what an operation takes.
fn add_headers(operation: &mut Value) {
    let has_pages = has_parameter(operation, "query", "after");
    let has_key = has_parameter(operation, "header", IDEMPOTENCY_KEY);
    let is_tagged = has_parameter(operation, "header", IF_NONE_MATCH);
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, response) in responses.iter_mut().filter(|(status, _)| status.starts_with('2')) {
        if has_pages && status == "200" {
            add_header(response, "Link", "The next page, `rel=\"next\"`; absent on the last one");
        }
        if has_key {
            add_header(
                response,
                "Idempotency-Replayed",
                "`true` where this answer was given before, under the same key",
            );
        }
        if is_tagged {
            add_header(
                response,
                "ETag",
                "The state that this shows: for `If-None-Match`, and for the `If-Match` of what changes it",
            );
        }
    }
    if is_tagged {
        responses.insert("304".to_owned(), json!({"description": "It is still what `If-None-Match` names"}));
    }
}

fn add_header(response: &mut Value, name: &str, description: &str) {
    let header = json!({"description": description, "schema": {"type": "string"}});
    response["headers"][name] = header;
}

/// All problems of an operation, by status.
fn add_problems(method: &str, operation: &mut Value) {
    let mut slugs = implied(method, operation);
    if let Some(Value::Array(own)) = operation.as_object_mut().and_then(|members| members.remove(PROBLEMS)) {
        slugs.extend(own.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    let mut kinds: Vec<&ProblemType> = slugs.iter().filter_map(|slug| by_slug(slug)).collect();
    kinds.sort_by_key(|kind| (kind.status, kind.slug));
    kinds.dedup();
    for of_status in kinds.chunk_by(|one, other| one.status == other.status) {
        let Some(first) = of_status.first() else { continue };
        operation["responses"][first.status.to_string()] = response(of_status);
    }
}

/// What it may answer by reason of what it takes.
fn implied(method: &str, operation: &Value) -> Vec<String> {
    let mut slugs = vec!["internal-error", "request-timeout"];
    let tag = operation["tags"][0].as_str().unwrap_or_default();
    if !NO_DATABASE.contains(&tag) {
        slugs.extend(["database-unavailable", "database-busy"]);
        if method != "get" {
            slugs.push("outcome-unknown");
        }
    }
    if parameters(operation).any(|parameter| parameter["in"] == "path" && parameter["schema"]["type"] == "integer") {
        slugs.push("invalid-id");
    }
    if parameters(operation).any(|parameter| parameter["in"] == "query") {
        slugs.push("invalid-query");
    }
    if operation["requestBody"]["content"].get("application/json").is_some() {
        slugs.extend(["malformed-json", "body-too-large", "unsupported-media-type", "invalid-body"]);
    }
    if has_parameter(operation, "header", IDEMPOTENCY_KEY) {
        slugs.extend(["invalid-idempotency-key", "request-in-flight", "idempotency-key-reused"]);
    }
    if has_parameter(operation, "header", IF_MATCH) {
        slugs.push("precondition-failed");
    }
    slugs.into_iter().map(str::to_owned).collect()
}

/// The answer with one status, which is one of these problems.
fn response(kinds: &[&ProblemType]) -> Value {
    let (mut lines, mut examples, mut slugs) = (Vec::new(), Map::new(), Vec::new());
    for kind in kinds {
        lines.push(format!("- `{}`: {}", kind.slug, kind.title.get(Language::En)));
        examples.insert(kind.slug.to_owned(), json!({"summary": kind.title.get(Language::En), "value": example(kind)}));
        slugs.push(format!("/problems/{}", kind.slug));
    }
    let schema = json!({"allOf": [
        {"$ref": "#/components/schemas/Problem"},
        {"properties": {"type": {"enum": slugs}, "status": {"const": kinds.first().map(|kind| kind.status)}}},
    ]});
    let content = json!({"application/problem+json": {"schema": schema, "examples": examples}});
    let mut response = json!({"description": lines.join("\n"), "content": content});
    add_header(&mut response, "Content-Language", "`en` or `fr`, by `Accept-Language`");
    // A client that may have changed something is told to wait as well, but to look before it tries again.
    if kinds.iter().any(|kind| matches!(kind.retry, Retry::After(_)) || kind.slug == "request-timeout") {
        let seconds =
            json!({"description": "Seconds after which it may be tried again", "schema": {"type": "integer"}});
        response["headers"]["Retry-After"] = seconds;
    }
    response
}

/// A problem of that type, as it may be answered.
fn example(kind: &ProblemType) -> Value {
    let mut example = json!({
        "type": format!("/problems/{}", kind.slug),
        "title": kind.title.get(Language::En),
        "status": kind.status,
        "detail": kind.example.get(Language::En),
    });
    for (member, value) in kind.members {
        example[member.name()] = serde_json::from_str(value).unwrap_or_default();
    }
    example
}

/// The largest values of the integers that have none of their own: their formats are no limit to a validator.
fn bound_integers(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let maximum = match members.get("format").and_then(Value::as_str) {
                Some("uint64") => Some(u64::MAX),
                Some("uint32") => Some(u64::from(u32::MAX)),
                _ => None,
            };
            if let Some(maximum) = maximum.filter(|_| !members.contains_key("maximum")) {
                members.insert("maximum".to_owned(), json!(maximum));
            }
            members.values_mut().for_each(bound_integers);
        }
        Value::Array(elements) => elements.iter_mut().for_each(bound_integers),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(operation: &Value) -> Value {
        let mut document = json!({"paths": {"/orders/{id}": {"post": operation}}});
        complete(&mut document);
        document["paths"]["/orders/{id}"]["post"].take()
    }

    #[test]
    fn the_problems_of_what_it_takes_and_its_own_stand_by_their_status() {
        let content = json!({"application/json": {}});
        let operation = completed(&json!({
            "tags": ["orders"], "requestBody": {"content": content}, "responses": {}, "x-problems": ["order-conflict"],
        }));
        let statuses: Vec<&String> = operation["responses"].as_object().unwrap().keys().collect();
        assert_eq!(statuses, ["400", "409", "413", "415", "422", "500", "503"]);
        let examples = operation["responses"]["400"]["content"]["application/problem+json"]["examples"].as_object();
        assert_eq!(examples.unwrap().keys().collect::<Vec<_>>(), ["invalid-id", "malformed-json"]);
        assert!(operation["responses"]["409"]["description"].as_str().unwrap().contains("`order-conflict`"));
        assert_eq!(operation["responses"]["503"]["headers"]["Retry-After"]["schema"]["type"], "integer");
        assert_eq!(operation["responses"]["422"]["headers"].get("Retry-After"), None);
        assert_eq!(operation.get(PROBLEMS), None);
    }

    #[test]
    fn the_id_of_the_path_is_declared_with_its_bounds() {
        let operation = completed(&json!({"tags": ["service"], "responses": {}}));
        assert_eq!(operation["parameters"][0]["name"], "id");
        assert_eq!(operation["parameters"][0]["schema"]["maximum"], json!(u64::MAX));
        assert_eq!(operation["responses"]["503"]["description"].as_str().unwrap().lines().count(), 1);
    }
}
