//! The store the story is told in, and what every chapter does with it.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::claims::Claims;
use super::{glossary, pause};
use crate::cents::Cents;
use crate::http::{Event, NewItem, Order, Payments, Shop};
use crate::interrupt;
use crate::store::Store;
use crate::t;
use crate::term::{self, Step};

/// A saga takes some hundredths of a second; on a laden machine, and after a kill, longer.
const LIMIT: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(10);

/// The stage.
#[derive(Debug)]
pub struct Stage {
    /// The store.
    pub store: Store,
    /// Its shop.
    pub shop: Shop,
    /// Its payments.
    pub payments: Payments,
    /// The user of the story.
    pub user_id: u64,
    /// What was claimed so far.
    pub claims: Claims,
    /// How long each recovery took.
    pub recoveries: Vec<(String, Duration)>,
    wait_for_enter: bool,
    chapter: u32,
}

impl Stage {
    /// Sets the stage: a customer, in an empty store.
    pub fn set(store: Store, wait_for_enter: bool) -> Result<Self> {
        let (shop, payments) = (store.shop(), store.payments());
        let base = shop.url("");
        term::say(&t!("every request goes to {base}", "toutes les requêtes vont à {base}"));
        let user_id = shop.user("Ada Lovelace", "ada@example.org")?;
        let stage = Self {
            store,
            shop,
            payments,
            user_id,
            claims: Claims::default(),
            recoveries: Vec::new(),
            wait_for_enter,
            chapter: 0,
        };
        stage.warm_up()?;
        Ok(stage)
    }

    /// One order before the story: until its saga has ended, consumers are still joining their
    /// groups in Kafka, which takes about a second and happens once.
    fn warm_up(&self) -> Result<()> {
        let step = Step::start(t!(
            "a first order, while the consumers join their groups",
            "une première commande, le temps que les consommateurs rejoignent leurs groupes"
        ));
        let bell = self.product(&t!("Door bell", "Sonnette"), "DB00001", Cents(1_000), 1)?;
        let order_id = self.shop.place(self.user_id, &[NewItem { product_id: bell, quantity: 1 }])?.order_id;
        self.until_order(order_id, |order| order.saga_ended_at.is_some())?;
        step.done("");
        Ok(())
    }

    /// Begins a chapter: its title, and what it is about.
    pub fn chapter(&mut self, title: &str, about: &str) -> Result<()> {
        if self.wait_for_enter {
            pause::wait()?;
        }
        interrupt::check()?;
        self.chapter += 1;
        term::heading(&format!("{}. {title}", self.chapter));
        for line in about.lines() {
            term::say(line);
        }
        Ok(())
    }

    /// A product with stock.
    pub fn product(&self, name: &str, sku: &str, price: Cents, stock: u64) -> Result<u64> {
        let (product_id, _) = self.shop.product(name, sku, price)?;
        self.shop.set_stock(product_id, stock)?;
        Ok(product_id)
    }

    /// Places an order of one product, says so, and answers its id.
    pub fn place(&self, product_id: u64, quantity: u32) -> Result<u64> {
        let placed = self.shop.place(self.user_id, &[NewItem { product_id, quantity }])?;
        let (id, status) = (placed.order_id, placed.status);
        let url = self.shop.url("/orders");
        term::say(&t!("POST {url} → 201, order {id}, {status}", "POST {url} → 201, commande {id}, {status}"));
        Ok(id)
    }

    /// Waits until the order's saga has ended, and shows what happened meanwhile.
    pub fn watch(&self, order_id: u64) -> Result<Order> {
        let order = self.until_order(order_id, |order| order.saga_ended_at.is_some())?;
        let events = self.until(|| {
            let events = self.shop.timeline(order_id)?.events;
            Ok(events.iter().any(|event| event.event_type == "SagaCompleted").then_some(events))
        })?;
        show(&events);
        Ok(order)
    }

    /// Waits until an order is as wanted.
    pub fn until_order(&self, order_id: u64, wanted: impl Fn(&Order) -> bool) -> Result<Order> {
        self.until(|| {
            let order = self.shop.order(order_id)?;
            Ok(wanted(&order).then_some(order))
        })
    }

    /// Waits until `look` finds something.
    pub fn until<T>(&self, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
        let end = Instant::now() + LIMIT;
        loop {
            interrupt::check()?;
            if let Some(found) = look()? {
                return Ok(found);
            }
            if Instant::now() > end {
                let seconds = LIMIT.as_secs();
                bail!("{}", t!("nothing more happens since {seconds} s", "plus rien ne se passe depuis {seconds} s"));
            }
            std::thread::sleep(POLL);
        }
    }
}

/// The events of a saga, each with the time since the first.
fn show(events: &[Event]) {
    let Some(first) = events.first() else { return };
    for event in events {
        let ms = (event.occurred_at - first.occurred_at).num_milliseconds();
        let name = term::cyan(&format!("{:<21}", event.event_type));
        let explained = term::dim(&glossary::explain(&event.event_type));
        term::say(&format!("  {ms:>5} ms  {:<15}  {name}  {explained}", event.service_name));
    }
}
