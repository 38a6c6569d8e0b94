//! What there is to say of what stands at a byte: what the language says, and the value that holds, with where it comes from.

use super::View;
use super::skeleton::{default, name, tag};
use super::spot::{Home, at, is_peer_file, release};
use crate::agentos::settings::nickel_string;
use crate::catalogue::{self, CATALOGUE};
use crate::evaluate::Spot;
use crate::evaluate::schema::{FieldSchema, Shape};
use crate::language_server::cursor::{Cursor, Layout, Part, Place, Writing};
use crate::packed::Named;
use crate::path::{Path, Segment};
use crate::redact;
use crate::source::{LIBRARY_DOOR, LIBRARY_FOLDER, normal};
use crate::tree::{Node, Value};
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path as FilePath;

/// What is shown beside a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The bytes that it is about.
    pub range: Range<usize>,
    /// What is said of them.
    pub text: String,
}

/// How what is shown is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Markdown.
    Markdown,
    /// Text without markup but for ticks around what is written in a file.
    Plain,
}

/// So many names are listed at most.
const MOST: usize = 12;

/// What there is to say of what stands at a byte of a text.
pub fn hover(view: &View<'_>, offset: usize, format: Format) -> Option<Hover> {
    let home = Home::find(view);
    let root = home.as_ref().map(|home| home.root.clone()).unwrap_or_default();
    let layout = Layout::new(view.parts, &root);
    let cursor = layout.cursor(offset);
    let release = release(&layout, home.as_ref());
    let spot = Spot::root(view.schema, release.as_deref());
    let word = view.text().get(cursor.range.clone()).filter(|word| !word.is_empty())?;
    let page = Page { view, home: home.as_ref(), format };
    let text = match cursor.writing {
        Writing::Name { .. } => page.name(spot, &cursor, word)?,
        Writing::Import { .. } => page.import(word),
        Writing::Tag => page.tag(spot, cursor.place.as_ref()?, word)?,
        Writing::Value if word.starts_with('\'') => page.tag(spot, cursor.place.as_ref()?, word)?,
        Writing::Text { .. } if cursor.place.as_ref().is_some_and(is_peer_file) => page.import(word),
        Writing::Value | Writing::Text { .. } => page.value(spot, cursor.place.as_ref()?, word)?,
        Writing::Nothing => return None,
    };
    Some(Hover { range: cursor.range, text })
}

/// What all pages are made of.
struct Page<'a> {
    view: &'a View<'a>,
    home: Option<&'a Home<'a>>,
    format: Format,
}

impl Page<'_> {
    /// The page of a field, by its name.
    fn name(&self, root: Spot<'_>, cursor: &Cursor<'_>, word: &str) -> Option<String> {
        let name = word.trim_matches('"');
        let record = cursor.place.as_ref()?;
        let around = at(root, record)?;
        let place = record.clone().then(Part::Field(name));
        let path = place.path();
        match around.shape {
            Shape::Record(_) => {
                let field = around.fields().into_iter().find(|field| field.name == name)?;
                Some(self.field(&path, around.of(field), field))
            }
            _ => {
                let spot = at(root, &place)?;
                let mut text = self.title(&path, &spot.shape.in_words());
                text += &self.paragraphs([spot.field.map_or(String::new(), |field| field.doc.clone())]);
                Some(text + &self.in_force(&path, None))
            }
        }
    }

    /// The page of a value: of its field, or of what it names.
    fn value(&self, root: Spot<'_>, place: &Place<'_>, word: &str) -> Option<String> {
        let spot = at(root, place)?;
        if spot.scalar() == Some("RuleCode") {
            return self.rule(word);
        }
        if place.tag.is_some() {
            let text = self.title(&place.path(), &spot.shape.in_words());
            return Some(text + &self.paragraphs([spot.constraint()]));
        }
        match spot.field {
            Some(field) if matches!(place.steps.last(), Some((_, Part::Field(name))) if *name == field.name) => {
                Some(self.field(&place.path(), spot, field))
            }
            _ => {
                let text = self.title(&place.path(), &spot.shape.in_words());
                Some(text + &self.paragraphs([spot.constraint()]) + &self.in_force(&place.path(), None))
            }
        }
    }

    fn field(&self, path: &Path, spot: Spot<'_>, field: &FieldSchema) -> String {
        let presence = match field.presence_in_a_sentence() {
            text if default(Some(field)).is_some() => format!("Left out: {}.", text.trim_start_matches("by default ")),
            text => format!("It is {text}."),
        };
        let mut text = self.title(path, &field.shape.in_words());
        text += &self.paragraphs([field.doc.clone(), spot.constraint(), presence]);
        text + &self.in_force(path, Some(field))
    }

    /// The page of a tag: what the documentation of its field says of it, and what comes with it.
    fn tag(&self, root: Spot<'_>, place: &Place<'_>, word: &str) -> Option<String> {
        let spot = at(root, place)?;
        let choices = spot.choices();
        let choice = choices.iter().find(|choice| choice.tag == word.trim_start_matches('\''))?;
        let mut text = self.title(&place.path(), &tag(&choice.tag));
        text += &self.paragraphs([spot.field.map_or(String::new(), |field| field.doc_of_tag(&choice.tag))]);
        match spot.payload(choice) {
            Some(payload) if matches!(payload.shape, Shape::Record(_)) => {
                text.push('\n');
                for field in payload.fields() {
                    let about = field.first_sentence();
                    let presence = field.presence_in_a_sentence();
                    let _ = write!(text, "\n- `{}` ({presence}): {about}", name(&field.name));
                }
            }
            Some(payload) => text += &self.paragraphs([format!("With {}.", payload.shape.in_words())]),
            None => {}
        }
        if default(spot.field) == Some(tag(&choice.tag).as_str()) {
            text += &self.paragraphs(["It is the default.".to_owned()]);
        }
        Some(text)
    }

    /// The page of a rule.
    fn rule(&self, code: &str) -> Option<String> {
        let rule = CATALOGUE.iter().find(|rule| rule.code.0 == code)?;
        let title = format!("`{code}` {}, {}", rule.name, rule.severity.as_str());
        let safety = if rule.safety { "An environment for production can't allow it." } else { "" };
        let url = catalogue::url(rule.code);
        let link = match self.format {
            Format::Markdown => format!("[{code}.md]({url})"),
            Format::Plain => url,
        };
        Some(title + &self.paragraphs([rule.summary.to_owned(), safety.to_owned(), link]))
    }

    /// The page of an import: which file it is, and what that sets.
    fn import(&self, written: &str) -> String {
        if written.strip_prefix(LIBRARY_FOLDER).and_then(|rest| rest.strip_prefix('/')) == Some(LIBRARY_DOOR) {
            return format!("`{written}`{}", self.paragraphs(["The library: it is a part of agentos-cfg.".to_owned()]));
        }
        let here = self.view.path.parent().unwrap_or(FilePath::new("/"));
        let path = normal(&here.join(written));
        let set = self.home.map(|home| {
            let sources = &home.member.sources;
            let is_of_it = |field: &Named| {
                let file = field.key.and_then(|key| sources.get(key.file));
                file.is_some_and(|file| file.path.as_deref() == Some(&path))
            };
            let fields = home.fields(&Path::root()).into_iter().filter(is_of_it);
            let names = fields.map(|field| format!("`{}`", name(&field.name)));
            names.take(MOST).collect::<Vec<_>>().join(", ")
        });
        let set = set.filter(|names| !names.is_empty()).map_or(String::new(), |names| format!("It sets {names}."));
        format!("`{written}`{}", self.paragraphs([path.display().to_string(), set]))
    }

    fn title(&self, path: &Path, kind: &str) -> String {
        let kind = kind.replace('`', "");
        match self.format {
            Format::Markdown => format!("**`{path}`**: {kind}"),
            Format::Plain => format!("{path}: {kind}"),
        }
    }

    /// Paragraphs behind others, but for the empty ones.
    fn paragraphs<const N: usize>(&self, paragraphs: [String; N]) -> String {
        paragraphs.into_iter().filter(|text| !text.is_empty()).map(|text| format!("\n\n{text}")).collect()
    }

    /// The value that holds at a path, and where it comes from.
    fn in_force(&self, path: &Path, field: Option<&FieldSchema>) -> String {
        let Some(home) = self.home else { return String::new() };
        let Some(node) = home.node(path) else { return String::new() };
        let sources = &home.member.sources;
        let from = match node.span.or(node.key) {
            Some(span) if home.is_here(span.file, self.view) => "this file".to_owned(),
            Some(span) if !sources.is_library(span.file) => {
                format!("`{}:{}`", sources.name(span.file), sources.place(span).line)
            }
            _ if field.is_some_and(|field| default(Some(field)).is_none()) => "the rest of the environment".to_owned(),
            _ => "the default".to_owned(),
        };
        match shown(path, &node) {
            Some(value) => self.paragraphs([format!("In force: `{value}`, from {from}.")]),
            None => String::new(),
        }
    }
}

/// A value as it is written, shortened, and without credentials; none for what is broken.
fn shown(path: &Path, node: &Node) -> Option<String> {
    let is_secret = path.0.iter().any(|segment| matches!(segment, Segment::Field(name) if name == "secrets"));
    Some(match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.as_fraction().to_owned(),
        Value::String(_) if is_secret && is_hidden(path) => "…".to_owned(),
        Value::String(text) => redact::text(&nickel_string(text)),
        Value::Choice { tag: name, payload: None } => tag(name),
        Value::Choice { tag: name, payload: Some(payload) } => format!("{} {}", tag(name), shown(path, payload)?),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(_) => "[ … ]".to_owned(),
        Value::Record(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Record(_) => "{ … }".to_owned(),
        Value::Broken => return None,
    })
}

/// Whether a text among the secrets may be one, and does not only say where one is.
fn is_hidden(path: &Path) -> bool {
    !matches!(path.last_field(), Some("name" | "store" | "key" | "property" | "version" | "refresh" | "rotation"))
}
