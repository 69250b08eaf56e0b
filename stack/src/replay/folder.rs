//! A folder of baskets: `products.csv`, `basket_lines.csv` and `expected.json`, read with care.
//!
//! Whatever is wrong is named with its file and line, before anything is sent to a store.

mod table;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Result, bail};

use super::expected::Expected;
use crate::cents::Cents;
use crate::t;
use table::{Row, Table};

const PRODUCTS: (&str, [&str; 5]) = ("products.csv", ["product_id", "department", "brand", "name", "price"]);
const LINES: (&str, [&str; 5]) = ("basket_lines.csv", ["basket_id", "at", "household_id", "product_id", "quantity"]);
const EXPECTED: &str = "expected.json";

/// A folder's content.
#[derive(Debug)]
pub struct Folder {
    /// The products, by the id they have in the folder.
    pub products: BTreeMap<u64, ProductRow>,
    /// The baskets, in the order of their first lines.
    pub baskets: Vec<Basket>,
    /// What must come out.
    pub expected: Expected,
}

/// A line of `products.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductRow {
    /// What it is called.
    pub name: String,
    /// What one costs.
    pub price: Cents,
}

/// A basket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basket {
    /// Its id in the folder.
    pub basket_id: u64,
    /// Whose it is.
    pub household_id: u64,
    /// What is in it.
    pub lines: Vec<Line>,
}

/// A line of a basket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which product, by its id in the folder.
    pub product_id: u64,
    /// How many.
    pub quantity: u32,
}

impl Folder {
    /// Reads the three files.
    pub fn read(folder: &Path) -> Result<Self> {
        all_there(folder)?;
        let products = products(Table::open(folder, PRODUCTS)?)?;
        let baskets = baskets(Table::open(folder, LINES)?, &products)?;
        let expected = Expected::read(&folder.join(EXPECTED))?;
        Ok(Self { products, baskets, expected })
    }

    /// How many of each product all baskets need together.
    #[must_use]
    pub fn needed(&self) -> HashMap<u64, u64> {
        let mut needed = HashMap::new();
        for line in self.baskets.iter().flat_map(|basket| &basket.lines) {
            *needed.entry(line.product_id).or_default() += u64::from(line.quantity);
        }
        needed
    }
}

/// Says what a folder must hold when one of its files is not there, or it is no folder at all.
fn all_there(folder: &Path) -> Result<()> {
    let mut names = [PRODUCTS.0, LINES.0, EXPECTED].into_iter();
    let Some(missing) = names.find(|name| !folder.join(name).exists()) else {
        return Ok(());
    };
    let (folder, products, lines) = (folder.display(), PRODUCTS.1.join(","), LINES.1.join(","));
    bail!(
        "{}",
        t!(
            "{folder} has no {missing}; the folder must hold products.csv ({products}), basket_lines.csv ({lines}) and expected.json, as stack/sample does",
            "{folder} ne contient pas {missing}\u{202f}; il faut au dossier products.csv ({products}), basket_lines.csv ({lines}) et expected.json, comme dans stack/sample"
        )
    )
}

fn products(table: Table) -> Result<BTreeMap<u64, ProductRow>> {
    let mut products = BTreeMap::new();
    table.each(|row| {
        let product_id: u64 = row.number("product_id")?;
        let product = ProductRow { name: row.text("name").to_owned(), price: row.number("price")? };
        match products.insert(product_id, product) {
            None => Ok(()),
            Some(_) => {
                bail!("{}", t!("product {product_id} is there twice", "le produit {product_id} y est deux fois"))
            }
        }
    })?;
    Ok(products)
}

fn baskets(table: Table, products: &BTreeMap<u64, ProductRow>) -> Result<Vec<Basket>> {
    let mut baskets: Vec<Basket> = Vec::new();
    let mut places: HashMap<u64, usize> = HashMap::new();
    table.each(|row| {
        let (basket_id, household_id): (u64, u64) = (row.number("basket_id")?, row.number("household_id")?);
        let line = line(row, products)?;
        let place = *places.entry(basket_id).or_insert_with(|| {
            baskets.push(Basket { basket_id, household_id, lines: Vec::new() });
            baskets.len() - 1
        });
        let basket = &mut baskets[place];
        if basket.household_id != household_id {
            let other = basket.household_id;
            bail!(
                "{}",
                t!(
                    "basket {basket_id} belongs to household {other} above",
                    "le panier {basket_id} appartient plus haut au ménage {other}"
                )
            );
        }
        if basket.lines.iter().any(|above| above.product_id == line.product_id) {
            let product_id = line.product_id;
            bail!(
                "{}",
                t!(
                    "product {product_id} is in basket {basket_id} twice",
                    "le produit {product_id} est deux fois dans le panier {basket_id}"
                )
            );
        }
        basket.lines.push(line);
        Ok(())
    })?;
    Ok(baskets)
}

fn line(row: &Row, products: &BTreeMap<u64, ProductRow>) -> Result<Line> {
    let line = Line { product_id: row.number("product_id")?, quantity: row.number("quantity")? };
    let product_id = line.product_id;
    if line.quantity == 0 {
        bail!("{}", t!("the quantity must be 1 or more", "la quantité doit être au moins 1"));
    }
    if !products.contains_key(&product_id) {
        bail!(
            "{}",
            t!("product {product_id} is not in products.csv", "le produit {product_id} n'est pas dans products.csv")
        );
    }
    Ok(line)
}

#[cfg(test)]
mod tests;
