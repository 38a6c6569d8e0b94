//! The fields of a text as a tree, for its outline.

use super::View;
use super::fields::unquoted;
use super::files;
use crate::language_server::cursor::{Layout, Part, Written};
use std::ops::Range;

/// How deep the tree is.
const DEEPEST: usize = 32;

/// A field, or an element of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name, as it is written.
    pub name: String,
    /// Its value where that is short and no text.
    pub detail: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// All its bytes.
    pub range: Range<usize>,
    /// Those of its name.
    pub selection: Range<usize>,
    /// What is inside.
    pub children: Vec<Symbol>,
}

/// What a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A tenant.
    Tenant,
    /// A peer.
    Peer,
    /// A service.
    Service,
    /// A secret.
    Secret,
    /// A record.
    Record,
    /// A list.
    Array,
    /// A choice.
    Tag,
    /// A text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// What is computed, imported, or not there yet.
    Other,
}

/// The fields of a text, those inside of others below them.
pub fn symbols(view: &View<'_>) -> Vec<Symbol> {
    let root = files::roots(view).into_iter().next().unwrap_or_default();
    let layout = Layout::new(view.parts, &root);
    let mut open: Vec<Symbol> = Vec::new();
    let mut done = Vec::new();
    for written in layout.written().filter(|written| !layout.is_binding(written.item)) {
        let Some(symbol) = symbol(view.text(), written) else { continue };
        while open.last().is_some_and(|around| around.range.end < symbol.range.end) {
            close(&mut open, &mut done);
        }
        if open.len() < DEEPEST {
            open.push(symbol);
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut done);
    }
    done
}

/// Ends the innermost symbol.
fn close(open: &mut Vec<Symbol>, done: &mut Vec<Symbol>) {
    let Some(symbol) = open.pop() else { return };
    match open.last_mut() {
        Some(around) => around.children.push(symbol),
        None => done.push(symbol),
    }
}

fn symbol(text: &str, written: Written<'_>) -> Option<Symbol> {
    let value = written.value.and_then(|value| text.get(value)).unwrap_or_default();
    let way: Vec<Part<'_>> = written.place.parts().collect();
    let (name, selection) = match (written.names.first(), written.names.last(), way.last()) {
        (Some(first), Some(last), _) => {
            let range = first.start..last.end;
            (text.get(unquoted_name(text, &range))?.to_owned(), range)
        }
        // An element is worth a line where it has fields.
        (_, _, Some(Part::Element(index))) if value.contains('{') => {
            (format!("[{index}]"), written.whole.start..written.whole.start)
        }
        _ => return None,
    };
    let kind = kind(&way, value);
    let is_plain = matches!(kind, Kind::Tag | Kind::Number | Kind::Boolean);
    let detail = value.lines().next().filter(|_| is_plain);
    let detail = detail.map(|value| value.split([' ', '{', '#']).next().unwrap_or_default().to_owned());
    let name = if name.trim().is_empty() { "\"\"".to_owned() } else { name };
    Some(Symbol { name, detail, kind, range: written.whole, selection, children: Vec::new() })
}

/// The bytes of a name without the quotes around it, where it has one part.
fn unquoted_name(text: &str, range: &Range<usize>) -> Range<usize> {
    let written = text.get(range.clone()).unwrap_or_default();
    match written.matches('"').count() {
        2 => unquoted(text, range.clone()),
        _ => range.clone(),
    }
}

fn kind(way: &[Part<'_>], value: &str) -> Kind {
    use Part::Field;
    match way {
        [Field("tenancy"), Field("tenants"), Field(_)] => return Kind::Tenant,
        [Field("federation"), Field("peers"), Field(_)] => return Kind::Peer,
        [Field("services"), Field(_)] => return Kind::Service,
        [.., Field("secrets"), Field("keys"), Field(_)] => return Kind::Secret,
        _ => {}
    }
    match value.bytes().next() {
        Some(b'{') => Kind::Record,
        Some(b'[') => Kind::Array,
        Some(b'\'') => Kind::Tag,
        Some(b'"') => Kind::Text,
        Some(b'0'..=b'9' | b'-') => Kind::Number,
        _ if value == "true" || value == "false" => Kind::Boolean,
        _ => Kind::Other,
    }
}
