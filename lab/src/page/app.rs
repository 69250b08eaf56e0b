//! What the routes and the lookers share: the store that is in the laboratory now, and what was seen of it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use problem_types::Text;
use stack::store::Parts;
use stack::temp::TempFolder;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::gate::Gate;
use super::seen::Seen;
use crate::laboratory::Laboratory;
use crate::scenarios::Scenario;

/// How long an order stays looked at after somebody asked for it.
const WANTED: Duration = Duration::from_secs(5);

/// A store and its folder, which is removed when the store is gone.
#[derive(Debug)]
pub(super) struct Current {
    pub lab: Laboratory,
    /// Breaks off what waits for it by hand.
    pub let_go: CancellationToken,
    _folder: TempFolder,
}

impl Current {
    pub fn new(lab: Laboratory, folder: TempFolder) -> Self {
        Self { lab, let_go: CancellationToken::new(), _folder: folder }
    }

    /// Stops its processes in order.
    pub fn stop(self) -> anyhow::Result<()> {
        self.lab.stop()
    }
}

/// The scenario whose steps are asked for.
#[derive(Debug)]
pub(super) struct Running {
    pub scenario: &'static Scenario,
    pub go: Sender<Go>,
    /// Breaks it off.
    pub stop: CancellationToken,
}

/// How far a run is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Go {
    OneStep,
    ToTheEnd,
}

#[derive(Debug)]
pub(super) struct App {
    pub parts: Parts,
    pub gate: Gate,
    pub stop: CancellationToken,
    /// Orders that are being driven by threads of their own.
    pub driven: AtomicUsize,
    seen: watch::Sender<Seen>,
    current: RwLock<Option<Arc<Current>>>,
    running: Mutex<Option<Running>>,
    stage: Mutex<()>,
    wanted: Mutex<BTreeMap<u64, Instant>>,
    numbers: AtomicU64,
}

impl App {
    pub fn new(parts: Parts, gate: Gate, current: Current) -> Self {
        Self {
            parts,
            gate,
            stop: CancellationToken::new(),
            driven: AtomicUsize::new(0),
            seen: watch::Sender::new(Seen::default()),
            current: RwLock::new(Some(Arc::new(current))),
            running: Mutex::default(),
            stage: Mutex::default(),
            wanted: Mutex::default(),
            numbers: AtomicU64::new(0),
        }
    }

    /// The store of now; none while it is being started anew. Only for threads that may block: whoever drops it last
    /// ends its processes.
    pub fn current(&self) -> Option<Arc<Current>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the store away, or puts another one there. Numbers then begin again, and with them all that is named by
    /// them.
    pub fn replace(&self, current: Option<Current>) -> Option<Arc<Current>> {
        self.numbers.store(0, Ordering::SeqCst);
        let mut place = self.current.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *place, current.map(Arc::new))
    }

    /// Another number each time.
    pub fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// What was seen last.
    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    /// What is seen from here on.
    pub fn watch(&self) -> watch::Receiver<Seen> {
        self.seen.subscribe()
    }

    /// Notes what was seen.
    pub fn note(&self, note: impl FnOnce(&mut Seen)) {
        self.seen.send_modify(note);
    }

    /// Notes that something happened.
    pub fn tell(&self, what: Text) {
        self.note(|seen| seen.happened(what));
    }

    pub fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held by the thread of a run while it has to do with the store.
    pub fn stage(&self) -> MutexGuard<'_, ()> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has an order's timeline looked at for a while.
    pub fn want(&self, order: u64) {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.insert(order, Instant::now());
    }

    /// The orders that somebody looks at.
    pub fn wanted(&self) -> Vec<u64> {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.retain(|_, asked| asked.elapsed() < WANTED);
        wanted.keys().copied().collect()
    }
}
