//! Environments, stacks, tenants and peers of the workspace, by name.

use super::View;
use super::fields::{self, unquoted};
use super::files::{self, File};
use super::mentions::{self, Kind as Named};
use crate::language_server::cursor::{Layout, Part, Parts};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

/// How many are answered at the most.
const MOST: usize = 500;

/// Something that has a name in the workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Symbol {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The environment that it is part of, where that is one.
    pub around: Option<String>,
    /// The file that says the name.
    pub path: PathBuf,
    /// Where.
    pub start: usize,
    /// Up to where.
    pub end: usize,
}

/// What has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An environment.
    Environment,
    /// A stack.
    Stack,
    /// A tenant.
    Tenant,
    /// A peer.
    Peer,
}

/// What has a name with the letters of the query in their order, in any case.
pub fn workspace_symbols(view: &View<'_>, query: &str) -> Vec<Symbol> {
    let mut found: BTreeMap<(PathBuf, usize, usize), Symbol> = BTreeMap::new();
    for member in files::all_members(view) {
        let name = member.environment.as_ref().map(|environment| environment.name.clone());
        for symbol in files::of_member(view, member).iter().flat_map(of_file) {
            let is_named = is_match(&symbol.name, query);
            let place = (symbol.path.clone(), symbol.start, symbol.end);
            // What several environments import is of no single one.
            if let Some(known) = found.get_mut(&place) {
                known.around = known.around.take().filter(|around| Some(around) == name.as_ref());
            } else if is_named && found.len() < MOST {
                found.insert(place, Symbol { around: name.clone(), ..symbol });
            }
        }
    }
    let mut symbols: Vec<Symbol> = found.into_values().collect();
    symbols.sort();
    symbols
}

/// What a file names.
fn of_file(file: &File<'_>) -> Vec<Symbol> {
    let symbol = |name: &str, kind: Kind, range: Range<usize>| Symbol {
        name: name.to_owned(),
        kind,
        around: None,
        path: file.path.to_owned(),
        start: range.start,
        end: range.end,
    };
    let mut symbols = Vec::new();
    for mention in mentions::mentions(file) {
        let kind = match (mention.kind, mention.declares) {
            (Named::Tenant, true) => Kind::Tenant,
            (Named::Stack, true) => Kind::Stack,
            _ => continue,
        };
        symbols.push(symbol(&mention.name, kind, mention.range));
    }
    let parts = Parts::new(file.text);
    let layout = Layout::new(&parts, &file.root);
    for field in fields::fields(file.text, &layout) {
        match field.way.as_slice() {
            [Part::Field("federation"), Part::Field("peers"), Part::Field(name)] => {
                symbols.push(symbol(name, Kind::Peer, field.range));
            }
            [Part::Field("name")] => {
                let value = layout.written_at(field.item).and_then(|written| written.value);
                let range = value.map(|value| unquoted(file.text, value));
                let name = range.clone().and_then(|range| file.text.get(range));
                let name = name.filter(|name| !name.is_empty() && !name.contains(['"', '\n']));
                symbols.extend(name.zip(range).map(|(name, range)| symbol(name, Kind::Environment, range)));
            }
            _ => {}
        }
    }
    symbols
}

/// Whether a name has the letters of a query in their order.
fn is_match(name: &str, query: &str) -> bool {
    let mut letters = name.chars().map(|letter| letter.to_ascii_lowercase());
    query.chars().map(|letter| letter.to_ascii_lowercase()).all(|wanted| letters.any(|letter| letter == wanted))
}
