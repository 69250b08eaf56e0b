//! The options of each verb, with their help texts in both languages.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::bench::{ALL, MEASURES};
use crate::lang::pick;
use crate::ports::Ports;
use crate::store::Name;
use crate::t;

/// Options of `up`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct UpArgs {
    #[arg(long, help = pick("Loads three users and four products with stock, if the store is empty", "Charge trois utilisateurs et quatre produits avec stock, si le magasin est vide"))]
    pub sample_data: bool,
    #[arg(long, value_name = "PORT", default_value_t = Ports::USUAL.gateway, hide_default_value = true, value_parser = clap::value_parser!(u16).range(1..), help = pick("Port of the gateway [default: 8080]", "Port de la passerelle [par défaut\u{a0}: 8080]"))]
    pub gateway_port: u16,
    #[arg(long, value_name = "PORT", default_value_t = Ports::USUAL.store, hide_default_value = true, value_parser = clap::value_parser!(u16).range(1..), help = pick("Port of store-manager [default: 5000]", "Port de store-manager [par défaut\u{a0}: 5000]"))]
    pub store_port: u16,
    #[arg(long, value_name = "PORT", default_value_t = Ports::USUAL.store_admin, hide_default_value = true, value_parser = clap::value_parser!(u16).range(1..), help = pick("Port on which store-manager is operated [default: 5001]", "Port d'exploitation de store-manager [par défaut\u{a0}: 5001]"))]
    pub store_admin_port: u16,
    #[arg(long, value_name = "PORT", default_value_t = Ports::USUAL.payment, hide_default_value = true, value_parser = clap::value_parser!(u16).range(1..), help = pick("Port of payment-service [default: 5009]", "Port de payment-service [par défaut\u{a0}: 5009]"))]
    pub payment_port: u16,
    #[arg(long, value_name = "PORT", default_value_t = Ports::USUAL.payment_admin, hide_default_value = true, value_parser = clap::value_parser!(u16).range(1..), help = pick("Port on which payment-service is operated [default: 5010]", "Port d'exploitation de payment-service [par défaut\u{a0}: 5010]"))]
    pub payment_admin_port: u16,
    #[arg(long, value_name = "PORT", default_value_t = Ports::USUAL.mysql, hide_default_value = true, value_parser = clap::value_parser!(u16).range(1..), help = pick("Port of MariaDB or MySQL [default: 13306]", "Port de MariaDB ou MySQL [par défaut\u{a0}: 13306]"))]
    pub mysql_port: u16,
    #[arg(long, value_name = "PORT", default_value_t = Ports::USUAL.redis, hide_default_value = true, value_parser = clap::value_parser!(u16).range(1..), help = pick("Port of Redis [default: 16379]", "Port de Redis [par défaut\u{a0}: 16379]"))]
    pub redis_port: u16,
    #[arg(long, value_name = "PORT", default_value_t = Ports::USUAL.kafka, hide_default_value = true, value_parser = clap::value_parser!(u16).range(1..65535), help = pick("Port of Kafka [default: 19092]; the next one is its controller's", "Port de Kafka [par défaut\u{a0}: 19092]\u{202f}; le suivant est celui de son contrôleur"))]
    pub kafka_port: u16,
}

impl UpArgs {
    /// The ports of the store.
    #[must_use]
    pub fn ports(&self) -> Ports {
        Ports {
            gateway: self.gateway_port,
            store: self.store_port,
            store_admin: self.store_admin_port,
            payment: self.payment_port,
            payment_admin: self.payment_admin_port,
            mysql: self.mysql_port,
            redis: self.redis_port,
            kafka: self.kafka_port,
            controller: self.kafka_port + 1,
        }
    }
}

/// Options of `demo`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct DemoArgs {
    #[arg(long, help = pick("Waits for Enter before each chapter", "Attend la touche Entrée avant chaque chapitre"))]
    pub pause: bool,
    #[arg(long, help = pick("Keeps the folder with data and logs also when all is well", "Garde le dossier des données et journaux même si tout va bien"))]
    pub keep: bool,
}

/// Options of `test`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct TestArgs {
    #[arg(long, help = pick("Keeps the folder with data and logs also when all tests pass", "Garde le dossier des données et journaux même si tous les tests passent"))]
    pub keep: bool,
    #[arg(last = true, value_name = "ARGS", help = pick("Passed on to cargo test, such as `-- -p tests some_name`", "Transmis à cargo test, par exemple `-- -p tests un_nom`"))]
    pub cargo_args: Vec<String>,
}

/// Options of `replay`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct ReplayArgs {
    #[arg(value_name = "DIR", help = pick("The folder [default: a sample of 200 baskets, stack/sample]", "Le dossier [par défaut\u{a0}: un échantillon de 200 paniers, stack/sample]"))]
    pub folder: Option<PathBuf>,
    #[arg(long, value_name = "N", default_value_t = 16, hide_default_value = true, value_parser = clap::value_parser!(u16).range(1..=200), help = pick("Requests at the same time [default: 16]", "Requêtes simultanées [par défaut\u{a0}: 16]"))]
    pub concurrency: u16,
    #[arg(long, value_name = "N", help = pick("Stock of each product [default: what the baskets need]", "Stock de chaque produit [par défaut\u{a0}: ce que demandent les paniers]"))]
    pub stock: Option<u64>,
}

/// Options of `logs`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct LogsArgs {
    #[arg(value_name = "NAME", value_parser = Name::ALL.map(Name::as_str), hide_possible_values = true, help = pick("mariadb, redis, kafka, store-manager, payment-service or gateway [default: all]", "mariadb, redis, kafka, store-manager, payment-service ou gateway [par défaut\u{a0}: tous]"))]
    pub name: Option<String>,
    #[arg(short, long, help = pick("Goes on with what is written from now on, until Ctrl-C", "Continue d'afficher ce qui s'écrit, jusqu'à Ctrl-C"))]
    pub follow: bool,
    #[arg(short = 'n', long, value_name = "N", default_value_t = 50, hide_default_value = true, help = pick("Lines from the end of each [default: 50]", "Nombre de lignes à la fin de chaque journal [par défaut\u{a0}: 50]"))]
    pub lines: usize,
}

/// Options of `audit`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct AuditArgs {
    #[arg(long, value_name = "SECONDS", default_value_t = 10, hide_default_value = true, help = pick("How long to wait for sagas that are under way [default: 10]", "Temps d'attente des sagas en cours [par défaut\u{a0}: 10]"))]
    pub wait_s: u32,
}

/// Options of `bench`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true, disable_help_flag = true)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct BenchArgs {
    #[command(subcommand)]
    pub with_reports: Option<WithReports>,
    #[arg(value_name = "FIGURE", required = true, value_parser = figure_names(), hide_possible_values = true, help = figures_help())]
    pub figures: Vec<String>,
    #[arg(long, value_name = "S", value_parser = round_seconds, help = pick("Seconds of one side in one round [default: 1]", "Secondes d'un côté dans un tour [par défaut\u{a0}: 1]"))]
    pub seconds: Option<f64>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), help = pick("Rounds, after one that warms up [default: 5]", "Nombre de tours, après un tour de chauffe [par défaut\u{a0}: 5]"))]
    pub rounds: Option<u32>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help = pick("Connections at the same time, for throughput; four times as many at peak [default: 8]", "Connexions simultanées, pour les débits\u{202f}; quatre fois plus au plus haut débit [par défaut\u{a0}: 8]"))]
    pub connections: Option<u16>,
    #[arg(long, value_name = "SHARE", value_parser = share, help = pick("The share of what is large that is used, backlogs and past orders, for a brief look [default: 1]", "La part utilisée de ce qui est grand, événements en attente et commandes passées, pour un aperçu [par défaut\u{a0}: 1]"))]
    pub scale: Option<f64>,
    #[arg(long, value_name = "N", help = pick("Past orders for growth [default: 500000]", "Commandes passées pour growth [par défaut\u{a0}: 500000]"))]
    pub past_orders: Option<u64>,
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..=600), help = pick("How long memory looks for growth [default: as long as the others]", "Durée d'observation de memory [par défaut\u{a0}: comme les autres]"))]
    pub memory_minutes: Option<u32>,
    #[arg(long, value_name = "DIR", help = pick("Baskets for replay [default: the sample of 200]", "Paniers pour replay [par défaut\u{a0}: l'échantillon de 200]"))]
    pub baskets: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = pick("Writes the report there as JSON too", "Écrit aussi le rapport en JSON dans ce fichier"))]
    pub json: Option<PathBuf>,
}

/// What is done with reports that are there.
#[derive(Debug, Subcommand)]
#[command(disable_help_flag = true)]
#[allow(missing_docs, reason = "the help texts say it")]
pub enum WithReports {
    #[command(about = pick("Holds two reports against each other", "Compare deux rapports"))]
    Compare {
        #[arg(value_name = "OLD.json", help = pick("The earlier one", "Le premier"))]
        old: PathBuf,
        #[arg(value_name = "NEW.json", help = pick("The later one", "Le second"))]
        new: PathBuf,
    },
    #[command(about = pick("Writes a report as a page with a picture a figure", "Écrit un rapport comme une page, avec une image par mesure"))]
    Page {
        #[arg(value_name = "REPORT.json", help = pick("The report", "Le rapport"))]
        report: PathBuf,
        #[arg(value_name = "DIR", default_value = "docs/bench", hide_default_value = true, help = pick("Where it goes [default: docs/bench]", "Où il va [par défaut\u{a0}: docs/bench]"))]
        folder: PathBuf,
    },
}

fn figure_names() -> Vec<&'static str> {
    std::iter::once(ALL).chain(MEASURES).collect()
}

fn figures_help() -> String {
    let names = MEASURES.join(", ");
    t!("all, or any of {names}", "all, ou certaines de {names}")
}

fn share(text: &str) -> Result<f64, String> {
    let share: Option<f64> = text.parse().ok();
    share
        .filter(|share| *share > 0.0 && *share <= 1.0)
        .ok_or_else(|| t!("a number above 0, and 1 at most", "un nombre entre 0 et 1, 0 exclu"))
}

fn round_seconds(text: &str) -> Result<f64, String> {
    let seconds: Option<f64> = text.parse().ok();
    seconds
        .filter(|seconds| (0.05..=3_600.0).contains(seconds))
        .ok_or_else(|| t!("a number from 0.05 to 3600", "un nombre de 0.05 à 3600"))
}

/// The deliberate faults that services built for the laboratory can have (saga-kit's `mutation`).
pub const MUTATIONS: [&str; 5] = [
    "inbox-off",
    "delete-before-acknowledgement",
    "offset-before-commit",
    "stock-guard-off",
    "compensation-from-the-order",
];

/// Options of `crash`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct CrashArgs {
    #[arg(long, value_name = "TEXT", help = pick("Only the case of that name, else those whose names contain it; may be repeated", "Seulement le cas de ce nom, sinon ceux dont le nom le contient\u{202f}; peut être répété"))]
    pub only: Vec<String>,
    #[arg(long, help = pick("Each point once, and no faults of servers", "Chaque point une seule fois, sans panne de serveur"))]
    pub short: bool,
    #[arg(long, help = pick("Names the cases and runs none", "Nomme les cas sans en exécuter"))]
    pub list: bool,
    #[arg(long, value_name = "N", help = pick("Decides the order of the cases and what is left to chance [default: another each time]", "Décide de l'ordre des cas et de ce qui est laissé au hasard [par défaut\u{a0}: un autre chaque fois]"))]
    pub seed: Option<u64>,
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..=10_000), help = pick("How often all cases run [default: 1]", "Combien de fois tous les cas sont exécutés [par défaut\u{a0}: 1]"))]
    pub rounds: u32,
    #[arg(long, value_name = "N", default_value_t = 2, hide_default_value = true, value_parser = clap::value_parser!(u8).range(1..=16), help = pick("Stores that are killed at the same time [default: 2]", "Magasins tués en même temps [par défaut\u{a0}: 2]"))]
    pub jobs: u8,
    #[arg(long, value_name = "S", default_value_t = 120, hide_default_value = true, value_parser = clap::value_parser!(u64).range(1..=3_600), help = pick("Seconds that an order may take to end [default: 120]", "Secondes qu'une commande peut prendre pour finir [par défaut\u{a0}: 120]"))]
    pub patience: u64,
    #[arg(long, value_name = "NAME", value_parser = MUTATIONS, help = pick("Runs services with this deliberate fault, which must make cases fail", "Utilise des services avec cette faute délibérée, qui doit faire échouer des cas"))]
    pub mutation: Option<String>,
    #[arg(long, value_name = "DIR", help = pick("Writes the evidence there: report.html and report.json", "Écrit les preuves dans ce dossier\u{a0}: report.html et report.json"))]
    pub report: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = pick("Writes the cases there as JUnit XML", "Écrit les cas dans ce fichier en XML JUnit"))]
    pub junit: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = pick("Writes the cases there as JSON", "Écrit les cas dans ce fichier en JSON"))]
    pub json: Option<PathBuf>,
}

/// Options of `lab`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct LabArgs {
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8090", hide_default_value = true, help = pick("Where the page is [default: 127.0.0.1:8090]", "Où se trouve la page [par défaut\u{a0}: 127.0.0.1:8090]"))]
    pub listen: SocketAddr,
    #[arg(long, value_name = "TEXT", env = "LAB_TOKEN", hide_env_values = true, help = pick("What whoever opens the page must know; needed where it can be reached from elsewhere", "Ce que doit connaître la personne qui ouvre la page\u{202f}; nécessaire si elle est accessible d'ailleurs"))]
    pub token: Option<String>,
}

/// Options of `doctor`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct DoctorArgs {
    #[arg(long, help = pick("First installs what is missing, as `up`, `demo` and `test` do", "Installe d'abord ce qui manque, comme `up`, `demo` et `test`"))]
    pub install: bool,
}

/// Options of `prepare`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "the help texts say it")]
pub struct PrepareArgs {
    #[arg(long, help = pick("Changes nothing; fails when .sqlx/ is out of date", "Ne change rien\u{202f}; échoue si .sqlx/ est périmé"))]
    pub check: bool,
}
