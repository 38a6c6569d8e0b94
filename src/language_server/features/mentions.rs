//! The ids of tenants and stacks and the names of secrets, where texts write them.

use super::fields::{self, unquoted};
use super::files::File;
use crate::language_server::cursor::{Layout, Part, Parts};
use std::ops::Range;

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A tenant, by its id.
    Tenant,
    /// A stack, by its id.
    Stack,
    /// A secret, by the name under which the services read it.
    Secret,
}

/// A name where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// What it is of.
    pub kind: Kind,
    /// The name.
    pub name: String,
    /// Where it is written, between any quotes.
    pub range: Range<usize>,
    /// Whether it is declared here, and not only referred to.
    pub declares: bool,
}

impl Mention {
    /// Whether both name the same.
    pub fn is_of(&self, other: &Mention) -> bool {
        (self.kind, &self.name) == (other.kind, &other.name)
    }

    /// Whether a byte is in the name, or touches it.
    pub fn is_at(&self, offset: usize) -> bool {
        self.range.start <= offset && offset <= self.range.end
    }
}

/// The names in a file, in the order of its text.
pub fn mentions(file: &File<'_>) -> Vec<Mention> {
    let parts = Parts::new(file.text);
    let layout = Layout::new(&parts, &file.root);
    let named = fields::fields(file.text, &layout).into_iter().filter_map(|field| {
        let (kind, declares) = of_field(&field.way)?;
        Some(mention(file.text, kind, declares, field.range))
    });
    let valued = layout.written().filter_map(|written| {
        let way: Vec<Part<'_>> = written.place.parts().collect();
        let (kind, declares) = of_value(&way)?;
        let value = written.value.filter(|value| is_text(file.text, value))?;
        Some(mention(file.text, kind, declares, unquoted(file.text, value)))
    });
    let mut mentions: Vec<Mention> = named.chain(valued).filter(|mention| !mention.name.is_empty()).collect();
    mentions.sort_by_key(|mention| mention.range.start);
    mentions
}

/// The name at a byte of a file.
pub fn at(file: &File<'_>, offset: usize) -> Option<Mention> {
    mentions(file).into_iter().find(|mention| mention.is_at(offset))
}

fn mention(text: &str, kind: Kind, declares: bool, range: Range<usize>) -> Mention {
    let name = text.get(range.clone()).unwrap_or_default().to_owned();
    Mention { kind, name, range, declares }
}

/// What the last name of a path names, and whether that declares it.
fn of_field(way: &[Part<'_>]) -> Option<(Kind, bool)> {
    use Part::Field;
    match way {
        [Field("tenancy"), Field("tenants"), Field(_)] => Some((Kind::Tenant, true)),
        [Field("federation" | "network"), Field("peers"), Field(_)] => Some((Kind::Stack, false)),
        [Field("secrets"), Field("keys"), Field(_)] => Some((Kind::Secret, true)),
        [Field("tenancy"), Field("tenants"), Field(_), Field("secrets"), Field("keys"), Field(_)] => {
            Some((Kind::Secret, true))
        }
        _ => None,
    }
}

/// What the text at a path names, and whether that declares it.
fn of_value(way: &[Part<'_>]) -> Option<(Kind, bool)> {
    use Part::Field;
    match way {
        [Field("tenancy"), Field("default")] => Some((Kind::Tenant, false)),
        [Field("federation"), Field("stack")] => Some((Kind::Stack, true)),
        _ => None,
    }
}

/// Whether a value is one text between quotes, on one line.
fn is_text(text: &str, value: &Range<usize>) -> bool {
    let written = text.get(value.clone()).unwrap_or_default();
    let inside = written.strip_prefix('"').map(|rest| rest.strip_suffix('"').unwrap_or(rest));
    inside.is_some_and(|inside| !inside.contains(['"', '\n', '%', '\\']))
}
