//! What the people of a store do: users, products, orders, payments, in one line each, through the gateway.

use serde_json::{Value, json};

use crate::http::{Answer, Api};
use crate::store::Store;
use crate::wait::{Seen, wait_until};

/// A product and how many of it.
pub type Item = (u64, u32);

/// A card that pays.
pub const GOOD_CARD: &str = "4242424242424242";
/// The documented test card that is declined.
pub const DECLINED_CARD: &str = "4000000000000002";

/// Number of the next user or product: names and addresses must differ within a store.
fn next_number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// An order's body.
pub fn order_body(user_id: u64, items: &[Item]) -> Value {
    let items: Vec<Value> =
        items.iter().map(|(product, quantity)| json!({"product_id": product, "quantity": quantity})).collect();
    json!({"user_id": user_id, "items": items})
}

/// A card's body.
pub fn card_body(number: &str) -> Value {
    json!({"cardNumber": number, "cardCode": "123", "expirationDate": "2099-12-31"})
}

/// Reads a number out of an answer.
#[track_caller]
pub fn id_in(answer: &Value, member: &str) -> u64 {
    answer[member].as_u64().unwrap_or_else(|| panic!("no {member} in {answer}"))
}

impl Store {
    /// A new user.
    pub async fn user(&self) -> u64 {
        let number = next_number();
        let body = json!({"name": format!("User {number}"), "email": format!("user{number}@example.org")});
        id_in(&self.shop.post("/users", &body).await.expect(201), "user_id")
    }

    /// A new product at a price such as `12.5`, with so many in stock.
    pub async fn product(&self, price: f64, stock: u32) -> u64 {
        let number = next_number();
        let body = json!({"name": format!("Product {number}"), "sku": format!("SKU{number}"), "price": price});
        let product = id_in(&self.shop.post("/products", &body).await.expect(201), "product_id");
        self.set_stock(product, stock).await;
        product
    }

    /// Sets a level.
    pub async fn set_stock(&self, product: u64, level: u32) {
        let body = json!({"product_id": product, "quantity": level});
        self.shop.post("/stocks", &body).await.expect(201);
    }

    /// How many of a product are there.
    pub async fn stock(&self, product: u64) -> u64 {
        id_in(&self.shop.get(&format!("/stocks/{product}")).await.expect(200), "quantity")
    }

    /// A new order.
    pub async fn order(&self, user: u64, items: &[Item]) -> u64 {
        let body = order_body(user, items);
        id_in(&self.shop.post("/orders", &body).await.expect(201), "order_id")
    }

    /// A new order from a service that may be dead or dying, without the gateway; its id once one was accepted. An answer may be lost
    /// after the order was written, so there may be more orders than were asked for.
    pub async fn order_at_last(&self, user: u64, items: &[Item]) -> u64 {
        self.order_at(&self.store_manager.api, user, items).await
    }

    /// The same at another instance.
    pub async fn order_at(&self, api: &Api, user: u64, items: &[Item]) -> u64 {
        let body = order_body(user, items);
        wait_until("an order to be accepted", async || match api.try_post("/orders", &body).await {
            Ok(answer) if answer.status == 201 => Ok(id_in(&answer.json(), "order_id")),
            Ok(Answer { status, text, .. }) if status < 500 => panic!("refused: {status} {text}"),
            Ok(Answer { status, text, .. }) => Err(format!("{status} {text}")),
            Err(error) => Err(error.to_string()),
        })
        .await
    }

    /// An order as it is shown.
    pub async fn show(&self, order: u64) -> Value {
        self.shop.get(&format!("/orders/{order}")).await.expect(200)
    }

    /// Asks for an order to be cancelled.
    pub async fn cancel(&self, order: u64) -> Value {
        self.shop.delete(&format!("/orders/{order}")).await.expect(200)
    }

    /// Waits until an order has a status, and gives the order.
    pub async fn until_status(&self, order: u64, status: &str) -> Value {
        wait_until(format!("order {order} to be {status}"), async || {
            let shown = self.show(order).await;
            if shown["status"] == status { Ok(shown) } else { Err(shown.to_string()) }
        })
        .await
    }

    /// Waits until an order has a status and no saga of it is under way, and gives the order.
    pub async fn until_ended(&self, order: u64, status: &str) -> Value {
        wait_until(format!("order {order} to end as {status}"), async || {
            let shown = self.show(order).await;
            if shown["status"] == status && !shown["saga_ended_at"].is_null() {
                Ok(shown)
            } else {
                Err(shown.to_string())
            }
        })
        .await
    }

    /// Waits until the order can be paid, and gives its payment.
    pub async fn until_payable(&self, order: u64) -> u64 {
        id_in(&self.until_ended(order, "awaiting_payment").await, "payment_id")
    }

    /// Waits until the sagas of all these orders have ended; asks the database, because a service may be dead.
    pub async fn until_all_ended(&self, orders: &[u64]) {
        wait_until(format!("{} orders to end", orders.len()), async || {
            let open = self.store_db.number("SELECT COUNT(*) FROM orders WHERE saga_ended_at IS NULL").await;
            if open == 0 { Ok(()) } else { Err(format!("{open} sagas are under way")) }
        })
        .await;
        for order in orders {
            // Not whether its saga has ended, once more: its payment may expire meanwhile, and that is another saga.
            let there = "SELECT COUNT(*) FROM orders WHERE id = ?";
            assert_eq!(self.store_db.number_of(there, *order).await, 1, "order {order}, which was accepted");
        }
    }

    /// Waits until the saga's topic holds exactly these events of an order, in this order.
    pub async fn until_events(&self, order: u64, types: &[&str]) {
        let key = order.to_string();
        wait_until(format!("order {order} to have had {types:?}"), async || -> Seen<()> {
            let seen: Vec<String> = self.topics.events_of(&key).into_iter().map(|event| event.event_type).collect();
            if seen == types { Ok(()) } else { Err(format!("{seen:?}")) }
        })
        .await;
    }

    /// Pays with a card, and again when the gateway finds that it sees too many cards from here.
    pub async fn pay(&self, payment: u64, card: &str) -> Answer {
        wait_until("the gateway to let a card pass", async || {
            let answer = self.till.post(&format!("/payments/process/{payment}"), &card_body(card)).await;
            if answer.status == 429 { Err(answer.asked) } else { Ok(answer) }
        })
        .await
    }

    /// A payment as it is shown.
    pub async fn payment(&self, payment: u64) -> Value {
        self.till.get(&format!("/payments/{payment}")).await.expect(200)
    }

    /// Waits until a payment has a status.
    pub async fn until_payment(&self, payment: u64, status: &str) -> Value {
        wait_until(format!("payment {payment} to be {status}"), async || {
            let shown = self.payment(payment).await;
            if shown["status"] == status { Ok(shown) } else { Err(shown.to_string()) }
        })
        .await
    }
}
