//! Whether the inbox remembers an event for longer than its topic keeps it.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use rdkafka::admin::{AdminClient, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::KafkaError;

use super::{MS_PER_HOUR, TopicError, options};
use crate::settings::SagaSettings;

/// How long the question may take. A client that was made while the broker was away may never have its answer, and whoever
/// asks makes another.
const LIMIT: Duration = Duration::from_secs(1);

pub(super) async fn check(
    admin: &AdminClient<DefaultClientContext>,
    settings: &SagaSettings,
    topics: &BTreeSet<String>,
) -> Result<(), TopicError> {
    let resources: Vec<ResourceSpecifier<'_>> = topics.iter().map(|topic| ResourceSpecifier::Topic(topic)).collect();
    let answers = admin.describe_configs(&resources, &options(LIMIT)).await?;
    for (topic, answer) in topics.iter().zip(answers) {
        let config = answer.map_err(KafkaError::AdminOp)?;
        // What the broker does not tell, and a retention that is negative, is for ever.
        let ms = |name| config.get(name).and_then(|entry| entry.value.as_deref()?.parse::<u64>().ok());
        inbox_outlives(settings, topic, Kept { retention_ms: ms("retention.ms"), segment_ms: ms("segment.ms") })?;
    }
    Ok(())
}

/// How long a topic keeps an event: nothing is for ever.
#[derive(Clone, Copy)]
struct Kept {
    retention_ms: Option<u64>,
    segment_ms: Option<u64>,
}

impl Kept {
    fn ms(self) -> Option<u64> {
        Some(self.retention_ms?.saturating_add(self.segment_ms?))
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hours = |ms: u64| ms.div_ceil(MS_PER_HOUR);
        match (self.retention_ms, self.segment_ms) {
            (Some(retention), Some(segment)) => {
                write!(f, "{} h and a segment of {} h", hours(retention), hours(segment))
            }
            _ => f.write_str("ever"),
        }
    }
}

fn inbox_outlives(settings: &SagaSettings, topic: &str, kept: Kept) -> Result<(), TopicError> {
    let inbox_ms = u64::from(settings.inbox_retention_hours) * MS_PER_HOUR;
    let retry_ms = u64::from(settings.retry_horizon_hours) * MS_PER_HOUR;
    if kept.ms().is_some_and(|ms| ms.saturating_add(retry_ms) < inbox_ms) {
        return Ok(());
    }
    Err(TopicError::Retention {
        topic: topic.to_owned(),
        inbox_hours: settings.inbox_retention_hours,
        kept: kept.to_string(),
        retry_hours: settings.retry_horizon_hours,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inbox_that_forgets_before_the_topic_does_is_refused() {
        let settings = SagaSettings::of(&["--inbox-retention-hours", "48", "--retry-horizon-hours", "24"]);
        let hours = |retention: u64, segment: u64| Kept {
            retention_ms: Some(retention * MS_PER_HOUR),
            segment_ms: Some(segment * MS_PER_HOUR),
        };
        assert!(inbox_outlives(&settings, "t", hours(21, 2)).is_ok());
        let longer = inbox_outlives(&settings, "t", hours(22, 2)).expect_err("48 h in all").to_string();
        assert!(longer.contains("keeps them for 22 h and a segment of 2 h, with a retry horizon of 24 h"), "{longer}");
        assert!(inbox_outlives(&settings, "t", hours(10, 168)).is_err(), "segments of Kafka's default");
        let endless = Kept { retention_ms: None, segment_ms: Some(1) };
        let endless = inbox_outlives(&settings, "t", endless).expect_err("endless").to_string();
        assert!(endless.contains("for ever"), "{endless}");
    }
}
