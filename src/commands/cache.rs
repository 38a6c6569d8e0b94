//! `cache info`, `cache clear`: what is kept of earlier runs.

use super::directory::{Missing, Obstacle};
use super::store::{self, Contents, Place, Store};
use super::{Status, eprint_all, library, print_all};
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
    let place = Place::locate()?;
    match arguments {
        Arguments::Info { format } => print_all(&info(place.as_ref(), *format))?,
        Arguments::Clear => {
            let removed = place.as_ref().map_or_else(|| Ok(Contents::default()), clear)?;
            print_all(&format!("{} entries removed, {} bytes\n", removed.entries, removed.bytes))?;
        }
    }
    Ok(Status::Clean)
}

/// Removes what is in the cache. A folder that is not believed is none: all that is in it stays.
fn clear(place: &Place) -> Result<Contents> {
    match place.clear(library::clear) {
        Err(Obstacle::Failed(error)) => Err(error).context("the cache can't be removed"),
        Err(obstacle) => {
            eprint_all(&format!("nothing is removed, as nothing is used: {obstacle}\n"))?;
            Ok(Contents::default())
        }
        Ok(removed) => Ok(removed),
    }
}

fn info(place: Option<&Place>, format: Format) -> String {
    // With the cache switched off, nothing is made.
    let missing = if store::is_off() { Missing::Leave } else { Missing::Make };
    let store = place.map(|place| place.open(missing));
    let contents = store.as_ref().and_then(|store| store.as_ref().ok()).map(Store::contents).unwrap_or_default();
    let obstacle = obstacle(store);
    let folder = place.map(|place| place.folder().display().to_string());
    let limit = place.map_or(0, Place::limit);
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
fn obstacle(store: Option<Result<Store, Obstacle>>) -> Option<String> {
    let Some(store) = store else { return Some("the system names no folder for it".to_owned()) };
    if store::is_off() {
        return Some("`AGENTOS_CFG_NO_CACHE` is set".to_owned());
    }
    let store = match store {
        Ok(store) => store,
        Err(obstacle) => return Some(obstacle.to_string()),
    };
    if store.program().is_none() {
        return Some(
            "the file of this program can't be read, so that results of others could not be told apart".to_owned(),
        );
    }
    store.try_out().err().map(|error| Obstacle::Failed(error).to_string())
}
