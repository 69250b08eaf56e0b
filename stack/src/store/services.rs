//! How the two services are started: their settings, from where the servers of this store are.

use super::{Name, StoreOptions};
use crate::http::Payments;
use crate::process::{Output, Spec};
use crate::servers::Running;

/// A service that is ready to be started, and its port.
pub(super) fn service(options: &StoreOptions, name: Name) -> (Running, u16) {
    let ports = options.ports;
    let programs = &options.parts.programs;
    let (program, database, port, admin) = match name {
        Name::PaymentService => (programs.payment_service(), "payments", ports.payment, ports.payment_admin),
        _ => (programs.store_manager(), "store_manager", ports.store, ports.store_admin),
    };
    let mut spec = Spec::new(name.as_str(), program)
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .args(["--admin-listen", &format!("127.0.0.1:{admin}")])
        .args(["--database-url", &database_url(ports.mysql, database)])
        .args(["--kafka-brokers", &format!("127.0.0.1:{}", ports.kafka)])
        .output(Output::Log(options.log(name)));
    if name == Name::PaymentService {
        spec = spec.args(["--payment-link-base", &payment_link_base(options)]);
    } else {
        spec = spec
            .args(["--redis-url", &format!("redis://127.0.0.1:{}", ports.redis)])
            .args(options.sample_data.then_some("--sample-data"));
    }
    if !options.settings_from_env {
        spec = spec.hide_env(&["SAGA_", "STORE_", "PAYMENT_"]);
    }
    for (name, value) in &options.settings {
        spec = spec.env(name, value);
    }
    (Running::new(spec), port)
}

/// Where customers pay: through the gateway, if there is one.
fn payment_link_base(options: &StoreOptions) -> String {
    Payments::of(&options.ports, options.parts.gateway.is_some()).url("/payments/process")
}

/// Where a database of the store is; root has no password, and listens on loopback alone.
pub(super) fn database_url(port: u16, database: &str) -> String {
    format!("mysql://root@127.0.0.1:{port}/{database}")
}
