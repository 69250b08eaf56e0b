//! Shared by the unit tests: send a request through a router, read the answer.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use tower::ServiceExt;

/// An answer that was read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// The slug of the problem that was answered.
    pub(crate) fn slug(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let kind = self.json()["type"].as_str().unwrap().to_owned();
        kind.strip_prefix("/problems/").unwrap().to_owned()
    }
}

pub(crate) async fn read(response: Response) -> Answer {
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec(),
    }
}

pub(crate) async fn get(router: Router, uri: &str) -> Answer {
    let request = Request::get(uri).body(Body::empty()).unwrap();
    read(router.oneshot(request).await.unwrap()).await
}

pub(crate) async fn post(router: Router, uri: &str, content_type: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(uri).header("content-type", content_type).body(body.into()).unwrap();
    read(router.oneshot(request).await.unwrap()).await
}
