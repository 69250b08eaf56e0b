//! A random history of the store: orders, cancellations, payments, expiries, levels, kills, stops and standstills in
//! any order; and then the audit, which must be clean.
//!
//! The seed is printed, and `TEST_SEED=…` plays the same actions again. What the processes do between two actions is
//! the machine's chance and not the seed's, so a failure may need several runs to come again, and no smaller history
//! can be searched for by halving this one: that is why this draws from a plain generator and is no proptest, whose
//! worth is in shrinking. The pure state machines, where a case does repeat, have their property tests beside them.

use std::time::Duration;

use futures::future::join_all;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Api, DECLINED_CARD, GOOD_CARD, Service, Store, card_body, order_body};

use crate::seed::seed;

/// Actions of one history.
const ACTIONS: u32 = 250;

/// How long its clients wait for an answer: a service that stands still must not make the whole history stand still.
/// What they asked for may happen all the same, and later.
const CLIENT_LIMIT: Duration = Duration::from_millis(400);

/// What a history has made so far.
struct History {
    store: Store,
    shop: Api,
    till: Api,
    random: StdRng,
    users: Vec<u64>,
    products: Vec<u64>,
    orders: Vec<u64>,
}

#[tokio::test]
async fn whatever_happens_the_books_are_right_at_the_end() {
    let seed = seed();
    let settings =
        ["--payment-ceiling", "400.00", "--blocked-users", "3", "--payment-ttl-s", "6", "--expiry-cron", "* * * * * *"];
    let store = Store::builder().payment_service(&settings).start().await;
    let mut history = History::begin(store, StdRng::seed_from_u64(seed)).await;
    for _ in 0..ACTIONS {
        history.act().await;
    }
    history.end(seed).await;
}

impl History {
    async fn begin(store: Store, mut random: StdRng) -> Self {
        let (mut users, mut products) = (Vec::new(), Vec::new());
        for _ in 0..4 {
            users.push(store.user().await);
        }
        for _ in 0..5 {
            let cents: u32 = random.random_range(1..20_000);
            products.push(store.product(f64::from(cents) / 100.0, random.random_range(0..60)).await);
        }
        let shop = store.store_manager.api.impatient(CLIENT_LIMIT);
        let till = store.payment_service.api.impatient(CLIENT_LIMIT);
        Self { store, shop, till, random, users, products, orders: Vec::new() }
    }

    /// One action. Any of them may hit a service that is dead or dying, and may then be refused or lost; it may not
    /// be answered with what is no answer of a sound service.
    async fn act(&mut self) {
        match self.random.random_range(0..100) {
            0..45 => self.order().await,
            45..60 => self.cancel().await,
            60..80 => self.pay().await,
            80..86 => self.set_level().await,
            86..88 => self.pay_directly().await,
            88..93 => self.hurt().await,
            _ => self.rest().await,
        }
    }

    /// One order, or several at once.
    async fn order(&mut self) {
        let count = self.random.random_range(1..=4);
        let bodies: Vec<Value> = (0..count).map(|_| self.wish()).collect();
        let sent = join_all(bodies.iter().map(|body| self.shop.try_post("/orders", body))).await;
        for answer in sent.into_iter().flatten() {
            assert!([201, 503].contains(&answer.status), "{answer:?}");
            if answer.status == 201 {
                self.orders.push(answer.json()["order_id"].as_u64().unwrap());
            }
        }
    }

    fn wish(&mut self) -> Value {
        let user = *self.users.choose(&mut self.random).unwrap();
        let count = self.random.random_range(1..=3);
        let items: Vec<_> = (0..count)
            .map(|_| (*self.products.choose(&mut self.random).unwrap(), self.random.random_range(1..=4)))
            .collect();
        order_body(user, &items)
    }

    async fn cancel(&mut self) {
        let Some(order) = self.orders.choose(&mut self.random) else { return };
        let sent = self.shop.try_bare(Method::DELETE, &format!("/orders/{order}")).await;
        if let Ok(answer) = sent {
            assert!([200, 503].contains(&answer.status), "{answer:?}");
        }
    }

    async fn pay(&mut self) {
        // Ids are given in order: some of these are not there yet, others are closed already.
        let last = u64::try_from(self.orders.len()).unwrap().max(1);
        let payment = self.random.random_range(1..=last);
        let card = if self.random.random_bool(0.75) { GOOD_CARD } else { DECLINED_CARD };
        let path = format!("/payments/process/{payment}");
        if let Ok(answer) = self.till.try_post(&path, &card_body(card)).await {
            assert!([200, 404, 409, 503].contains(&answer.status), "{answer:?}");
        }
    }

    async fn set_level(&mut self) {
        let product = *self.products.choose(&mut self.random).unwrap();
        let body = json!({"product_id": product, "quantity": self.random.random_range(0..80)});
        if let Ok(answer) = self.shop.try_post("/stocks", &body).await {
            assert!([201, 503].contains(&answer.status), "{answer:?}");
        }
    }

    /// For an order that is there, or the next one.
    async fn pay_directly(&mut self) {
        let last = self.orders.iter().max().copied().unwrap_or(0);
        let order = if self.random.random_bool(0.5) { last + 1 } else { last.max(1) };
        let user = *self.users.choose(&mut self.random).unwrap();
        let body = json!({"order_id": order, "user_id": user, "total_amount": 12.5});
        if let Ok(answer) = self.till.try_post("/payments", &body).await {
            assert!([200, 201, 409, 422, 503].contains(&answer.status), "{answer:?}");
        }
    }

    async fn hurt(&mut self) {
        let what = self.random.random_range(0..6);
        let service = self.any_service();
        match what {
            0 | 1 => {
                service.kill();
                service.launch();
            }
            2 => {
                // Only a process that has come as far as to hear it ends in good order.
                service.go_on();
                service.start().await;
                service.stop().await;
                service.launch();
            }
            3 => service.kill(),
            _ if service.is_running() => service.pause(),
            _ => service.launch(),
        }
    }

    /// What was hurt goes on.
    async fn rest(&mut self) {
        for service in [&self.store.store_manager, &self.store.payment_service] {
            service.go_on();
            service.start().await;
        }
    }

    fn any_service(&mut self) -> &Service {
        if self.random.random_bool(0.5) { &self.store.store_manager } else { &self.store.payment_service }
    }

    async fn end(mut self, seed: u64) {
        self.rest().await;
        self.store.until_all_ended(&self.orders).await;
        let told = self.store.store_db.number("SELECT COUNT(*) FROM orders").await;
        println!("TEST_SEED={seed}: {told} orders, {} of them with an answer", self.orders.len());
        self.store.finish().await;
    }
}
