//! Rows that share a statement: as one JSON text, or as runs of few different lengths.

use serde::Serialize;

/// Rows in one statement at most. With the seven values of an outbox row it stays far below the 65,535 that the server
/// takes, and larger ones gain nothing that shows.
const MAX_ROWS: usize = 128;

/// Up to this many rows each number has a statement of its own.
const EXACT_ROWS: usize = 8;

/// Values of several rows as one JSON text, which `JSON_TABLE` makes rows of again: the statement has one shape however
/// many there are, is checked, and stays prepared.
///
/// # Errors
/// A value cannot be written as JSON.
/// ```
/// assert_eq!(saga_kit::rows::json(&[(1, "a"), (2, "b")])?, r#"[[1,"a"],[2,"b"]]"#);
/// # Ok::<(), sqlx::Error>(())
/// ```
pub fn json<T: Serialize + ?Sized>(rows: &T) -> Result<String, sqlx::Error> {
    serde_json::to_string(rows).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// Splits rows into runs of few different lengths: up to eight as they are, more by powers of two.
///
/// Each length is another statement text. There are twelve of them, which a connection keeps prepared (it keeps a
/// hundred); any length would be prepared, used once and forgotten, which costs a round trip more and the server's time
/// to read a long text.
/// ```
/// let lengths: Vec<usize> = saga_kit::rows::in_runs(&[0; 100]).map(<[i32]>::len).collect();
/// assert_eq!(lengths, [64, 32, 4]);
/// ```
pub fn in_runs<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        if rows.is_empty() {
            return None;
        }
        let length = match rows.len() {
            few if few <= EXACT_ROWS => few,
            many => (1 << many.ilog2()).min(MAX_ROWS),
        };
        let (run, rest) = rows.split_at(length);
        rows = rest;
        Some(run)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn lengths(rows: usize) -> Vec<usize> {
        in_runs(&vec![(); rows]).map(<[()]>::len).collect()
    }

    #[test]
    fn few_rows_stay_together_and_many_go_by_powers_of_two() {
        assert_eq!(lengths(0), [0; 0]);
        assert_eq!(lengths(7), [7]);
        assert_eq!(lengths(100), [64, 32, 4]);
        assert_eq!(lengths(300), [128, 128, 32, 8, 4]);
    }

    #[test]
    fn there_are_twelve_lengths_whatever_comes() {
        let all: BTreeSet<usize> = (1..2_000).flat_map(lengths).collect();
        assert_eq!(all.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64, 128]);
    }
}
