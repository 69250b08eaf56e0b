//! What a database server heard, by its general log.

use std::collections::BTreeSet;

use tests::Store;

/// What a server heard: the thread, the command, and the text.
pub(super) struct Heard(Vec<(u64, String, String)>);

impl Heard {
    pub(super) async fn read(store: &Store) -> Self {
        // A table of CSV: its rows come in the order in which they were written.
        let heard: Vec<(u64, String, Vec<u8>)> = sqlx::query_as(
            "SELECT CAST(thread_id AS UNSIGNED), CONVERT(command_type USING utf8mb4), CAST(argument AS BINARY)
             FROM mysql.general_log WHERE command_type IN ('Connect', 'Query', 'Prepare', 'Execute')",
        )
        .fetch_all(&store.store_db.pool)
        .await
        .expect("the general log");
        // What is executed has the bytes of ids in it, which are no text.
        let text =
            |(thread, command, what): (u64, _, Vec<u8>)| (thread, command, String::from_utf8_lossy(&what).into_owned());
        Self(heard.into_iter().map(text).collect())
    }

    /// What each connection to a database executed, in order, each statement as it was prepared.
    fn connections(&self, database: &str) -> Vec<Vec<String>> {
        let on = format!(" {database} ");
        let to_it = |command: &str, what: &str| command == "Connect" && format!("{what} ").contains(&on);
        let threads = self.0.iter().filter(|(_, command, what)| to_it(command, what)).map(|(thread, ..)| *thread);
        threads.map(|thread| self.executed(thread)).collect()
    }

    fn executed(&self, thread: u64) -> Vec<String> {
        let said = || self.0.iter().filter(|(of, ..)| *of == thread);
        let words = |what: &str| what.split_whitespace().collect::<Vec<_>>().join(" ");
        let prepared: BTreeSet<String> =
            said().filter(|(_, command, _)| command == "Prepare").map(|(.., what)| words(what)).collect();
        // What is executed has values in it: the text that was prepared, now or before, begins and ends as it does.
        let around = |text: &str| -> (usize, usize) {
            (text.find('?').unwrap_or(text.len()), text.rfind('?').map_or(0, |last| last + 1))
        };
        let as_prepared = |what: &str| {
            let what = words(what);
            let same = prepared.iter().filter(|text| {
                let (head, tail) = around(text);
                what.starts_with(&text[..head]) && what.ends_with(&text[tail..])
            });
            same.max_by_key(|text| around(text).0).cloned().unwrap_or(what)
        };
        let executed = said().filter(|(_, command, _)| command != "Prepare").map(|(.., what)| as_prepared(what));
        // A transaction that ends may begin the next.
        let parts =
            |what: String| if what == "COMMIT AND CHAIN" { vec!["COMMIT".into(), "BEGIN".into()] } else { vec![what] };
        executed.flat_map(parts).collect()
    }

    /// The transaction of an order that was placed alone.
    pub(super) fn lone_order(&self, database: &str) -> Vec<String> {
        let orders = self.transactions(database).filter(|said| said.iter().any(|what| is_order(what)));
        let alone = orders.min_by_key(Vec::len).unwrap_or_else(|| panic!("no order in {database}: {:#?}", self.0));
        alone.iter().map(|what| of_one_row(what)).collect()
    }

    fn transactions(&self, database: &str) -> impl Iterator<Item = Vec<String>> {
        self.connections(database).into_iter().flat_map(|said| {
            let parts = said.split(|what| what == "BEGIN").skip(1).map(|part| {
                let end = part.iter().position(|what| what == "COMMIT").map_or(part.len(), |end| end + 1);
                part[..end].to_vec()
            });
            parts.collect::<Vec<_>>()
        })
    }

    /// The statements of sagas in a database, each once: of the transactions that place orders or handle events, and
    /// what removes from the outbox.
    pub(super) fn of_sagas(&self, database: &str) -> BTreeSet<String> {
        let is_saga =
            |said: &Vec<String>| said.iter().any(|what| is_order(what) || what.starts_with("INSERT INTO inbox"));
        let deletes =
            self.connections(database).into_iter().flatten().filter(|what| what.starts_with("DELETE FROM outbox"));
        self.transactions(database).filter(is_saga).flatten().chain(deletes).map(|what| of_one_row(&what)).collect()
    }
}

fn is_order(what: &str) -> bool {
    what.starts_with("INSERT INTO orders")
}

/// A statement as it would be for one row.
fn of_one_row(what: &str) -> String {
    // By a range, or by a list: that depends on which rows are there at that moment.
    if let Some(("DELETE FROM outbox", _)) = what.split_once(" WHERE ") {
        return "DELETE FROM outbox".to_owned();
    }
    let mut what = what.to_owned();
    // Lists of ids first, and then lists of rows.
    while what.contains("IN (?, ?") {
        what = what.replacen("IN (?, ", "IN (", 1);
    }
    let Some((head, rows)) = what.split_once("VALUES (") else { return what };
    let Some((row, rest)) = rows.split_once(')') else { return what };
    let again = format!(", ({row})");
    let mut rest = rest;
    while let Some(less) = rest.strip_prefix(&again) {
        rest = less;
    }
    format!("{head}VALUES ({row}){rest}")
}
