//! A journey: a course driven from its first request to its last event as a client would, with a key for each request,
//! so that it can be sent again whatever dies meanwhile.
//!
//! Owns what is asked. Nothing here knows what is killed.

use anyhow::{Context, Result, bail, ensure};
use problem_types::{Language, text};
use serde_json::{Value, json};
use stack::http::Order;

use crate::client::{Answer, Client};
use crate::course::{ANNOUNCED, Course, STOCK, TAKEN};
use crate::laboratory::Laboratory;
use crate::words;

/// A course with a customer, a product and stock of its own.
#[derive(Debug)]
pub struct Journey<'l> {
    lab: &'l Laboratory,
    course: Course,
    /// Makes keys, names and addresses its own.
    tag: String,
    user_id: u64,
    product_id: u64,
    order_id: Option<u64>,
}

impl<'l> Journey<'l> {
    /// Sees to a customer and a product. `tag` must be of this journey alone.
    ///
    /// # Errors
    /// The store does not answer, or not as it should.
    pub fn prepare(lab: &'l Laboratory, course: Course, tag: &str) -> Result<Self> {
        let mut journey = Self { lab, course, tag: tag.to_owned(), user_id: 0, product_id: 0, order_id: None };
        let user = journey.post("/users", "user", &json!({"name": tag, "email": format!("{tag}@example.org")}))?;
        journey.user_id = user["user_id"].as_u64().context("the user's id")?;
        if course != Course::Trade {
            journey.product_id = journey.new_product("P")?;
            journey.set_stock()?;
        }
        Ok(journey)
    }

    /// The customer.
    #[must_use]
    pub fn user_id(&self) -> u64 {
        self.user_id
    }

    /// The order, once there is one.
    #[must_use]
    pub fn order_id(&self) -> Option<u64> {
        self.order_id
    }

    /// The course.
    #[must_use]
    pub fn course(&self) -> Course {
        self.course
    }

    /// Asks everything that is asked on this course, each thing until it is answered.
    ///
    /// # Errors
    /// An answer is not as it should be, or does not come.
    pub fn drive(&mut self) -> Result<()> {
        self.begin()?;
        self.go_on()
    }

    /// The first request: the order is placed, or refused.
    ///
    /// # Errors
    /// As for [`Journey::drive`].
    pub fn begin(&mut self) -> Result<()> {
        match self.course {
            Course::Trade => self.product_id = self.new_product("P")?,
            Course::NeverCreated => {
                let body = json!({"user_id": self.user_id, "items": [{"product_id": u32::MAX, "quantity": 1}]});
                let answer = self.ask("/orders", "order", &body)?;
                ensure!(answer.slug() == "unknown-product", "an order of no product: {answer:?}");
            }
            course => {
                let quantity = if course == Course::ShortOfStock { STOCK + 1 } else { TAKEN };
                let items = json!([{"product_id": self.product_id, "quantity": quantity}]);
                let placed = self.post("/orders", "order", &json!({"user_id": self.user_id, "items": items}))?;
                self.order_id = placed["order_id"].as_u64();
            }
        }
        Ok(())
    }

    /// All requests but the first.
    ///
    /// # Errors
    /// As for [`Journey::drive`].
    pub fn go_on(&mut self) -> Result<()> {
        match self.course {
            Course::ShortOfStock | Course::RefusedAtPayment | Course::NeverCreated => Ok(()),
            Course::Paid => self.pay(true),
            Course::Refunded => {
                self.pay(true)?;
                self.cancel()
            }
            Course::Voided => {
                self.pay(false)?;
                self.cancel()
            }
            Course::Expired => {
                let order = self.until_status("awaiting_payment")?;
                self.lab.databases().let_payment_expire(order.id)
            }
            Course::Trade => self.trade(),
        }
    }

    /// Waits for the end that must come, and says what is otherwise if it does not.
    ///
    /// # Errors
    /// It does not come, or too much does.
    pub fn arrive(&self) -> Result<()> {
        if let (Some((status, mut events)), Some(id)) = (self.course.end(), self.order_id) {
            events.sort_unstable();
            let mut last = String::new();
            let end = text!("the order's end", "la fin de la commande {id}");
            let ended = self.lab.until(end, || {
                let Ok(order) = self.lab.shop().order(id) else { return Ok(None) };
                let Ok(timeline) = self.lab.shop().timeline(id) else { return Ok(None) };
                let mut seen: Vec<&str> = timeline.events.iter().map(|event| event.event_type.as_str()).collect();
                seen.sort_unstable();
                last = format!("order {id} is {} with {}", order.status, seen.join(", "));
                Ok((order.saga_ended_at.is_some() && order.status == status && seen == events).then_some(()))
            });
            ended.with_context(|| format!("{last}; it should be {status} with {}", events.join(", ")))?;
        }
        // It is read from Redis, which the events keep.
        let (product, level) = (self.product_id, self.course.level());
        let what = text!("{level} pieces of product {product}", "{level} pièces du produit {product}");
        self.lab.until(what, || Ok(self.lab.shop().stock(product).is_ok_and(|found| found == level).then_some(())))
    }

    /// Pays by card; the issuer of the other card declines it.
    fn pay(&self, with_a_good_card: bool) -> Result<()> {
        let order = self.until_status("awaiting_payment")?;
        let payment = order.payment_id.context("an order that awaits its payment has one")?;
        let url = self.lab.payments().url(&format!("/payments/process/{payment}"));
        let number: u64 = if with_a_good_card { 4_242_424_242_424_242 } else { 4_000_000_000_000_002 };
        let body = json!({"cardNumber": number, "cardCode": 123, "expirationDate": "2099-01-05"});
        let answer = self.lab.insist(|client| client.post(&url, &self.key("card"), &body))?;
        ensure!(answer.is_good() && answer.body["is_paid"] == with_a_good_card, "the card: {answer:?}");
        self.until_status(if with_a_good_card { "paid" } else { "payment_declined" }).map(drop)
    }

    /// Cancels once it is known what became of the payment, which every try asks anew: a MariaDB that is killed may take
    /// back what it showed and had not on its disk yet (ADR 10), and a repeated request would overtake the payment.
    fn cancel(&self) -> Result<()> {
        let id = self.order_id.context("there is no order")?;
        let url = self.lab.shop().url(&format!("/orders/{id}"));
        let cancelled = text!("order {id} to be cancelled", "l’annulation de la commande {id}");
        let answer = self.lab.until(cancelled, || {
            let order = self.lab.shop().order(id).ok().filter(|order| order.status != "awaiting_payment");
            let answer = order.and_then(|_| self.lab.client().delete(&url).ok());
            Ok(answer.filter(|answer| !answer.may_pass()))
        })?;
        ensure!(answer.is_good(), "the cancellation: {answer:?}");
        Ok(())
    }

    fn trade(&self) -> Result<()> {
        let (shop, product) = (self.lab.shop(), self.product_id);
        let (url, body) = (shop.url(&format!("/products/{product}")), self.product_body("P", "26.00"));
        let answer = self.lab.insist(|client| client.put(&url, &body))?;
        ensure!(answer.is_good(), "the change of a product: {answer:?}");
        self.set_stock()?;
        let announce = "mutation ($input: ReplenishmentInput!) { announceReplenishment(input: $input) { level } }";
        let input =
            json!({"productId": product.to_string(), "quantity": ANNOUNCED, "idempotencyKey": self.key("more")});
        let answer = self.ask("/graphql", "graphql", &json!({"query": announce, "variables": {"input": input}}))?;
        ensure!(answer.body["errors"].is_null() && answer.is_good(), "the announcement: {answer:?}");
        let url = shop.url(&format!("/products/{}", self.new_product("D")?));
        let answer = self.lab.insist(|client| client.delete(&url))?;
        // It is gone already when the first answer was lost.
        ensure!(answer.is_good() || answer.slug() == "product-not-found", "the deletion of a product: {answer:?}");
        Ok(())
    }

    fn new_product(&self, letter: &str) -> Result<u64> {
        let price = if self.course == Course::RefusedAtPayment { "30000.00" } else { "25.00" };
        let product = self.post("/products", letter, &self.product_body(letter, price))?;
        product["product_id"].as_u64().context("the product's id")
    }

    fn product_body(&self, letter: &str, price: &str) -> Value {
        let price: f64 = price.parse().unwrap_or_default();
        json!({"name": format!("{letter} {}", self.tag), "sku": format!("{letter}-{}", self.tag), "price": price})
    }

    fn set_stock(&self) -> Result<()> {
        self.post("/stocks", "stock", &json!({"product_id": self.product_id, "quantity": STOCK})).map(drop)
    }

    fn until_status(&self, status: &str) -> Result<Order> {
        let id = self.order_id.context("there is no order")?;
        let fr = words::status(status, Language::Fr);
        let what = text!("order {id} to be {status}", "la commande {id} à l’état «\u{a0}{fr}\u{a0}»");
        self.lab.until(what, || Ok(self.lab.shop().order(id).ok().filter(|order| order.status == status)))
    }

    /// A key of this journey for one of its requests.
    fn key(&self, request: &str) -> String {
        format!("{}-{request}", self.tag)
    }

    fn ask(&self, path: &str, request: &str, body: &Value) -> Result<Answer> {
        let url = self.lab.shop().url(path);
        self.lab.insist(|client: &Client| client.post(&url, &self.key(request), body))
    }

    fn post(&self, path: &str, request: &str, body: &Value) -> Result<Value> {
        let answer = self.ask(path, request, body)?;
        if !answer.is_good() {
            bail!("POST {path}: {} {}", answer.status, answer.body);
        }
        Ok(answer.body)
    }
}
