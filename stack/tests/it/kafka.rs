//! The broker survives a kill, and may be started on other ports with the same data.

use std::net::TcpStream;

use stack::ports::{self, Ports};
use stack::servers::{KafkaOptions, Launch};
use stack::temp::TempFolder;
use stack::tools::Tools;

#[test]
fn it_comes_back_after_a_kill_and_on_other_ports() {
    let folder = TempFolder::new("it-kafka").unwrap();
    let tools = Tools::from_env().unwrap();
    let Ports { kafka, controller, .. } = Ports::free().unwrap();
    let mut options = KafkaOptions {
        java: tools.java,
        lib: tools.kafka_lib,
        data: folder.path().join("data"),
        port: kafka,
        controller_port: controller,
        log: folder.path().join("kafka.log"),
    };
    let mut broker = options.start().unwrap();
    broker.kill().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", kafka)).is_err(), "it is dead");
    broker.restart().unwrap();
    broker.stop().unwrap();

    options.port = ports::free().unwrap();
    options.controller_port = ports::free().unwrap();
    let broker = options.start().unwrap();
    assert_eq!(broker.url(), format!("127.0.0.1:{}", options.port));
}
