//! The document of the contract: the checked-in copy is what the code says.

use payment_service::app::openapi;
use service_kit::openapi::check_copy;

#[test]
fn the_checked_in_document_is_that_of_the_code() {
    check_copy("payment-service", &openapi()).unwrap_or_else(|drift| panic!("{drift}"));
}
