//! How fast it went, by the store's own timestamps.

use chrono::{DateTime, TimeDelta, Utc};

use super::settle::Settled;

/// The rate and the times from accepted to ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Baskets a second, from the first post to the end of the last saga.
    pub rate: f64,
    /// Half of the sagas ended within.
    pub p50: TimeDelta,
    /// 99 of 100 ended within.
    pub p99: TimeDelta,
}

impl Speed {
    /// Of orders posted from `began` on; nothing when there are none.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a rate is shown with few digits")]
    pub fn of(settled: &Settled, began: DateTime<Utc>) -> Option<Self> {
        let ends = || settled.values().filter_map(|order| Some((order.created_at, order.saga_ended_at?)));
        let last = ends().map(|(_, end)| end).max()?;
        let mut times: Vec<TimeDelta> = ends().map(|(start, end)| end - start).collect();
        times.sort_unstable();
        let seconds = (last - began).as_seconds_f64().max(0.001);
        Some(Self { rate: times.len() as f64 / seconds, p50: percentile(&times, 50)?, p99: percentile(&times, 99)? })
    }
}

/// The nearest-rank percentile of sorted values: the smallest with at least `percent` of all at or below it.
#[must_use]
pub fn percentile<T: Copy>(sorted: &[T], percent: usize) -> Option<T> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_by_nearest_rank() {
        let values: Vec<u32> = (1..=200).collect();
        assert_eq!(percentile(&values, 50), Some(100));
        assert_eq!(percentile(&values, 99), Some(198));
        assert_eq!(percentile(&values, 100), Some(200));
        assert_eq!(percentile(&[7], 50), Some(7));
        assert_eq!(percentile::<u32>(&[], 50), None);
    }
}
