//! The database server survives a kill, and cannot be reached once it is stopped.

use std::net::TcpStream;

use stack::ports;
use stack::servers::{Launch, MariaDbOptions};
use stack::temp::TempFolder;
use stack::tools::Tools;

#[test]
fn it_comes_back_after_a_kill_and_is_gone_after_a_stop() {
    let folder = TempFolder::new("it-mariadb").unwrap();
    let options = MariaDbOptions {
        program: Tools::from_env().unwrap().database,
        data: folder.path().join("data"),
        port: ports::free().unwrap(),
        log: folder.path().join("mariadb.log"),
        init_file: None,
    };
    let mut server = options.start().unwrap();
    assert_eq!(server.url(), format!("mysql://root@127.0.0.1:{}", options.port));

    server.kill().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", options.port)).is_err(), "it is dead");
    server.restart().unwrap();

    server.stop().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", options.port)).is_err(), "it has ended");
}

#[test]
fn one_that_cannot_start_shows_the_end_of_its_log() {
    let folder = TempFolder::new("it-mariadb").unwrap();
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let options = MariaDbOptions {
        program: Tools::from_env().unwrap().database,
        data: folder.path().join("data"),
        port: taken.local_addr().unwrap().port(),
        log: folder.path().join("mariadb.log"),
        init_file: None,
    };
    let error = options.start().unwrap_err().to_string();
    assert!(error.contains("mariadb.log"), "{error}");
    assert!(error.to_lowercase().contains("port"), "{error}");
}
