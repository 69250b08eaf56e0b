//! Strikes at what the broker keeps: its disk is full, its topic is deleted. Orders are accepted all the same, and both
//! services say what is wrong.

use std::time::Duration;

use anyhow::Result;
use shared_events::Topic;
use stack::interrupt;
use stack::store::{Name, State};
use stack::t;

use super::watch::Watch;
use crate::journey::Journey;
use crate::laboratory::Laboratory;
use crate::matrix::blow::What;

/// Has the disk be full for a while. What dies of it stays dead meanwhile, and what does not is restarted after.
pub(super) fn disk_full(
    lab: &Laboratory,
    journey: &mut Journey<'_>,
    watch: &Watch<'_>,
    lasting: Duration,
) -> Result<()> {
    let (store, broker) = (lab.store(), Name::Kafka);
    store.hold(broker);
    watch.note(broker, What::WritesRefused(lasting));
    store.refuse_writes(broker)?;
    journey.begin()?;
    say_what_is_wrong(lab, "")?;
    interrupt::pause(lasting)?;
    if lab.member(broker)?.state == State::Running {
        watch.note(broker, What::KilledForWrites);
        store.kill(broker)?;
    }
    store.bring_up(broker);
    journey.go_on()
}

/// Deletes the topic of all events of orders, once nothing is under way: what it held and nobody had read would be lost.
pub(super) fn topic_deleted(lab: &Laboratory, journey: &mut Journey<'_>, watch: &Watch<'_>) -> Result<()> {
    let topic = Topic::ORDER_SAGA_EVENTS.name();
    lab.databases().audit(lab.patience())?;
    watch.note(Name::Kafka, What::TopicDeleted(topic));
    lab.delete_topic(topic)?;
    journey.begin()?;
    say_what_is_wrong(lab, topic)?;
    journey.go_on()
}

/// Waits until both services say of themselves that the broker does not do its part, and name `what`.
fn say_what_is_wrong(lab: &Laboratory, what: &str) -> Result<()> {
    for service in Name::SERVICES {
        let awaited = t!("{service} to say that the broker is away", "{service} dit que le courtier est absent");
        lab.until(&awaited, || {
            let ready = lab.readiness(service)?;
            let why = ready["dependencies"]["kafka"]["why"].as_str();
            Ok((ready["status"] == "degraded" && why.is_some_and(|why| why.contains(what))).then_some(()))
        })?;
    }
    Ok(())
}
