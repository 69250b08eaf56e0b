//! Apache Kafka as Maven packages, kept in the user's cache folder.
//!
//! The folder appears by one rename when everything is in it, with a list of what it holds;
//! so a download cut short, or a jar lost later, is noticed and the whole fetched again.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{cache, find};
use crate::process::{Output, Spec};
use crate::t;
use crate::term::Step;

/// The version that is fetched.
pub const VERSION: &str = "4.3.1";

const LIST: &str = "jars.list";

const POM: &str = r#"<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>store-manager</groupId><artifactId>kafka-broker</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.3.1</version></dependency>
    <!-- Without a binding Kafka logs nothing. -->
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
"#;

/// `kafka-4.3.1/lib` in the cache.
pub fn folder() -> Result<PathBuf> {
    Ok(cache::folder()?.join(format!("kafka-{VERSION}")).join("lib"))
}

/// Whether every jar of the list is there, in its size.
#[must_use]
pub fn complete(lib: &Path) -> bool {
    let Ok(list) = fs::read_to_string(lib.join(LIST)) else {
        return false;
    };
    let whole = |line: &str| {
        line.split_once(' ')
            .and_then(|(size, name)| Some((size.parse::<u64>().ok()?, name)))
            .is_some_and(|(size, name)| fs::metadata(lib.join(name)).is_ok_and(|meta| meta.len() == size))
    };
    list.contains(&format!("kafka_2.13-{VERSION}.jar")) && list.lines().all(whole)
}

/// Fetches the jars with Maven and puts them in place, whole or not at all.
pub fn fetch(lib: &Path, step: &mut Step) -> Result<()> {
    let maven = find::on_path(&["mvn"]).with_context(|| t!("Maven (mvn) is missing", "Maven (mvn) manque"))?;
    let parent = lib.parent().context("lib")?;
    let half = parent.join(format!("lib.{}", std::process::id()));
    fs::create_dir_all(&half)?;
    let pom = half.join("pom.xml");
    fs::write(&pom, POM)?;
    let spec = Spec::new("mvn", maven)
        .args(["--batch-mode", "--quiet", "--file"])
        .arg(&pom)
        .arg("dependency:copy-dependencies")
        .arg(format!("-DoutputDirectory={}", half.display()))
        .output(Output::Capture);
    if let Err(error) = step.run(&spec) {
        // What is left of it helps nobody; the next try begins anew.
        let _ = fs::remove_dir_all(&half);
        return Err(error.context(t!("Maven could not fetch Kafka", "Maven n'a pas pu télécharger Kafka")));
    }
    fs::write(half.join(LIST), list(&half)?)?;
    if !complete(&half) {
        bail!(
            "{}",
            t!(
                "Maven fetched something else than Kafka {VERSION}",
                "Maven a téléchargé autre chose que Kafka {VERSION}"
            )
        );
    }
    put_in_place(&half, lib)
}

/// Another stack may have been quicker; its jars are as good as ours.
fn put_in_place(half: &Path, lib: &Path) -> Result<()> {
    if complete(lib) {
        fs::remove_dir_all(half)?;
        return Ok(());
    }
    if lib.exists() {
        fs::remove_dir_all(lib)?;
    }
    fs::rename(half, lib).with_context(|| lib.display().to_string())
}

fn list(folder: &Path) -> Result<String> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if Path::new(&name).extension().is_some_and(|ending| ending == "jar") {
            lines.push(format!("{} {name}\n", entry.metadata()?.len()));
        }
    }
    lines.sort();
    Ok(lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temp::TempFolder;

    #[test]
    fn a_missing_or_short_jar_is_noticed() {
        let folder = TempFolder::new("jars").unwrap();
        let kafka = folder.path().join(format!("kafka_2.13-{VERSION}.jar"));
        assert!(!complete(folder.path()), "an empty folder");

        fs::write(&kafka, "whole").unwrap();
        fs::write(folder.path().join(LIST), list(folder.path()).unwrap()).unwrap();
        assert!(complete(folder.path()));

        fs::write(&kafka, "hal").unwrap();
        assert!(!complete(folder.path()), "a short jar");

        fs::remove_file(&kafka).unwrap();
        assert!(!complete(folder.path()), "a lost jar");
    }
}
