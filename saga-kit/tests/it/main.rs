//! The machinery on a real database and a real broker, with a service of three lines.

mod consumer;
mod database;
mod example;
mod jobs;
mod metrics;
mod parking;
mod relay;
mod status;
mod topics;
mod transaction;
mod world;
