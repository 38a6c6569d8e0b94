//! A database that runs and their like are kept in.

use super::reader::Reader;
use crate::names;

/// A database that runs and their like are kept in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The name.
    pub name: String,
    /// The user.
    pub user: String,
    /// How far the connection is protected.
    pub ssl_mode: SslMode,
    /// How many connections are kept open.
    pub pool_size: i64,
}

impl Database {
    /// Which database it is, seen from a namespace: host, port and name. A host without a dot is a Service of the namespace
    /// itself.
    pub fn identity(&self, namespace: &str) -> (String, u16, &str) {
        (names::service_host(&self.host, namespace), self.port, &self.name)
    }
}

/// How far a connection to a database is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SslMode {
    /// Not at all.
    Disable,
    /// It is encrypted.
    #[default]
    Require,
    /// And the certificate is verified.
    VerifyCa,
    /// And the name in it.
    VerifyFull,
}

impl SslMode {
    /// As the runtime spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            SslMode::Disable => "disable",
            SslMode::Require => "require",
            SslMode::VerifyCa => "verify-ca",
            SslMode::VerifyFull => "verify-full",
        }
    }
}

pub(super) fn decode_database(database: Reader<'_>) -> Option<Database> {
    database.tagged("Postgres").map(|database| Database {
        host: database.get("host").text(),
        port: database.get("port").integer().and_then(|port| u16::try_from(port).ok()).unwrap_or(5432),
        name: database.get("name").text(),
        user: database.get("user").text(),
        ssl_mode: decode_ssl_mode(database.get("ssl_mode")),
        pool_size: database.get("pool_size").integer().unwrap_or(10),
    })
}

fn decode_ssl_mode(mode: Reader<'_>) -> SslMode {
    let modes = [
        ("Disable", SslMode::Disable),
        ("Require", SslMode::Require),
        ("VerifyCa", SslMode::VerifyCa),
        ("VerifyFull", SslMode::VerifyFull),
    ];
    mode.one_of(modes).unwrap_or_default()
}
