//! Households become users, products become products with stock; those known already are found.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context, Result, bail};

use super::concurrently::concurrently;
use super::folder::Folder;
use crate::http::Shop;
use crate::t;
use crate::term::{Step, count};

/// Which user is which household, and which product which.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// The store's user id of a household.
    pub users: HashMap<u64, u64>,
    /// The store's product id of a product of the folder.
    pub products: HashMap<u64, u64>,
    /// The level each product of the folder was set to.
    pub stock: HashMap<u64, u64>,
}

/// Loads a folder into the store. Stock is what the baskets need, or `stock` of each product.
pub fn load(shop: &Shop, folder: &Folder, threads: u16, stock: Option<u64>) -> Result<Catalogue> {
    let users = users(shop, folder, threads)?;
    let products = products(shop, folder, threads)?;
    let needed = folder.needed();
    let level = |product_id: &u64| stock.unwrap_or_else(|| needed.get(product_id).copied().unwrap_or_default());
    let levels: Vec<(u64, u64, u64)> = products.iter().map(|(ours, theirs)| (*ours, *theirs, level(ours))).collect();
    with_progress(&t!("stock levels", "niveaux de stock"), &levels, threads, |(_, theirs, level)| {
        Ok(shop.set_stock(*theirs, *level)?)
    })?;
    let stock = levels.into_iter().map(|(ours, _, level)| (ours, level)).collect();
    Ok(Catalogue { users, products, stock })
}

fn users(shop: &Shop, folder: &Folder, threads: u16) -> Result<HashMap<u64, u64>> {
    let households: BTreeSet<u64> = folder.baskets.iter().map(|basket| basket.household_id).collect();
    let households: Vec<u64> = households.into_iter().collect();
    let ids = with_progress(&t!("users", "utilisateurs"), &households, threads, |household| {
        Ok(shop.user(&format!("Household {household}"), &format!("household-{household}@replay.example"))?)
    })?;
    Ok(households.into_iter().zip(ids).collect())
}

fn products(shop: &Shop, folder: &Folder, threads: u16) -> Result<HashMap<u64, u64>> {
    let rows: Vec<_> = folder.products.iter().collect();
    let ids = with_progress(&t!("products", "produits"), &rows, threads, |(id, row)| {
        let sku = format!("CJ-{id}");
        let (theirs, price) = shop
            .product(&row.name, &sku, row.price)
            .with_context(|| t!("product {id} of products.csv", "produit {id} de products.csv"))?;
        if price != row.price {
            let wanted = row.price;
            bail!(
                "{}",
                t!(
                    "the store has {sku} at {price}, the folder at {wanted}: totals would differ; use an empty store (cargo stack reset)",
                    "le magasin vend {sku} à {price}, le dossier à {wanted}\u{a0}: les totaux différeraient\u{202f}; utilisez un magasin vide (cargo stack reset)"
                )
            );
        }
        Ok(theirs)
    })?;
    Ok(rows.into_iter().map(|(id, _)| *id).zip(ids).collect())
}

/// The work as a step that counts.
fn with_progress<T: Sync, R: Send>(
    what: &str,
    items: &[T],
    threads: u16,
    work: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let total = count(items.len());
    let mut step = Step::start(t!("loading {total} {what}", "chargement\u{a0}: {total} {what}"));
    let results = concurrently(items, threads, |done| step.progress(done, items.len()), work)?;
    step.done("");
    Ok(results)
}
