//! What can be set on the machinery, by flag or environment, the same for every service.

use std::time::Duration;

use clap::Args;

/// Settings of the outbox, the relay, the consumer and the inbox.
/// ```
/// use clap::Parser;
/// use saga_kit::SagaSettings;
///
/// #[derive(Parser)]
/// struct Settings {
///     #[command(flatten)]
///     saga: SagaSettings,
///     /// And the service's own
///     #[arg(long, default_value_t = 8080)]
///     port: u16,
/// }
///
/// let settings = Settings::parse_from(["warehouse", "--kafka-brokers", "kafka:9092", "--topic-prefix", "test."]);
/// assert_eq!((settings.saga.kafka_brokers.as_str(), settings.port), ("kafka:9092", 8080));
/// ```
#[derive(Args, Clone)]
pub struct SagaSettings {
    /// The service's own database, `mysql://USER:PASSWORD@HOST:PORT/NAME`; it is created when it is missing
    #[arg(long, env = "SAGA_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Connections to the database at most, besides five that the relay, the checks and the metrics have of their own,
    /// and one for each scheduled job while it is at work
    #[arg(long, env = "SAGA_DATABASE_CONNECTIONS", default_value_t = 12, value_parser = clap::value_parser!(u32).range(4..=500))]
    pub database_connections: u32,
    /// Kafka's bootstrap servers, `HOST:PORT` with commas between
    #[arg(long, env = "SAGA_KAFKA_BROKERS", default_value = "127.0.0.1:9092", value_name = "LIST")]
    pub kafka_brokers: String,
    /// A further property of the Kafka client (librdkafka's names), such as `client.rack=a`; may be repeated
    #[arg(long = "kafka-option", env = "SAGA_KAFKA_OPTIONS", value_name = "NAME=VALUE", value_delimiter = ' ', value_parser = parse_option, hide_env_values = true)]
    pub kafka_options: Vec<(String, String)>,
    /// The name of this instance: the same after a restart, different from every other's [default: host and port]
    #[arg(long, env = "SAGA_INSTANCE_ID", value_name = "NAME", value_parser = parse_name)]
    pub instance_id: Option<String>,
    /// Stands before each topic's and consumer group's name, so that several stores can share a broker
    #[arg(long, env = "SAGA_TOPIC_PREFIX", default_value = "", value_name = "TEXT", value_parser = parse_name)]
    pub topic_prefix: String,
    /// Partitions of each topic; a topic that exists with another number is refused, because keys would move
    #[arg(long, env = "SAGA_TOPIC_PARTITIONS", default_value_t = 4, value_parser = clap::value_parser!(i32).range(1..=1000))]
    pub topic_partitions: i32,
    /// Copies of each topic (one on a single broker, three on a cluster); acts when a topic is made
    #[arg(long, env = "SAGA_TOPIC_REPLICATION", default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..=7))]
    pub topic_replication: i32,
    /// How long topics keep events, in hours; acts when a topic is made
    #[arg(long, env = "SAGA_TOPIC_RETENTION_HOURS", default_value_t = 168, value_parser = clap::value_parser!(u32).range(1..=87_600))]
    pub topic_retention_hours: u32,
    /// How long the inbox remembers an event, in hours; must exceed the topic's retention, a segment of it (a tenth) and the retry horizon together
    #[arg(long, env = "SAGA_INBOX_RETENTION_HOURS", default_value_t = 336, value_parser = clap::value_parser!(u32).range(1..=175_200))]
    pub inbox_retention_hours: u32,
    /// How long a relay may go on sending what it once read, in hours
    #[arg(long, env = "SAGA_RETRY_HORIZON_HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=8_760))]
    pub retry_horizon_hours: u32,
    /// How often the relay looks for events that another instance committed, in milliseconds
    #[arg(long, env = "SAGA_RELAY_POLL_MS", default_value_t = 25, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub relay_poll_ms: u64,
}

impl SagaSettings {
    /// The relay's poll as a duration.
    #[must_use]
    pub fn relay_poll(&self) -> Duration {
        Duration::from_millis(self.relay_poll_ms)
    }

    /// Those of a command line, for unit tests.
    #[cfg(test)]
    pub(crate) fn of(args: &[&str]) -> Self {
        use clap::FromArgMatches as _;
        let command = Self::augment_args(clap::Command::new("test").no_binary_name(true));
        Self::from_arg_matches(&command.get_matches_from(args)).expect("settings")
    }
}

impl std::fmt::Debug for SagaSettings {
    /// Without the database's URL and the broker's options: both may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SagaSettings")
            .field("kafka_brokers", &self.kafka_brokers)
            .field("kafka_options", &self.kafka_options.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("instance_id", &self.instance_id)
            .field("topic_prefix", &self.topic_prefix)
            .field("topic_partitions", &self.topic_partitions)
            .finish_non_exhaustive()
    }
}

/// Options that the machinery's promises rest on; another value would break one in silence.
const OURS: [&str; 12] = [
    "acks",
    "auto.offset.reset",
    "bootstrap.servers",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.idempotence",
    "group.id",
    "group.instance.id",
    "group.protocol",
    "message.timeout.ms",
    "partition.assignment.strategy",
    "session.timeout.ms",
];

fn parse_option(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, _)) if OURS.contains(&name) => Err(format!("{name} is set by the machinery")),
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

/// The longest name that leaves Kafka's 249 characters room for what is added to it.
const MAX_NAME_CHARS: usize = 128;

/// What Kafka takes in the names of topics, groups and instances.
fn parse_name(text: &str) -> Result<String, String> {
    let taken = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if text.len() <= MAX_NAME_CHARS && text.chars().all(taken) {
        Ok(text.to_owned())
    } else {
        Err(format!("up to {MAX_NAME_CHARS} letters, digits, '.', '_' and '-'"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_that_would_break_a_promise_is_refused_by_name() {
        assert_eq!(parse_option("client.rack=a"), Ok(("client.rack".to_owned(), "a".to_owned())));
        assert!(parse_option("acks=0").is_err_and(|error| error.contains("acks")));
        assert!(parse_option("=x").is_err() && parse_option("x").is_err());
    }

    #[test]
    fn names_are_of_characters_that_kafka_takes() {
        assert!(parse_name("store-1.a_b").is_ok() && parse_name("").is_ok());
        assert!(parse_name("a/b").is_err() && parse_name("é").is_err() && parse_name(&"x".repeat(129)).is_err());
    }
}
