//! Fifty orders at once, each posted until it is accepted, with an honest count of what went unanswered.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::http::{NewItem, Shop};
use crate::interrupt;
use crate::t;

const THREADS: usize = 8;
const PAUSE: Duration = Duration::from_millis(50);
const LIMIT: Duration = Duration::from_mins(1);

/// Orders being posted.
#[derive(Debug)]
pub(super) struct Crowd {
    shop: Shop,
    user_id: u64,
    item: NewItem,
    to_post: AtomicUsize,
    accepted: Mutex<Vec<u64>>,
    unanswered: AtomicUsize,
}

/// What became of a crowd.
#[derive(Debug)]
pub(super) struct Posted {
    /// Ids of the orders that were acknowledged.
    pub accepted: Vec<u64>,
    /// Attempts that nobody answered: each may have been written all the same.
    pub unanswered: usize,
}

impl Crowd {
    pub fn new(shop: Shop, user_id: u64, item: NewItem, orders: usize) -> Self {
        Self {
            shop,
            user_id,
            item,
            to_post: AtomicUsize::new(orders),
            accepted: Mutex::default(),
            unanswered: AtomicUsize::new(0),
        }
    }

    /// Posts all orders, several at a time; meanwhile `meanwhile` runs.
    pub fn post(self, meanwhile: impl FnOnce(&Self) -> Result<()>) -> Result<Posted> {
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| self.work())).collect();
            let done = meanwhile(&self);
            for thread in threads {
                thread.join().map_err(|_| anyhow::anyhow!("thread"))??;
            }
            done
        })?;
        let accepted = self.accepted.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Posted { accepted, unanswered: self.unanswered.into_inner() })
    }

    /// How many were acknowledged so far.
    pub fn accepted(&self) -> usize {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn work(&self) -> Result<()> {
        while self.to_post.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            let order_id = self.place()?;
            self.accepted.lock().unwrap_or_else(PoisonError::into_inner).push(order_id);
        }
        Ok(())
    }

    /// Posts one order until it is acknowledged, as a customer would who sees an error page.
    fn place(&self) -> Result<u64> {
        let end = Instant::now() + LIMIT;
        loop {
            match self.shop.place(self.user_id, &[self.item]) {
                Ok(placed) => return Ok(placed.order_id),
                Err(error) if !error.is_away() || Instant::now() > end => return Err(error.into()),
                Err(error) => {
                    // A refused connection never reached anyone, but which errors mean that is
                    // the network's secret: every one counts as perhaps written. A 503 does not.
                    if error.status().is_none() {
                        self.unanswered.fetch_add(1, Ordering::SeqCst);
                    }
                    interrupt::pause(PAUSE)?;
                }
            }
        }
    }

    /// Waits until so many are acknowledged.
    pub fn until_accepted(&self, count: usize) -> Result<()> {
        let end = Instant::now() + LIMIT;
        while self.accepted() < count {
            interrupt::check()?;
            if Instant::now() > end {
                bail!("{}", t!("orders are not accepted", "les commandes ne sont pas acceptées"));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}
