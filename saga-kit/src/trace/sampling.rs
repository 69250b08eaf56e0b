//! Which traces that begin here are recorded: a part of them, and no more than what costs little.

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use super::TraceContext;

/// Which of the traces that begin in this process are recorded.
/// ```
/// use std::num::NonZeroU32;
///
/// use saga_kit::trace::{self, Sampling};
///
/// let sampling = Sampling { ratio: 1.0, per_second: NonZeroU32::new(25).expect("some") };
/// trace::install(sampling, |span| println!("{} {:?}", span.name, span.context));
/// assert!(trace::is_on());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Sampling {
    /// This part of them, from 0 to 1.
    pub ratio: f64,
    /// So many a second, and after a rest as many more at once. A store with little to do is then seen whole, and one
    /// at its peak stays as quick.
    pub per_second: NonZeroU32,
}

pub(super) struct Sampler {
    /// Of 2^63 traces so many.
    threshold: u64,
    limit: DefaultDirectRateLimiter,
}

impl Sampler {
    pub(super) fn new(Sampling { ratio, per_second }: Sampling) -> Self {
        Self { threshold: threshold(ratio), limit: RateLimiter::direct(Quota::per_second(per_second)) }
    }

    /// The first span of a trace, if it is to be recorded. By its id as OpenTelemetry's sampler by ratio decides: all
    /// that sample by the same ratio take the same traces, up to the limit.
    pub(super) fn root(&self, trace_id: u128) -> Option<TraceContext> {
        let low = u64::try_from(trace_id & u128::from(u64::MAX)).unwrap_or(u64::MAX);
        let is_sampled = trace_id != 0 && low >> 1 < self.threshold && self.limit.check().is_ok();
        is_sampled.then(|| TraceContext { trace_id, span_id: 0, sampled: true }.child())
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a ratio is within 0 and 1")]
fn threshold(ratio: f64) -> u64 {
    (ratio.clamp(0.0, 1.0) * 2_f64.powi(63)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of a thousand traces are recorded that begin at once.
    fn recorded(ratio: f64, per_second: u32) -> usize {
        let per_second = NonZeroU32::new(per_second).expect("some");
        let sampler = Sampler::new(Sampling { ratio, per_second });
        let step = u128::from(u64::MAX / 1_000);
        (1..=1_000).filter(|at| sampler.root(at * step).is_some()).count()
    }

    #[test]
    fn a_ratio_samples_that_share_of_traces() {
        let share = |ratio| recorded(ratio, 1_000_000);
        assert_eq!((share(0.0), share(1.0)), (0, 1_000));
        assert!((240..=260).contains(&share(0.25)), "{}", share(0.25));
    }

    #[test]
    fn of_many_traces_at_once_as_many_are_recorded_as_a_second_may_have() {
        // A machine that stands still for a while meanwhile lets some more through.
        let some = recorded(1.0, 10);
        assert!((10..100).contains(&some), "{some} of a thousand");
    }
}
