//! What one line of the log says, whatever form it is then written in: flat, under names that do not change.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};

use chrono::{DateTime, SecondsFormat, Utc};
use saga_kit::subject::Subject;
use serde_json::Value;
use tracing::field::{Field, Visit};

/// The fields of a line beside its time, level and text. Of two by the same name the first counts.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// The text.
    pub message: String,
    /// The others, by name.
    pub named: BTreeMap<Cow<'static, str>, Value>,
}

impl Fields {
    /// What the work at hand is about, as far as it is known.
    pub fn about(&mut self, subject: &Subject) {
        let Subject { correlation_id, event_id, event_type, aggregate, trace } = subject;
        if let Some((kind, id)) = aggregate {
            self.add(format!("{kind}_id"), (*id).into());
        }
        let ids = [("correlation_id", correlation_id), ("event_id", event_id)];
        for (name, id) in ids.into_iter().filter_map(|(name, id)| Some((name, id.as_ref()?))) {
            self.add(name, id.to_string().into());
        }
        if let Some(event_type) = event_type {
            self.add("event_type", (*event_type).into());
        }
        if let Some(trace) = trace {
            self.add("trace_id", format!("{:032x}", trace.trace_id).into());
        }
    }

    /// Adds a field, unless there is one of its name.
    pub fn add(&mut self, name: impl Into<Cow<'static, str>>, value: Value) {
        self.named.entry(name.into()).or_insert(value);
    }

    /// As JSON: time, level, service and text first, the others in the order of their names.
    pub fn json(&self, (now, level, service): (DateTime<Utc>, &str, &str)) -> String {
        let time = now.to_rfc3339_opts(SecondsFormat::Micros, true);
        let mut line = String::with_capacity(256);
        line.push('{');
        let head = [("timestamp", time.as_str()), ("level", level), ("service", service), ("message", &self.message)];
        let head = head.map(|(name, value)| (name, Value::from(value)));
        let named = self.named.iter().map(|(name, value)| (name.as_ref(), value));
        for (name, value) in head.iter().map(|(name, value)| (*name, value)).chain(named) {
            let comma = if line.len() > 1 { "," } else { "" };
            // A text takes what is written to it.
            let _ = write!(line, "{comma}{}:{value}", Value::from(name));
        }
        line.push('}');
        line
    }

    /// For people: `name=value`, each behind a space.
    pub fn pairs(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.named {
            let _ = match value {
                Value::String(value) => write!(text, " {name}={value}"),
                value => write!(text, " {name}={value}"),
            };
        }
        text
    }
}

impl Fields {
    /// A field of an event. What libraries say through the crate `log` names its origin in fields of its own.
    fn said(&mut self, name: &'static str, value: Value) {
        match name {
            "log.target" => self.add("target", value),
            _ if name.starts_with("log.") => {}
            _ => self.add(name, value),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => value.clone_into(&mut self.message),
            name => self.said(name, value.into()),
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.said(field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.said(field.name(), value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.said(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.said(field.name(), value.into());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.record_str(field, &value.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use saga_kit::trace::TraceContext;

    #[test]
    fn a_line_names_its_order_its_saga_its_event_and_its_trace() {
        let trace = TraceContext::parse(b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        let id = "0199d2f0-8c4e-7a31-9b60-2f5d7c1e0a02".parse().ok();
        let subject = Subject {
            correlation_id: id,
            event_id: id,
            event_type: Some("OrderCreated"),
            aggregate: Some(("order", 7)),
            trace,
        };
        let mut fields = Fields { message: "said \"no\"".to_owned(), ..Fields::default() };
        fields.add("event_type", "of its own".into());
        fields.about(&subject);
        let line = fields.json((DateTime::UNIX_EPOCH, "WARN", "store-manager"));
        assert_eq!(
            line,
            r#"{"timestamp":"1970-01-01T00:00:00.000000Z","level":"WARN","service":"store-manager","#.to_owned()
                + r#""message":"said \"no\"","correlation_id":"0199d2f0-8c4e-7a31-9b60-2f5d7c1e0a02","#
                + r#""event_id":"0199d2f0-8c4e-7a31-9b60-2f5d7c1e0a02","event_type":"of its own","order_id":7,"#
                + r#""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}"#
        );
        let pairs = fields.pairs();
        assert!(pairs.contains(" order_id=7") && pairs.contains(" event_type=of its own"), "{pairs}");
    }
}
