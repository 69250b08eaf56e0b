//! The Docker files, without Docker: schema, linter, and whether they name what the services and the gateway have.
//!
//! No engine is needed and none is asked: what only a real `docker compose up` would show is listed in docs/docker.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use stack::temp::TempFolder;
use tests::{PAYMENT_SERVICE, STORE_MANAGER, environment, run_to_end};

const SERVICES: [&str; 2] = [STORE_MANAGER, PAYMENT_SERVICE];

/// What the programs may link: all of it is in the base image of the Dockerfile's last stages.
const IN_THE_BASE_IMAGE: [&str; 6] =
    ["linux-vdso.so", "ld-linux-", "libc.so.6", "libm.so.6", "libgcc_s.so.1", "libz.so.1"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Runs a tool of `cargo stack test` in the workspace and gives what it said; the test fails when the tool does.
fn checked(variable: &str, args: &[&str]) -> String {
    let tool = std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set: run `cargo stack test`"));
    let output = Command::new(&tool).args(args).current_dir(root()).output().expect("the tool");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} {args:?}:\n{said}", tool.display());
    said
}

/// Holds docker-compose.yml against a JSON schema: so its anchors and merges are read by a YAML reader.
fn compose_is(schema: &Value) {
    let folder = TempFolder::new("schema").expect("a folder");
    let file = folder.path().join("schema.json");
    fs::write(&file, schema.to_string()).unwrap();
    checked("TEST_CHECK_JSONSCHEMA", &["--schemafile", file.to_str().unwrap(), "docker-compose.yml"]);
}

/// The variables that a service reads, from its own help.
async fn settings_of(service: &str) -> BTreeSet<String> {
    let help = run_to_end(service, &["--help"], &[]).await.output;
    let named = help.split("[env: ").skip(1).map(|rest| rest.split(['=', ']']).next().unwrap_or_default().to_owned());
    let settings: BTreeSet<String> = named.collect();
    assert!(settings.contains("SAGA_DATABASE_URL"), "{service} --help:\n{help}");
    settings
}

/// The `NAME=value` pairs of the Dockerfile's stage of that name.
fn stage_settings(stage: &str) -> Vec<(String, String)> {
    let dockerfile = read("Dockerfile");
    let start = format!("FROM service AS {stage}\n");
    let stage = dockerfile.split(&start).nth(1).unwrap_or_else(|| panic!("the Dockerfile has no {start}"));
    let lines = stage.lines().take_while(|line| !line.starts_with("FROM "));
    let pairs = lines.filter_map(|line| line.strip_prefix("ENV ")).flat_map(str::split_whitespace);
    pairs.filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn the_compose_file_follows_its_schema() {
    checked("TEST_CHECK_JSONSCHEMA", &["--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]);
}

#[test]
fn the_linter_finds_nothing_in_the_dockerfile() {
    checked("TEST_HADOLINT", &["--failure-threshold", "style", "Dockerfile"]);
}

#[tokio::test]
async fn every_setting_in_the_docker_files_is_one_that_the_service_has() {
    let mut services = json!({});
    for service in SERVICES {
        let settings = settings_of(service).await;
        for (name, _) in stage_settings(service) {
            assert!(settings.contains(&name), "the Dockerfile sets {name}, which {service} does not know");
        }
        services[service] = json!({"properties": {"environment": {"propertyNames": {"enum": settings}}}});
    }
    compose_is(&json!({"properties": {"services": {"required": SERVICES, "properties": services}}}));
}

#[test]
fn the_gateway_finds_the_services_under_their_names_in_compose() {
    let gateway: Value = serde_json::from_str(&read("krakend/krakend.json")).unwrap();
    let mut hosts = BTreeSet::new();
    for endpoint in gateway["endpoints"].as_array().expect("endpoints") {
        for backend in endpoint["backend"].as_array().expect("backends") {
            hosts.extend(backend["host"].as_array().expect("hosts").iter().filter_map(Value::as_str));
        }
    }
    let mut listening = BTreeSet::new();
    for service in SERVICES {
        let settings = stage_settings(service);
        let (_, address) = settings.iter().find(|(name, _)| !name.contains("ADMIN")).expect("a port");
        listening.insert(format!("http://{service}:{}", address.rsplit(':').next().unwrap()));
    }
    let listening: BTreeSet<&str> = listening.iter().map(String::as_str).collect();
    assert_eq!(hosts, listening, "hosts of krakend.json, and what listens in the containers");
    let port = gateway["port"].as_u64().expect("a port");
    let published = json!({"contains": {"pattern": format!("^127\\.0\\.0\\.1:[^:]+:?[^:]*:{port}$")}});
    compose_is(&json!({"properties": {"services": {"required": ["gateway", STORE_MANAGER, PAYMENT_SERVICE],
        "properties": {"gateway": {"properties": {"ports": published}}}}}}));
}

#[test]
fn every_container_restarts_logs_within_limits_and_is_open_to_this_machine_alone() {
    let container = json!({
        "required": ["restart", "logging", "security_opt", "ports"],
        "properties": {
            "restart": {"const": "unless-stopped"},
            "ports": {"items": {"type": "string", "pattern": "^127\\.0\\.0\\.1:"}},
        },
    });
    compose_is(&json!({"properties": {"services": {"minProperties": 6, "additionalProperties": container}}}));
}

#[test]
fn each_image_asks_its_own_admin_port_for_its_health() {
    let dockerfile = read("Dockerfile");
    for (service, name) in SERVICES.iter().zip(["STORE_ADMIN_LISTEN", "PAYMENT_ADMIN_LISTEN"]) {
        let settings = stage_settings(service);
        let (_, address) = settings.iter().find(|(setting, _)| setting == name).expect("an admin port");
        let port = address.rsplit(':').next().unwrap();
        assert!(dockerfile.contains(&format!("CMD [\"ready\", \"{port}\"]")), "{service}: {port}");
    }
}

#[test]
fn the_base_image_has_every_library_that_the_programs_link() {
    for service in SERVICES {
        let output = Command::new("ldd").arg(environment().program(service)).output().expect("ldd");
        let linked = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(linked.contains("libz.so.1"), "{service}: {linked}");
        for line in linked.lines().map(str::trim) {
            let known = IN_THE_BASE_IMAGE.iter().any(|library| line.contains(library));
            assert!(
                known,
                "{service} links `{line}`: install it in the Dockerfile's stage `service`, and name it here"
            );
        }
    }
}

#[test]
fn the_example_of_env_names_exactly_what_compose_asks_for() {
    let compose = read("docker-compose.yml");
    let asked = compose.split("${").skip(1).map(|rest| rest.split([':', '}']).next().unwrap_or_default());
    let asked: BTreeSet<&str> = asked.collect();
    let example = read(".env.example");
    let lines = example.lines().filter(|line| !line.starts_with('#'));
    let given: BTreeSet<&str> = lines.filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    assert_eq!(asked, given);
}

#[test]
fn the_image_is_built_from_every_member_of_the_workspace() {
    let left_out = read(".dockerignore");
    let manifest = read("Cargo.toml");
    let members = manifest.split("members = [").nth(1).and_then(|rest| rest.split(']').next()).expect("members");
    for member in members.split(',').map(|member| member.trim().trim_matches('"')).filter(|member| !member.is_empty()) {
        assert!(
            !left_out.lines().any(|line| line.trim_end_matches('/') == member),
            ".dockerignore leaves {member} out"
        );
    }
    for needed in [".sqlx", "migrations", "Cargo.lock"] {
        assert!(
            !left_out.lines().any(|line| line.trim_end_matches('/') == needed),
            ".dockerignore leaves {needed} out"
        );
    }
}
