//! What a text leaves unsaid, shown beside it: defaults of a record's fields that are left out, addresses of peers.

use super::{View, brackets, fields, files};
use crate::evaluate::outline::{Kind, tokens};
use crate::evaluate::schema::{FieldSchema, Presence, Shape};
use crate::fleet::{self, Member};
use crate::language_server::cursor::{Layout, Part, Parts, Place};
use crate::path::Path;
use std::collections::BTreeSet;
use std::ops::Range;

/// How many defaults of one record are shown.
const MOST: usize = 3;

/// What is shown beside the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Behind which byte.
    pub offset: usize,
    /// What is shown.
    pub label: String,
    /// All of it, where that is more.
    pub tooltip: Option<String>,
}

/// The hints within some bytes of a text, in its order.
pub fn inlay_hints(view: &View<'_>, within: Range<usize>) -> Vec<Hint> {
    let Some(root) = files::roots(view).into_iter().next() else { return Vec::new() };
    let layout = Layout::new(view.parts, &root);
    let mut hints: Vec<Hint> = defaults(view, &layout).into_iter().chain(addresses(view, &layout)).collect();
    hints.retain(|hint| within.contains(&hint.offset) || hint.offset == within.end);
    hints.sort_by_key(|hint| hint.offset);
    hints
}

/// The defaults that hold in the records of a text. What another file of the environment sets is not left out.
fn defaults<'t>(view: &'t View<'_>, layout: &'t Layout<'t>) -> Vec<Hint> {
    let written = written(view);
    let mut seen: BTreeSet<Path> = BTreeSet::new();
    let braces = brackets::pairs(&tokens(view.text())).into_iter().filter(|(open, _)| open.kind == Kind::OpenBrace);
    let hints = braces.filter_map(|(open, _)| {
        let start = open.end as usize;
        let place = layout.cursor(start).place.filter(|place| !place.steps.is_empty())?;
        let path = place.path();
        let Shape::Record(known) = shape(&view.schema.root, &place)? else { return None };
        let is_left_out = |field: &&FieldSchema| !written.contains(&path.field(&field.name));
        let left_out: Vec<String> = known.iter().filter(is_left_out).filter_map(default).collect();
        (!left_out.is_empty() && seen.insert(path)).then(|| hint(start, &left_out))
    });
    hints.collect()
}

/// The shape at a place, by the tags that are written on the way.
fn shape<'a>(root: &'a Shape, place: &Place<'_>) -> Option<&'a Shape> {
    let tagged = |shape: &'a Shape, tag: Option<&str>| match (shape, tag) {
        (Shape::Choice(choices), Some(tag)) => choices.iter().find(|choice| choice.tag == tag)?.payload.as_ref(),
        (shape, _) => Some(shape),
    };
    let mut shape = root;
    for (tag, part) in &place.steps {
        shape = match (tagged(shape, *tag)?, part) {
            (Shape::Record(fields), Part::Field(name)) => &fields.iter().find(|field| field.name == *name)?.shape,
            (Shape::Dict(inner), Part::Field(_)) | (Shape::Array(inner), Part::Element(_)) => inner,
            _ => return None,
        };
    }
    tagged(shape, place.tag)
}

/// The default of a field, as it would be written, where it is a plain value and not computed.
fn default(field: &FieldSchema) -> Option<String> {
    let Presence::Default(value) = &field.presence else { return None };
    let is_constant = matches!(value.as_str(), "true" | "false")
        || value.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '\'' | '"' | '-'));
    (is_constant && !value.contains('\n')).then(|| format!("{} = {value}", field.name))
}

fn hint(offset: usize, left_out: &[String]) -> Hint {
    let all = left_out.join(", ");
    match left_out.get(..MOST) {
        Some(first) if left_out.len() > MOST => {
            Hint { offset, label: format!("{}, …", first.join(", ")), tooltip: Some(all) }
        }
        _ => Hint { offset, label: all, tooltip: None },
    }
}

/// The fields that any file of the environments of the text writes.
fn written(view: &View<'_>) -> BTreeSet<Path> {
    let mut written = BTreeSet::new();
    for file in files::of_members(view, files::members(view, view.path)) {
        let parts = Parts::new(file.text);
        let layout = Layout::new(&parts, &file.root);
        written.extend(fields::fields(file.text, &layout).iter().map(fields::Field::path));
    }
    written
}

/// Where peers answer that are named by their files.
fn addresses<'t>(view: &'t View<'_>, layout: &'t Layout<'t>) -> Vec<Hint> {
    let Some(member) = files::all_members(view).find(|member| member.entry.path == view.path) else {
        return Vec::new();
    };
    let hints = layout.written().filter_map(|written| {
        let way: Vec<Part<'_>> = written.place.parts().collect();
        let [Part::Field("federation"), Part::Field("peers"), Part::Field(stack)] = way.as_slice() else {
            return None;
        };
        let label = format!("→ {}", address(view, member, stack)?);
        Some(Hint { offset: written.value?.end, label, tooltip: None })
    });
    hints.collect()
}

/// Where the orchestrator of a peer answers.
fn address(view: &View<'_>, member: &Member, stack: &str) -> Option<String> {
    let reference = member.references.iter().find(|reference| reference.stack == stack)?;
    let peer = files::all_members(view).find(|member| member.entry.path == reference.path)?;
    let remote = fleet::remote(member.environment.as_ref()?, peer.environment.as_ref()?).ok()?;
    Some(remote.agent_orchestrator)
}
