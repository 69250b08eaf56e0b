//! What the services tell each other: which event it is, and bytes as large as the store's, made once.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::Utc;
use shared_events::{
    Currency, Envelope, EventBody, Money, OrderCreated, OrderId, OrderItem, Origin, PaymentCreated, PaymentId,
    SagaCompleted, SagaOutcome, StockChange, StockDecreased,
};
use uuid::Uuid;

use crate::bare::transaction::PRICE;

/// The events of the good way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    OrderCreated,
    StockDecreased,
    PaymentCreated,
    SagaCompleted,
}

/// An event that was committed.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub kind: Kind,
    pub event_id: Uuid,
    pub order_id: OrderId,
    /// Of `PaymentCreated` alone.
    pub payment_id: Option<PaymentId>,
    /// Its row in the outbox that it was written to.
    pub outbox_id: u64,
}

/// The bytes of each kind: its envelope, and its data alone.
#[derive(Debug)]
pub(in crate::bare) struct Payloads([(Vec<u8>, String); 4]);

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::OrderCreated => OrderCreated::TYPE,
            Self::StockDecreased => StockDecreased::TYPE,
            Self::PaymentCreated => PaymentCreated::TYPE,
            Self::SagaCompleted => SagaCompleted::TYPE,
        }
    }

    /// Whether payment-service has anything to do with it; store-manager sees all of them, for the timeline.
    pub fn concerns_payments(self) -> bool {
        matches!(self, Self::StockDecreased | Self::SagaCompleted)
    }
}

impl Told {
    /// One that has no row yet.
    pub fn new(kind: Kind, order_id: OrderId) -> Self {
        Self { kind, event_id: Uuid::now_v7(), order_id, payment_id: None, outbox_id: 0 }
    }
}

impl Payloads {
    pub fn new() -> Result<Self> {
        let (amount, currency): (Money, Currency) = (PRICE.parse()?, "CAD".parse()?);
        let (order_id, user_id, correlation_id) = (1_000, 1, Uuid::now_v7());
        let items = vec![OrderItem { product_id: 10, quantity: 1, unit_price: amount }];
        let changes = vec![StockChange { product_id: 10, quantity: 1, level: 999_999_999, version: 1_000 }];
        let payment_link = "http://127.0.0.1:8080/payments-api/payments/process/1000".to_owned();
        let outcome = SagaOutcome::Succeeded;
        Ok(Self([
            bytes(&OrderCreated { order_id, user_id, items, total_amount: amount, currency })?,
            bytes(&StockDecreased { order_id, user_id, total_amount: amount, currency, items: changes })?,
            bytes(&PaymentCreated { order_id, payment_id: 1_000, payment_link, amount, currency })?,
            bytes(&SagaCompleted { order_id: Some(order_id), correlation_id, outcome, reason: None })?,
        ]))
    }

    pub fn of(&self, kind: Kind) -> (&[u8], &str) {
        let (payload, data) = &self.0[kind as usize];
        (payload, data)
    }
}

fn bytes<E: EventBody>(event: &E) -> Result<(Vec<u8>, String)> {
    let origin = Origin {
        event_id: Uuid::now_v7(),
        timestamp: Utc::now(),
        correlation_id: Uuid::now_v7(),
        causation_id: Some(Uuid::now_v7()),
        service_name: "store-manager".to_owned(),
        metadata: BTreeMap::new(),
    };
    let envelope = Envelope::new(event, origin)?;
    Ok((envelope.encode()?, envelope.data.get().to_owned()))
}
