//! The Redis server survives a kill, empty, and cannot be reached once it is stopped.

use std::io::{Read, Write};
use std::net::TcpStream;

use stack::ports;
use stack::servers::{Launch, RedisOptions};
use stack::temp::TempFolder;
use stack::tools::Tools;

/// Sends one command and gives the beginning of the answer.
fn said(port: u16, command: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "{command}\r\n").unwrap();
    let mut answer = [0; 64];
    let length = stream.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..length]).trim().to_owned()
}

#[test]
fn it_comes_back_empty_after_a_kill_and_is_gone_after_a_stop() {
    let folder = TempFolder::new("it-redis").unwrap();
    let port = ports::free().unwrap();
    let options =
        RedisOptions { program: Tools::from_env().unwrap().redis, port, log: folder.path().join("redis.log") };
    let mut server = options.start().unwrap();
    assert_eq!(server.url(), format!("redis://127.0.0.1:{port}"));
    assert_eq!(said(port, "SET level 7"), "+OK");

    server.kill().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "it is dead");
    server.restart().unwrap();
    assert_eq!(said(port, "GET level"), "$-1", "nothing was kept on the disk");

    server.stop().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "it has ended");
}
