//! How anything names a place in a tree: a value of an environment, or of an object.

use serde_json::Value as Json;
use std::fmt;

/// The way from the root of a tree to one of its values, as a user would write it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Segment>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Into the field of a record.
    Field(String),
    /// To an element of an array, from 0.
    Index(usize),
    /// To an element of an array, by the name that it gives itself.
    Item(String),
}

impl Path {
    /// The root itself.
    pub fn root() -> Path {
        Path::default()
    }

    /// Reads a path that a text begins with, as a user writes it: `a.b`, `a."b.c"`, `a["b.c"]`, `a[0].b`; with what follows
    /// it. None where it begins with none.
    pub fn parse(text: &str) -> Option<(Path, &str)> {
        let mut path = Path::root();
        let mut rest = text;
        loop {
            let (segment, after) = match rest.strip_prefix('[') {
                Some(inside) if !path.0.is_empty() => bracketed(inside)?,
                _ => name(rest)?,
            };
            path.0.push(segment);
            rest = after;
            match rest.strip_prefix('.') {
                Some(after) => rest = after,
                // What is in other brackets is not of the path.
                None if rest.starts_with('[') && bracketed(rest.get(1..)?).is_some() => {}
                None => return Some((path, rest)),
            }
        }
    }

    /// A path of fields.
    pub fn of<const N: usize>(fields: [&str; N]) -> Path {
        Path(fields.into_iter().map(|field| Segment::Field(field.to_owned())).collect())
    }

    /// The path one field further.
    pub fn field(&self, name: &str) -> Path {
        self.with(Segment::Field(name.to_owned()))
    }

    /// The path some fields further.
    pub fn fields(&self, names: &[&str]) -> Path {
        names.iter().fold(self.clone(), |path, name| path.field(name))
    }

    /// The path to an element.
    pub fn index(&self, index: usize) -> Path {
        self.with(Segment::Index(index))
    }

    /// The path to an element of this name.
    pub fn item(&self, name: &str) -> Path {
        self.with(Segment::Item(name.to_owned()))
    }

    /// The path without its last step.
    pub fn parent(&self) -> Path {
        Path(self.0.iter().take(self.0.len().saturating_sub(1)).cloned().collect())
    }

    /// The names of the fields on the path.
    pub fn field_names(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.iter().filter_map(|segment| match segment {
            Segment::Field(name) => Some(name.as_str()),
            Segment::Index(_) | Segment::Item(_) => None,
        })
    }

    /// The name of the last field on the path.
    pub fn last_field(&self) -> Option<&str> {
        self.field_names().next_back()
    }

    /// Whether the path begins with these fields.
    pub fn is_below(&self, fields: &[&str]) -> bool {
        let begins = |(segment, field): (&Segment, &&str)| matches!(segment, Segment::Field(name) if name == field);
        self.0.len() >= fields.len() && self.0.iter().zip(fields).all(begins)
    }

    /// The path as one through a manifest, where it is a user of a cluster who reads it: `data["a.b/c"]`, `env[A].value`.
    pub fn in_manifest(&self) -> String {
        let mut written = String::new();
        for segment in &self.0 {
            written += &match segment {
                Segment::Field(name) if !is_plain(name) => format!("[{}]", Json::from(name.as_str())),
                Segment::Field(name) if written.is_empty() => name.clone(),
                Segment::Field(name) => format!(".{name}"),
                Segment::Index(index) => format!("[{index}]"),
                Segment::Item(name) => format!("[{}]", name.escape_debug()),
            };
        }
        written
    }

    /// Whether this path leads to `other` or to something around it.
    pub fn leads_to(&self, other: &Path) -> bool {
        other.0.starts_with(&self.0)
    }

    fn with(&self, segment: Segment) -> Path {
        let mut path = self.clone();
        path.0.push(segment);
        path
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Item(name) => write!(f, "[{name:?}]")?,
                Segment::Field(name) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    if is_identifier(name) { f.write_str(name)? } else { write!(f, "{name:?}")? }
                }
            }
        }
        Ok(())
    }
}

/// The index or the quoted name that a text begins with, up to the bracket that closes.
fn bracketed(text: &str) -> Option<(Segment, &str)> {
    if text.starts_with('"') {
        let (segment, rest) = name(text)?;
        return Some((segment, rest.strip_prefix(']')?));
    }
    let (index, rest) = text.split_once(']')?;
    let is_number = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    Some((Segment::Index(index.parse().ok().filter(|_| is_number)?), rest))
}

/// The name that a text begins with, in quotes or without.
fn name(text: &str) -> Option<(Segment, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '\''));
        let (name, rest) = text.split_at(end.unwrap_or(text.len()));
        return (!name.is_empty()).then(|| (Segment::Field(name.to_owned()), rest));
    };
    let mut name = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((Segment::Field(name), quoted.get(at + 1..)?)),
            '\\' => name.push(characters.next()?.1),
            character => name.push(character),
        }
    }
    None
}

/// Whether Nickel lets a field be called so without quotes.
fn is_identifier(name: &str) -> bool {
    let body = name.trim_start_matches('_');
    body.starts_with(|first: char| first.is_ascii_alphabetic())
        && body.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '\''))
}

/// Whether a field of a manifest is written without quotes.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_a_user_writes_them() {
        let path = Path::of(["services", "agent-orchestrator"]).field("a b").field("list").index(2);
        assert_eq!(path.to_string(), r#"services.agent-orchestrator."a b".list[2]"#);
        assert!(Path::of(["services"]).leads_to(&path));
    }

    #[test]
    fn paths_are_read_as_they_are_written() {
        for (text, shown, rest) in [
            ("a.b-c=1", "a.b-c", "=1"),
            ("a.\"b.c\".d", "a.\"b.c\".d", ""),
            ("a[\"b.c\"].d", "a.\"b.c\".d", ""),
            ("a[0].b[12]:=1", "a[0].b[12]", ":=1"),
            ("a[+]=1", "a", "[+]=1"),
            ("a=[0]", "a", "=[0]"),
        ] {
            let (path, left) = Path::parse(text).unwrap();
            assert_eq!((path.to_string().as_str(), left), (shown, rest));
        }
        for text in ["", "=1", "[0]", "a.", "a..b", "\"a"] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }

    #[test]
    fn paths_through_manifests_name_items() {
        let path = Path::of(["spec"]).field("env").item("A").field("a.b/c").index(2).field("d");
        assert_eq!(path.in_manifest(), r#"spec.env[A]["a.b/c"][2].d"#);
        assert!(path.is_below(&["spec", "env"]) && !path.is_below(&["spec", "env", "A"]));
    }
}
