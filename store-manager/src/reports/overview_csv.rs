//! The stock overview as a table for a spreadsheet, with headings in the reader's language.

use problem_types::Language;

use crate::read_models::ProductStock;

/// The course's headings in French, and ours in English.
fn headings(language: Language) -> [&'static str; 5] {
    match language {
        Language::En => ["Product number", "Product", "SKU", "Unit price", "Units in stock"],
        Language::Fr => ["Numéro d'article", "Article", "Numéro SKU", "Prix unitaire", "Unités en stock"],
    }
}

/// Comma-separated values (RFC 4180), in UTF-8.
pub(super) fn overview_csv(products: &[ProductStock], language: Language) -> String {
    let row = |product: &ProductStock| {
        let ProductStock { id, name, sku, price, quantity } = product;
        format!("{id},{},{},{price},{quantity}\r\n", field(name), field(sku))
    };
    let head = headings(language).join(",") + "\r\n";
    [head].into_iter().chain(products.iter().map(row)).collect()
}

/// A text as a field: quoted, and never taken for a formula by a spreadsheet that opens it.
fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_in_the_readers_language_and_fields_are_quoted() {
        let product = |name: &str| ProductStock {
            id: 3,
            name: name.to_owned(),
            sku: "GG12345".to_owned(),
            price: "5.75".parse().unwrap(),
            quantity: 2,
        };
        let text = overview_csv(&[product("Gadget, \"XYZ\""), product("=1+1")], Language::Fr);
        assert_eq!(
            text,
            "Numéro d'article,Article,Numéro SKU,Prix unitaire,Unités en stock\r\n\
             3,\"Gadget, \"\"XYZ\"\"\",\"GG12345\",5.75,2\r\n\
             3,\"'=1+1\",\"GG12345\",5.75,2\r\n"
        );
        assert!(overview_csv(&[], Language::En).starts_with("Product number,Product,SKU"));
    }
}
