//! The whole store under test: real binaries, real servers, faults on purpose.
//!
//! Every test has a store of its own and ends it with [`tests::Store::finish`], which asserts what must hold after
//! any test. `cargo stack test` sets up the servers and runs this.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails right there")]

mod alerts;
mod audit_program;
mod bad_input;
mod bad_settings;
mod bench;
mod cancellation;
mod cards;
mod contention;
mod crash_matrix;
mod crashes;
mod dashboards;
mod demo;
mod developer_pages;
mod diagrams;
mod direct_payments;
mod docker_files;
mod document_commands;
mod document_events;
mod documents;
mod duplicates;
mod event_schemas;
mod gateway;
mod graphql_client;
mod kit_examples;
mod lab_page;
mod logs;
mod metrics;
mod newman;
mod operations;
mod overdue;
mod parking;
mod payment_page;
mod poison;
mod postman;
mod promql;
mod random;
mod read_models;
mod replay;
mod saga;
mod schemathesis;
mod secrets;
mod seed;
mod servers_away;
mod several_instances;
mod stopping;
mod topic_deleted;
mod traces;
