//! The dashboards: their expressions are Prometheus', of metrics that the services tell; each panel says what it shows.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use stack::temp::TempFolder;
use tests::tools;

use crate::promql;

/// What Grafana puts into an expression, and something that may stand there.
const VARIABLES: [(&str, &str); 2] = [("$__rate_interval", "1m"), ("$job", ".+")];

/// The dashboards with their names.
fn dashboards() -> Vec<(String, Value)> {
    let files = fs::read_dir(tools::root().join("docs/operations/dashboards")).expect("docs/operations/dashboards");
    let all: Vec<(String, Value)> = files
        .map(Result::unwrap)
        .map(|file| (file.file_name().to_string_lossy().into_owned(), fs::read_to_string(file.path()).unwrap()))
        .map(|(name, text)| {
            (name.clone(), serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}")))
        })
        .collect();
    assert!(all.len() >= 2, "only {} dashboards were found", all.len());
    all
}

/// The panels of a dashboard that show something.
fn panels(dashboard: &Value) -> impl Iterator<Item = &Value> {
    dashboard["panels"].as_array().expect("panels").iter().filter(|panel| panel["type"] != "row")
}

/// The expressions of a dashboard, each as Grafana might send it.
fn expressions(dashboard: &Value) -> Vec<String> {
    let targets = panels(dashboard).flat_map(|panel| panel["targets"].as_array().expect("targets"));
    let filled = |expression: &str| {
        VARIABLES.iter().fold(expression.to_owned(), |filled, (variable, value)| filled.replace(variable, value))
    };
    targets.map(|target| filled(target["expr"].as_str().expect("an expression"))).collect()
}

#[test]
fn each_panel_has_its_unit_its_description_and_its_own_number() {
    for (name, dashboard) in dashboards() {
        let mut numbers = BTreeSet::new();
        for panel in panels(&dashboard) {
            let title = panel["title"].as_str().expect("a title");
            let unit = panel["fieldConfig"]["defaults"]["unit"].as_str().unwrap_or_default();
            assert!(!unit.is_empty(), "{name}: {title} has no unit");
            assert!(
                panel["description"].as_str().is_some_and(|it| it.len() > 10),
                "{name}: {title} has no description"
            );
            assert!(numbers.insert(panel["id"].as_u64().expect("a number")), "{name}: {title} has another's number");
            // Whoever imports it says where it reads.
            assert_eq!(panel["datasource"]["uid"], "${datasource}", "{name}: {title}");
        }
        assert!(numbers.len() > 10, "{name}: only {} panels were found", numbers.len());
    }
}

#[tokio::test]
async fn the_expressions_are_understood_by_prometheus_and_name_only_what_is_told() {
    let rules = fs::read_to_string(tools::root().join("docs/operations/alerts.yml")).unwrap();
    let recorded: BTreeSet<&str> = rules.lines().filter_map(|line| line.trim().strip_prefix("- record: ")).collect();
    let told = promql::told();
    let (mut recordings, mut unseen) = (Vec::new(), told.keys().cloned().collect::<BTreeSet<String>>());
    for (dashboard, expression) in
        dashboards().iter().flat_map(|(name, dashboard)| expressions(dashboard).into_iter().map(move |it| (name, it)))
    {
        for name in promql::names(&expression) {
            let known = promql::OF_PROMETHEUS.contains(&name.as_str()) || recorded.contains(name.as_str());
            assert!(known || promql::is_told(&told, &name), "{dashboard}: no service tells {name}: {expression}");
            unseen.retain(|metric| !name.starts_with(metric.as_str()));
        }
        recordings.push(json!({"record": format!("panel:{}", recordings.len()), "expr": expression}));
    }
    assert!(unseen.is_empty(), "on no dashboard: {unseen:?}");
    // Prometheus has no other way to be asked whether it understands an expression, but it reads JSON as YAML.
    let folder = TempFolder::new("dashboards").expect("a folder");
    let file = folder.path().join("panels.json");
    fs::write(&file, json!({"groups": [{"name": "panels", "rules": recordings}]}).to_string()).unwrap();
    let ended = tools::run("TEST_PROMTOOL", &["check", "rules", file.to_str().unwrap()]).await;
    assert!(ended.status.success(), "{}", ended.output);
}
