//! The settings of this service, by flag or environment. Wrong ones are refused at start, by name.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use saga_kit::SagaSettings;
use service_kit::TelemetrySettings;
use shared_events::{Currency, Money};

use crate::payments::PaymentPolicy;
use crate::payments::policy::{BlockedUsers, LinkBase};

/// The database when --database-url names none.
pub const DEFAULT_DATABASE_URL: &str = "mysql://root@127.0.0.1:3306/payments";

/// Payments of the store: one an order, paid by card
#[derive(Debug, Clone, Parser)]
#[command(version)]
pub struct Settings {
    /// Where HTTP is served
    #[arg(long, env = "PAYMENT_LISTEN", default_value = "127.0.0.1:5009", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
    /// Where health, metrics and parked events are served, for operators: it asks nobody who they are
    #[arg(long, env = "PAYMENT_ADMIN_LISTEN", default_value = "127.0.0.1:5010", value_name = "ADDRESS:PORT")]
    pub admin_listen: SocketAddr,
    /// The largest amount that may be paid
    #[arg(long, env = "PAYMENT_CEILING", default_value = "50000.00", value_name = "AMOUNT")]
    pub payment_ceiling: Money,
    /// Users who may not pay, ids with commas between
    #[arg(long, env = "PAYMENT_BLOCKED_USERS", default_value = "", value_name = "IDS")]
    pub blocked_users: BlockedUsers,
    /// What stands before `/{id}` in a payment link: the gateway's address, as customers see it
    #[arg(
        long,
        env = "PAYMENT_LINK_BASE",
        default_value = "http://127.0.0.1:8080/payments-api/payments/process",
        value_name = "URL"
    )]
    pub payment_link_base: LinkBase,
    /// How long a payment may be paid, in seconds
    #[arg(
        long,
        env = "PAYMENT_TTL_S",
        default_value_t = 86_400,
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(1..=31_536_000)
    )]
    pub payment_ttl_s: u64,
    /// When overdue payments are looked for: six fields, seconds first, UTC
    #[arg(long, env = "PAYMENT_EXPIRY_CRON", default_value = "*/5 * * * * *", value_name = "CRON")]
    pub expiry_cron: String,
    /// The currency of payments that a client makes directly
    #[arg(long, env = "PAYMENT_CURRENCY", default_value = "CAD", value_name = "CODE")]
    pub currency: Currency,
    /// The machinery's settings
    #[command(flatten)]
    pub saga: SagaSettings,
    /// The settings of the traces
    #[command(flatten)]
    pub telemetry: TelemetrySettings,
}

impl Settings {
    /// The part of the settings that decides about payments.
    #[must_use]
    pub fn policy(&self) -> Arc<PaymentPolicy> {
        Arc::new(PaymentPolicy {
            ceiling: self.payment_ceiling,
            blocked_users: self.blocked_users.clone(),
            time_to_pay: Duration::from_secs(self.payment_ttl_s),
            link_base: self.payment_link_base.clone(),
            currency: self.currency,
        })
    }
}
