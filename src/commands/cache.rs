//! `cache info`, `cache clear`: what is kept of earlier runs.

use super::store::{self, Store};
use super::{Status, print_all};
use crate::characters;
use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};
use serde_json::json;

/// What is kept of environments, so that those that have not changed are not evaluated again.
#[derive(Subcommand)]
pub(super) enum Arguments {
    /// Say where the cache is, and how much is in it.
    Info {
        /// How to say it.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Remove all that is in the cache.
    Clear,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Lines of text.
    Human,
    /// One object.
    Json,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let store = Store::locate()?;
    match arguments {
        Arguments::Info { format } => print_all(&info(store.as_ref(), *format))?,
        Arguments::Clear => {
            let removed = store.as_ref().map(Store::clear).transpose().context("the cache can't be removed")?;
            let removed = removed.unwrap_or_default();
            print_all(&format!("{} entries removed, {} bytes\n", removed.entries, removed.bytes))?;
        }
    }
    Ok(Status::Clean)
}

fn info(store: Option<&Store>, format: Format) -> String {
    let obstacle = obstacle(store);
    let contents = store.map(Store::contents).unwrap_or_default();
    let folder = store.map(|store| store.folder().display().to_string());
    let limit = store.map_or(0, Store::limit);
    match format {
        Format::Json => {
            let (entries, bytes) = (contents.entries, contents.bytes);
            let object =
                json!({ "folder": folder, "entries": entries, "bytes": bytes, "limit": limit, "unused": obstacle });
            characters::json(&format!("{object:#}\n")).into_owned()
        }
        Format::Human => {
            let mut text = format!("folder: {}\n", folder.as_deref().map_or("none".into(), characters::printable));
            text += &format!("entries: {}\nbytes: {}\nlimit: {limit}\n", contents.entries, contents.bytes);
            text + &obstacle.map_or_else(String::new, |obstacle| format!("not used: {obstacle}\n"))
        }
    }
}

/// Why there is no cache; none where there is one.
fn obstacle(store: Option<&Store>) -> Option<String> {
    let Some(store) = store else { return Some("the system names no folder for it".to_owned()) };
    if store::is_off() {
        return Some("`AGENTOS_CFG_NO_CACHE` is set".to_owned());
    }
    if !store.is_private() {
        return Some("others can write to the folder".to_owned());
    }
    store.try_out().err().map(|error| format!("the folder can't be written to: {}", error.kind()))
}
