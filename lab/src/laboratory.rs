//! A running store whose services have crash points, and everything that can be done to it.

use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use problem_types::text;
use stack::build::Programs;
use stack::http::{self, Payments, Shop};
use stack::interrupt;
use stack::ports::Ports;
use stack::store::{MemberState, Name, Parts, State, Store, StoreOptions};
use stack::workspace::Workspace;

use crate::break_off;
use crate::client::{Answer, Client};
use crate::databases::Databases;
use crate::said::Awaited;

/// How often it is looked for.
const POLL: Duration = Duration::from_millis(5);

/// A pause between two tries of a request.
const RETRY: Duration = Duration::from_millis(20);

/// What a store is made of, once for all laboratories.
///
/// # Errors
/// Something is missing that cannot be installed.
pub fn parts() -> Result<Parts> {
    let own = std::env::current_exe().context("where store-lab is")?;
    let folder = own.parent().context("store-lab's folder")?.to_owned();
    // The services with crash points lie in a folder beside this program; so do the plain ones, which nobody crashes.
    Parts::around(&Workspace::find()?, Programs::in_folder(folder).with_crash_points())
}

/// A store in the laboratory. Shared by threads; its methods block.
#[derive(Debug)]
pub struct Laboratory {
    store: Store,
    databases: Databases,
    client: Client,
    patience: Duration,
}

impl Laboratory {
    /// Starts a store in `folder`, on free ports, with these settings of the services beside the laboratory's own.
    /// `patience` is how long something may take that comes by itself, recoveries on a loaded machine included.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(
        made_of: Parts,
        folder: &Path,
        (settings, patience): (&[(&'static str, String)], Duration),
    ) -> Result<Self> {
        let ports = Ports::free()?;
        let mut all = vec![("PAYMENT_EXPIRY_CRON", "* * * * * *".to_owned())];
        all.extend(settings.iter().cloned());
        let store = Store::start(StoreOptions {
            parts: made_of,
            folder: folder.to_owned(),
            ports,
            sample_data: false,
            settings_from_env: false,
            settings: all,
            restarts_at_once: true,
        })?;
        Ok(Self { store, databases: Databases::of(&ports)?, client: Client::default(), patience })
    }

    /// Its processes.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// How long something may take that comes by itself.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Its databases.
    #[must_use]
    pub fn databases(&self) -> &Databases {
        &self.databases
    }

    /// A client of store-manager, through the gateway.
    #[must_use]
    pub fn shop(&self) -> Shop {
        self.store.shop()
    }

    /// A client of payment-service, through the gateway.
    #[must_use]
    pub fn payments(&self) -> Payments {
        self.store.payments()
    }

    /// A client that repeats nothing.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// How each process stands.
    #[must_use]
    pub fn members(&self) -> Vec<MemberState> {
        self.store.members()
    }

    /// How one process stands.
    ///
    /// # Errors
    /// The store has no such process.
    pub fn member(&self, name: Name) -> Result<MemberState> {
        self.members().into_iter().find(|member| member.name == name).with_context(|| name.to_string())
    }

    /// Asks until somebody is there who answers for good, whatever the answer is.
    ///
    /// # Errors
    /// Nobody is, and patience ends; or it is broken off.
    pub fn insist(&self, ask: impl Fn(&Client) -> Result<Answer, ureq::Error>) -> Result<Answer> {
        let end = Instant::now() + self.patience;
        loop {
            break_off::check()?;
            let answer = ask(&self.client);
            match &answer {
                Ok(good) if !good.may_pass() => return Ok(answer?),
                _ if Instant::now() < end => interrupt::pause(RETRY)?,
                Ok(bad) => bail!("{} {}", bad.status, bad.body),
                Err(_) => return Ok(answer?),
            }
        }
    }

    /// Waits until `look` finds something; `what` says what is waited for.
    ///
    /// # Errors
    /// It finds nothing, and patience ends; or it is broken off.
    pub fn until<T>(&self, what: impl Into<Awaited>, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
        let end = Instant::now() + self.patience;
        loop {
            break_off::check()?;
            if let Some(found) = look()? {
                return Ok(found);
            }
            if Instant::now() > end {
                return Err(what.into().in_vain(self.patience.as_secs()).into());
            }
            std::thread::sleep(POLL);
        }
    }

    /// Waits until a process is there and answers.
    ///
    /// # Errors
    /// It is not, and patience ends; or it is broken off.
    pub fn until_it_answers(&self, name: Name) -> Result<()> {
        let port = self.member(name)?.port;
        let answer = text!("{name} to answer", "la réponse de {name}");
        self.until(answer, || {
            let answers = match name {
                name if name.is_service() => http::healthy(port, name.as_str()),
                _ => TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok(),
            };
            Ok((answers && self.member(name)?.state == State::Running).then_some(()))
        })
    }

    /// Waits until all processes answer, and both services have all that they need.
    ///
    /// # Errors
    /// They do not, and patience ends; or it is broken off.
    pub fn until_whole(&self) -> Result<()> {
        self.members().into_iter().try_for_each(|member| self.until_it_answers(member.name))?;
        Name::SERVICES.into_iter().try_for_each(|service| {
            let ready = text!("{service} to have all that it needs", "tout ce qu’il faut à {service}");
            self.until(ready, || Ok(self.readiness(service).is_ok_and(|told| told["status"] == "ready").then_some(())))
        })
    }

    /// Stops everything in order.
    ///
    /// # Errors
    /// A process cannot be signalled.
    pub fn stop(self) -> Result<()> {
        self.store.stop()
    }
}
