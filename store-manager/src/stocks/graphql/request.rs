//! A GraphQL request as it comes over HTTP, and its execution.
//!
//! One request, one operation: a batch (an array) is refused like any body of the wrong shape. GraphQL over HTTP does
//! not know batches, aliases do the same, and a batch would multiply what [`super::limits`] allows.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::registry::Registry;
use async_graphql::{ObjectType, Request, Response, ServerError, SubscriptionType, Variables};
use problem_types::{INVALID_GRAPHQL, QUERY_TOO_COMPLEX};
use serde::Deserialize;
use serde_json::value::RawValue;
use service_kit::Problem;
use service_kit::language::{Language, Text};
use utoipa::ToSchema;

use super::parsed::Document;
use super::schema::Served;
use super::session::Session;
use super::{document, error, response, usages, variables};

/// What is to be executed.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GraphqlRequest {
    /// The document.
    #[schema(example = "{ product(id: \"1\") { name quantity } }")]
    query: String,
    /// Which of its operations, where it has several.
    operation_name: Option<String>,
    /// The operation's variables.
    #[schema(value_type = Option<Object>)]
    variables: Option<Box<RawValue>>,
}

/// The same in a query string.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GraphqlParameters {
    pub(super) query: Option<String>,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Option<String>,
}

impl GraphqlRequest {
    pub(super) fn into_request(self) -> Result<Request, Problem> {
        let variables = self.variables.as_deref().map(RawValue::get);
        let variables = variables.map_or(Ok(Variables::default()), |text| {
            // Read from its own text, because that is where serde_json limits how deep a value may nest.
            parse_variables(text).ok_or_else(|| {
                let en = "variables: must be an object with a member for each variable";
                let fr = "variables : doit être un objet avec un membre par variable";
                Problem::invalid_field("variables", Text::fixed(en, fr))
            })
        })?;
        Ok(request(self.query, self.operation_name, variables))
    }
}

impl GraphqlParameters {
    /// The request; none where no query is named.
    pub(super) fn into_request(self) -> Result<Option<Request>, Problem> {
        let Some(query) = self.query else { return Ok(None) };
        let text = self.variables.filter(|text| !text.is_empty());
        let variables = text.map_or(Some(Variables::default()), |text| parse_variables(&text));
        let variables = variables.ok_or_else(|| {
            let en = "variables: must be a JSON object with a member for each variable";
            let fr = "variables : doit être un objet JSON avec un membre par variable";
            Problem::new(&problem_types::INVALID_QUERY).detail(Text::fixed(en, fr))
        })?;
        Ok(Some(request(query, self.operation_name, variables)))
    }
}

fn parse_variables(text: &str) -> Option<Variables> {
    let is_object = text.starts_with('{') || text == "null";
    serde_json::from_str(text).ok().filter(|_| is_object)
}

fn request(query: String, operation_name: Option<String>, variables: Variables) -> Request {
    let mut request = Request::new(query).variables(variables);
    request.operation_name = named(operation_name);
    request
}

/// The name of the operation that is asked for. Some clients send an empty one where they mean none.
pub(super) fn named(operation: Option<String>) -> Option<String> {
    operation.filter(|name| !name.is_empty())
}

/// Whether the request would change something. One that cannot be parsed changes nothing.
pub(super) fn is_mutation(request: &mut Request) -> bool {
    let name = request.operation_name.clone();
    let parsed = request.parsed_query().ok();
    let operation = parsed.and_then(|document| document::operation(document, name.as_deref()));
    operation.is_some_and(|operation| operation.ty == OperationType::Mutation)
}

/// What is known of a request that may be executed.
pub(super) struct Checked {
    document: Option<Arc<Document>>,
    /// Whether validation would certainly find nothing.
    is_valid: bool,
}

/// Checks what the library does not, before it walks the document: syntax, size, that each variable has the value that
/// it must have, and that values and variables stand where they may. The document stays parsed.
pub(super) fn check<Q, M, S>(
    served: &Served<Q, M, S>,
    request: &mut Request,
    session: &Session,
) -> Result<Checked, Box<Response>> {
    let parsed = served.documents.parse(request);
    let parsed = parsed.and_then(|document| Ok((document, document::is_small(request.parsed_query()?))));
    let checked = match parsed {
        Ok((document, true)) => check_values(&served.registry, request, document, session.language),
        Ok((_, false)) => return Err(Box::new(error::of_request(&QUERY_TOO_COMPLEX, session.language))),
        Err(error) => Err(error),
    };
    checked.map_err(|error| {
        Box::new(if error.message.trim().is_empty() {
            error::of_request(&INVALID_GRAPHQL, session.language)
        } else {
            error::complete(Response::from_errors(vec![error]))
        })
    })
}

fn check_values(
    registry: &Registry,
    request: &mut Request,
    document: Option<Arc<Document>>,
    language: Language,
) -> Result<Checked, ServerError> {
    // Taken out, because the document is borrowed of the same request.
    let (name, mut variables) = (request.operation_name.take(), std::mem::take(&mut request.variables));
    let parsed = request.parsed_query()?;
    // A document without that operation is for the library to refuse.
    let operation = document::operation(parsed, name.as_deref());
    if let Some(operation) = operation {
        variables::complete(registry, operation, &mut variables, language)?;
    }
    let is_valid = document.as_ref().is_some_and(|document| document.is_valid_with(&variables));
    // Where a variable stands is as valid as before, and no value but those of variables is new.
    if let Some(operation) = operation.filter(|_| !is_valid) {
        usages::check(registry, parsed, operation, language)?;
    }
    (request.operation_name, request.variables) = (name, variables);
    Ok(Checked { document, is_valid })
}

/// Executes a request within the limits; each error of the answer has its code.
pub(super) async fn execute<Q, M, S>(served: &Served<Q, M, S>, mut request: Request, session: Session) -> Response
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let checked = match check(served, &mut request, &session) {
        Ok(checked) => checked,
        Err(refusal) => return *refusal,
    };
    let schema = if checked.is_valid { &served.trusting } else { &served.schema };
    let batches = session.batches.clone();
    let mut execution = pin!(schema.execute(request.data(session)));
    let answer = poll_fn(|context| batches.poll(context, |context| execution.as_mut().poll(context))).await;
    if let Some(document) = checked.document.filter(|_| answer.errors.is_empty()) {
        document.found_valid();
    }
    response::complete(answer)
}
