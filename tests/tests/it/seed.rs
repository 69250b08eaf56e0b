//! The seed of a random test.

/// A new one, or that of `TEST_SEED`; shown when the test fails, and with `--nocapture` always.
pub fn seed() -> u64 {
    let seed = std::env::var("TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random::<u64>);
    eprintln!("TEST_SEED={seed}");
    seed
}
