//! How many stores there are at once: each is two processes, and the machine may have two cores.

use tokio::sync::{Semaphore, SemaphorePermit};

/// Stores at once.
const STORES: usize = 4;

static STORE_SLOTS: Semaphore = Semaphore::const_new(STORES);

/// Servers of a test's own at once: a broker alone takes 400 MB.
static SERVER_SLOTS: Semaphore = Semaphore::const_new(1);

/// A place for one store, given back when dropped.
pub(crate) async fn store() -> SemaphorePermit<'static> {
    STORE_SLOTS.acquire().await.expect("the slots are never closed")
}

/// A place for servers of a test's own, given back when dropped. What the harness starts takes one by itself.
pub async fn servers() -> SemaphorePermit<'static> {
    SERVER_SLOTS.acquire().await.expect("the slots are never closed")
}
