//! `lib export`: the embedded library as files.

use super::{Status, output};
use crate::source::{LIBRARY, LIBRARY_FOLDER};
use anyhow::Result;
use std::path::PathBuf;

/// Write the library to DIR, for stock Nickel tools.
///
/// With `NICKEL_IMPORT_PATH=DIR`, `nickel` and its language server find what environments import as
/// `agentos/lib.ncl`. The compiler itself always uses the copy that it was built with.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The folder that will hold `agentos/lib.ncl`.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    for module in LIBRARY {
        output::write_below(&arguments.directory, &format!("{LIBRARY_FOLDER}/{}", module.path), module.text)?;
    }
    Ok(Status::Clean)
}
