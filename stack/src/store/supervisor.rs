//! Starts again what died, as systemd or Kubernetes would, and says so.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use super::Name;
use super::member::{Member, MemberState};
use super::record::Record;

/// How soon a death is noticed, at the latest.
const POLL: Duration = Duration::from_millis(20);

/// What happened to a process.
#[derive(Clone, Debug)]
pub enum Notice {
    /// It ended, and will be started again.
    Died {
        /// Which.
        name: Name,
        /// How it ended, in the system's words.
        how: String,
        /// How long until it is started again.
        retry_in: Duration,
    },
    /// It was started again.
    Restarted {
        /// Which.
        name: Name,
        /// Its new process id.
        pid: u32,
    },
}

/// The members of a store, and the thread that watches them.
#[derive(Debug)]
pub(super) struct Supervisor {
    members: Arc<Mutex<Vec<Member>>>,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    notices: Mutex<Receiver<Notice>>,
}

impl Supervisor {
    /// Begins to watch.
    ///
    /// With `at_once`, what died is started again at once, however often it died before.
    pub fn start(members: Vec<Member>, mut record: Record, at_once: bool) -> Self {
        let members = Arc::new(Mutex::new(members));
        let stopping = Arc::new(AtomicBool::new(false));
        let (sender, notices) = mpsc::channel();
        let thread = {
            let (members, stopping) = (Arc::clone(&members), Arc::clone(&stopping));
            std::thread::spawn(move || {
                // Without the note `status` knows less; the store itself needs it not.
                let _ = record.write(&lock(&members));
                while !stopping.load(Ordering::SeqCst) {
                    if look_once(&mut lock(&members), &sender, at_once) {
                        let _ = record.write(&lock(&members));
                    }
                    std::thread::sleep(POLL);
                }
            })
        };
        Self { members, stopping, thread: Some(thread), notices: Mutex::new(notices) }
    }

    /// Looks at one member.
    pub fn with<T>(&self, name: Name, look: impl FnOnce(&mut Member) -> T) -> Option<T> {
        lock(&self.members).iter_mut().find(|member| member.name == name).map(look)
    }

    /// The next thing that happens within `limit`.
    pub fn next_notice(&self, limit: Duration) -> Result<Notice, RecvTimeoutError> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(limit)
    }

    /// How each member stands.
    pub fn members(&self) -> Vec<MemberState> {
        lock(&self.members).iter().map(Member::state).collect()
    }

    /// Stops watching and hands the members over: what dies from here on stays dead.
    pub fn stop(&mut self) -> Vec<Member> {
        self.stopping.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            // Had it panicked, the members would still be ours to stop.
            let _ = thread.join();
        }
        std::mem::take(&mut *lock(&self.members))
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        // Before the processes are dropped, or one of them would be started again meanwhile.
        drop(self.stop());
    }
}

/// A panic elsewhere leaves the members as they are, and they must still be stopped.
fn lock(members: &Mutex<Vec<Member>>) -> MutexGuard<'_, Vec<Member>> {
    members.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks at each member once; whether anything changed.
fn look_once(members: &mut [Member], notices: &Sender<Notice>, at_once: bool) -> bool {
    let mut changed = false;
    for member in members {
        match member.retry_at {
            None => {
                let age = member.running.age();
                if let Some(how) = member.running.ended() {
                    let retry_in = if at_once { Duration::ZERO } else { member.backoff(age) };
                    (member.died_at, member.paused) = (Some(SystemTime::now()), false);
                    member.retry_at = Some(Instant::now() + retry_in);
                    // Nobody may be listening; then nobody wants to know.
                    let _ = notices.send(Notice::Died { name: member.name, how, retry_in });
                    changed = true;
                }
            }
            Some(at) if member.held || at > Instant::now() => {}
            Some(_) => {
                // One that cannot even be started counts as died at once, and waits longer.
                member.retry_at = None;
                changed = true;
                if member.running.start().is_ok() {
                    member.since = SystemTime::now();
                    member.restarts += 1;
                    let pid = member.running.pid().unwrap_or_default();
                    let _ = notices.send(Notice::Restarted { name: member.name, pid });
                }
            }
        }
    }
    changed
}
