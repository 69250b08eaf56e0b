//! Servers of a test's own, for tests that take a database, a cache or a broker away from the services.

use stack::servers::{KafkaOptions, Launch, MariaDbOptions, RedisOptions, Server};
use stack::temp::TempFolder;
use stack::tools::Tools;
use tokio::sync::SemaphorePermit;

use crate::ports::free_port;
use crate::service::Signal;
use crate::{signal, slots};

/// A database server, a Redis and a broker, none of which runs until it is started.
#[derive(Debug)]
pub struct Servers {
    /// The database server, once started.
    pub database: Option<Server>,
    /// The Redis, once started.
    pub redis: Option<Server>,
    /// The broker, once started.
    pub broker: Option<Server>,
    database_options: MariaDbOptions,
    redis_options: RedisOptions,
    broker_options: KafkaOptions,
    // After the servers, so that it is removed when they are gone.
    _folder: TempFolder,
    _slot: SemaphorePermit<'static>,
}

impl Servers {
    /// Servers that do not run yet, on ports of their own.
    pub async fn stopped() -> Self {
        let slot = slots::servers().await;
        let tools = Tools::from_env().unwrap_or_else(|error| panic!("{error:#}: run `cargo stack test`"));
        let folder = TempFolder::new("servers").expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let database_options = MariaDbOptions {
            program: tools.database,
            data: path("mariadb"),
            port: free_port(),
            log: path("mariadb.log"),
            init_file: None,
        };
        let redis_options = RedisOptions { program: tools.redis, port: free_port(), log: path("redis.log") };
        let broker_options = KafkaOptions {
            java: tools.java,
            lib: tools.kafka_lib,
            data: path("kafka"),
            port: free_port(),
            controller_port: free_port(),
            log: path("kafka.log"),
        };
        Self {
            database: None,
            redis: None,
            broker: None,
            database_options,
            redis_options,
            broker_options,
            _folder: folder,
            _slot: slot,
        }
    }

    /// All of them, running.
    pub async fn start() -> Self {
        let mut servers = Self::stopped().await;
        servers.start_database();
        servers.start_redis();
        servers.start_broker();
        servers
    }

    /// Starts the database server for the first time.
    pub fn start_database(&mut self) {
        self.database = Some(self.database_options.start().expect("a database server"));
    }

    /// Starts the Redis for the first time.
    pub fn start_redis(&mut self) {
        self.redis = Some(self.redis_options.start().expect("a Redis"));
    }

    /// Starts the broker for the first time.
    pub fn start_broker(&mut self) {
        self.broker = Some(self.broker_options.start().expect("a broker"));
    }

    /// SIGSTOP to the Redis: it keeps its connections, takes what is sent to them, and answers nobody.
    pub fn pause_redis(&mut self) {
        signal::send("the Redis", self.redis().pid(), Signal::STOP);
    }

    /// SIGCONT: it goes on with all that was sent to it meanwhile.
    pub fn resume_redis(&mut self) {
        signal::send("the Redis", self.redis().pid(), Signal::CONT);
    }

    /// Where the database server is or will be, without a database.
    pub fn database_url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}", self.database_options.port)
    }

    /// Where the Redis is or will be.
    pub fn redis_url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.redis_options.port)
    }

    /// Where the broker is or will be.
    pub fn kafka_brokers(&self) -> String {
        format!("127.0.0.1:{}", self.broker_options.port)
    }

    /// The running database server.
    pub fn database(&mut self) -> &mut Server {
        self.database.as_mut().expect("started before")
    }

    /// The running Redis.
    pub fn redis(&mut self) -> &mut Server {
        self.redis.as_mut().expect("started before")
    }

    /// The running broker.
    pub fn broker(&mut self) -> &mut Server {
        self.broker.as_mut().expect("started before")
    }
}
