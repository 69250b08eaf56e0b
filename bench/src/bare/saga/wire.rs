//! Channels in place of relay, broker and consumers: what was told goes to the workers of both services, one a
//! partition, and to whoever deletes its row.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use sqlx::MySqlPool;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::machinery::delete;
use super::payments::Payments;
use super::store::Store;
use super::told::Told;
use crate::topic::PARTITIONS;

/// Events that share a transaction at most, as in the services.
const MAX_BATCH: usize = 512;
/// Rows that the relay deletes at once at most.
const MAX_DELETED: usize = 1_024;

/// One of the two services.
#[derive(Debug, Clone)]
pub(super) enum Service {
    Store(Store),
    Payments(Payments),
}

/// What one service tells: to everybody whom it concerns, and to who deletes its outbox.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    store: Vec<UnboundedSender<Told>>,
    payments: Vec<UnboundedSender<Told>>,
    outbox: UnboundedSender<u64>,
    /// What was told and not handled yet, and rows that are still there.
    open: Arc<AtomicUsize>,
}

/// The wires of both services, and all who listen.
#[derive(Debug)]
pub(super) struct Wires {
    store: Wire,
    workers: JoinSet<Result<()>>,
}

impl Service {
    async fn handle(&self, batch: &[Told]) -> Result<Vec<Told>> {
        match self {
            Self::Store(store) => store.handle(batch).await,
            Self::Payments(payments) => payments.handle(batch).await,
        }
    }

    fn pool(&self) -> MySqlPool {
        match self {
            Self::Store(store) => store.pool.clone(),
            Self::Payments(payments) => payments.pool.clone(),
        }
    }
}

impl Wire {
    /// Tells what is committed now.
    pub fn tell(&self, told: Vec<Told>) -> Result<()> {
        for told in told {
            let partition = usize::try_from(told.order_id)? % self.store.len();
            let of_payments = told.kind.concerns_payments();
            self.open.fetch_add(2 + usize::from(of_payments), Ordering::Relaxed);
            self.outbox.send(told.outbox_id)?;
            if of_payments {
                self.payments[partition].send(told.clone())?;
            }
            self.store[partition].send(told)?;
        }
        Ok(())
    }
}

impl Wires {
    pub fn start(store: Service, payments: Service) -> Self {
        let mut workers = JoinSet::new();
        let channels = || (0..PARTITIONS).map(|_| unbounded_channel()).unzip::<_, _, Vec<_>, Vec<_>>();
        let ((to_store, at_store), (to_payments, at_payments)) = (channels(), channels());
        let open = Arc::new(AtomicUsize::new(0));
        let mut wires = Vec::with_capacity(2);
        for (service, events) in [(store, at_store), (payments, at_payments)] {
            let (outbox, acknowledged) = unbounded_channel();
            workers.spawn(clear(service.pool(), acknowledged, Arc::clone(&open)));
            let (store, payments) = (to_store.clone(), to_payments.clone());
            let wire = Wire { store, payments, outbox, open: Arc::clone(&open) };
            for events in events {
                workers.spawn(work(service.clone(), events, wire.clone()));
            }
            wires.push(wire);
        }
        Self { store: wires.swap_remove(0), workers }
    }

    /// What store-manager's requests are told by.
    pub fn of_the_store(&self) -> Wire {
        self.store.clone()
    }

    /// Whether everything that was told is handled and deleted.
    pub fn are_silent(&mut self) -> Result<bool> {
        if let Some(ended) = self.workers.try_join_next() {
            // Nobody ends without a reason.
            ended??;
        }
        Ok(self.store.open.load(Ordering::Relaxed) == 0)
    }
}

/// A worker of a partition: what is there shares a transaction.
async fn work(service: Service, mut events: UnboundedReceiver<Told>, wire: Wire) -> Result<()> {
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while events.recv_many(&mut batch, MAX_BATCH).await > 0 {
        wire.tell(service.handle(&batch).await?)?;
        wire.open.fetch_sub(batch.len(), Ordering::Relaxed);
        batch.clear();
    }
    Ok(())
}

/// The part of the relay that the database sees last.
async fn clear(pool: MySqlPool, mut acknowledged: UnboundedReceiver<u64>, open: Arc<AtomicUsize>) -> Result<()> {
    let mut ids = Vec::with_capacity(MAX_DELETED);
    while acknowledged.recv_many(&mut ids, MAX_DELETED).await > 0 {
        delete(&pool, &mut ids).await?;
        open.fetch_sub(ids.len(), Ordering::Relaxed);
        ids.clear();
    }
    Ok(())
}
