//! The frame of every page, the headers that it is answered with, and the pages that stand by themselves.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use problem_types::{Language, Text};

use super::{View, icons, waits};
use crate::page::assets::VERSION;
use crate::page::seen::{Reset, Seen};
use crate::page::texts as t;

/// Only what this program serves may be loaded and run, and nothing that stands in the page itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(super) fn page(view: View, title: &str, strip: &Markup, body: &Markup, language: Language) -> Response {
    let current = |there: bool| there.then_some("page");
    let is_scenario = matches!(view, View::Scenarios | View::Scenario(_));
    let head = html! {
        header {
            nav {
                strong { (t::TITLE.get(language)) }
                a href="/" aria-current=[current(is_scenario)] { (t::SCENARIOS.get(language)) }
                a href="/workbench" aria-current=[current(matches!(view, View::Workbench))] { (t::WORKBENCH.get(language)) }
                a href="/reset" aria-current=[current(matches!(view, View::Reset))] { (t::RESET.get(language)) }
                (switch(&view.path(), language))
            }
        }
        // It stays in sight, however far one scrolls.
        div.strip-bar { (strip) }
    };
    let live = format!("/live{}", view.path());
    respond(StatusCode::OK, title, Some(&live), &head, body, language)
}

/// The switch to the other language, in that language.
fn switch(path: &str, language: Language) -> Markup {
    let other = language.choose(Language::Fr, Language::En);
    html! {
        a href={ (path) "?lang=" (other.tag()) } hreflang=(other.tag()) lang=(other.tag()) {
            (t::OTHER_LANGUAGE.get(language))
        }
    }
}

fn respond(
    status: StatusCode,
    title: &str,
    live: Option<&str>,
    head: &Markup,
    body: &Markup,
    language: Language,
) -> Response {
    let asset = |name: &str| format!("/assets/{}/{name}", *VERSION);
    let page = html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – " (t::TITLE.get(language)) }
                link rel="icon" href=(asset("icon.svg"));
                link rel="stylesheet" href=(asset("style.css"));
                @if live.is_some() { script src=(asset("script.js")) defer {} }
            }
            body data-live=[live] {
                a.skip href="#content" { (t::SKIP.get(language)) }
                (head)
                main id="content" tabindex="-1" { (body) }
                @if live.is_some() {
                    p.lost id="told" role="alert" hidden {}
                    p.lost id="lost" role="alert" hidden { (t::LOST.get(language)) }
                }
            }
        }
    };
    let headers: [(HeaderName, &str); 7] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_LANGUAGE, language.tag()),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::VARY, "accept-language, cookie"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    (status, headers, page).into_response()
}

/// Where the token is asked for.
pub(in crate::page) fn door(was_wrong: bool, language: Language) -> Response {
    let body = html! {
        div.card.narrow {
            h1 { (t::TOKEN_TITLE.get(language)) }
            p { (t::TOKEN_TEXT.get(language)) }
            @if was_wrong { p.say.bad role="alert" { (icons::state("bad", icons::CROSS, t::WRONG_TOKEN.get(language))) } }
            form method="post" action="/token" {
                div.row {
                    label { (t::TOKEN.get(language))
                        input name="token" type="password" autocomplete="current-password" required autofocus;
                    }
                    button.go type="submit" { (t::ENTER.get(language)) }
                }
            }
        }
    };
    let nothing = html! {};
    respond(StatusCode::UNAUTHORIZED, t::TOKEN_TITLE.get(language), None, &nothing, &body, language)
}

/// Something in a line: there is nothing at this address, or nothing was done.
pub(in crate::page) fn notice(status: StatusCode, why: &Text, language: Language) -> Response {
    let why = why.get(language);
    let body = html! {
        div.card.narrow {
            h1 { (why) }
            p.row {
                a href="/" { (t::SCENARIOS.get(language)) }
                a href="/workbench" { (t::WORKBENCH.get(language)) }
            }
        }
    };
    respond(status, why, None, &html! {}, &body, language)
}

/// The question whether to begin again; while that is done, and when it was, the strip says so.
pub(super) fn reset(seen: &Seen, language: Language) -> Markup {
    html! {
        h1 { (t::RESET_TITLE.get(language)) }
        p { (t::RESET_TEXT.get(language)) }
        div.row {
            form method="post" action="/reset" data-stay {
                button.danger type="submit" aria-disabled=[waits(seen.reset == Reset::UnderWay)] { (t::RESET_GO.get(language)) }
            }
            a href="/" { (t::BACK.get(language)) }
        }
    }
}
