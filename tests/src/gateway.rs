//! A gateway of a test's own, before the services of a store or before whatever else listens on two ports.
//!
//! It runs the checked-in `krakend.json` with nothing but the addresses changed; `TEST_GATEWAY` says by which program.

use stack::gateway::{self, CONFIG_FILE, HEALTH_PATH, Place, Program};
use stack::temp::TempFolder;

use crate::environment::required;
use crate::http::Api;
use crate::ports::free_port;
use crate::service::Service;
use crate::store::Store;

/// A gateway. It ends with its test, whatever happens.
#[derive(Debug)]
pub struct Gateway {
    /// Its process, and its own interface.
    pub process: Service,
    /// What it shows of store-manager.
    pub shop: Api,
    /// What it shows of payment-service.
    pub till: Api,
    // After the process, so that it is removed when that is gone.
    _folder: TempFolder,
}

impl Gateway {
    /// A gateway that answers, before the services of a store.
    pub async fn before(store: &Store) -> Self {
        let [store, payment] = [&store.store_manager.api, &store.payment_service.api].map(Api::port);
        Self::before_ports(store, payment).await
    }

    /// A gateway that answers, before these ports of 127.0.0.1.
    pub async fn before_ports(store: u16, payment: u16) -> Self {
        Self::edited((store, payment), |file| file).await
    }

    /// The same by a file that was changed: for limits that no test can reach.
    pub async fn edited((store, payment): (u16, u16), edit: impl FnOnce(String) -> String) -> Self {
        let program = Program::at(required("TEST_GATEWAY"));
        let folder = TempFolder::new("gateway").expect("a folder");
        let place = Place { gateway: free_port(), store, payment };
        let template = format!("{}/../{CONFIG_FILE}", env!("CARGO_MANIFEST_DIR"));
        let template = edit(std::fs::read_to_string(&template).unwrap_or_else(|error| panic!("{template}: {error}")));
        let file = folder.path().join("krakend.json");
        std::fs::write(&file, gateway::config(&template, place).expect("a configuration")).expect("its file");
        let address = format!("127.0.0.1:{}", place.gateway);
        let process =
            Service::of(program.spec(&file), [&address, &address], HEALTH_PATH, folder.path().join("gateway.log"));
        process.start().await;
        let (shop, till) = (process.api.below("/store-manager-api"), process.api.below("/payments-api"));
        Self { process, shop, till, _folder: folder }
    }
}
