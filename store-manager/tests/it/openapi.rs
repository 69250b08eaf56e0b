//! The document of the contract: the checked-in copy is what the code says.

use service_kit::openapi::check_copy;
use store_manager::app::openapi;

#[test]
fn the_checked_in_document_is_that_of_the_code() {
    check_copy("store-manager", &openapi()).unwrap_or_else(|drift| panic!("{drift}"));
}
