//! `krakend.json` names Docker's hosts; a store on this machine needs its own.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::t;

/// Hosts as the checked-in file has them, which are Docker's.
const STORE_HOST: &str = "http://store-manager:5000";
const PAYMENT_HOST: &str = "http://payment-service:5009";

/// Where a store is: ports of 127.0.0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The gateway's own.
    pub gateway: u16,
    /// store-manager's.
    pub store: u16,
    /// payment-service's.
    pub payment: u16,
}

/// The checked-in configuration with the addresses of one store put in, and nothing else changed.
///
/// # Errors
/// When the text is no such configuration, or names a host that is none of ours: a route that led to another store,
/// or nowhere, would be found too late.
pub fn config(template: &str, place: Place) -> Result<String> {
    let mut config: Map<String, Value> = serde_json::from_str(template).context(super::CONFIG_FILE)?;
    config.insert("listen_ip".to_owned(), json!("127.0.0.1"));
    config.insert("port".to_owned(), json!(place.gateway));
    let Some(endpoints) = config.get_mut("endpoints").and_then(Value::as_array_mut) else {
        bail!("{}: {}", super::CONFIG_FILE, t!("no endpoints", "aucun point d'entrée"));
    };
    let backends = endpoints.iter_mut().filter_map(|endpoint| endpoint["backend"].as_array_mut()).flatten();
    for host in backends.filter_map(|backend| backend["host"].as_array_mut()).flatten() {
        let port = match host.as_str() {
            Some(STORE_HOST) => place.store,
            Some(PAYMENT_HOST) => place.payment,
            _ => bail!("{}: {} {host}", super::CONFIG_FILE, t!("unknown host", "hôte inconnu")),
        };
        *host = json!(format!("http://127.0.0.1:{port}"));
    }
    Ok(Value::Object(config).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place { gateway: 18_080, store: 15_000, payment: 15_009 };

    fn template() -> String {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../");
        std::fs::read_to_string(format!("{root}{}", super::super::CONFIG_FILE)).unwrap()
    }

    #[test]
    fn the_checked_in_file_gets_the_addresses_and_stays_the_same_otherwise() {
        let before: Value = serde_json::from_str(&template()).unwrap();
        let mut after: Value = serde_json::from_str(&config(&template(), PLACE).unwrap()).unwrap();
        assert_eq!((&after["listen_ip"], &after["port"]), (&json!("127.0.0.1"), &json!(18_080)));
        after["listen_ip"] = before["listen_ip"].clone();
        after["port"] = before["port"].clone();
        for (new, old) in
            after["endpoints"].as_array_mut().unwrap().iter_mut().zip(before["endpoints"].as_array().unwrap())
        {
            let port = if old["backend"][0]["host"] == json!([STORE_HOST]) { 15_000 } else { 15_009 };
            assert_eq!(new["backend"][0]["host"], json!([format!("http://127.0.0.1:{port}")]));
            new["backend"][0]["host"] = old["backend"][0]["host"].clone();
        }
        assert_eq!(after, before);
    }

    #[test]
    fn a_host_that_is_none_of_ours_is_named() {
        let odd = template().replacen(PAYMENT_HOST, "http://payments:5009", 1);
        let refused = config(&odd, PLACE).unwrap_err().to_string();
        assert!(refused.contains("http://payments:5009"), "{refused}");
    }

    #[test]
    fn what_is_no_configuration_is_refused() {
        for text in ["", "{}", "[]", r#"{"endpoints": 7}"#] {
            assert!(config(text, PLACE).is_err(), "{text}");
        }
    }
}
