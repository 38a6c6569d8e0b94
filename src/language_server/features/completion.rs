//! What may be written at a byte: fields, tags, values, files. Nothing waits for a text that parses.

use super::keys::keys;
use super::skeleton::{Draft, accepts, default, examples, known_default, name, number, tag};
use super::spot::{Home, at, is_peer_file, release};
use super::{Listed, View};
use crate::agentos::settings::nickel_string;
use crate::agentos::vocabulary::Runtime;
use crate::catalogue::CATALOGUE;
use crate::evaluate::Spot;
use crate::evaluate::schema::{FieldSchema, Presence, Shape};
use crate::fleet::Member;
use crate::language_server::cursor::{Cursor, Layout, Part, Place, Writing, parts_of};
use crate::path::{Path, Segment};
use crate::scan;
use crate::source::{LIBRARY_DOOR, LIBRARY_FOLDER, normal};
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path as FilePath;

/// What may be written at a byte.
#[derive(Clone, Debug, Default)]
pub struct Completions {
    /// In no order but that of their sort keys.
    pub items: Vec<Completion>,
}

/// Something that may be written.
#[derive(Clone, Debug)]
pub struct Completion {
    /// What is shown.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// Its type, in a few words.
    pub detail: String,
    /// What is said of it, as Markdown.
    pub documentation: String,
    /// The bytes that it replaces, and by what.
    pub edit: (Range<usize>, String),
    /// The same text with tab stops, where it has any; line breaks in it carry their indentation.
    pub snippet: Option<String>,
    /// What has to change elsewhere.
    pub additional: Vec<(Range<usize>, String)>,
    /// Its place among the others.
    pub sort: String,
    /// Whether the language advises against it.
    pub deprecated: bool,
    /// Whether it is most likely meant.
    pub preselect: bool,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// The name of a field.
    Field,
    /// A tag.
    Tag,
    /// Any other value.
    Value,
    /// The name of something that is declared elsewhere.
    Reference,
    /// A file.
    File,
    /// A folder.
    Folder,
    /// Several fields at once.
    Template,
}

/// What everything here asks.
struct Context<'a> {
    view: &'a View<'a>,
    layout: &'a Layout<'a>,
    home: Option<&'a Home<'a>>,
    list: &'a dyn Fn(&FilePath) -> Vec<Listed>,
    root: Spot<'a>,
    cursor: &'a Cursor<'a>,
}

/// What may be written at a byte of a text. `list` says what there is in a folder.
pub fn completions(view: &View<'_>, offset: usize, list: &dyn Fn(&FilePath) -> Vec<Listed>) -> Completions {
    let home = Home::find(view);
    let root = home.as_ref().map(|home| home.root.clone()).unwrap_or_default();
    let layout = Layout::new(view.parts, &root);
    let cursor = layout.cursor(offset);
    let release = release(&layout, home.as_ref());
    let spot = Spot::root(view.schema, release.as_deref());
    let context = Context { view, layout: &layout, home: home.as_ref(), list, root: spot, cursor: &cursor };
    let mut items = context.items();
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert(item.label.clone()));
    Completions { items }
}

impl<'a> Context<'a> {
    fn items(&self) -> Vec<Completion> {
        if let Writing::Import { closed } = self.cursor.writing {
            return self.files_in_quotes(closed, true);
        }
        let Some(place) = &self.cursor.place else { return Vec::new() };
        let Some(spot) = at(self.root, place) else { return Vec::new() };
        match self.cursor.writing {
            Writing::Name { dotted, has_value } => self.names(spot, place, dotted, has_value),
            Writing::Value if place.steps.is_empty() => self.environment(spot),
            Writing::Value => self.values(spot, place),
            Writing::Tag => self.tags(spot),
            Writing::Text { closed } if is_peer_file(place) => self.files_in_quotes(closed, false),
            Writing::Text { closed } => {
                self.texts(spot, place).into_iter().map(|text| self.in_quotes(text, closed)).collect()
            }
            Writing::Import { .. } | Writing::Nothing => Vec::new(),
        }
    }

    /// The fields of a record that are not set yet, those that have to be first.
    fn names(&self, spot: Spot<'a>, place: &Place<'_>, dotted: bool, has_value: bool) -> Vec<Completion> {
        let set = self.set(place);
        let free = spot.fields().into_iter().filter(|field| !set.contains(field.name.as_str()));
        let free: Vec<&FieldSchema> = free.collect();
        let missing: Vec<&FieldSchema> =
            free.iter().copied().filter(|field| field.presence == Presence::Required).collect();
        let mut items: Vec<Completion> = Vec::new();
        if missing.len() > 1 && !dotted && !has_value {
            items.push(self.all_required(spot, &missing));
        }
        for (index, field) in free.into_iter().enumerate() {
            items.push(self.field(spot, field, index, dotted, has_value));
        }
        for (index, (key, detail)) in self.keys(place).into_iter().enumerate() {
            if !set.contains(key.as_str()) {
                items.push(self.key(spot, place, &key, detail, index, has_value));
            }
        }
        items
    }

    /// The names that the record at a place has in other items of this text, or in other files.
    fn set(&self, place: &Place<'_>) -> BTreeSet<String> {
        let parts: Vec<Part<'_>> = place.parts().collect();
        let here = self.layout.fields(&parts).into_iter().filter(|(_, item)| Some(*item) != self.cursor.item);
        let mut set: BTreeSet<String> = here.map(|(name, _)| name.to_owned()).collect();
        if let Some(home) = self.home {
            let is_elsewhere = |file| !home.is_here(file, self.view) && !home.member.sources.is_library(file);
            let known = home.fields(&place.path()).into_iter();
            let known = known.filter(|field| !field.is_record && field.key.is_some_and(|key| is_elsewhere(key.file)));
            set.extend(known.map(|field| field.name));
        }
        set
    }

    fn field(&self, spot: Spot<'a>, field: &FieldSchema, index: usize, dotted: bool, has_value: bool) -> Completion {
        let is_record = matches!(field.shape, Shape::Record(_) | Shape::Dict(_));
        let mut draft = Draft::default();
        if has_value || (dotted && is_record) {
            draft.push(&name(&field.name));
        } else {
            draft.field(spot, field, &self.indentation());
        }
        let deprecated = field.doc.starts_with("Deprecated");
        let rank = match field.presence {
            _ if deprecated => 9,
            Presence::Required => 1,
            Presence::Optional | Presence::Default(_) => 2,
        };
        let completion = self.item(field.name.clone(), CompletionKind::Field, draft, !has_value);
        Completion {
            detail: format!("{}, {}", field.shape.in_words(), field.presence_in_a_sentence()),
            documentation: field.doc.clone(),
            sort: format!("{rank}{index:03}"),
            deprecated,
            ..completion
        }
    }

    fn all_required(&self, spot: Spot<'a>, missing: &[&FieldSchema]) -> Completion {
        let indent = self.indentation();
        let between = if self.cursor.several_lines { format!(",\n{indent}") } else { ", ".to_owned() };
        let mut draft = Draft::default();
        draft.fields(spot, missing, &between, &indent);
        let names: Vec<&str> = missing.iter().map(|field| field.name.as_str()).collect();
        let completion = self.item("all required fields".to_owned(), CompletionKind::Template, draft, true);
        Completion { detail: names.join(", "), sort: "0".to_owned(), ..completion }
    }

    /// A name of a record that takes any.
    fn key(
        &self,
        spot: Spot<'a>,
        place: &Place<'_>,
        key: &str,
        detail: String,
        index: usize,
        has_value: bool,
    ) -> Completion {
        let mut draft = Draft::default();
        draft.push(&name(key));
        let inner = at(self.root, &place.clone().then(Part::Field(key)));
        if let Some(inner) = inner.filter(|_| !has_value) {
            draft.push(" = ");
            draft.value(Spot { field: None, ..inner }, &self.indentation());
        }
        let completion = self.item(key.to_owned(), CompletionKind::Reference, draft, !has_value);
        let documentation = spot.field.map_or(String::new(), |field| field.doc.clone());
        Completion { detail, documentation, sort: format!("1{index:03}"), ..completion }
    }

    /// Names that are known for a record that takes any, each with where it comes from.
    fn keys(&self, place: &Place<'_>) -> Vec<(String, String)> {
        let declared = || self.names_at(&Path::of(["federation", "peers"]));
        keys(self.view, self.home, &place.path(), declared)
    }

    /// The names of the fields of a record, in this text and in what it is known to import.
    fn names_at(&self, path: &Path) -> BTreeSet<String> {
        let parts = parts_of(path);
        let here = self.layout.fields(&parts).into_iter().map(|(name, _)| name.to_owned());
        let known = self.home.into_iter().flat_map(|home| home.fields(path)).map(|field| field.name);
        here.chain(known).collect()
    }

    /// A whole environment, where there is nothing yet.
    fn environment(&self, spot: Spot<'a>) -> Vec<Completion> {
        let is_empty = self.view.text().lines().all(|line| line.trim().is_empty() || line.starts_with('#'));
        let is_module = self.home.is_some_and(|home| home.member.entry.path != self.view.path);
        if !is_empty || is_module {
            return Vec::new();
        }
        let mut draft = Draft::text(&format!("let agentos = import \"{LIBRARY_FOLDER}/{LIBRARY_DOOR}\" in\n"));
        draft.record(spot, "");
        draft.push(" | agentos.Environment\n");
        let completion = self.item("environment".to_owned(), CompletionKind::Template, draft, false);
        vec![Completion { detail: "a new environment".to_owned(), ..completion }]
    }

    fn values(&self, spot: Spot<'a>, place: &Place<'_>) -> Vec<Completion> {
        match spot.shape {
            Shape::Choice(_) => self.tags(spot),
            Shape::Record(_) | Shape::Dict(_) | Shape::Array(_) => {
                let mut draft = Draft::default();
                draft.value(spot, &self.indentation());
                let label = draft.plain.split_whitespace().collect::<Vec<_>>().join(" ");
                let completion = self.item(label, CompletionKind::Value, draft, false);
                vec![Completion { detail: spot.shape.in_words(), ..completion }]
            }
            Shape::Scalar { .. } => match spot.scalar() {
                Some("Bool") => ["true", "false"].into_iter().map(|word| self.word(spot, word)).collect(),
                _ if is_peer_file(place) => {
                    let files = self.files("", false).into_iter().filter(|file| !file.is_folder);
                    let quoted = |file: Listed| {
                        let text = format!("\"{}\"", file.name);
                        self.file(file, self.cursor.range.clone(), text)
                    };
                    files.map(quoted).collect()
                }
                _ => {
                    let number = number(spot).map(|number| self.word(spot, &number));
                    let texts = self.texts(spot, place).into_iter().map(|text| self.quoted(text));
                    number.into_iter().chain(texts).collect()
                }
            },
        }
    }

    /// The tags of a choice, each with a skeleton of what comes with it where nothing does yet.
    fn tags(&self, spot: Spot<'a>) -> Vec<Completion> {
        let after = self.view.text().get(self.cursor.range.end..).unwrap_or_default();
        let has_payload = after.trim_start_matches(' ').starts_with(['{', '"', '(', '[']);
        let choices = spot.choices().into_iter().enumerate();
        let fitting = choices.filter(|(_, choice)| !has_payload || choice.payload.is_some());
        fitting
            .map(|(index, choice)| {
                let written = tag(&choice.tag);
                let mut draft = Draft::text(&written);
                if let Some(payload) = spot.payload(choice).filter(|_| !has_payload) {
                    draft.push(" ");
                    draft.value(payload, &self.indentation());
                }
                let is_default = default(spot.field) == Some(written.as_str());
                let completion = self.item(written, CompletionKind::Tag, draft, false);
                Completion {
                    detail: if is_default { "the default".to_owned() } else { String::new() },
                    documentation: spot.field.map_or(String::new(), |field| field.doc.clone()),
                    sort: format!("1{index:03}"),
                    preselect: index == 0,
                    ..completion
                }
            })
            .collect()
    }

    /// A value without quotes.
    fn word(&self, spot: Spot<'a>, word: &str) -> Completion {
        let is_default = default(spot.field) == Some(word);
        let completion = self.item(word.to_owned(), CompletionKind::Value, Draft::text(word), false);
        let detail = if is_default { "the default" } else { "" };
        Completion { detail: detail.to_owned(), sort: format!("1{word}"), ..completion }
    }

    /// Texts that a place takes, the likeliest first.
    fn texts(&self, spot: Spot<'a>, place: &Place<'_>) -> Vec<Text> {
        let mut texts = self.references(spot, place);
        if spot.contract.is_some_and(|contract| contract.keys().is_some()) {
            return texts;
        }
        texts.extend(known_default(spot).map(|text| Text::new(text, "the default")));
        texts.extend(self.derived(place));
        texts.extend(amounts(spot, place, self.typed()).into_iter().map(|text| Text::new(text, "")));
        texts.extend(self.used_elsewhere(place));
        if texts.is_empty() {
            texts.extend(examples(spot).into_iter().take(2).map(|text| Text::new(text, "an example")));
        }
        texts.retain(|text| accepts(spot, &text.text));
        texts
    }

    /// What is written of the word at hand, up to its end.
    fn typed(&self) -> &str {
        self.view.text().get(self.cursor.range.clone()).unwrap_or_default()
    }

    /// Names of what is declared elsewhere.
    fn references(&self, spot: Spot<'a>, place: &Place<'_>) -> Vec<Text> {
        if spot.scalar() == Some("RuleCode") {
            let codes = CATALOGUE.iter().filter(|rule| !rule.code.is_of_the_language());
            return codes
                .map(|rule| Text {
                    text: rule.code.0.to_owned(),
                    detail: rule.name.to_owned(),
                    documentation: rule.summary.to_owned(),
                    kind: CompletionKind::Reference,
                })
                .collect();
        }
        let Some((out, field)) = spot.contract.and_then(|contract| contract.keys()) else { return Vec::new() };
        let record = (0..=out).fold(place.path(), |path, _| path.parent());
        let names = self.names_at(&record.field(field)).into_iter();
        names
            .map(|name| Text {
                kind: CompletionKind::Reference,
                ..Text::new(name, &format!("declared under `{field}`"))
            })
            .collect()
    }

    /// Names that follow from the environment's own.
    fn derived(&self, place: &Place<'_>) -> Vec<Text> {
        let path = place.path().to_string();
        let release = self.layout.tag(&[Part::Field("runtime")]);
        match path.as_str() {
            "namespace" => {
                self.own_name().map(|name| Text::new(format!("agentos-{name}"), "by the name")).into_iter().collect()
            }
            "federation.stack" => {
                let name = self.own_name().map(|name| format!("stk_{}", name.replace('-', "_")));
                name.map(|name| Text::new(name, "by the name")).into_iter().collect()
            }
            "image" => {
                let running = Runtime::ALL.into_iter().filter(|runtime| release.is_none_or(|tag| tag == runtime.tag()));
                let image = |runtime: Runtime| format!("ghcr.io/nexixai/agentos:{}", runtime.version());
                running.map(|runtime| Text::new(image(runtime), "the image of the release")).collect()
            }
            _ => Vec::new(),
        }
    }

    fn own_name(&self) -> Option<&str> {
        let (_, item) = self.layout.fields(&[]).into_iter().find(|(name, _)| *name == "name")?;
        self.layout.word(item).filter(|name| !name.is_empty())
    }

    /// What other environments say at the same path.
    fn used_elsewhere(&self, place: &Place<'_>) -> Vec<Text> {
        let path = place.path();
        let is_own = |name: &&str| path == Path::of([name]);
        if ["name", "namespace"].iter().any(is_own) || path == Path::of(["federation", "stack"]) || is_secret(&path) {
            return Vec::new();
        }
        let members = self.view.known.into_iter().flat_map(|known| &known.members);
        let others = members.filter(|member| member.entry.path != self.view.path);
        let text = |member: &Member| {
            let node = member.tree.as_ref()?.at(&path)?;
            let text = node.value.as_text().filter(|text| scan::find_all(text).is_empty())?;
            Some(Text::new(text.to_owned(), &format!("as in {}", member.entry.name)))
        };
        others.filter_map(|member| text(member)).take(20).collect()
    }

    /// Files to import or to name as peers, where a path is being written between quotes.
    fn files_in_quotes(&self, closed: bool, is_import: bool) -> Vec<Completion> {
        let typed = self.typed();
        let folder = typed.get(..typed.rfind('/').map_or(0, |slash| slash + 1)).unwrap_or_default();
        let edited = self.cursor.range.start + folder.len()..self.cursor.range.end;
        let files = self.files(folder, is_import).into_iter().map(|file| {
            let text = match (file.is_folder, closed) {
                (true, _) => format!("{}/", file.name),
                (false, true) => file.name.clone(),
                (false, false) => format!("{}\"", file.name),
            };
            self.file(file, edited.clone(), text)
        });
        files.collect()
    }

    /// The files that may be imported from a folder, or named as peers, and the folders in it.
    fn files(&self, folder: &str, is_import: bool) -> Vec<Listed> {
        let here = self.view.path.parent().unwrap_or(FilePath::new("/")).join(folder);
        let mut files = (self.list)(&normal(&here));
        // The library is bound by a `let`, and never a part of an environment.
        if is_import && folder.is_empty() && self.cursor.place.is_none() {
            files.push(Listed { name: format!("{LIBRARY_FOLDER}/{LIBRARY_DOOR}"), is_folder: false });
        }
        let endings: &[&str] = if is_import { &[".ncl", ".json", ".yaml", ".yml", ".toml"] } else { &[".ncl"] };
        let fits = |file: &Listed| file.is_folder || endings.iter().any(|ending| file.name.ends_with(ending));
        let is_other = |file: &Listed| normal(&here.join(&file.name)) != self.view.path;
        let is_plain = |file: &Listed| !file.name.contains(['"', '\\', '%', '\n', '\r']);
        files.retain(|file| fits(file) && is_other(file) && is_plain(file));
        files
    }

    fn file(&self, file: Listed, range: Range<usize>, text: String) -> Completion {
        let kind = if file.is_folder { CompletionKind::Folder } else { CompletionKind::File };
        let sort = format!("{}{}", u8::from(file.is_folder), file.name);
        Completion { edit: (range, text), sort, ..self.item(file.name, kind, Draft::default(), false) }
    }

    fn in_quotes(&self, text: Text, closed: bool) -> Completion {
        let quoted = nickel_string(&text.text);
        let inside = quoted.strip_prefix('"').unwrap_or(&quoted);
        let written = if closed { inside.strip_suffix('"').unwrap_or(inside) } else { inside };
        self.text(text, written)
    }

    fn quoted(&self, text: Text) -> Completion {
        let written = nickel_string(&text.text);
        let completion = self.text(text, &written);
        Completion { label: written, ..completion }
    }

    fn text(&self, text: Text, written: &str) -> Completion {
        let completion = self.item(text.text, text.kind, Draft::text(written), false);
        Completion { detail: text.detail, documentation: text.documentation, ..completion }
    }

    /// An item that replaces what is being written; a new one is kept apart from its neighbours by commas.
    fn item(&self, label: String, kind: CompletionKind, mut draft: Draft, is_new: bool) -> Completion {
        if is_new && self.cursor.comma_after {
            draft.push(",");
        }
        let before = self.cursor.comma_before.filter(|_| is_new).map(|at| (at..at, ",".to_owned()));
        Completion {
            sort: format!("1{label}"),
            label,
            kind,
            detail: String::new(),
            documentation: String::new(),
            snippet: (draft.snippet != draft.plain).then_some(draft.snippet),
            edit: (self.cursor.range.clone(), draft.plain),
            additional: before.into_iter().collect(),
            deprecated: false,
            preselect: false,
        }
    }

    /// The indentation of the line at hand.
    fn indentation(&self) -> String {
        let before = self.view.text().get(..self.cursor.range.start).unwrap_or_default();
        let line = before.rfind(['\n', '\r']).and_then(|at| before.get(at + 1..)).unwrap_or(before);
        line.chars().take_while(|character| matches!(character, ' ' | '\t')).collect()
    }
}

/// A text that may stand between quotes.
struct Text {
    text: String,
    detail: String,
    documentation: String,
    kind: CompletionKind,
}

impl Text {
    fn new(text: String, detail: &str) -> Text {
        Text { text, detail: detail.to_owned(), documentation: String::new(), kind: CompletionKind::Value }
    }
}

/// Whether a value is, or names, a credential.
fn is_secret(path: &Path) -> bool {
    path.0.iter().any(|segment| matches!(segment, Segment::Field(name) if name == "secrets"))
}

/// Amounts with their units: those of the number that is being written, or usual ones.
fn amounts(spot: Spot<'_>, place: &Place<'_>, typed: &str) -> Vec<String> {
    let is_cpu = place.parts().last() == Some(Part::Field("cpu"));
    let (usual, units): (&[&str], &[&str]) = match spot.scalar() {
        Some("Quantity") if is_cpu => (&["100m", "250m", "500m", "1", "2"], &["m"]),
        Some("Quantity") => (&["64Mi", "128Mi", "256Mi", "512Mi", "1Gi", "5Gi", "10Gi", "20Gi"], &["Mi", "Gi"]),
        Some("Duration") => (&["30s", "60s", "5m", "1h"], &["s", "m", "h"]),
        Some("ScrapeInterval") => (&["15s", "30s", "60s"], &["s"]),
        _ => return Vec::new(),
    };
    let number = typed.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let with_units = units.iter().filter(|_| is_number).map(|unit| format!("{number}{unit}"));
    with_units.chain(usual.iter().map(|text| (*text).to_owned())).collect()
}
