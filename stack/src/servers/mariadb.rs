//! A MariaDB or MySQL server of the stack's own, on loopback.

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::mariadb_data::{self, TEMPORARY_FOLDER, as_root, temporary};
use super::running::Running;
use crate::process::{Output, Spec};

/// Recovery after a kill takes a moment; a loaded machine makes it longer.
const READY_LIMIT: Duration = Duration::from_mins(1);
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// Longest path of a socket: 107 bytes on Linux, 103 on macOS.
const SOCKET_PATH_LIMIT: usize = 100;

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

/// A running database server; killed when dropped.
#[derive(Debug)]
pub struct MariaDb {
    running: Running,
    port: u16,
}

impl MariaDb {
    /// Makes the data folder if need be and starts the server; does not wait until it answers.
    pub fn launch(options: &MariaDbOptions) -> Result<Self> {
        mariadb_data::ensure(&options.program, &options.data)?;
        let mut running = Running::new(spec(options));
        running.start()?;
        Ok(Self { running, port: options.port })
    }

    /// Starts the server and waits until it answers.
    pub fn start(options: &MariaDbOptions) -> Result<Self> {
        let mut server = Self::launch(options)?;
        server.wait_ready()?;
        Ok(server)
    }

    /// Waits until it greets clients.
    pub fn wait_ready(&mut self) -> Result<()> {
        let port = self.port;
        self.running.wait_ready(READY_LIMIT, || greets(port))
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `mysql://root@127.0.0.1:PORT`, without a database.
    #[must_use]
    pub fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}", self.port)
    }

    /// SIGKILL, as a crash.
    pub fn kill(&mut self) -> Result<()> {
        self.running.kill()
    }

    /// A clean end: SIGTERM, then up to 30 s.
    pub fn stop(&mut self) -> Result<()> {
        self.running.stop(STOP_LIMIT)?;
        Ok(())
    }

    /// Starts it again on the same port with the same data, and waits until it answers.
    pub fn restart(&mut self) -> Result<()> {
        self.running.start()?;
        self.wait_ready()
    }

    /// The process itself, for one who supervises it.
    #[must_use]
    pub fn into_running(self) -> Running {
        self.running
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
        // Nobody replicates from here.
        .arg("--skip-log-bin")
        .args(["--innodb-buffer-pool-size=64M", "--performance-schema=OFF", "--max-connections=500"])
        // A client that only looks whether the port answers must not get the host blocked.
        .arg("--max-connect-errors=1000000")
        // MySQL's second protocol would want a port of its own; MariaDB passes `loose` over.
        .arg("--loose-mysqlx=OFF")
        .args(options.init_file.as_ref().map(|file| format!("--init-file={}", file.display())))
        .args(as_root())
        .env(TEMPORARY_FOLDER, temporary(data))
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
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let limit = Duration::from_secs(1);
    let greeting = || -> std::io::Result<u8> {
        let mut stream = TcpStream::connect_timeout(&address, limit)?;
        stream.set_read_timeout(Some(limit))?;
        let mut packet = [0; 5];
        stream.read_exact(&mut packet)?;
        Ok(packet[4])
    };
    greeting().is_ok_and(|version| version == PROTOCOL_VERSION)
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
