//! What a store is made of, set up before it starts: servers' programs, the services, and a gateway if there can be one.

use std::path::PathBuf;

use anyhow::Result;

use crate::build::{self, Programs};
use crate::tools::{Gateway, Preparation, Tools};
use crate::workspace::Workspace;

/// The parts of a store.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Programs of the servers.
    pub tools: Tools,
    /// Programs of the services.
    pub programs: Programs,
    /// The gateway, where there is something to be it.
    pub gateway: Option<Gateway>,
}

impl Parts {
    /// Finds, installs and builds them; the services' programs are copied to `bin`.
    pub fn ready(workspace: &Workspace, bin: PathBuf) -> Result<Self> {
        let tools = Tools::ready()?;
        // Go builds the gateway while cargo builds the services.
        let gateway = Preparation::begin_for_store(workspace)?;
        let programs = build::programs(workspace, bin)?;
        Ok(Self { tools, programs, gateway: gateway.finish_or_do_without()? })
    }

    /// Finds and installs them, around programs that are built already.
    pub fn around(workspace: &Workspace, programs: Programs) -> Result<Self> {
        let tools = Tools::ready()?;
        let gateway = Preparation::begin_for_store(workspace)?;
        Ok(Self { tools, programs, gateway: gateway.finish_or_do_without()? })
    }
}
