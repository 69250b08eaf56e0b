//! When a batch of a loader is complete: once the execution can go no further without it.
//!
//! The library closes a batch some time after its first key. On a busy machine a page of products takes longer than
//! that to ask for what it wants, and costs as many reads as it was cut into.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use async_graphql::dataloader::DataLoader;
use futures::future::BoxFuture;

/// The batches that one execution gathers.
#[derive(Clone, Default)]
pub(super) struct Batches(Arc<Mutex<Vec<BoxFuture<'static, ()>>>>);

/// Wakes whoever polls an execution, and notes it.
struct Noted {
    woken: AtomicBool,
    waker: Waker,
}

impl Wake for Noted {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::SeqCst);
        self.waker.wake_by_ref();
    }
}

impl Batches {
    /// A loader whose batches begin in [`Batches::poll`].
    pub(super) fn loader<T>(&self, loader: T) -> DataLoader<T> {
        let batches = self.clone();
        let gather = move |batch| batches.0.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
        DataLoader::new(loader, gather).delay(Duration::ZERO)
    }

    /// Polls an execution as long as it wakes itself, as one does between the items of a list; then the batches that
    /// it waits for begin.
    pub(super) fn poll<T>(
        &self,
        context: &Context<'_>,
        mut execution: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        let noted = Arc::new(Noted { woken: AtomicBool::new(true), waker: context.waker().clone() });
        let waker = Waker::from(Arc::clone(&noted));
        while noted.woken.swap(false, Ordering::SeqCst) {
            if let Poll::Ready(answer) = execution(&mut Context::from_waker(&waker)) {
                return Poll::Ready(answer);
            }
        }
        for batch in mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            tokio::spawn(batch);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::future::poll_fn;
    use std::sync::atomic::AtomicUsize;

    use async_graphql::dataloader::Loader;
    use futures::FutureExt;
    use futures::future::join_all;

    use super::*;

    /// Knows every number, and counts its reads.
    struct Numbers(Arc<AtomicUsize>);

    impl Loader<usize> for Numbers {
        type Value = usize;
        type Error = ();

        async fn load(&self, keys: &[usize]) -> Result<HashMap<usize, usize>, ()> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(keys.iter().map(|key| (*key, *key)).collect())
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_page_is_one_read_however_long_its_items_take_to_ask() {
        let (reads, batches) = (Arc::new(AtomicUsize::new(0)), Batches::default());
        let loader = batches.loader(Numbers(Arc::clone(&reads)));
        // The fields of an item are a list of their own, whose end wakes the item: the library's executor does so.
        let item = async |key| {
            std::thread::sleep(Duration::from_millis(1));
            let mut woken = false;
            let end = poll_fn(|context| {
                context.waker().wake_by_ref();
                if mem::replace(&mut woken, true) { Poll::Ready(()) } else { Poll::Pending }
            });
            let (value, ()) = futures::join!(loader.load_one(key), end);
            value.unwrap()
        };
        let mut page = join_all((0..100).map(item)).boxed_local();
        let values = poll_fn(|context| batches.poll(context, |context| page.poll_unpin(context))).await;
        assert_eq!(values, (0..100).map(Some).collect::<Vec<_>>());
        assert_eq!(reads.load(Ordering::SeqCst), 1);
    }
}
