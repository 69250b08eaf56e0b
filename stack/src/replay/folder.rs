//! A folder of baskets: `products.csv`, `basket_lines.csv` and `expected.json`, read with care.
//!
//! Whatever is wrong is named with its file and line, before anything is sent to a store.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, anyhow, bail};
use csv::StringRecord;

use super::expected::Expected;
use crate::cents::Cents;
use crate::t;

const PRODUCTS: (&str, [&str; 5]) = ("products.csv", ["product_id", "department", "brand", "name", "price"]);
const LINES: (&str, [&str; 5]) = ("basket_lines.csv", ["basket_id", "at", "household_id", "product_id", "quantity"]);

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
        let products = products(Table::open(folder, PRODUCTS)?)?;
        let baskets = baskets(Table::open(folder, LINES)?, &products)?;
        let expected = Expected::read(&folder.join("expected.json"))?;
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

/// A CSV file whose columns are known.
struct Table {
    path: PathBuf,
    columns: [&'static str; 5],
    reader: csv::Reader<File>,
}

impl Table {
    fn open(folder: &Path, (name, columns): (&str, [&'static str; 5])) -> Result<Self> {
        let path = folder.join(name);
        let file = File::open(&path).with_context(|| path.display().to_string())?;
        let mut reader = csv::Reader::from_reader(file);
        let headers = reader.headers().with_context(|| path.display().to_string())?;
        if headers != columns.as_slice() {
            let (file, found, wanted) =
                (path.display(), headers.iter().collect::<Vec<_>>().join(","), columns.join(","));
            bail!(
                "{}",
                t!(
                    "{file}, line 1: the columns are {found}, and must be {wanted}",
                    "{file}, ligne 1 : les colonnes sont {found}, et doivent être {wanted}"
                )
            );
        }
        Ok(Self { path, columns, reader })
    }

    /// Hands each record over, and gives the error its file and line.
    fn each(mut self, mut take: impl FnMut(&Row) -> Result<()>) -> Result<()> {
        let path = self.path.display();
        for record in self.reader.records() {
            // The reader's own error names the line.
            let record = record.with_context(|| path.to_string())?;
            let line = record.position().map_or(0, csv::Position::line);
            let row = Row { columns: self.columns, record };
            take(&row).with_context(|| t!("{path}, line {line}", "{path}, ligne {line}"))?;
        }
        Ok(())
    }
}

/// A record with its columns' names.
struct Row {
    columns: [&'static str; 5],
    record: StringRecord,
}

impl Row {
    fn text(&self, column: &str) -> &str {
        let at = self.columns.iter().position(|name| *name == column);
        at.and_then(|at| self.record.get(at)).unwrap_or_default()
    }

    fn number<T: FromStr<Err: Display>>(&self, column: &str) -> Result<T> {
        let text = self.text(column);
        text.parse().map_err(|error| anyhow!("{column} {text:?}: {error}"))
    }
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
