//! `lsp`: the language server, on standard input and output.

use super::strictness::Strictness;
use super::watch::Bounds;
use super::{Status, expand, judge, library};
use crate::language_server::{self, Program, Setup};
use anyhow::{Context, Result};
use lsp_server::Connection;
use std::path::{Path, PathBuf};

/// Serve an editor: findings while you type, completion, documentation, fixes.
///
/// The language server speaks LSP 3.17 on standard input and output; editors start it. How to set one up:
/// docs/editors.md.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Accepted because editors pass it; there is no other way.
    #[arg(long)]
    stdio: bool,

    #[command(flatten)]
    bounds: Bounds,

    #[command(flatten)]
    strictness: Strictness,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let _ = arguments.stdio;
    let path = std::env::current_exe().context("the program can't be found on the disk")?;
    let judge = std::iter::once(judge::NAME.to_owned()).chain(arguments.bounds.arguments()).collect();
    let setup = Setup {
        judge: Program { path, arguments: judge },
        policy: arguments.strictness.policy(),
        search,
        library: library::folder,
    };
    let (connection, threads) = Connection::stdio();
    let went_well = language_server::serve(&connection, setup).context("no thread can be started")?;
    drop(connection);
    // A client that has gone away in the middle of a message is no trouble of this side.
    let _ = threads.join();
    // As the protocol wants it: 1 where the client went without a word.
    Ok(if went_well { Status::Clean } else { Status::Findings })
}

/// A folder that can't be searched has no environments.
fn search(folder: &Path) -> Vec<PathBuf> {
    expand::files_below(folder, &["ncl"]).unwrap_or_default()
}
