//! What the laboratory does to a service over its admin port: it arms crash points, puts the clock wrong, and asks how
//! the service stands.

use anyhow::{Result, bail};
use serde::Deserialize;
use serde_json::{Value, json};
use stack::store::Name;

use crate::laboratory::Laboratory;
use crate::point::{Passed, Point};

impl Laboratory {
    /// Has a service die at the `passage`-th time that it passes the point from now on.
    ///
    /// # Errors
    /// The service does not answer.
    pub fn arm(&self, service: Name, point: &Point, passage: u64) -> Result<()> {
        self.put(&self.points_url(service), &json!({"point": point, "passage": passage}))
    }

    /// Has a service die nowhere.
    ///
    /// # Errors
    /// The service does not answer.
    pub fn disarm(&self, service: Name) -> Result<()> {
        self.client().delete(&self.points_url(service))?;
        Ok(())
    }

    /// The points that a service has passed since it was started.
    ///
    /// # Errors
    /// The service does not answer.
    pub fn passed(&self, service: Name) -> Result<Vec<Passed>> {
        #[derive(Deserialize)]
        struct Shown {
            passed: Vec<Passed>,
        }
        let answer = self.client().get(&self.points_url(service))?;
        Ok(serde_json::from_value::<Shown>(answer.body)?.passed)
    }

    /// Puts a service's clock so many seconds ahead of the machine's, or behind it, as long as its process lives.
    ///
    /// # Errors
    /// The service does not answer.
    pub fn put_clock_ahead(&self, service: Name, seconds: i32) -> Result<()> {
        self.put(&format!("{}/admin/clock", self.admin_url(service)), &json!({"ahead_s": seconds}))
    }

    /// What a service says of itself and the servers that it talks to.
    ///
    /// # Errors
    /// The service does not answer.
    pub fn readiness(&self, service: Name) -> Result<Value> {
        Ok(self.client().get(&format!("{}/health/ready", self.admin_url(service)))?.body)
    }

    /// Where a service is operated.
    #[must_use]
    pub fn admin_url(&self, service: Name) -> String {
        let ports = self.store().ports();
        let port = if service == Name::PaymentService { ports.payment_admin } else { ports.store_admin };
        format!("http://127.0.0.1:{port}")
    }

    fn points_url(&self, service: Name) -> String {
        format!("{}/admin/crash-points", self.admin_url(service))
    }

    fn put(&self, url: &str, body: &Value) -> Result<()> {
        let answer = self.client().put(url, body)?;
        if !answer.is_good() {
            bail!("{url}: {} {}", answer.status, answer.body);
        }
        Ok(())
    }
}
