//! What changes reports and levels meanwhile: orders, cancellations, levels, and events that come a second time.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use shared_events::SAGA;
use tests::Store;
use uuid::Uuid;

use super::readers::Readers;

/// Reads between two changes: the readers set the pace, so that a slow machine has no more to do than a fast one.
const READS: u64 = 4;

/// Users and products, and who changes what.
pub struct Traffic {
    random: StdRng,
    users: Vec<u64>,
    /// All products of the store.
    pub products: Vec<u64>,
    orders: Vec<u64>,
    copied: HashSet<Uuid>,
}

impl Traffic {
    /// A store with people and things in it.
    pub async fn prepare(store: &Store, mut random: StdRng) -> Self {
        let (mut users, mut products) = (Vec::new(), Vec::new());
        for _ in 0..5 {
            users.push(store.user().await);
        }
        for _ in 0..6 {
            let cents: u32 = random.random_range(1..5_000);
            products.push(store.product(f64::from(cents) / 100.0, random.random_range(0..200)).await);
        }
        Self { random, users, products, orders: Vec::new(), copied: HashSet::new() }
    }

    /// One change after the other, until the end; the orders that were placed.
    pub async fn run(&mut self, store: &Store, readers: &Readers, ended: &AtomicBool) -> Vec<u64> {
        while !ended.load(Ordering::Relaxed) {
            match self.random.random_range(0..100) {
                0..60 => self.order(store).await,
                60..80 => self.cancel(store).await,
                80..95 => self.set_level(store).await,
                _ => self.repeat(store).await,
            }
            readers.more(READS).await;
        }
        std::mem::take(&mut self.orders)
    }

    async fn order(&mut self, store: &Store) {
        let user = *self.users.choose(&mut self.random).unwrap();
        let count = self.random.random_range(1..=3);
        let items: Vec<_> = self.products.choose_multiple(&mut self.random, count).copied().collect();
        let items: Vec<_> = items.into_iter().map(|product| (product, self.random.random_range(1..=5))).collect();
        self.orders.push(store.order(user, &items).await);
    }

    async fn cancel(&mut self, store: &Store) {
        if let Some(order) = self.orders.choose(&mut self.random) {
            store.cancel(*order).await;
        }
    }

    async fn set_level(&mut self, store: &Store) {
        let product = *self.products.choose(&mut self.random).unwrap();
        store.set_stock(product, self.random.random_range(0..200)).await;
    }

    /// Each event that was not repeated yet comes a second time.
    async fn repeat(&mut self, store: &Store) {
        for topic in SAGA.topics() {
            store.topics.repeat_new(topic.name(), &mut self.copied).await;
        }
    }
}
