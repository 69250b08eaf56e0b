//! payment-service's requests.

use serde::{Deserialize, Serialize};

use super::client::{CallError, Client};
use super::types::{List, Payment};
use crate::ports::Ports;

/// A client of payment-service.
#[derive(Clone, Debug)]
pub struct Payments {
    client: Client,
}

/// A card, as the course's clients send it.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// Its number.
    pub card_number: u64,
    /// The code on its back.
    pub card_code: u32,
    /// `2030-01-05`.
    pub expiration_date: &'static str,
}

/// How processing a payment ended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Processed {
    /// Which payment.
    pub payment_id: u64,
    /// Whose order.
    pub order_id: u64,
    /// Whether it was paid.
    pub is_paid: bool,
}

impl Payments {
    /// Through the gateway of a store, or at payment-service itself.
    #[must_use]
    pub fn of(ports: &Ports, through_gateway: bool) -> Self {
        let client =
            if through_gateway { Client::at(ports.gateway, "/payments-api") } else { Client::at(ports.payment, "") };
        Self { client }
    }

    /// The URL of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        self.client.url(path)
    }

    /// Pays with a card.
    pub fn process(&self, payment_id: u64, card: Card) -> Result<Processed, CallError> {
        self.client.post(&format!("/payments/process/{payment_id}"), &card)
    }

    /// The payments of an order: one at most, if all is well.
    pub fn of_order(&self, order_id: u64) -> Result<Vec<Payment>, CallError> {
        Ok(self.client.get::<List<Payment>>(&format!("/payments?order_id={order_id}"))?.items)
    }
}
