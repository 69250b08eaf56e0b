//! Settings: all listed by `--help`, wrong ones refused at the start, by name.

use tests::{PAYMENT_SERVICE, STORE_MANAGER, Store, environment, run_to_end};

/// What both services take.
const COMMON: &[&str] = &[
    "--listen",
    "--admin-listen",
    "--database-url",
    "--database-connections",
    "--kafka-brokers",
    "--kafka-option",
    "--instance-id",
    "--topic-prefix",
    "--topic-partitions",
    "--topic-replication",
    "--topic-retention-hours",
    "--inbox-retention-hours",
    "--retry-horizon-hours",
    "--relay-poll-ms",
    "--otlp-endpoint",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "--trace-ratio",
    "OTEL_TRACES_SAMPLER_ARG",
    "--traces-per-second",
    "SAGA_TRACES_PER_SECOND",
];

#[tokio::test]
async fn help_lists_every_setting_with_its_variable() {
    let own: [(&str, &[&str], &str); 2] = [
        (
            STORE_MANAGER,
            &["--currency", "--sample-data", "STORE_LISTEN", "STORE_CURRENCY", "STORE_SAMPLE_DATA"],
            "5000",
        ),
        (
            PAYMENT_SERVICE,
            &[
                "--payment-ceiling",
                "--blocked-users",
                "--payment-link-base",
                "--payment-ttl-s",
                "--expiry-cron",
                "PAYMENT_LISTEN",
                "PAYMENT_CEILING",
                "PAYMENT_BLOCKED_USERS",
                "PAYMENT_LINK_BASE",
                "PAYMENT_TTL_S",
                "PAYMENT_EXPIRY_CRON",
            ],
            "5009",
        ),
    ];
    for (service, flags, port) in own {
        let help = run_to_end(service, &["--help"], &[]).await;
        assert!(help.status.success());
        for flag in COMMON.iter().chain(flags) {
            assert!(help.output.contains(flag), "{service} --help does not list {flag}:\n{}", help.output);
        }
        assert!(help.output.contains(&format!("127.0.0.1:{port}")), "it listens on loopback unless told otherwise");
    }
}

#[tokio::test]
async fn a_wrong_flag_is_refused_by_its_name() {
    let both: &[(&str, &str)] = &[
        ("--listen", "nowhere"),
        ("--listen", "127.0.0.1:70000"),
        ("--admin-listen", "5001"),
        ("--database-connections", "0"),
        ("--kafka-option", "no-equals-sign"),
        ("--topic-partitions", "0"),
        ("--topic-partitions", "many"),
        ("--topic-replication", "-1"),
        ("--topic-retention-hours", "0"),
        ("--inbox-retention-hours", "x"),
        ("--retry-horizon-hours", "0"),
        ("--relay-poll-ms", "0"),
        ("--otlp-endpoint", "127.0.0.1:4318"),
        ("--otlp-endpoint", "https://collector:4318"),
        ("--trace-ratio", "1.5"),
        ("--trace-ratio", "half"),
        ("--traces-per-second", "0"),
        ("--colour", "red"),
    ];
    let payment: &[(&str, &str)] = &[
        ("--payment-ceiling", "-1"),
        ("--payment-ceiling", "12.345"),
        ("--blocked-users", "1,x"),
        ("--payment-link-base", "ftp://x"),
        ("--payment-ttl-s", "0"),
    ];
    let store: &[(&str, &str)] = &[("--currency", "dollars"), ("--sample-data", "perhaps")];
    for (service, own) in [(STORE_MANAGER, store), (PAYMENT_SERVICE, payment)] {
        for (flag, value) in both.iter().chain(own) {
            let refused = run_to_end(service, &[&format!("{flag}={value}")], &[]).await;
            assert!(!refused.status.success(), "{service} {flag}={value}");
            assert!(refused.output.contains(flag), "{service} {flag}={value}: {}", refused.output);
        }
    }
}

#[tokio::test]
async fn a_wrong_variable_is_refused_by_the_name_of_its_setting() {
    for (service, variable, value, flag) in [
        (STORE_MANAGER, "SAGA_TOPIC_PARTITIONS", "none", "--topic-partitions"),
        (STORE_MANAGER, "STORE_LISTEN", "here", "--listen"),
        (PAYMENT_SERVICE, "PAYMENT_CEILING", "high", "--payment-ceiling"),
        (PAYMENT_SERVICE, "SAGA_RELAY_POLL_MS", "-5", "--relay-poll-ms"),
    ] {
        let refused = run_to_end(service, &[], &[(variable, value)]).await;
        assert!(!refused.status.success() && refused.output.contains(flag), "{variable}: {}", refused.output);
    }
}

#[tokio::test]
async fn a_wrong_database_url_or_schedule_is_refused_by_its_name() {
    for url in [
        "postgres://root@127.0.0.1/x",
        "127.0.0.1:3306",
        "mysql://root@127.0.0.1:port/x",
        "mysql://root@127.0.0.1:3306",
    ] {
        let refused = run_to_end(STORE_MANAGER, &["--database-url", url, "--listen", "127.0.0.1:0"], &[]).await;
        assert!(!refused.status.success() && refused.output.contains("--database-url"), "{url}: {}", refused.output);
    }
    let store = Store::start().await;
    let url = store.payments_db.url.clone();
    let args = ["--database-url", &url, "--listen", "127.0.0.1:0", "--expiry-cron", "every now and then"];
    let refused = run_to_end(PAYMENT_SERVICE, &args, &[]).await;
    assert!(!refused.status.success() && refused.output.contains("--expiry-cron"), "{}", refused.output);
    store.finish().await;
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let store = Store::start().await;
    let taken = store.payment_service.api.address();
    for flag in ["--listen", "--admin-listen"] {
        let other = if flag == "--listen" { "--admin-listen" } else { "--listen" };
        let args = ["--database-url", &store.store_db.url, flag, &taken, other, "127.0.0.1:0"];
        let refused = run_to_end(STORE_MANAGER, &args, &[]).await;
        assert!(!refused.status.success());
        let said = refused.output.contains(&taken) && refused.output.contains(&format!("with {flag})"));
        assert!(said, "{}", refused.output);
    }
    store.finish().await;
}

#[tokio::test]
async fn topics_that_are_not_as_the_settings_say_are_refused() {
    let store = Store::start().await;
    for service in [&store.store_manager, &store.payment_service] {
        service.logs("\"consuming\"", 1).await;
    }
    let prefix = store.topics.full_name("");
    for (setting, value, said) in [
        // An inbox that would forget an event that a topic still has.
        ("--inbox-retention-hours", "168", "--inbox-retention-hours"),
        ("--retry-horizon-hours", "168", "--inbox-retention-hours"),
        // Keys would move to other partitions, and their events lose their order.
        ("--topic-partitions", "3", "--topic-partitions 4"),
    ] {
        let args = [
            "--database-url",
            &store.store_db.url,
            "--kafka-brokers",
            &environment().kafka_brokers,
            "--topic-prefix",
            &prefix,
            "--listen",
            "127.0.0.1:0",
            "--instance-id",
            "other",
            setting,
            value,
        ];
        let refused = run_to_end(STORE_MANAGER, &args, &[]).await;
        assert!(!refused.status.success() && refused.output.contains(said), "{setting}: {}", refused.output);
    }
    store.finish().await;
}
