//! A member of a consumer group: how it joins, and how it leaves. Consumer and projections alike.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::config::ClientConfig;
use tracing::warn;

use crate::settings::SagaSettings;
use crate::topics::{client_config, set_options};

/// The broker gives the partitions of a dead instance to others after this long.
const SESSION_TIMEOUT_MS: &str = "6000";

/// How long a stop waits for the broker to hear the last offsets. With the relay's it is far below five seconds.
const LEAVE_LIMIT: Duration = Duration::from_millis(1_500);

/// The settings of a member of a group, for the consumer and for projections alike.
pub(crate) fn member_config(settings: &SagaSettings, group: &str, instance_id: &str) -> ClientConfig {
    let mut config = client_config(settings);
    config
        .set("group.id", group)
        // A stable name lets a restarted instance have its partitions back at once, without waiting for the
        // session of its predecessor to end.
        .set("group.instance.id", instance_id)
        .set("session.timeout.ms", SESSION_TIMEOUT_MS)
        .set("heartbeat.interval.ms", "1000")
        // A broker that stood still for some seconds gives up its group and takes it again, and what was asked of it
        // meanwhile is never answered. By default a member notices after a minute, and looks for its coordinator every
        // ten: the crash matrix found sagas waiting for that.
        .set("socket.timeout.ms", "10000")
        .set("coordinator.query.interval.ms", "2000")
        .set("enable.auto.commit", "true")
        .set("auto.commit.interval.ms", "500")
        .set("enable.auto.offset.store", "false")
        // `latest` would lose what was sent before the first assignment.
        .set("auto.offset.reset", "earliest")
        .set("queued.max.messages.kbytes", "2048")
        .set("fetch.error.backoff.ms", "50")
        // A broker answers what one client asks in turn: behind a fetch that waits for events, the question where a
        // partition begins waits too, and so does the next fetch, the first of what was found meanwhile. With the
        // default, half a second, one restart in ten took half a second or a second longer.
        .set("fetch.wait.max.ms", "100")
        // A client whose queue is full looks again after this long. By default it is a second, in which a partition
        // with a backlog stood still between bursts of what fits in.
        .set("fetch.queue.backoff.ms", "5");
    set_options(&mut config, settings);
    config
}

/// Closes the client, which commits the last offsets.
///
/// Dropping it blocks until the broker has answered, and a broker that is away does not. So it is dropped on a thread
/// of its own, for which neither the runtime nor the end of the process waits: offsets that were not committed bring
/// events again, and the inbox skips them.
pub(crate) async fn leave<C: Send + Sync + 'static>(client: Arc<C>) {
    let (closed, done) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        drop(client);
        // Nobody listens any more when it took too long.
        let _ = closed.send(());
    });
    if tokio::time::timeout(LEAVE_LIMIT, done).await.is_err() {
        warn!("the broker does not answer; the last offsets are not committed, and what follows them comes again");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_operator_says_of_the_client_comes_last() {
        let settings = SagaSettings::of(&["--kafka-option", "fetch.wait.max.ms=7"]);
        let config = member_config(&settings, "group", "instance");
        assert_eq!((config.get("fetch.wait.max.ms"), config.get("group.id")), (Some("7"), Some("group")));
    }
}
