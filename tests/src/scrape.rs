//! What a service answers at `/metrics`, read as Prometheus reads it.

use std::collections::{BTreeMap, BTreeSet};

use crate::service::Service;

/// One scrape of one service.
#[derive(Clone, Debug)]
pub struct Scrape {
    /// The type of each metric.
    pub types: BTreeMap<String, String>,
    /// Each sample by its name with its labels, in the order of their names: `name{a="1",b="2"}`.
    pub samples: BTreeMap<String, f64>,
}

impl Scrape {
    /// Asks a service.
    pub async fn of(service: &Service) -> Self {
        let answer = service.admin.get("/metrics").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"), "{:?}", answer.headers);
        Self::read(&answer.text)
    }

    fn read(text: &str) -> Self {
        let mut scrape = Self { types: BTreeMap::new(), samples: BTreeMap::new() };
        for line in text.lines() {
            if let Some(told) = line.strip_prefix("# TYPE ") {
                let (name, kind) = told.split_once(' ').unwrap_or_else(|| panic!("no type: {line}"));
                scrape.types.insert(name.to_owned(), kind.to_owned());
            } else if !line.starts_with('#') {
                let (sample, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
                let value = value.parse().unwrap_or_else(|_| panic!("no number: {line}"));
                assert_eq!(scrape.samples.insert(sample.to_owned(), value), None, "twice: {line}");
            }
        }
        scrape
    }

    /// The value of a sample; 0 of one that is not there, as for a counter that nothing has counted yet.
    pub fn value(&self, sample: &str) -> f64 {
        self.samples.get(sample).copied().unwrap_or(0.0)
    }

    /// The sum over all labels of a name.
    pub fn sum(&self, name: &str) -> f64 {
        self.of_name(name).map(|(_, value)| value).sum()
    }

    /// The samples of a name, whatever their labels.
    pub fn of_name<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, f64)> {
        let is_it = move |sample: &str| sample.split('{').next() == Some(name);
        self.samples.iter().filter(move |(sample, _)| is_it(sample)).map(|(sample, value)| (sample.as_str(), *value))
    }

    /// The names of a metric's labels, without those that its type brings.
    pub fn labels(&self, metric: &str) -> BTreeSet<String> {
        let names = ["", "_bucket", "_sum", "_count"].map(|ending| format!("{metric}{ending}"));
        let samples = names.iter().flat_map(|name| self.of_name(name));
        let labels = samples.filter_map(|(sample, _)| sample.split_once('{')).flat_map(|(_, labels)| {
            // A value is between quotes, a name before them.
            labels.split('"').step_by(2).map(|name| name.trim_matches([',', '=', '}']).to_owned())
        });
        labels.filter(|name| !name.is_empty() && name != "le").collect()
    }
}
