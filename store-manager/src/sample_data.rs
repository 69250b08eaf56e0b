//! A small store to begin with: three users, four products, their stock.
//!
//! Made by the commands that requests use, so that it is in the ledger and in the events like everything else.

mod store;

use anyhow::{Context, bail};
use saga_kit::{Transactions, Tx};
use service_kit::Expected;

use crate::products::commands::create_product;
use crate::stocks::commands::set_level;
use crate::users::commands::create_user;
use crate::{products::NewProduct, stocks::Level, users, users::NewUser};

const USERS: [(&str, &str); 3] = [
    ("Ada Lovelace", "ada.lovelace@example.org"),
    ("Adele Goldberg", "adele.goldberg@example.org"),
    ("Alan Turing", "alan.turing@example.org"),
];

const PRODUCTS: [(&str, &str, &str, i64); 4] = [
    ("Laptop ABC", "LP12567", "1999.99", 1000),
    ("Keyboard DEF", "KB67890", "59.50", 500),
    ("Gadget XYZ", "GG12345", "5.75", 2),
    ("27-inch Screen WYZ", "SC27289", "299.75", 90),
];

/// Loads the sample data into a store that has no users yet. Of several instances that start at once, one does it;
/// the others wait, and find it done.
pub async fn load_once(transactions: &Transactions) -> anyhow::Result<()> {
    // The lock is taken on a connection of its own and released after the commit: released before, the next
    // instance could look in between and load a second time.
    let mut locked = transactions.pool().acquire().await?;
    if !store::lock(&mut locked).await? {
        bail!("another instance has been loading the sample data for too long; start again without --sample-data");
    }
    let loaded = load(transactions).await;
    store::unlock(&mut locked).await?;
    loaded.context("cannot load the sample data")
}

async fn load(transactions: &Transactions) -> anyhow::Result<()> {
    let mut tx = transactions.begin().await?;
    if users::store::any(&mut tx).await? {
        tracing::info!("the store has users already; no sample data was loaded");
        return Ok(());
    }
    for (name, email) in USERS {
        create_user(&mut tx, &NewUser::parse(name, email)?).await?;
    }
    for product in PRODUCTS {
        add_product(&mut tx, product).await?;
    }
    tx.commit().await?;
    tracing::info!(users = USERS.len(), products = PRODUCTS.len(), "sample data loaded");
    Ok(())
}

async fn add_product(tx: &mut Tx, (name, sku, price, level): (&str, &str, &str, i64)) -> anyhow::Result<()> {
    let product = NewProduct::parse(name, sku, price.parse()?)?;
    let product_id = create_product(tx, &product).await?;
    set_level(tx, product_id, Level::parse(level)?, &Expected::ANY).await?;
    Ok(())
}
