//! The operations of one websocket: within the same limits as over HTTP, so many at once, each under an id of its own.

use std::any::TypeId;
use std::collections::HashSet;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_graphql::http::WebSocketProtocols;
use async_graphql::{Data, Executor, Request, Response, ServerError};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use problem_types::TOO_MANY_SUBSCRIPTIONS;
use serde_json::json;
use service_kit::language::Language;
use tokio::sync::Semaphore;

use super::limits::MAX_OPERATIONS_PER_SOCKET;
use super::response;
use super::schema::SUPPLIERS;
use super::session::Session;
use super::{error, request};
use crate::app::App;

/// What one socket executes.
#[derive(Clone)]
pub(super) struct Operations {
    app: App,
    language: Language,
    room: Arc<Semaphore>,
    told: Arc<Told>,
}

/// What the library's conversation does not know of its operations.
#[derive(Default)]
struct Told {
    /// The ids of those that run.
    running: Mutex<HashSet<String>>,
    /// The one that ended just now because it could not be executed, and why.
    refused: Mutex<Option<(String, Vec<ServerError>)>>,
}

/// An operation's id, which is free again when this is dropped.
struct Running {
    id: String,
    told: Arc<Told>,
}

impl Drop for Running {
    fn drop(&mut self) {
        locked(&self.told.running).remove(&self.id);
    }
}

/// What these hold is changed in one step, so that a panic cannot leave it half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Operations {
    pub(super) fn new(app: App, language: Language) -> Self {
        Self { app, language, room: Arc::new(Semaphore::new(MAX_OPERATIONS_PER_SOCKET)), told: Arc::default() }
    }

    /// Gives an operation that is about to begin its id. False where another that still runs has it.
    pub(super) fn begin(&self, id: &str, request: &mut Request) -> bool {
        let is_free = locked(&self.told.running).insert(id.to_owned());
        request.data.insert(Arc::new(Running { id: id.to_owned(), told: Arc::clone(&self.told) }));
        is_free
    }

    /// The library ends an operation that could not be executed with an answer and `complete`, where both protocols
    /// have `error`. Here such an operation ends without an answer, and its `complete`, which the library says in the
    /// same breath, becomes the error.
    pub(super) fn tell(&self, message: String, protocol: WebSocketProtocols) -> String {
        let Some((id, errors)) = locked(&self.told.refused).take() else { return message };
        // The older protocol has room for one.
        let payload = match protocol {
            WebSocketProtocols::GraphQLWS => json!(errors),
            WebSocketProtocols::SubscriptionsTransportWS => json!(errors.first()),
        };
        json!({"type": "error", "id": id, "payload": payload}).to_string()
    }

    fn answers(&self, mut request: Request, data: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let refused = |response| stream::once(ready(response)).boxed();
        let Ok(room) = Arc::clone(&self.room).try_acquire_owned() else {
            return refused(error::of_request(&TOO_MANY_SUBSCRIPTIONS, self.language));
        };
        let session = Session::new(self.app.clone(), self.language);
        request.operation_name = request::named(request.operation_name.take());
        if let Err(refusal) = request::check(&SUPPLIERS, &mut request, &session) {
            return refused(*refusal);
        }
        let batches = session.batches.clone();
        let request = request.data(session);
        let mut answers = SUPPLIERS.schema.execute_stream_with_session_data(request, data.unwrap_or_default());
        stream::poll_fn(move |context| batches.poll(context, |context| answers.poll_next_unpin(context)))
            .map(move |answer| {
                let _held = &room;
                response::complete(answer)
            })
            .boxed()
    }
}

impl Executor for Operations {
    async fn execute(&self, request: Request) -> Response {
        let session = Session::new(self.app.clone(), self.language);
        request::execute(&SUPPLIERS, request, session).await
    }

    fn execute_stream(&self, request: Request, data: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let running = request.data.get(&TypeId::of::<Arc<Running>>());
        let running = running.and_then(|running| running.downcast_ref::<Arc<Running>>()).cloned();
        let answers = self.answers(request, data).take_while(move |answer| {
            let is_answer = response::was_executed(answer);
            if let Some(running) = running.as_ref().filter(|_| !is_answer) {
                *locked(&running.told.refused) = Some((running.id.clone(), answer.errors.clone()));
            }
            ready(is_answer)
        });
        answers.boxed()
    }
}
