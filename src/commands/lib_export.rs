//! `lib export`: the embedded library as files.

use super::{Status, output};
use crate::source::{LIBRARY, LIBRARY_FOLDER};
use anyhow::{Context, Result};
use clap::ValueHint;
use std::path::PathBuf;

/// Write the library to DIR, for stock Nickel tools.
///
/// With `NICKEL_IMPORT_PATH=DIR`, `nickel` and its language server find what environments import as
/// `agentos/lib.ncl`. The compiler itself always uses the copy that it was built with.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The folder that will hold `agentos/lib.ncl`.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    directory: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let root = arguments.directory.join(LIBRARY_FOLDER);
    for module in LIBRARY {
        let path = root.join(module.path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("the folder `{}` can't be made", folder.display()))?;
        }
        output::write_file(&path, module.text)?;
    }
    Ok(Status::Clean)
}
