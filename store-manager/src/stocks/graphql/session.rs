//! What belongs to one request or one websocket: the service it may use, and the language its errors are told in.

use std::sync::OnceLock;

use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, Error};
use service_kit::Problem;
use service_kit::language::Language;

use super::error;
use super::gather::Batches;
use super::loaders::{MovementLoader, ProductLoader};
use crate::app::App;

/// The data of a request's context.
pub(super) struct Session {
    pub(super) app: App,
    pub(super) language: Language,
    pub(super) batches: Batches,
    products: OnceLock<DataLoader<ProductLoader>>,
    movements: OnceLock<DataLoader<MovementLoader>>,
}

impl Session {
    pub(super) fn new(app: App, language: Language) -> Self {
        let batches = Batches::default();
        Self { app, language, batches, products: OnceLock::new(), movements: OnceLock::new() }
    }

    /// The session of a field that is being resolved. Every way into a schema puts one there.
    pub(super) fn of<'c>(context: &Context<'c>) -> &'c Self {
        context.data_unchecked()
    }

    /// Gathers the ids of products that are asked for one by one. Made when it is needed, which is seldom.
    pub(super) fn products(&self) -> &DataLoader<ProductLoader> {
        self.products.get_or_init(|| self.batches.loader(ProductLoader(self.app.clone())))
    }

    /// Gathers the pages of movements that the products of a list are asked for.
    pub(super) fn movements(&self) -> &DataLoader<MovementLoader> {
        self.movements.get_or_init(|| self.batches.loader(MovementLoader(self.app.clone())))
    }

    /// A problem as an error of the field, in the language of whoever asks.
    pub(super) fn refuse(&self, problem: impl Into<Problem>) -> Error {
        error::of_problem(&problem.into(), self.language)
    }
}
