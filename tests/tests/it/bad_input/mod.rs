//! Bad input: each kind has its status and a problem that says what to do; never a 500, never a half-written row.

mod orders;
mod payments;
mod products_and_stock;
mod requests;
mod users;

use serde_json::Value;
use tests::Api;

/// Posts bodies of which one field each is wrong; the problem names the field.
pub async fn refuses_fields(api: &Api, path: &str, good: &Value, wrong: &[(&str, Value)]) {
    for (field, value) in wrong {
        let mut body = good.clone();
        body[*field] = value.clone();
        let problem = api.post(path, &body).await.expect_problem(422, "invalid-body");
        assert!(problem["field"].as_str().unwrap().starts_with(field), "{field} = {value}: {problem}");
    }
    for field in good.as_object().unwrap().keys() {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(field);
        let problem = api.post(path, &body).await.expect_problem(422, "invalid-body");
        assert_eq!(problem["field"], *field, "without {field}");
    }
}

/// Ids that are none, and ids of nothing.
pub async fn unknown_ids(api: &Api, path: &str, slug: &str) {
    for id in ["x", "-1", "1.5", "99999999999999999999999", "1%20", "+1", "%00", "1;2"] {
        api.get(&format!("{path}/{id}")).await.expect_problem(400, "invalid-id");
    }
    for id in ["0", "999999", "18446744073709551615"] {
        api.get(&format!("{path}/{id}")).await.expect_problem(404, slug);
    }
    for query in ["limit=0", "limit=201", "limit=x", "after=-1"] {
        api.get(&format!("{path}?{query}")).await.expect_problem(400, "invalid-query");
    }
}
