//! The page's style, script and icon, served from the program: nothing comes from elsewhere, and nothing is built.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::routing::get;
use sha2::{Digest as _, Sha256};

use super::gate::hex;

const STYLE: &str = include_str!("assets/style.css");
const SCRIPT: &str = include_str!("assets/script.js");
const ICON: &str = include_str!("assets/icon.svg");

/// Part of the addresses, so that a browser keeps what it has exactly as long as it is the same.
pub(super) static VERSION: LazyLock<String> = LazyLock::new(|| {
    let hash = Sha256::digest([STYLE, SCRIPT, ICON].concat());
    hex(&hash[..8])
});

pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let asset = |kind: &'static str, text: &'static str| {
        get(async move || ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "max-age=31536000, immutable")], text))
    };
    let at = |name: &str| format!("/assets/{}/{name}", *VERSION);
    Router::new()
        .route(&at("style.css"), asset("text/css; charset=utf-8", STYLE))
        .route(&at("script.js"), asset("text/javascript; charset=utf-8", SCRIPT))
        .route(&at("icon.svg"), asset("image/svg+xml", ICON))
}
