//! The alerts: Prometheus takes them, each is seen to fire, each has its section in both runbooks.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use tests::tools;

use crate::promql;

const RULES: &str = "docs/operations/alerts.yml";
const TESTS: &str = "docs/operations/alerts.test.yml";

/// A runbook, and what stands in each of its sections.
const RUNBOOKS: [(&str, [&str; 3]); 2] = [
    ("docs/operations/runbook.md", ["**It means.**", "**See.**", "**Do.**"]),
    ("docs/operations/runbook.fr.md", ["**Ce que cela veut dire.**", "**Comment le voir.**", "**Que faire.**"]),
];

fn read(file: &str) -> String {
    fs::read_to_string(tools::root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// All rules, alerts and recordings.
async fn rules() -> Vec<Value> {
    let file = tools::yaml(RULES).await;
    let groups = file["groups"].as_array().expect("groups");
    groups.iter().flat_map(|group| group["rules"].as_array().expect("rules")).cloned().collect()
}

/// The names of all alerts.
async fn alerts() -> BTreeSet<String> {
    let names: BTreeSet<String> = rules().await.iter().filter_map(|rule| text(&rule["alert"])).collect();
    assert!(names.len() > 15, "only {names:?}");
    names
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

async fn promtool(args: &[&str]) {
    let ended = tools::run("TEST_PROMTOOL", args).await;
    assert!(ended.status.success(), "promtool {args:?}:\n{}", ended.output);
}

#[tokio::test]
async fn prometheus_takes_the_rules_and_its_settings() {
    promtool(&["check", "rules", "--lint=all", "--lint-fatal", RULES]).await;
    for settings in ["docs/operations/prometheus.yml", "docs/operations/prometheus.local.yml"] {
        promtool(&["check", "config", settings]).await;
    }
}

#[tokio::test]
async fn each_alert_fires_and_keeps_quiet_as_its_test_says() {
    promtool(&["test", "rules", TESTS]).await;
    let (mut firing, mut quiet) = (BTreeSet::new(), BTreeSet::new());
    let file = tools::yaml(TESTS).await;
    for test in file["tests"].as_array().expect("tests") {
        for case in test["alert_rule_test"].as_array().expect("cases") {
            let alert = text(&case["alertname"]).expect("a name");
            let fires = !case["exp_alerts"].as_array().expect("what is expected").is_empty();
            let seen = if fires { &mut firing } else { &mut quiet };
            seen.insert(alert);
        }
    }
    let alerts = alerts().await;
    assert_eq!(firing, alerts, "left: the alerts that a test makes fire");
    assert_eq!(quiet, alerts, "left: the alerts that a test sees silent");
}

#[tokio::test]
async fn each_alert_says_how_bad_it_is_and_where_to_read_on() {
    for rule in rules().await {
        let Some(alert) = text(&rule["alert"]) else { continue };
        let severity = rule["labels"]["severity"].as_str();
        assert!(matches!(severity, Some("critical" | "warning")), "{alert}: {severity:?}");
        assert!(rule["for"].is_string(), "{alert} fires at the first sight");
        for annotation in ["summary", "description"] {
            assert!(rule["annotations"][annotation].is_string(), "{alert} has no {annotation}");
        }
        let anchor = format!("docs/operations/runbook.md#{}", alert.to_lowercase());
        assert_eq!(rule["annotations"]["runbook_url"], anchor.as_str(), "{alert}");
    }
}

#[tokio::test]
async fn both_runbooks_have_a_whole_section_for_each_alert_and_for_nothing_else() {
    let alerts = alerts().await;
    for (runbook, parts) in RUNBOOKS {
        let page = read(runbook);
        let mut sections = BTreeSet::new();
        for section in page.split("\n## ").skip(1).filter(|section| section.starts_with("Store")) {
            let (name, body) = section.split_once('\n').expect("a body");
            for part in parts {
                assert!(body.contains(part), "{runbook}: {name} has no {part}");
            }
            sections.insert(name.to_owned());
        }
        assert_eq!(sections, alerts, "left: the sections of {runbook}");
    }
}

#[tokio::test]
async fn the_rules_name_only_what_is_told_and_record_only_what_is_used() {
    let (rules, told) = (rules().await, promql::told());
    let recorded: BTreeSet<String> = rules.iter().filter_map(|rule| text(&rule["record"])).collect();
    let mut used = BTreeSet::new();
    for rule in &rules {
        used.extend(promql::names(rule["expr"].as_str().expect("an expression")));
    }
    for name in &used {
        let known = promql::OF_PROMETHEUS.contains(&name.as_str()) || recorded.contains(name);
        assert!(known || promql::is_told(&told, name), "no service tells {name}");
    }
    let unused: BTreeSet<&String> = recorded.difference(&used).collect();
    assert!(unused.is_empty(), "recorded and not used by an alert: {unused:?}");
}
