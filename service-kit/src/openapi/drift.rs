//! The checked-in copy of the document, held against the code by a test of each service.

use std::path::Path;

use serde_json::Value;

/// The variable that renews the copy instead of comparing it.
const UPDATE: &str = "UPDATE_OPENAPI";

/// Compares `docs/openapi/{name}.json` with the document, or writes it where `UPDATE_OPENAPI=1` says so.
///
/// # Errors
/// What differs, and how to renew the copy.
pub fn check_copy(name: &str, document: &Value) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../docs/openapi/{name}.json"));
    let text = format!("{document:#}\n");
    if std::env::var_os(UPDATE).is_some() {
        return std::fs::write(&path, text).map_err(|error| format!("cannot write docs/openapi/{name}.json: {error}"));
    }
    let copy = std::fs::read_to_string(&path).unwrap_or_default();
    let Some(line) = first_difference(&copy, &text) else { return Ok(()) };
    Err(format!(
        "docs/openapi/{name}.json is not what the code says, first at line {line}. If the code is right, renew it \
         and look at the difference: {UPDATE}=1 cargo test --release -p {name} openapi"
    ))
}

/// The number of the first line that differs, from 1.
fn first_difference(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    let same = one.lines().zip(other.lines()).take_while(|(one, other)| one == other).count();
    Some(same + 1)
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_first_line_that_differs_is_told() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("a\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("", "a\n"), Some(1));
    }
}
