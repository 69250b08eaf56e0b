//! Ports on loopback: whether one is free, and free ones to take.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;

use anyhow::{Result, bail};

use crate::t;

/// Below the range from which the kernel takes ports for outgoing connections (32768 and up
/// on Linux). A port of that range could be taken by some client between a server's kill and
/// its restart; and a client that keeps trying it may even connect to itself.
const RANGE: Range<u16> = 15_000..30_000;

const TRIES: usize = 1_000;

/// The ports of one store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ports {
    /// MariaDB or MySQL.
    pub mysql: u16,
    /// Kafka, for clients.
    pub kafka: u16,
    /// Kafka's controller part, for itself.
    pub controller: u16,
    /// store-manager.
    pub store: u16,
    /// payment-service.
    pub payment: u16,
}

impl Ports {
    /// Five free ports.
    pub fn free() -> Result<Self> {
        let mut taken = Vec::new();
        while taken.len() < 5 {
            let port = free()?;
            if !taken.contains(&port) {
                taken.push(port);
            }
        }
        match taken[..] {
            [mysql, kafka, controller, store, payment] => Ok(Self { mysql, kafka, controller, store, payment }),
            _ => bail!("five ports"),
        }
    }

    /// Two that are the same port, by the options that `up` takes them from.
    #[must_use]
    pub fn clash(&self) -> Option<[&'static str; 2]> {
        let Self { mysql, kafka, controller, store, payment } = *self;
        let all = [
            ("--store-port", store),
            ("--payment-port", payment),
            ("--mysql-port", mysql),
            ("--kafka-port", kafka),
            ("--kafka-port + 1", controller),
        ];
        let twin = |at: usize| all[at + 1..].iter().find(|(_, port)| *port == all[at].1);
        (0..all.len()).find_map(|at| Some([all[at].0, twin(at)?.0]))
    }

    /// The first that another program holds, with the name of who wanted it.
    #[must_use]
    pub fn in_use(&self) -> Option<(&'static str, u16)> {
        let Self { mysql, kafka, controller, store, payment } = *self;
        [
            ("mariadb", mysql),
            ("kafka", kafka),
            ("kafka", controller),
            ("store-manager", store),
            ("payment-service", payment),
        ]
        .into_iter()
        .find(|(_, port)| !is_free(*port))
    }
}

/// A free port on 127.0.0.1, chosen at random so that two who ask at once seldom agree.
pub fn free() -> Result<u16> {
    let span = RANGE.end - RANGE.start;
    let mut tries = (0..TRIES).map(|_| RANGE.start + random() % span);
    match tries.find(|port| is_free(*port)) {
        Some(port) => Ok(port),
        None => bail!("{}", t!("no free port on 127.0.0.1", "aucun port libre sur 127.0.0.1")),
    }
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
    use super::*;

    #[test]
    fn free_ports_differ_and_a_taken_one_is_named() {
        let mut ports = Ports::free().unwrap();
        assert_eq!(ports.in_use(), None);

        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        ports.kafka = taken.local_addr().unwrap().port();
        assert_eq!(ports.in_use(), Some(("kafka", ports.kafka)));
    }

    #[test]
    fn two_that_want_the_same_port_are_named() {
        let good = Ports { mysql: 13_306, kafka: 19_092, controller: 19_093, store: 5_000, payment: 5_009 };
        assert_eq!(good.clash(), None);
        let twins = Ports { payment: 5_000, ..good };
        assert_eq!(twins.clash(), Some(["--store-port", "--payment-port"]));
        let on_the_controller = Ports { mysql: 19_093, ..good };
        assert_eq!(on_the_controller.clash(), Some(["--mysql-port", "--kafka-port + 1"]));
    }
}
