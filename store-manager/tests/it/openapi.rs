//! The document of the contract: every route is whole, and the checked-in copy is what the code says.

use service_kit::openapi::{check_copy, check_routes};
use store_manager::app::openapi;

#[test]
fn every_route_says_what_it_answers() {
    check_routes(&openapi()).unwrap_or_else(|lacking| panic!("{lacking}"));
}

#[test]
fn the_checked_in_document_is_that_of_the_code() {
    check_copy("store-manager", &openapi()).unwrap_or_else(|drift| panic!("{drift}"));
}
