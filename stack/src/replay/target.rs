//! The store that baskets are sent through: that of `up`, or one for this replay alone.

use anyhow::Result;

use crate::http::Shop;
use crate::lock;
use crate::ports::Ports;
use crate::process::memory;
use crate::store::{Name, Parts, Record, Store, StoreOptions};
use crate::t;
use crate::temp::TempFolder;
use crate::term;
use crate::workspace::Workspace;

/// The store that is used.
pub enum Target {
    /// That of `up`, in this folder.
    Up(Record),
    /// One of our own; dropped before the folder it lives in.
    Own(Box<Store>, TempFolder),
}

impl Target {
    /// The store of `up` if it runs here; else starts one.
    pub fn open(workspace: &Workspace) -> Result<Self> {
        let folder = workspace.stack_folder();
        if lock::holder(&folder).is_some_and(|holder| holder.verb == "up")
            && let Ok(record) = Record::read(&folder)
        {
            term::say(&t!(
                "through the store of `cargo stack up` that runs here",
                "par le magasin de `cargo stack up` qui tourne ici"
            ));
            return Ok(Self::Up(record));
        }
        let folder = TempFolder::new("replay")?;
        let parts = Parts::ready(workspace, folder.path().join("bin"))?;
        let options = StoreOptions {
            parts,
            folder: folder.path().to_owned(),
            ports: Ports::free()?,
            sample_data: false,
            settings_from_env: false,
            settings: Vec::new(),
            restarts_at_once: false,
        };
        Ok(Self::Own(Box::new(Store::start(options)?), folder))
    }

    /// A client of its store-manager.
    #[must_use]
    pub fn shop(&self) -> Shop {
        match self {
            Self::Up(record) => Shop::of(&record.ports, record.has_gateway()),
            Self::Own(store, _) => store.shop(),
        }
    }

    /// Prints the most memory that each service held.
    pub fn show_memory(&self) {
        for name in Name::ALL.into_iter().filter(|name| name.is_service()) {
            let pid = match self {
                Self::Up(record) => record.pid(name.as_str()),
                Self::Own(store, _) => store.pid(name),
            };
            if let Some(memory) = pid.and_then(memory) {
                let peak = term::mebibytes(memory.peak_bytes);
                term::say(&t!(
                    "{name}: at most {peak} resident since it started",
                    "{name}\u{a0}: au plus {peak} en mémoire depuis son démarrage"
                ));
            }
        }
    }

    /// Keeps the folder of a store of our own, and says where it is.
    pub fn keep(&mut self) {
        if let Self::Own(_, folder) = self {
            folder.keep();
            let path = folder.path().display();
            term::say(&t!("Data and logs are kept in {path}", "Données et journaux sont gardés dans {path}"));
        }
    }
}
