//! The story of `cargo stack demo`, told to nobody: all of it is so, and no log of it tells a card.

use std::fs;
use std::path::Path;

use stack::build::Programs;
use stack::demo::{COURSE_CARD, Stage, tell};
use stack::ports::Ports;
use stack::store::{Parts, Store, StoreOptions};
use stack::temp::TempFolder;
use stack::workspace::Workspace;
use tests::{environment, server_slot};

#[tokio::test(flavor = "multi_thread")]
async fn every_claim_holds_and_no_log_tells_a_card() {
    let _slot = server_slot().await;
    tokio::task::block_in_place(|| {
        let folder = TempFolder::new("demo-test").unwrap();
        let programs = environment().program("store-manager").parent().unwrap().to_owned();
        let store = Store::start(StoreOptions {
            parts: Parts::around(&Workspace::find().unwrap(), Programs::in_folder(programs)).unwrap(),
            folder: folder.path().to_owned(),
            ports: Ports::free().unwrap(),
            sample_data: false,
            settings_from_env: false,
            settings: vec![("RUST_LOG", "info,saga_kit=debug,service_kit=debug,payment_service=debug".to_owned())],
            restarts_at_once: false,
        });
        let mut stage = Stage::set(store.unwrap(), false).unwrap();
        tell(&mut stage).unwrap();
        assert_eq!(stage.claims.broken(), []);
        // Less than there are, so that a claim may come or go; a story that was not told claims nothing.
        assert!(stage.claims.held() > 40, "{} claims", stage.claims.held());
        drop(stage);
        let card = COURSE_CARD.card_number.to_string();
        let logs = logs(&folder.path().join("logs"));
        let services: Vec<_> = logs.iter().filter(|(_, text)| text.contains("\"service\":")).collect();
        assert!(services.len() >= 2, "logs of the services among {:?}", logs.iter().map(|log| &log.0));
        for (name, text) in &logs {
            assert!(!text.contains(&card), "{name}: {:?}", text.lines().find(|line| line.contains(&card)));
        }
    });
}

/// Name and text of each log.
fn logs(folder: &Path) -> Vec<(String, String)> {
    let files = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    files
        .map(|file| {
            let path = file.unwrap().path();
            (path.display().to_string(), String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned())
        })
        .collect()
}
