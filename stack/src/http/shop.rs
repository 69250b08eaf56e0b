//! store-manager's requests.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::client::{CallError, Client};
use super::types::{List, Order, Product, Stock, Timeline, User};
use crate::cents::Cents;
use crate::ports::Ports;

/// The longest page the services give.
const PAGE: u32 = 200;

/// A client of store-manager.
#[derive(Clone, Debug)]
pub struct Shop {
    pub(super) client: Client,
}

/// A line of an order to be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NewItem {
    /// Which product.
    pub product_id: u64,
    /// How many.
    pub quantity: u32,
}

/// An order that was accepted.
#[derive(Clone, Debug, Deserialize)]
pub struct Placed {
    /// Its id.
    pub order_id: u64,
    /// Where it stands.
    pub status: String,
}

#[derive(Deserialize)]
struct UserId {
    user_id: u64,
}

#[derive(Deserialize)]
struct ProductId {
    product_id: u64,
}

impl Shop {
    /// Through the gateway of a store, or at store-manager itself.
    #[must_use]
    pub fn of(ports: &Ports, through_gateway: bool) -> Self {
        let client =
            if through_gateway { Client::at(ports.gateway, "/store-manager-api") } else { Client::at(ports.store, "") };
        Self { client }
    }

    /// The URL of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        self.client.url(path)
    }

    /// Adds a user, or finds the one that has this address.
    pub fn user(&self, name: &str, email: &str) -> Result<u64, CallError> {
        match self.client.post::<UserId>("/users", &json!({"name": name, "email": email})) {
            Err(error) if error.status() == Some(409) => {
                let found: List<User> = self.client.get(&format!("/users?email={}", encoded(email)))?;
                found.items.first().map(|user| user.id).ok_or(error)
            }
            answer => answer.map(|user| user.user_id),
        }
    }

    /// Adds a product, or finds the one that has this stock-keeping unit. Answers its price too:
    /// one found may have another.
    pub fn product(&self, name: &str, sku: &str, price: Cents) -> Result<(u64, Cents), CallError> {
        #[derive(Serialize)]
        struct Body<'a> {
            name: &'a str,
            sku: &'a str,
            price: Cents,
        }
        match self.client.post::<ProductId>("/products", &Body { name, sku, price }) {
            Err(error) if error.status() == Some(409) => {
                let found: List<Product> = self.client.get(&format!("/products?sku={}", encoded(sku)))?;
                found.items.first().map(|product| (product.id, product.price)).ok_or(error)
            }
            answer => answer.map(|product| (product.product_id, price)),
        }
    }

    /// Sets a stock level.
    pub fn set_stock(&self, product_id: u64, quantity: u64) -> Result<(), CallError> {
        let body = json!({"product_id": product_id, "quantity": quantity});
        self.client.post::<serde::de::IgnoredAny>("/stocks", &body).map(drop)
    }

    /// Reads a stock level.
    pub fn stock(&self, product_id: u64) -> Result<u64, CallError> {
        self.client.get::<Stock>(&format!("/stocks/{product_id}")).map(|stock| stock.quantity)
    }

    /// Places an order.
    pub fn place(&self, user_id: u64, items: &[NewItem]) -> Result<Placed, CallError> {
        self.client.post("/orders", &json!({"user_id": user_id, "items": items}))
    }

    /// Reads an order.
    pub fn order(&self, id: u64) -> Result<Order, CallError> {
        self.client.get(&format!("/orders/{id}"))
    }

    /// Reads what happened to an order.
    pub fn timeline(&self, id: u64) -> Result<Timeline, CallError> {
        self.client.get(&format!("/orders/{id}/timeline"))
    }

    /// Reads the page of orders that follows an id.
    pub fn orders_page_after(&self, after: u64) -> Result<Vec<Order>, CallError> {
        Ok(self.client.get::<List<Order>>(&format!("/orders?after={after}&limit={PAGE}"))?.items)
    }

    /// Reads all orders above an id, page by page.
    pub fn orders_after(&self, after: u64) -> Result<Vec<Order>, CallError> {
        self.pages(format!("/orders?after={after}&limit={PAGE}"))
    }

    /// Reads all stock levels, page by page.
    pub fn stocks(&self) -> Result<Vec<Stock>, CallError> {
        self.pages(format!("/stocks?limit={PAGE}"))
    }

    /// Counts the orders of a status.
    pub fn count_orders(&self, status: &str) -> Result<usize, CallError> {
        Ok(self.pages::<serde::de::IgnoredAny>(format!("/orders?status={status}&limit={PAGE}"))?.len())
    }

    fn pages<T: serde::de::DeserializeOwned>(&self, first: String) -> Result<Vec<T>, CallError> {
        let mut all = Vec::new();
        let list = first.split('?').next().unwrap_or_default().to_owned();
        let mut next = Some(first);
        while let Some(path) = next {
            let mut page: List<T> = self.client.get(&path)?;
            all.append(&mut page.items);
            // A reference that is nothing but a query keeps the path of the page that it stood in.
            next = page.next.map(|query| format!("{list}{query}"));
        }
        Ok(all)
    }
}

/// Percent-encodes what is not plain in a query's value.
fn encoded(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~@".contains(byte);
    text.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_value_keeps_no_special_sign() {
        assert_eq!(encoded("ada@example.org"), "ada@example.org");
        assert_eq!(encoded("a&b=c d+é"), "a%26b%3Dc%20d%2B%C3%A9");
    }
}
