//! A crash laboratory with its page, of a test's own: a whole store with servers of its own.

use std::path::PathBuf;
use std::time::Duration;

use stack::process::{Guarded, Output, Spec, Stopped};
use stack::temp::TempFolder;
use tokio::sync::SemaphorePermit;

use crate::environment::environment;
use crate::ports::free_port;
use crate::wait::wait_until_within;
use crate::{slots, tools};

/// Three servers, two services and a gateway, on a machine that runs other tests too.
const START_LIMIT: Duration = Duration::from_mins(2);

/// The gateway and the services end first, then the servers.
const STOP_LIMIT: Duration = Duration::from_secs(45);

/// A laboratory whose page is served.
#[derive(Debug)]
pub struct LabPage {
    /// Where the page is.
    pub url: String,
    process: Guarded,
    log: PathBuf,
    _folder: TempFolder,
    _slot: SemaphorePermit<'static>,
}

impl LabPage {
    /// Starts it with these options, and waits until the page is served.
    pub async fn start(options: &[&str]) -> Self {
        let slot = slots::servers().await;
        let folder = TempFolder::new("lab-page").expect("a folder");
        let log = folder.path().join("lab.log");
        let address = format!("127.0.0.1:{}", free_port());
        let spec = Spec::new("store-lab", environment().program("store-lab"))
            .args(["lab", "--lang", "en", "--listen", &address])
            .args(options)
            .within(&tools::root())
            .output(Output::Log(log.clone()));
        let process = Guarded::spawn(&spec).expect("the process");
        let url = format!("http://{address}");
        let page = Self { url, process, log, _folder: folder, _slot: slot };
        wait_until_within(START_LIMIT, "the page to be served", async || match reqwest::get(&page.url).await {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("{error}; {}", page.said())),
        })
        .await;
        page
    }

    /// All that it wrote.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// SIGTERM, as Ctrl-C: it must end by itself, and well.
    pub async fn stop(mut self) {
        let stopped = tokio::task::spawn_blocking(move || {
            let stopped = self.process.stop(STOP_LIMIT).expect("a signal");
            (stopped, self.said())
        });
        match stopped.await.expect("no panic") {
            (Stopped::ByItself(status), said) => assert!(status.success(), "{status}: {said}"),
            (Stopped::Killed, said) => panic!("it did not end within {STOP_LIMIT:?}: {said}"),
        }
    }
}
