//! The span of a request, by the semantic conventions for HTTP: below its caller's, where it sends a `traceparent`.

use std::time::SystemTime;

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use saga_kit::subject::Subject;
use saga_kit::trace::{self, HEADER, Span, SpanKind, TraceContext};

/// What is asked every few seconds by machines; a trace of it would tell nobody anything.
const NOT_TRACED: [&str; 2] = ["/health", "/metrics"];

/// A request that is being answered.
pub(crate) struct ServerSpan {
    caller: Option<TraceContext>,
    /// Nothing when its trace is not recorded.
    recorded: Option<Recorded>,
    aggregate: Option<(&'static str, u64)>,
}

struct Recorded {
    context: TraceContext,
    began: SystemTime,
    method: Method,
    /// Its pattern; nothing when it was none of the service's.
    route: Option<String>,
}

impl ServerSpan {
    /// To be called first of all.
    pub fn begin(request: &Request) -> Self {
        let header = request.headers().get(HEADER);
        let caller = header.and_then(|header| TraceContext::parse(header.as_bytes()));
        let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        let is_traced = !route.is_some_and(|route| NOT_TRACED.iter().any(|path| route.starts_with(path)));
        let context = if is_traced { trace::begin(caller) } else { None };
        let recorded = context.map(|context| Recorded {
            context,
            began: SystemTime::now(),
            method: request.method().clone(),
            route: route.map(str::to_owned),
        });
        let aggregate =
            route.filter(|route| route.contains("{id}")).and_then(|_| Subject::member(request.uri().path()));
        Self { caller, recorded, aggregate }
    }

    /// What the request is about, as far as its head tells.
    pub fn subject(&self) -> Subject {
        let recorded = self.recorded.as_ref().map(|recorded| recorded.context);
        // A trace that is not recorded is not carried on, but its caller may look for it in the log.
        let caller = self.caller.map(|caller| TraceContext { sampled: false, ..caller });
        Subject { trace: recorded.or(caller), aggregate: self.aggregate, ..Subject::default() }
    }

    /// Tells of it.
    pub fn end(self, status: StatusCode) {
        let Some(Recorded { context, began, method, route }) = self.recorded else { return };
        let mut attributes = vec![
            ("http.request.method", method.as_str().into()),
            ("http.response.status_code", i64::from(status.as_u16()).into()),
            ("url.scheme", "http".into()),
        ];
        let error = status.is_server_error().then(|| status.as_str().to_owned());
        attributes.extend(error.clone().map(|error| ("error.type", error.into())));
        attributes.extend(route.clone().map(|route| ("http.route", route.into())));
        trace::record(Span {
            context,
            parent: self.caller,
            kind: SpanKind::Server,
            name: route.map_or_else(|| method.to_string(), |route| format!("{method} {route}")).into(),
            began,
            ended: SystemTime::now().max(began),
            attributes,
            error,
            link: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn while_traces_are_off_the_log_names_the_callers_and_nothing_is_carried_on() {
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let request = Request::builder().uri("/orders").header(HEADER, header).body(Body::empty()).unwrap();
        let span = ServerSpan::begin(&request);
        let trace = span.subject().trace.unwrap();
        assert_eq!(trace.trace_id, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        assert!(!trace.sampled && span.recorded.is_none());
        let without = Request::builder().uri("/orders").body(Body::empty()).unwrap();
        assert_eq!(ServerSpan::begin(&without).subject(), Subject::default());
    }
}
