//! The document of the contract: every route is whole, and the checked-in copy is what the code says.

use payment_service::app::openapi;
use service_kit::openapi::{check_copy, check_routes};

#[test]
fn every_route_says_what_it_answers() {
    check_routes(&openapi()).unwrap_or_else(|lacking| panic!("{lacking}"));
}

#[test]
fn the_checked_in_document_is_that_of_the_code() {
    check_copy("payment-service", &openapi()).unwrap_or_else(|drift| panic!("{drift}"));
}
