//! Server-sent events: each part of a page that differs from what this browser has, as soon as it does.
//!
//! Nothing is remembered of a browser but what this connection sent: one that comes again gets everything again.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use futures::stream::unfold;
use problem_types::Language;
use serde::Serialize;
use tokio::sync::watch;

use super::app::App;
use super::seen::Seen;
use super::views::View;

/// Between two looks at what is to be sent; quicker than an eye follows.
const PAUSE: Duration = Duration::from_millis(150);

/// A part of a page.
#[derive(Serialize)]
struct Part<'a> {
    id: &'a str,
    html: &'a str,
}

struct Connection {
    app: Arc<App>,
    seen: watch::Receiver<Seen>,
    view: View,
    language: Language,
    sent: HashMap<&'static str, String>,
    to_send: VecDeque<Event>,
}

/// What a browser that shows `view` is told until the laboratory ends.
pub(super) fn tell(
    app: Arc<App>,
    view: View,
    language: Language,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut seen = app.watch();
    // The first look is at what is there already.
    seen.mark_changed();
    let connection = Connection { app, seen, view, language, sent: HashMap::new(), to_send: VecDeque::new() };
    Sse::new(unfold(connection, next)).keep_alive(KeepAlive::default())
}

async fn next(mut connection: Connection) -> Option<(Result<Event, Infallible>, Connection)> {
    loop {
        if let Some(event) = connection.to_send.pop_front() {
            return Some((Ok(event), connection));
        }
        tokio::select! {
            () = connection.app.stop.cancelled() => return None,
            changed = connection.seen.changed() => changed.ok()?,
        }
        connection.look();
        if connection.to_send.is_empty() {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Connection {
    fn look(&mut self) {
        let seen = self.seen.borrow_and_update().clone();
        for order in self.view.orders(&seen) {
            self.app.want(order);
        }
        for (id, markup) in self.view.parts(&seen, self.language) {
            let html = markup.into_string();
            if self.sent.get(id) != Some(&html) {
                let part = serde_json::to_string(&Part { id, html: &html }).unwrap_or_default();
                self.to_send.push_back(Event::default().data(part));
                self.sent.insert(id, html);
            }
        }
    }
}
