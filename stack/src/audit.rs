//! The audit of a store: asks the program `store-audit`, and shows its verdict line by line.
//!
//! What is checked is the audit's own; here are only its words in French.

use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::build::Programs;
use crate::lang::{self, Lang};
use crate::ports::Ports;
use crate::t;

/// A line of the verdict.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Verdict {
    /// What must hold.
    pub name: String,
    /// Whether it does.
    pub ok: bool,
    /// What was looked at, and what breaks it.
    pub detail: String,
}

/// Asks for the verdict, once sagas under way have ended or `wait_s` passed.
pub fn ask(programs: &Programs, ports: &Ports, wait_s: u32) -> Result<Vec<Verdict>> {
    let output = Command::new(programs.audit())
        .args(["--store-database-url", &ports.store_database()])
        .args(["--payments-database-url", &ports.payments_database()])
        .args(["--json", "--wait-s", &wait_s.to_string()])
        .stdin(Stdio::null())
        .output()
        .with_context(|| programs.audit().display().to_string())?;
    // Its exit code says what the lines say; without lines, its words are the error.
    serde_json::from_slice(&output.stdout).with_context(|| String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

impl Verdict {
    /// The line in the chosen language.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { name, detail, .. } = self;
        match lang::current() {
            Lang::English => format!("{name}: {detail}"),
            Lang::French => format!("{}\u{a0}: {}", name_in_french(name), detail_in_french(detail)),
        }
    }
}

/// Whether all is well; no line at all is not.
#[must_use]
pub fn is_clean(verdict: &[Verdict]) -> bool {
    !verdict.is_empty() && verdict.iter().all(|line| line.ok)
}

/// How many lines hold, in words.
#[must_use]
pub fn summary(verdict: &[Verdict]) -> String {
    let (good, all) = (verdict.iter().filter(|line| line.ok).count(), verdict.len());
    if is_clean(verdict) {
        t!("all {all} checks hold", "les {all} vérifications sont satisfaites")
    } else {
        t!("{good} of {all} checks hold", "{good} vérifications sur {all} sont satisfaites")
    }
}

/// A name that is not known here stays as the audit says it.
fn name_in_french(name: &str) -> &str {
    match name {
        "every saga ended" => "chaque saga est terminée",
        "no stock below zero" => "aucun stock négatif",
        "stock on hand equals the ledger's sum" => "le stock est égal à la somme du registre",
        "the ledger adds up line by line" => "le registre tombe juste ligne par ligne",
        "each order holds its items, each cancelled one nothing" => {
            "chaque commande a ses articles réservés, une commande annulée n'en a aucun"
        }
        "no order took or gave back a product twice" => "aucune commande n'a pris ou rendu deux fois un produit",
        "each total is the sum of its items" => "chaque total est la somme de ses articles",
        "each timeline has one beginning and an end after its last start" => {
            "chaque chronologie a un seul début, et une fin après son dernier démarrage"
        }
        "no saga ended twice" => "aucune saga ne s'est terminée deux fois",
        "each refused order ended" => "chaque commande refusée est terminée",
        "store-manager has nothing unsent" => "store-manager n'a rien à envoyer",
        "store-manager has nothing parked" => "store-manager n'a rien mis de côté",
        "payment-service has nothing unsent" => "payment-service n'a rien à envoyer",
        "payment-service has nothing parked" => "payment-service n'a rien mis de côté",
        "each order that ended well has one payment of its amount" => {
            "chaque commande menée à bien a un seul paiement, de son montant"
        }
        "orders and payments agree on what is paid" => "commandes et paiements concordent sur ce qui est payé",
        "no cancelled order has a payment open or kept" => {
            "aucune commande annulée n'a de paiement en attente ou conservé"
        }
        "each payment of a saga has its order" => "chaque paiement d'une saga a sa commande",
        "each charge is kept or refunded, and nothing else is" => {
            "chaque débit est conservé ou remboursé, et rien d'autre ne l'est"
        }
        other => other,
    }
}

/// `103 orders` and its like, several with `; ` between them; a fault is told in the audit's own words.
fn detail_in_french(detail: &str) -> String {
    detail.split("; ").map(counted_in_french).collect::<Vec<_>>().join("\u{202f}; ")
}

fn counted_in_french(detail: &str) -> String {
    let Some((count, noun)) = detail.split_once(' ') else {
        return detail.to_owned();
    };
    if let Some(ids) = noun.strip_prefix("paid directly for no order: ") {
        return format!(
            "paiements directs réglés sans commande au magasin\u{a0}: {count}, soit {}",
            ids.replace("order", "commande")
        );
    }
    let noun = match noun {
        "orders" => "commandes",
        "ended orders" => "commandes terminées",
        "orders that ended well" => "commandes menées à bien",
        "cancelled orders" => "commandes annulées",
        "ended sagas" => "sagas terminées",
        "payments of sagas" => "paiements de sagas",
        "refused orders" => "commandes refusées",
        "stock levels" => "niveaux de stock",
        "movements" => "mouvements",
        "payments" => "paiements",
        "unsent events" => "événements à envoyer",
        "parked events" => "événements mis de côté",
        _ => return detail.to_owned(),
    };
    format!("{count} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_without_lines_is_not_clean() {
        let line = |ok| Verdict { name: "every saga ended".to_owned(), ok, detail: "3 orders".to_owned() };
        assert!(!is_clean(&[]));
        assert!(is_clean(&[line(true)]));
        assert!(!is_clean(&[line(true), line(false)]));
    }

    #[test]
    fn words_unknown_here_stay() {
        assert_eq!(detail_in_french("103 orders"), "103 commandes");
        assert_eq!(
            detail_in_french("4 payments of sagas; 1 paid directly for no order: 19 (order 900)"),
            "4 paiements de sagas\u{202f}; paiements directs réglés sans commande au magasin\u{a0}: 1, soit 19 (commande 900)"
        );
        assert_eq!(detail_in_french("2 of 103 orders: order 7 …"), "2 of 103 orders: order 7 …");
        assert_eq!(name_in_french("something new"), "something new");
    }
}
