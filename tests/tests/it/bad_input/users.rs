//! Users who cannot be, and those who cannot go.

use serde_json::json;
use tests::Store;

use super::{refuses_fields, unknown_ids};

#[tokio::test]
async fn users_who_cannot_be() {
    let store = Store::start().await;
    let api = &store.store_manager.api;
    let good = json!({"name": "Ada", "email": "ada@example.org"});
    let user = api.post("/users", &good).await.expect(201)["user_id"].as_u64().unwrap();
    let before = store.fingerprint().await;
    let wrong = [
        ("name", json!("")),
        ("name", json!("   ")),
        ("name", json!(7)),
        ("name", json!(null)),
        ("name", json!("a\u{0}b")),
        ("name", json!("x".repeat(201))),
        ("email", json!("ada")),
        ("email", json!("@example.org")),
        ("email", json!("a b@example.org")),
        ("email", json!(["x@example.org"])),
        ("email", json!(format!("{}@example.org", "x".repeat(300)))),
    ];
    refuses_fields(api, "/users", &good, &wrong).await;
    for taken in ["ada@example.org", "ADA@example.org", " ada@example.org "] {
        api.post("/users", &json!({"name": "Other", "email": taken})).await.expect_problem(409, "email-taken");
    }
    unknown_ids(api, "/users", "user-not-found").await;
    assert_eq!(store.fingerprint().await, before);

    let product = store.product(5.0, 5).await;
    let order = store.order(user, &[(product, 1)]).await;
    api.delete(&format!("/users/{user}")).await.expect_problem(409, "user-in-use");
    store.until_payable(order).await;
    api.get(&format!("/users/{user}")).await.expect(200);
    // What looks dangerous and is not: it is text, and stays as it is.
    let name = "Robert'); DROP TABLE users; -- 😀";
    let robert =
        api.post("/users", &json!({"name": name, "email": "r@example.org"})).await.expect(201)["user_id"].clone();
    assert_eq!(api.get(&format!("/users/{robert}")).await.expect(200)["name"], name);
    assert_eq!(api.delete(&format!("/users/{robert}")).await.expect(200), json!({"deleted": true}));
    store.finish().await;
}
