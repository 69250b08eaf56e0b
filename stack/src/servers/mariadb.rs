//! A MariaDB or MySQL server of the stack's own, on loopback.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::mariadb_data::{self, TEMPORARY_FOLDER, as_root, temporary};
use super::server::{Kind, Launch, Server, ask};
use crate::process::{Output, Spec};

const KIND: Kind = Kind {
    scheme: "mysql://root@",
    ready_limit: Duration::from_mins(1),
    stop_limit: Duration::from_secs(30),
    answers: greets,
};

/// Longest path of a socket: 107 bytes on Linux, 103 on macOS.
const SOCKET_PATH_LIMIT: usize = 100;

/// What readers of changes ask for; each commit reaches the disk here too.
const BINLOG: [&str; 5] =
    ["--server-id=1", "--log-bin=binlog", "--binlog-format=ROW", "--binlog-row-image=FULL", "--sync-binlog=1"];

/// Where a server runs.
#[derive(Clone, Debug)]
pub struct MariaDbOptions {
    /// `mariadbd`, or either server's `mysqld`.
    pub program: PathBuf,
    /// Its data; made when it is not there.
    pub data: PathBuf,
    /// The port on 127.0.0.1.
    pub port: u16,
    /// Its log, appended to.
    pub log: PathBuf,
    /// SQL that it runs at each start before it serves; needs no client program.
    pub init_file: Option<PathBuf>,
}

/// The same server with a row based binary log, for those who read its changes there.
#[derive(Clone, Debug)]
pub struct MariaDbWithBinlog(pub MariaDbOptions);

impl Launch for MariaDbOptions {
    /// Makes the data folder if need be.
    fn launch(&self) -> Result<Server> {
        mariadb_data::ensure(&self.program, &self.data)?;
        // Nobody replicates from here.
        Server::launch(spec(self).arg("--skip-log-bin"), self.port, KIND)
    }
}

impl Launch for MariaDbWithBinlog {
    /// Makes the data folder if need be.
    fn launch(&self) -> Result<Server> {
        mariadb_data::ensure(&self.0.program, &self.0.data)?;
        Server::launch(spec(&self.0).args(BINLOG), self.0.port, KIND)
    }
}

fn spec(options: &MariaDbOptions) -> Spec {
    let data = &options.data;
    Spec::new("mariadb", &options.program)
        // First, or it is no option to the server: the machine's own settings stay out.
        .arg("--no-defaults")
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--socket={}", socket_path(data, options.port).display()))
        .arg(format!("--pid-file={}", data.join("server.pid").display()))
        .arg(format!("--port={}", options.port))
        .arg("--bind-address=127.0.0.1")
        // What was acknowledged is on the disk: durability is not traded for speed.
        .arg("--innodb-flush-log-at-trx-commit=1")
        .args(["--innodb-buffer-pool-size=64M", "--performance-schema=OFF", "--max-connections=500"])
        // A client that only looks whether the port answers must not get the host blocked.
        .arg("--max-connect-errors=1000000")
        // MySQL's second protocol would want a port of its own; MariaDB passes `loose` over.
        .arg("--loose-mysqlx=OFF")
        .args(options.init_file.as_ref().map(|file| format!("--init-file={}", file.display())))
        .args(as_root())
        .env(TEMPORARY_FOLDER, temporary(data))
        // The C library would give its threads sixteen heaps here, each of which keeps what it ever held: a tenth of
        // the whole store's memory (docs/bench/notes.md).
        .env("MALLOC_ARENA_MAX", "2")
        .output(Output::Log(options.log.clone()))
}

/// In the data folder, unless its path is too long for a socket.
fn socket_path(data: &Path, port: u16) -> PathBuf {
    let inside = data.join("mysql.sock");
    if inside.as_os_str().len() <= SOCKET_PATH_LIMIT {
        return inside;
    }
    let short = std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|folder| folder.is_dir())
        .unwrap_or_else(|| PathBuf::from("/tmp"));
    short.join(format!("store-manager-{port}.sock"))
}

/// Whether the server sends its greeting: a packet whose fifth byte is the protocol version, 10.
/// (An error packet, `0xff`, means that it is up and refuses.)
fn greets(port: u16) -> bool {
    const PROTOCOL_VERSION: u8 = 10;
    ask(port, b"").is_ok_and(|[.., version]: [u8; 5]| version == PROTOCOL_VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_folder_gets_a_short_socket() {
        assert_eq!(socket_path(Path::new("/tmp/s/mariadb"), 13306), Path::new("/tmp/s/mariadb/mysql.sock"));
        let long = PathBuf::from(format!("/home/{}/mariadb", "very-long-name/".repeat(10)));
        assert!(socket_path(&long, 13306).as_os_str().len() < SOCKET_PATH_LIMIT);
    }
}
