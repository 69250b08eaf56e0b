//! Percentiles, by nearest rank.

use std::time::Duration;

/// p50 and p99 of at least one value.
pub(crate) fn percentiles(mut values: Vec<Duration>) -> [Duration; 2] {
    values.sort();
    [50, 99].map(|percent| {
        let rank = (values.len() * percent).div_ceil(100).max(1);
        values.get(rank - 1).copied().unwrap_or_default()
    })
}

/// Both, each round after round, in microseconds.
pub(crate) fn microseconds(rounds: &[[Duration; 2]]) -> [Vec<f64>; 2] {
    [0, 1].map(|at| rounds.iter().map(|round| round[at].as_secs_f64() * 1e6).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_nearest_rank() {
        let values = (1..=200).rev().map(Duration::from_micros).collect();
        assert_eq!(percentiles(values), [100, 198].map(Duration::from_micros));
        assert_eq!(percentiles(vec![Duration::from_micros(7)]), [Duration::from_micros(7); 2]);
        assert_eq!(microseconds(&[[100, 198].map(Duration::from_micros)]), [[100.0], [198.0]]);
    }
}
