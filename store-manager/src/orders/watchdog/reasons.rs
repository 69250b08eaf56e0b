//! Why a saga waits, as far as this service can know: what is parked here, what is unsent, who is away.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use saga_kit::parking::{self, ParkedEvent};
use saga_kit::{BrokerProbe, SagaSettings, outbox};
use sqlx::MySqlConnection;

use crate::SERVICE_NAME;
use crate::orders::queries::OverdueSaga;

/// How long the broker may take to say who is there.
const ASK_LIMIT: Duration = Duration::from_secs(1);

/// The oldest events of the outbox that are looked at.
const MAX_UNSENT: u32 = 1_000;

/// Characters of an error that are repeated; the list of parked events has the whole.
const MAX_ERROR_CHARS: usize = 300;

/// What is known at one moment.
#[derive(Debug, Default)]
pub(super) struct Reasons {
    /// The oldest parked event of each order.
    parked: BTreeMap<String, ParkedEvent>,
    /// The oldest unsent event of each order.
    unsent: BTreeMap<String, String>,
    /// How many instances of a service take events, or why the broker does not say.
    instances: BTreeMap<&'static str, Result<usize, String>>,
}

impl Reasons {
    /// Looks around for what may hold up these sagas.
    pub async fn of(
        settings: &SagaSettings,
        connection: &mut MySqlConnection,
        sagas: &[OverdueSaga],
    ) -> Result<Self, sqlx::Error> {
        if sagas.is_empty() {
            return Ok(Self::default());
        }
        let keys: Vec<String> = sagas.iter().map(|saga| saga.order_id.to_string()).collect();
        let parked = parking::oldest_of(connection, SERVICE_NAME, &keys).await?;
        let unsent = outbox::oldest(connection, MAX_UNSENT).await?;
        let services: BTreeSet<&'static str> = sagas.iter().map(|saga| saga.waits_for_service).collect();
        Ok(Self { parked, unsent, instances: instances(settings, services).await })
    }

    /// Why that saga waits; nothing where nobody here knows.
    pub fn why(&self, saga: &OverdueSaga) -> Option<String> {
        let key = saga.order_id.to_string();
        if let Some(ParkedEvent { id, event_type, cause, error, .. }) = self.parked.get(&key) {
            let event = event_type.as_deref().unwrap_or("an event");
            let error: String = error.chars().take(MAX_ERROR_CHARS).collect();
            return Some(format!("{event} is parked in {SERVICE_NAME} (id {id}, {cause}): {error}"));
        }
        let service = saga.waits_for_service;
        match self.instances.get(service) {
            Some(Err(why)) => return Some(format!("the broker does not answer: {why}")),
            Some(Ok(0)) => return Some(format!("{service} is away: no instance of it takes events")),
            _ => {}
        }
        if let Some(event) = self.unsent.get(&key) {
            return Some(format!("{event} waits in the outbox of {SERVICE_NAME}"));
        }
        (service != SERVICE_NAME)
            .then(|| format!("{service} takes events and has not told of {}: see what is parked there", saga.waits_for))
    }
}

/// Asks with a client of its own, because it is asked only when something is wrong.
async fn instances(
    settings: &SagaSettings,
    services: BTreeSet<&'static str>,
) -> BTreeMap<&'static str, Result<usize, String>> {
    let probe = BrokerProbe::new(settings, SERVICE_NAME).map_err(|error| error.to_string());
    let mut instances = BTreeMap::new();
    for service in services {
        let asked = match &probe {
            Ok(probe) => probe.instances_of(service, ASK_LIMIT).await,
            Err(why) => Err(why.clone()),
        };
        instances.insert(service, asked);
    }
    instances
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::OrderStatus;
    use chrono::DateTime;
    use uuid::Uuid;

    fn saga(waits_for_service: &'static str) -> OverdueSaga {
        OverdueSaga {
            order_id: 7,
            correlation_id: Uuid::from_u128(1),
            status: OrderStatus::CreatingPayment,
            began_at: DateTime::UNIX_EPOCH,
            overdue_since: DateTime::UNIX_EPOCH,
            last_event: None,
            last_event_at: None,
            waits_for: "PaymentCreated",
            waits_for_service,
        }
    }

    fn parked() -> ParkedEvent {
        ParkedEvent {
            id: 3,
            event_key: "7".to_owned(),
            event_id: Uuid::from_u128(2),
            event_type: Some("PaymentCreated".to_owned()),
            topic: String::new(),
            kafka_partition: 0,
            kafka_offset: 0,
            cause: "failed".to_owned(),
            error: "no such table".to_owned(),
            parked_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_is_nearest_to_the_cause_is_told() {
        let why = |reasons: &Reasons, service| reasons.why(&saga(service)).unwrap_or_default();
        let mut reasons = Reasons::default();
        assert_eq!(reasons.why(&saga("store-manager")), None);
        assert!(why(&reasons, "payment-service").contains("see what is parked there"));
        reasons.unsent.insert("7".to_owned(), "StockDecreased".to_owned());
        assert_eq!(why(&reasons, "payment-service"), "StockDecreased waits in the outbox of store-manager");
        reasons.instances.insert("payment-service", Ok(0));
        assert!(why(&reasons, "payment-service").starts_with("payment-service is away"));
        reasons.instances.insert("payment-service", Err("Connection refused".to_owned()));
        assert_eq!(why(&reasons, "payment-service"), "the broker does not answer: Connection refused");
        reasons.parked.insert("7".to_owned(), parked());
        let why = why(&reasons, "payment-service");
        assert_eq!(why, "PaymentCreated is parked in store-manager (id 3, failed): no such table");
    }
}
