//! GraphiQL, the pages of the API and the live overviews in a real browser: they work, and ask nobody but the service
//! itself.

use serde_json::json;
use tests::{Store, tools};

#[tokio::test]
async fn they_work_without_the_internet() {
    let store = Store::start().await;
    let product = store.product(5.75, 3).await;
    let arguments = json!({
        "store": format!("http://{}", store.store_manager.api.address()),
        "payments": format!("http://{}", store.payment_service.api.address()),
        "storeAdmin": format!("http://{}", store.store_manager.admin.address()),
        "paymentsAdmin": format!("http://{}", store.payment_service.admin.address()),
        "user": store.user().await,
        "product": product,
        "screenshots": tools::folder("screenshots"),
    });
    let browser = tools::node("pages.cjs", &[&arguments.to_string()]).await;
    assert!(browser.status.success(), "{}", browser.output);
    store.finish().await;
}
