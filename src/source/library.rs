//! The library, as it is compiled into this binary.

/// One module of the embedded library: its path below `agentos/`, and its text.
pub struct LibraryModule {
    /// The path below `agentos/`, with forward slashes.
    pub path: &'static str,
    /// The Nickel source.
    pub text: &'static str,
}

macro_rules! library {
    ($($path:literal),* $(,)?) => {
        &[$(LibraryModule { path: $path, text: include_str!(concat!("../../", $path)) }),*]
    };
}

/// The library as it is compiled into this binary; its front door first.
pub const LIBRARY: &[LibraryModule] = library![
    "lib.ncl",
    "lib/amounts.ncl",
    "lib/audit.ncl",
    "lib/authentication.ncl",
    "lib/check.ncl",
    "lib/database.ncl",
    "lib/environment.ncl",
    "lib/federation.ncl",
    "lib/names.ncl",
    "lib/network.ncl",
    "lib/observability.ncl",
    "lib/provided.ncl",
    "lib/secret_key.ncl",
    "lib/secrets.ncl",
    "lib/service.ncl",
    "lib/settings.ncl",
    "lib/settings/v1_02.ncl",
    "lib/settings/v1_07.ncl",
    "lib/smoke.ncl",
    "lib/storage.ncl",
    "lib/tenancy.ncl",
];
