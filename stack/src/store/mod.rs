//! A whole store on this machine: three servers, two services, a gateway, and their supervisor.
//!
//! Owns starting them in order, restarting what dies, and stopping them in order. Where the
//! store lives and on which ports is the caller's choice, so that any number can run.

mod control;
mod member;
mod parts;
mod record;
mod services;
mod supervisor;

use std::path::PathBuf;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use anyhow::Result;
use rustix::process::Signal;

pub use member::{MemberState, Name, State};
pub use parts::Parts;
pub use record::{MemberRecord, Record};
pub use supervisor::Notice;

use crate::gateway::Place;
use crate::http::{Payments, Shop};
use crate::ports::Ports;
use crate::process::Stopped;
use crate::servers::{Flavour, GatewayOptions, KafkaOptions, Launch, MariaDbOptions, RedisOptions, Running};
use crate::t;
use crate::term::Step;
use member::Member;
use supervisor::Supervisor;

/// The services promise to end within 5 s of SIGTERM.
const SERVICE_STOP_LIMIT: Duration = Duration::from_secs(7);
const SERVER_STOP_LIMIT: Duration = Duration::from_secs(30);

/// Services wait for their servers by themselves; this is how long we wait for them.
const SERVICE_READY_LIMIT: Duration = Duration::from_mins(1);

/// What a store is made of.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// What it is started from.
    pub parts: Parts,
    /// Where data (`data/`) and logs (`logs/`) go.
    pub folder: PathBuf,
    /// Where it listens.
    pub ports: Ports,
    /// Whether store-manager loads its sample data when it is empty.
    pub sample_data: bool,
    /// Whether settings in the environment (`STORE_…`, `PAYMENT_…`, `SAGA_…`) reach the
    /// services; not when the outcome must be the same everywhere.
    pub settings_from_env: bool,
    /// Settings of the services, as variables.
    pub settings: Vec<(&'static str, String)>,
    /// Whether what dies is started again at once, however often it died before; not where a fault may last.
    pub restarts_at_once: bool,
}

impl StoreOptions {
    /// The log file of one process.
    fn log(&self, name: Name) -> PathBuf {
        self.folder.join("logs").join(format!("{name}.log"))
    }
}

/// A running store; all of it is killed when dropped.
#[derive(Debug)]
pub struct Store {
    options: StoreOptions,
    supervisor: Supervisor,
}

impl Store {
    /// Starts everything and waits until the services answer.
    pub fn start(options: StoreOptions) -> Result<Self> {
        let [database, redis, kafka] = start_servers(&options)?;
        let mut members = vec![
            Member::new(Name::MariaDb, options.ports.mysql, database),
            Member::new(Name::Redis, options.ports.redis, redis),
            Member::new(Name::Kafka, options.ports.kafka, kafka),
        ];
        for name in Name::SERVICES {
            members.push(start_service(&options, name)?);
        }
        if let Some(source) = &options.parts.gateway {
            members.push(start_gateway(&options, source)?);
        }
        let supervisor = Supervisor::start(members, Record::new(&options), options.restarts_at_once);
        Ok(Self { options, supervisor })
    }

    /// What happens to its processes, one thing after the other.
    ///
    /// # Errors
    /// Nothing happens within `limit`, or the supervisor is gone.
    pub fn next_notice(&self, limit: Duration) -> Result<Notice, RecvTimeoutError> {
        self.supervisor.next_notice(limit)
    }

    /// Whether clients go through a gateway.
    #[must_use]
    pub fn has_gateway(&self) -> bool {
        self.options.parts.gateway.is_some()
    }

    /// A client of store-manager, through the gateway if there is one.
    #[must_use]
    pub fn shop(&self) -> Shop {
        Shop::of(&self.options.ports, self.has_gateway())
    }

    /// A client of payment-service, through the gateway if there is one.
    #[must_use]
    pub fn payments(&self) -> Payments {
        Payments::of(&self.options.ports, self.has_gateway())
    }

    /// Where it listens.
    #[must_use]
    pub fn ports(&self) -> Ports {
        self.options.ports
    }

    /// What it was made of.
    #[must_use]
    pub fn options(&self) -> &StoreOptions {
        &self.options
    }

    /// The process id of one of its processes, while it runs.
    #[must_use]
    pub fn pid(&self, name: Name) -> Option<u32> {
        self.supervisor.with(name, |member| member.running.pid()).flatten()
    }

    /// Stops everything, who depends on another first: the gateway, the services, then Kafka, Redis and the
    /// database.
    pub fn stop(mut self) -> Result<()> {
        let mut members = self.supervisor.stop();
        let (gateway, rest): (Vec<_>, Vec<_>) = members.iter_mut().partition(|member| member.name == Name::Gateway);
        let (services, servers): (Vec<_>, Vec<_>) = rest.into_iter().partition(|member| member.name.is_service());
        if !gateway.is_empty() {
            stop_all(gateway, SERVICE_STOP_LIMIT)?;
        }
        stop_all(services, SERVICE_STOP_LIMIT)?;
        for server in servers.into_iter().rev() {
            stop_all(vec![server], SERVER_STOP_LIMIT)?;
        }
        Ok(())
    }
}

/// All at the same time: the database and Kafka have a folder to prepare and a moment to boot.
fn start_servers(options: &StoreOptions) -> Result<[Running; 3]> {
    let Ports { mysql, redis, kafka, controller, .. } = options.ports;
    let data = options.folder.join("data");
    let database = MariaDbOptions {
        program: options.parts.tools.database.clone(),
        data: data.join("mariadb"),
        port: mysql,
        log: options.log(Name::MariaDb),
        init_file: None,
    };
    let cache = RedisOptions { program: options.parts.tools.redis.clone(), port: redis, log: options.log(Name::Redis) };
    let broker = KafkaOptions {
        java: options.parts.tools.java.clone(),
        lib: options.parts.tools.kafka_lib.clone(),
        data: data.join("kafka"),
        port: kafka,
        controller_port: controller,
        log: options.log(Name::Kafka),
    };
    let kind = Flavour::of(&options.parts.tools.database)?.as_str();
    std::thread::scope(|scope| {
        let broker = scope.spawn(move || broker.launch());
        let step = Step::start(t!("{kind} on 127.0.0.1:{mysql}", "{kind} sur 127.0.0.1:{mysql}"));
        let database = database.start()?;
        step.done("");
        let step = Step::start(t!("Redis on 127.0.0.1:{redis}", "Redis sur 127.0.0.1:{redis}"));
        let cache = cache.start()?;
        step.done("");
        let step = Step::start(t!("Kafka on 127.0.0.1:{kafka}", "Kafka sur 127.0.0.1:{kafka}"));
        let mut broker = broker.join().map_err(|_| anyhow::anyhow!("kafka"))??;
        broker.wait_ready()?;
        step.done("");
        Ok([database.into_running(), cache.into_running(), broker.into_running()])
    })
}

fn start_service(options: &StoreOptions, name: Name) -> Result<Member> {
    let (mut running, port) = services::service(options, name);
    let step = Step::start(t!("{name} on http://127.0.0.1:{port}", "{name} sur http://127.0.0.1:{port}"));
    running.start()?;
    running.wait_ready(SERVICE_READY_LIMIT, || crate::http::healthy(port, name.as_str()))?;
    step.done("");
    Ok(Member::new(name, port, running))
}

fn start_gateway(options: &StoreOptions, source: &crate::tools::Gateway) -> Result<Member> {
    let Ports { gateway, store, payment, .. } = options.ports;
    let step = Step::start(t!("gateway on http://127.0.0.1:{gateway}", "passerelle sur http://127.0.0.1:{gateway}"));
    let options = GatewayOptions {
        source: source.clone(),
        place: Place { gateway, store, payment },
        config: options.folder.join("krakend.json"),
        log: options.log(Name::Gateway),
    };
    let server = options.start()?;
    step.done("");
    Ok(Member::new(Name::Gateway, gateway, server.into_running()))
}

fn stop_all(members: Vec<&mut Member>, grace: Duration) -> Result<()> {
    let names = members.iter().map(|member| member.name.to_string()).collect::<Vec<_>>().join(", ");
    let step = Step::start(t!("stopping {names}", "arrêt de {names}"));
    let mut members = members;
    for member in &mut members {
        if member.paused {
            member.running.signal(Signal::CONT)?;
        }
        member.running.terminate()?;
    }
    let mut killed = Vec::new();
    for member in members {
        if member.running.stop(grace)? == Some(Stopped::Killed) {
            killed.push(member.name.to_string());
        }
    }
    if killed.is_empty() {
        step.done("");
    } else {
        let (names, seconds) = (killed.join(", "), grace.as_secs());
        step.done(&t!(
            "({names} did not end within {seconds} s and was killed)",
            "({names} ne s'est pas arrêté en {seconds} s et a été tué)"
        ));
    }
    Ok(())
}
