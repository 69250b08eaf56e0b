//! Ports on loopback: whether one is free, and free ones to take.

use std::collections::hash_map::RandomState;
use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, Hasher};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, bail};

use crate::t;
use crate::tools::cache;

/// Below the range from which the kernel takes ports for outgoing connections (32768 and up
/// on Linux). A port of that range could be taken by some client between a server's kill and
/// its restart; and a client that keeps trying it may even connect to itself.
const RANGE: Range<u16> = 15_000..30_000;

/// A process takes so many at once, for itself.
const BLOCK: u16 = 100;

/// What this process has taken, and may still give out.
static TAKEN: Mutex<Blocks> = Mutex::new(Blocks { left: Vec::new(), locks: Vec::new() });

struct Blocks {
    left: Vec<u16>,
    /// Held to the end of the process.
    locks: Vec<File>,
}

/// The ports of one store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ports {
    /// The gateway.
    pub gateway: u16,
    /// store-manager.
    pub store: u16,
    /// store-manager, for whoever operates it.
    pub store_admin: u16,
    /// payment-service.
    pub payment: u16,
    /// payment-service, for whoever operates it.
    pub payment_admin: u16,
    /// MariaDB or MySQL.
    pub mysql: u16,
    /// Redis or Valkey.
    pub redis: u16,
    /// Kafka, for clients.
    pub kafka: u16,
    /// Kafka's controller part, for itself.
    pub controller: u16,
}

/// One port of a store.
struct Port {
    number: u16,
    /// The process that listens on it.
    name: &'static str,
    /// The option of `up` that it is taken from.
    option: &'static str,
}

impl Ports {
    /// Those of `up` when it is not told otherwise.
    pub const USUAL: Self = Self {
        gateway: 8080,
        store: 5000,
        store_admin: 5001,
        payment: 5009,
        payment_admin: 5010,
        mysql: 13_306,
        redis: 16_379,
        kafka: 19_092,
        controller: 19_093,
    };

    /// Free ones, each another.
    pub fn free() -> Result<Self> {
        Ok(Self {
            gateway: free()?,
            store: free()?,
            store_admin: free()?,
            payment: free()?,
            payment_admin: free()?,
            mysql: free()?,
            redis: free()?,
            kafka: free()?,
            controller: free()?,
        })
    }

    fn all(&self) -> [Port; 9] {
        let port = |number, name, option| Port { number, name, option };
        [
            port(self.gateway, "gateway", "--gateway-port"),
            port(self.store, "store-manager", "--store-port"),
            port(self.store_admin, "store-manager", "--store-admin-port"),
            port(self.payment, "payment-service", "--payment-port"),
            port(self.payment_admin, "payment-service", "--payment-admin-port"),
            port(self.mysql, "mariadb", "--mysql-port"),
            port(self.redis, "redis", "--redis-port"),
            port(self.kafka, "kafka", "--kafka-port"),
            port(self.controller, "kafka", "--kafka-port + 1"),
        ]
    }

    /// Two that are the same port, by the options that `up` takes them from.
    #[must_use]
    pub fn clash(&self) -> Option<[&'static str; 2]> {
        let all = self.all();
        let twin = |at: usize| all[at + 1..].iter().find(|other| other.number == all[at].number);
        (0..all.len()).find_map(|at| Some([all[at].option, twin(at)?.option]))
    }

    /// The first that another program holds, with the name of who wanted it and the option of `up` that changes it.
    #[must_use]
    pub fn in_use(&self) -> Option<(u16, &'static str, &'static str)> {
        let taken = self.all().into_iter().find(|port| !is_free(port.number))?;
        // The controller's has no option of its own.
        Some((taken.number, taken.name, taken.option.trim_end_matches(" + 1")))
    }
}

/// A free port on 127.0.0.1 that this process has not given out before, and that no other process of this user gives
/// out while this one lives: whoever is to listen on it may come later, or die and come again.
pub fn free() -> Result<u16> {
    // A panic in here leaves nothing half done.
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        while let Some(port) = taken.left.pop() {
            if is_free(port) {
                return Ok(port);
            }
        }
        let (ports, lock) = take_block()?;
        taken.left.extend(ports);
        taken.locks.push(lock);
    }
}

/// A block that nobody has, by a lock that the system releases however its holder ends.
fn take_block() -> Result<(Range<u16>, File)> {
    let folder = cache::folder()?.join("ports");
    fs::create_dir_all(&folder)?;
    let blocks = (RANGE.end - RANGE.start) / BLOCK;
    // Not always the first, so that one whose server outlived it is not the next one's too.
    let from = random() % blocks;
    for block in (from..blocks).chain(0..from) {
        let first = RANGE.start + block * BLOCK;
        let lock = File::create(folder.join(format!("{first}.lock")))?;
        match lock.try_lock() {
            Ok(()) => return Ok((first..first + BLOCK, lock)),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
    bail!("{}", t!("no free port on 127.0.0.1", "aucun port libre sur 127.0.0.1"))
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_ok()
}

/// The standard library's hasher is seeded by the system, which is all the chance we need.
fn random() -> u16 {
    let bits = RandomState::new().build_hasher().finish();
    u16::try_from(bits & 0xffff).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_port_is_given_out_twice_and_no_block_to_two_processes() {
        let ports: BTreeSet<u16> = (0..3 * BLOCK).map(|_| free().unwrap()).collect();
        assert_eq!(ports.len(), usize::from(3 * BLOCK));
        assert!(ports.iter().all(|port| RANGE.contains(port)));

        // Another process has files of its own, and so have two of this one.
        let (one, _held) = take_block().unwrap();
        let again = (0..20).map(|_| take_block().unwrap()).collect::<Vec<_>>();
        assert!(again.iter().all(|(block, _)| *block != one));
    }

    #[test]
    fn free_ports_differ_and_a_taken_one_is_named() {
        let mut ports = Ports::free().unwrap();
        assert_eq!(ports.in_use(), None);

        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        ports.kafka = taken.local_addr().unwrap().port();
        assert_eq!(ports.in_use(), Some((ports.kafka, "kafka", "--kafka-port")));
    }

    #[test]
    fn two_that_want_the_same_port_are_named() {
        let good = Ports::USUAL;
        assert_eq!(good.clash(), None);
        let twins = Ports { payment: 5_000, ..good };
        assert_eq!(twins.clash(), Some(["--store-port", "--payment-port"]));
        let on_the_controller = Ports { mysql: 19_093, ..good };
        assert_eq!(on_the_controller.clash(), Some(["--mysql-port", "--kafka-port + 1"]));
    }
}
