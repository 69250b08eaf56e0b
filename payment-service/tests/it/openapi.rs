//! The document of the contract: the checked-in copy is what the code says.

use payment_service::app::openapi;
use service_kit::openapi::check_copy;

#[test]
fn every_route_says_what_it_answers() {
    let document = openapi();
    let mut seen = std::collections::BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let answers = operation["responses"].as_object().unwrap();
            let good: Vec<_> = answers.iter().filter(|(status, _)| status.starts_with('2')).collect();
            assert!(!good.is_empty(), "{method} {path} says of no success");
            for (status, answer) in good {
                assert!(answer["content"].is_object(), "{method} {path}: {status} has no body");
            }
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            assert!(seen.insert(operation["operationId"].to_string()), "{method} {path}: its id is taken");
            if matches!(method.as_str(), "post" | "put") {
                let body = &operation["requestBody"]["content"]["application/json"];
                assert!(body["example"].is_object(), "{method} {path}: its body has no example");
            }
        }
    }
}

#[test]
fn the_checked_in_document_is_that_of_the_code() {
    check_copy("payment-service", &openapi()).unwrap_or_else(|drift| panic!("{drift}"));
}
