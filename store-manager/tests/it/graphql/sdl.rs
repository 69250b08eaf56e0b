//! The schemas as they are checked in. `UPDATE_SDL=1` writes them anew.

use std::fs;
use std::path::PathBuf;

use store_manager::stocks::graphql::{course_sdl, suppliers_sdl};

fn holds(file: &str, sdl: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/graphql").join(file);
    if std::env::var_os("UPDATE_SDL").is_some_and(|flag| flag == "1") {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, sdl).unwrap();
    }
    let checked_in = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(checked_in, sdl, "{} has drifted; UPDATE_SDL=1 renews it", file.display());
}

#[test]
fn the_suppliers_schema_is_checked_in() {
    holds("suppliers.graphql", &suppliers_sdl());
}

#[test]
fn the_courses_schema_is_checked_in_and_has_nothing_else() {
    let sdl = course_sdl();
    holds("course.graphql", &sdl);
    for line in [
        "product(id: String!): Product",
        "stockLevel(productId: String!): Int",
        "id: Int",
        "name: String",
        "sku: String",
        "price: Float",
        "quantity: Int",
    ] {
        assert!(sdl.lines().any(|own| own.trim() == line), "{line} in\n{sdl}");
    }
}
