//! Damage to bytes: what disks, networks and careless programs do to a text.

use std::ops::Range;

use rand::Rng;
use rand::rngs::StdRng;

use super::generator::pick;

/// An input is that long at most, in bytes: what Kafka takes by default.
const MAX_INPUT_BYTES: usize = 1024 * 1024;

/// What means something to a JSON reader, and what is no UTF-8 or no character.
const TOKENS: [&[u8]; 29] = [
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\\ud83d\\ude00",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"true",
    b"-",
    b"-0",
    b"1e400",
    b"1E-400",
    b"0.005",
    b"18446744073709551616",
    b"65536",
    b"\x00",
    b"\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xf4\x90\x80\x80",
    b"\r\n",
    b"/*",
    b"NaN",
];

/// Damages the bytes once; `other` is what they may be mixed up with.
pub(super) fn damage(bytes: &mut Vec<u8>, other: &[u8], random: &mut StdRng) {
    let at = random.random_range(0..=bytes.len());
    match random.random_range(0..8) {
        0 | 1 if at < bytes.len() => bytes[at] ^= 1 << random.random_range(0..8),
        2 if at < bytes.len() => bytes[at] = random.random(),
        3 => bytes.truncate(at),
        4 => {
            let copy = bytes[range(bytes.len(), random)].to_vec();
            bytes.splice(at..at, copy);
        }
        5 => drop(bytes.drain(range(bytes.len(), random))),
        6 => {
            bytes.truncate(at);
            bytes.extend_from_slice(&other[random.random_range(0..other.len())..]);
        }
        _ => {
            let replaced = random.random_range(at..=bytes.len().min(at + 4));
            bytes.splice(at..replaced, pick(&TOKENS, random).iter().copied());
        }
    }
    bytes.truncate(MAX_INPUT_BYTES);
}

/// Some part of so many bytes.
fn range(length: usize, random: &mut StdRng) -> Range<usize> {
    let from = random.random_range(0..=length);
    from..random.random_range(from..=length)
}
