//! What is left to chance. Each thing draws from a source of its own, made of the seed, the round and the thing's name:
//! it meets the same chance whatever else is run, and whatever else is drawn before it.

use std::fmt::Display;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use sha2::{Digest as _, Sha256};

/// The chance of one round.
#[derive(Clone, Copy, Debug)]
pub struct Chance {
    /// What `--seed` says.
    pub seed: u64,
    /// Which of the rounds, from 1.
    pub round: u32,
}

impl Chance {
    /// The source of one thing.
    pub fn of(&self, what: impl Display) -> StdRng {
        let hash = Sha256::new().chain_update(self.seed.to_le_bytes()).chain_update(self.round.to_le_bytes());
        StdRng::from_seed(hash.chain_update(what.to_string()).finalize().into())
    }
}
