//! A report as a page of the documents: a table, and a picture a figure. Written from the report alone, so that the
//! documents cannot say anything else.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::chart::svg;
use super::table::{machine, method, row};
use super::{Figure, Report};
use crate::t;

/// Writes `figures.md` and the pictures to a folder.
pub fn write(report: &Report, folder: &Path) -> Result<()> {
    let written = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| path.display().to_string())
    };
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let header = [machine(&report.machine), method(&report.method)];
    for figure in &report.figures {
        written(&picture(figure), svg(figure, &header))?;
    }
    written("figures.md", page(report, &header))
}

fn picture(figure: &Figure) -> String {
    format!("{}.svg", figure.name)
}

fn page(report: &Report, header: &[String]) -> String {
    let mut lines = vec![
        t!("# Figures", "# Mesures"),
        String::new(),
        t!(
            "Written by `cargo stack bench page REPORT.json` from that report; what each figure is stands in [bench.md](../bench.md).",
            "Écrit par `cargo stack bench page REPORT.json` à partir de ce rapport\u{202f}; [bench.md](../bench.md) dit ce qu'est chaque mesure."
        ),
        String::new(),
    ];
    lines.extend(header.iter().map(|line| format!("- {line}")));
    lines.extend([
        String::new(),
        t!(
            "| Figure | Store | Limit | Compared (least … most) | Promised | |",
            "| Mesure | Magasin | Limite | Comparaison (min … max) | Promis | |"
        ),
    ]);
    lines.push("|---|---|---|---|---|---|".to_owned());
    for figure in &report.figures {
        let kept = match figure.met() {
            None => String::new(),
            Some(true) => t!("kept", "tenu"),
            Some(false) => t!("**missed**", "**manqué**"),
        };
        let [title, ours, limit, compared, promised] = row(figure);
        let name = &figure.name;
        lines.push(format!("| [{title}](#{name}) | {ours} | {limit} | {compared} | {promised} | {kept} |"));
    }
    for figure in &report.figures {
        let (title, name) = (figure.title.chosen(), &figure.name);
        lines.extend([String::new(), format!("<a id=\"{name}\"></a>"), format!("![{title}]({})", picture(figure))]);
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::temp::TempFolder;

    #[test]
    fn each_figure_has_its_line_and_its_picture() {
        let spread = serde_json::json!({"median": 2.0, "min": 1.0, "max": 3.0});
        let text = serde_json::json!({"en": "reads", "fr": "lectures"});
        let report: Report = serde_json::from_value(serde_json::json!({
            "machine": {"processor": "quick", "cores": 2, "memory_bytes": null, "system": "Linux 1", "database": "M 10",
                        "flush_log_at_commit": 1, "buffer_pool_bytes": 1, "redis": "7", "broker": "4.3"},
            "method": {"seconds": 1.0, "rounds": 5, "connections": 8, "scale": 1.0, "past_orders": 5},
            "figures": [{"name": "reads", "title": text, "against": text, "unit": "per_second", "comparison": "ratio",
                         "ours": spread, "limit": null, "compared": null, "goals": []}],
        }))
        .unwrap();
        let folder = TempFolder::new("page").unwrap();
        write(&report, &folder.path().join("bench")).unwrap();
        let page = fs::read_to_string(folder.path().join("bench/figures.md")).unwrap();
        assert!(page.contains("| [reads](#reads) | 2/s |") && page.contains("![reads](reads.svg)"), "{page}");
        assert!(page.contains("quick") && page.contains("Kafka 4.3"), "{page}");
        assert!(fs::read_to_string(folder.path().join("bench/reads.svg")).unwrap().contains("quick"));
    }

    /// The page and its pictures, as a folder has them.
    fn page_in(folder: &Path) -> BTreeMap<String, String> {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let written =
            paths.filter(|path| path.ends_with("figures.md") || path.extension().is_some_and(|kind| kind == "svg"));
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        written.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect()
    }

    #[test]
    fn the_documents_show_what_the_report_beside_them_says() {
        let documents = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/bench"));
        let folder = TempFolder::new("figures").unwrap();
        write(&Report::read(&documents.join("report.json")).unwrap(), folder.path()).unwrap();
        let (shown, said) = (page_in(documents), page_in(folder.path()));
        let mut names = shown.keys().chain(said.keys());
        let differs = names.find(|name| shown.get(*name) != said.get(*name));
        assert_eq!(
            differs, None,
            "cargo stack bench page docs/bench/report.json writes it anew; what is not in the report goes"
        );
    }
}
