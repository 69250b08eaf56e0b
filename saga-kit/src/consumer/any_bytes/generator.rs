//! Inputs from a seed: envelopes as they should be, and every way in which they may not be.
//!
//! Input `n` of a seed is always the same, so whoever knows the two numbers has the bytes again.

use std::path::Path;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use uuid::Uuid;

use super::damage::damage;
use super::misfit::put_misfits;

/// The events as they are written today, and as they were in each version before.
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared-events/tests/golden");

/// How often an input is damaged after it was written.
const DAMAGES: [u32; 8] = [0, 0, 0, 1, 1, 1, 2, 5];

/// Noise is that long at most.
const NOISE_BYTES: usize = 600;

/// Makes inputs.
pub(super) struct Generator {
    seed: u64,
    golden: Vec<Value>,
    written: Vec<Vec<u8>>,
}

impl Generator {
    pub fn new(seed: u64) -> Self {
        let files = Path::new(GOLDEN).read_dir().expect("the golden files");
        let mut files: Vec<_> = files.map(|file| file.expect("a golden file").path()).collect();
        // The folder's own order is chance, and an input would be another one on the next machine.
        files.sort();
        let written: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).expect("a golden file")).collect();
        let golden = written.iter().map(|bytes| serde_json::from_slice(bytes).expect("JSON")).collect();
        Self { seed, golden, written }
    }

    /// Input `number`.
    pub fn input(&self, number: u64) -> Vec<u8> {
        // An odd factor spreads numbers that follow each other over all seeds.
        let mut random = StdRng::seed_from_u64(self.seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let random = &mut random;
        let mut bytes = match random.random_range(0..100) {
            0..30 => write(&self.well_formed(random)),
            30..60 => put_misfits(self.well_formed(random), random),
            60..95 => self.as_written(random),
            95..99 => noise(random),
            _ => Vec::new(),
        };
        for _ in 0..*pick(&DAMAGES, random) {
            let other: &Vec<u8> = pick(&self.written, random);
            damage(&mut bytes, other, random);
        }
        bytes
    }

    /// An event of any type as its golden file has it, but for its id: with that one it would be a duplicate.
    fn as_written(&self, random: &mut StdRng) -> Vec<u8> {
        let at = random.random_range(0..self.written.len());
        let mut bytes = self.written[at].clone();
        let id = self.golden[at]["event_id"].as_str().expect("an id").as_bytes();
        let place = bytes.windows(id.len()).position(|window| window == id).expect("its place");
        bytes[place..place + id.len()].copy_from_slice(uuid(random).as_bytes());
        bytes
    }

    /// An event of any type with values of its own, most of them such as its reader expects.
    fn well_formed(&self, random: &mut StdRng) -> Value {
        let mut envelope = pick(&self.golden, random).clone();
        vary(&mut envelope, random);
        envelope["event_id"] = uuid(random).into();
        envelope
    }
}

pub(super) fn pick<'a, T>(from: &'a [T], random: &mut StdRng) -> &'a T {
    from.choose(random).expect("there is one")
}

pub(super) fn write(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).expect("JSON")
}

fn uuid(random: &mut StdRng) -> String {
    Uuid::from_u128(random.random()).to_string()
}

/// Other values of the same kinds. Texts stay as often as not, because some are names that must be known.
fn vary(value: &mut Value, random: &mut StdRng) {
    match value {
        Value::Object(fields) => {
            for field in fields.values_mut() {
                vary(field, random);
            }
        }
        Value::Array(items) => {
            for item in items.iter_mut() {
                vary(item, random);
            }
            if let Some(item) = items.first().cloned() {
                items.resize(random.random_range(0..4), item);
            }
        }
        Value::String(text) if Uuid::try_parse(text).is_ok() => *text = uuid(random),
        Value::String(text) if random.random_ratio(1, 8) => *text = any_text(random),
        Value::Number(number) if number.is_f64() => {
            *value = (f64::from(random.random::<u32>()) / 100.0).into();
        }
        Value::Number(number) if number.as_u64() != Some(1) => {
            // Small numbers, and those at the ends of what a field can hold.
            let bits = random.random_range(0..=64);
            *value = random.random::<u64>().checked_shr(bits).unwrap_or(0).into();
        }
        _ => {}
    }
}

fn any_text(random: &mut StdRng) -> String {
    let length = random.random_range(0..24);
    // A surrogate is no character.
    (0..length).map(|_| char::from_u32(random.random_range(0..0x0011_0000)).unwrap_or('\u{fffd}')).collect()
}

fn noise(random: &mut StdRng) -> Vec<u8> {
    let mut bytes = vec![0; random.random_range(1..NOISE_BYTES)];
    random.fill(&mut bytes[..]);
    bytes
}
