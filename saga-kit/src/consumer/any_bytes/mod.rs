//! Whatever bytes somebody writes to a topic: they are read or refused, handled or set aside, and nothing else
//! happens. No panic, no hang, no growth.
//!
//! Each run goes through `tests/corpus` first, which holds what once failed, and then through inputs of a seed. The
//! inputs of a failure are put there by the run itself. A long run, with its progress:
//! `TEST_BYTES=10000000 cargo stack test -- -p saga-kit --lib any_bytes -- --nocapture`; `TEST_SEED=…` repeats one.

mod child;
mod damage;
mod generator;
mod inputs;
mod misfit;
mod progress;
mod reading;
mod service;
mod set_aside;
mod watch;

use std::path::Path;
use std::time::Duration;

use uuid::Uuid;

use child::{Fault, Job};
use generator::Generator;
use set_aside::Consumer;
use watch::{CORPUS, HANG_LIMIT, Run};

/// Inputs of a run among the other tests; `TEST_BYTES` sets another number.
const INPUTS: u64 = 50_000;

/// So many of those that are read are taken as far as the database, which is slower by as much ...
const SET_ASIDE_SHARE: u64 = 1_000;

/// ... but no fewer than these.
const SET_ASIDE_LEAST: u64 = 1_000;

/// Inputs that share a transaction, as they do where they come from a topic.
const SET_ASIDE_STEP: u64 = 32;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

/// Runs the named test of this module in a process of its own, over so many inputs.
fn hold(test: &str, (count, step): (u64, u64)) {
    let seed = number("TEST_SEED").unwrap_or_else(rand::random);
    let test = full_name(test);
    let (corpus, hang_limit) = (Path::new(CORPUS), HANG_LIMIT);
    let run = Run { test: &test, seed, count, step, corpus, hang_limit, planted: None };
    if let Err(failure) = run.watch() {
        panic!("TEST_SEED={seed} TEST_BYTES={count}: {}\nin the corpus: {:?}", failure.what, failure.kept);
    }
}

fn full_name(test: &str) -> String {
    let (_crate, module) = module_path!().split_once("::").expect("a module of this crate");
    format!("{module}::{test}")
}

#[test]
fn any_input_is_read_or_refused_in_time() {
    match Job::mine() {
        Some(job) => job.go_through(|inputs| inputs.iter().for_each(|bytes| reading::read_in_time(bytes))),
        None => hold("any_input_is_read_or_refused_in_time", (number("TEST_BYTES").unwrap_or(INPUTS), 1)),
    }
}

#[test]
fn any_message_is_handled_or_set_aside_with_its_bytes() {
    let Some(job) = Job::mine() else {
        let count = number("TEST_BYTES").map_or(SET_ASIDE_LEAST, |count| SET_ASIDE_LEAST.max(count / SET_ASIDE_SHARE));
        return hold("any_message_is_handled_or_set_aside_with_its_bytes", (count, SET_ASIDE_STEP));
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut consumer = runtime.block_on(Consumer::open(job.seed));
    job.go_through(|inputs| runtime.block_on(consumer.take(inputs)));
    runtime.block_on(consumer.close());
}

/// Their copies together are more than the server takes in one statement (`max_allowed_packet`, 16 MiB).
#[tokio::test]
async fn more_garbage_than_one_statement_holds_is_set_aside_all_the_same() {
    let mut consumer = Consumer::open(1).await;
    consumer.take((0..40).map(|byte| vec![byte; 900_000]).collect()).await;
    consumer.close().await;
}

/// What shares a transaction with one that fails is not taken apart for it.
#[tokio::test]
async fn one_that_fails_or_panics_costs_the_others_no_commit() {
    let mut consumer = Consumer::open(2).await;
    for poison in [service::refused(), service::broken_down()] {
        let mut payloads: Vec<Vec<u8>> = (0..100).map(service::good).collect();
        payloads[70] = poison;
        let before = consumer.commits().await;
        consumer.take(payloads).await;
        assert_eq!(consumer.commits().await - before, 1);
    }
    consumer.close().await;
}

/// The lock that a key waits for while it is replayed is no lock on the others.
#[tokio::test]
async fn what_is_parked_holds_up_no_other_key() {
    let mut consumer = Consumer::open(3).await;
    let keyed = |first: u64, payload: fn(u64) -> Vec<u8>| -> Vec<(Vec<u8>, Vec<u8>)> {
        (first..first + 100).map(|number| (number.to_string().into_bytes(), payload(number))).collect()
    };
    consumer.take_keyed(keyed(1_000, |_| service::refused())).await;
    let replay = consumer.replay_all().await;
    let taken = tokio::time::timeout(HANG_LIMIT, consumer.take_keyed(keyed(2_000, service::good))).await;
    assert!(taken.is_ok(), "it waits for the replay of other keys");
    drop(replay);
    consumer.close().await;
}

/// The watch itself: each kind of fault is found, and the input that it was at.
#[test]
fn a_planted_fault_is_found_with_its_input() {
    const AT: u64 = 700;
    if let Some(job) = Job::mine() {
        return job.go_through(|_| {});
    }
    let test = full_name("a_planted_fault_is_found_with_its_input");
    for (fault, sign, input) in [
        (Fault::Panic, "planted", true),
        (Fault::Hang, "no step in", true),
        (Fault::Overflow, "overflowed its stack", true),
        (Fault::Leak, "it grew from", false),
    ] {
        let corpus = std::env::temp_dir().join(format!("any-bytes-{}", Uuid::now_v7().simple()));
        std::fs::create_dir(&corpus).expect("a corpus");
        let hang_limit = if matches!(fault, Fault::Hang) { Duration::from_secs(1) } else { HANG_LIMIT };
        let planted = Some((AT, fault));
        let run = Run { test: &test, seed: 7, count: 2_000, step: 1, corpus: &corpus, hang_limit, planted };
        let failure = run.watch().expect_err("a planted fault");
        assert!(failure.what.contains(sign), "{fault:?}: {}", failure.what);
        let kept: Vec<Vec<u8>> = failure.kept.iter().map(|file| std::fs::read(file).expect("kept")).collect();
        let expected = if input { vec![Generator::new(7).input(AT)] } else { Vec::new() };
        assert_eq!(kept, expected, "{fault:?}");
        std::fs::remove_dir_all(&corpus).expect("removed");
    }
}

/// A generator whose inputs were all refused at the first byte would show nothing.
#[test]
fn inputs_of_each_fate_are_there() {
    let generator = Generator::new(11);
    let read: Vec<_> = (0..3_000).map(|number| shared_events::Envelope::decode(&generator.input(number))).collect();
    let envelopes: Vec<_> = read.iter().flatten().collect();
    let events = envelopes.iter().filter(|envelope| shared_events::Event::decode(envelope).is_ok()).count();
    let (envelopes, all) = (envelopes.len(), read.len());
    assert!(all / 4 < envelopes && envelopes < all * 3 / 4, "{envelopes} envelopes of {all}");
    assert!(all / 8 < events && events < envelopes * 3 / 4, "{events} events in {envelopes} envelopes");
    assert_eq!(generator.input(2_999), Generator::new(11).input(2_999), "an input can be had again");
}
