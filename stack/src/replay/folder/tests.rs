//! Good folders are read, and each fault is named with its file and line.

use std::fs;

use super::*;
use crate::temp::TempFolder;

const PRODUCTS: &str =
    "product_id,department,brand,name,price\n7,GROCERY,Private,\"Bread, white\",0.88\n9,DRUG GM,National,Soap,1.50\n";
const LINES: &str = "basket_id,at,household_id,product_id,quantity\n1,2017-01-01T11:53:26Z,900,7,2\n2,2017-01-01T12:00:00Z,901,9,1\n1,2017-01-01T11:53:26Z,900,9,1\n";
const EXPECTED: &str = r#"{"baskets":2,"lines":3,"units":4,"households":2,"products":2,"total_cents":476,"best_sellers":[],"highest_spenders":[]}"#;

fn read(products: &str, lines: &str, expected: &str) -> Result<Folder> {
    let folder = TempFolder::new("folder").unwrap();
    fs::write(folder.path().join("products.csv"), products).unwrap();
    fs::write(folder.path().join("basket_lines.csv"), lines).unwrap();
    fs::write(folder.path().join("expected.json"), expected).unwrap();
    Folder::read(folder.path())
}

#[test]
fn reads_baskets_in_order_and_names_with_commas() {
    let folder = read(PRODUCTS, LINES, EXPECTED).unwrap();
    assert_eq!(folder.products[&7], ProductRow { name: "Bread, white".to_owned(), price: Cents(88) });
    assert_eq!(folder.baskets.iter().map(|basket| basket.basket_id).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(folder.baskets[0].lines, [Line { product_id: 7, quantity: 2 }, Line { product_id: 9, quantity: 1 }]);
    assert_eq!(folder.needed()[&9], 2);
}

#[test]
fn whatever_is_wrong_is_named_with_file_and_line() {
    let broken = |products: &str, lines: &str, expected: &str, wanted: &[&str]| {
        let said = format!("{:#}", read(products, lines, expected).unwrap_err());
        assert!(wanted.iter().all(|part| said.contains(part)), "{said}");
    };
    broken(&PRODUCTS.replace("1.50", "1.505"), LINES, EXPECTED, &["products.csv, line 3", "1.505"]);
    broken(&PRODUCTS.replace("\n9,", "\n7,"), LINES, EXPECTED, &["products.csv, line 3", "twice"]);
    broken(&PRODUCTS.replace(",name,", ",title,"), LINES, EXPECTED, &["products.csv, line 1", "title"]);
    broken(&PRODUCTS.replace(",1.50", ""), LINES, EXPECTED, &["products.csv", "line: 3"]);
    broken(
        PRODUCTS,
        &LINES.replace("901,9,1", "901,8,1"),
        EXPECTED,
        &["basket_lines.csv, line 3", "not in products.csv"],
    );
    broken(PRODUCTS, &LINES.replace("900,7,2", "900,7,0"), EXPECTED, &["basket_lines.csv, line 2"]);
    broken(PRODUCTS, &LINES.replace("900,9,1", "905,9,1"), EXPECTED, &["basket_lines.csv, line 4", "household 900"]);
    broken(PRODUCTS, LINES, "{", &["expected.json", "line 1"]);
}

#[test]
fn a_folder_that_is_none_is_named_with_what_it_must_hold() {
    let said = format!("{:#}", Folder::read(Path::new("/nowhere")).unwrap_err());
    assert!(said.starts_with("/nowhere has no products.csv; the folder must hold"), "{said}");
    assert!(["household_id", "expected.json", "stack/sample"].iter().all(|part| said.contains(part)), "{said}");
}
