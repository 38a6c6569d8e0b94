//! Where what stands at a byte is declared: in the library, in the files that are merged, in the files of peers.

use super::fields::{self, Field, unquoted};
use super::files::{self, File};
use super::mentions::{self, Kind as Named, Mention};
use super::{Target, View};
use crate::evaluate::outline::{Kind, Token, tokens};
use crate::evaluate::schema::{Place, Schema, Shape};
use crate::language_server::cursor::{Layout, Part, Parts, Writing};
use crate::path::Path;
use crate::source::{LIBRARY, LIBRARY_FOLDER};
use std::ops::Range;
use std::path::Path as FilePath;

/// What a byte leads to: other places that define the same first, then the library.
pub fn definition(view: &View<'_>, offset: usize) -> Vec<Target> {
    let mut targets = Vec::new();
    for root in files::roots(view) {
        targets.extend(from_root(view, &root, offset));
    }
    if targets.is_empty() {
        targets.extend(variable(view, offset));
    }
    let mut distinct: Vec<Target> = Vec::new();
    targets.into_iter().for_each(|target| {
        if !distinct.contains(&target) {
            distinct.push(target);
        }
    });
    distinct
}

/// Where the library declares the field at a byte.
pub fn declaration(view: &View<'_>, offset: usize) -> Vec<Target> {
    let in_library = |target: &Target| matches!(target, Target::Library { .. });
    definition(view, offset).into_iter().filter(in_library).collect()
}

/// What a byte leads to in a text whose value ends up at a path.
fn from_root(view: &View<'_>, root: &Path, offset: usize) -> Vec<Target> {
    let layout = Layout::new(view.parts, root);
    let cursor = layout.cursor(offset);
    let written = || view.text().get(cursor.range.clone()).unwrap_or_default();
    if let Writing::Import { .. } = cursor.writing {
        return vec![imported(view, written())];
    }
    let file = File { path: view.path, text: view.text(), root: root.clone() };
    if let Some(mention) = mentions::at(&file, offset) {
        return of_mention(view, &mention, fields::at(view.text(), &layout, offset));
    }
    if let Some(field) = fields::at(view.text(), &layout, offset) {
        return of_field(view, &field);
    }
    let Some(place) = cursor.place else { return Vec::new() };
    let path = place.path();
    match cursor.writing {
        Writing::Tag => in_library(view.schema, &path).into_iter().collect(),
        Writing::Text { .. } if place.tag == Some("Environment") && is_peer(&path) => {
            vec![start_of(&files::resolve(view.path, written()))]
        }
        _ => Vec::new(),
    }
}

/// Whether a path is that of a peer.
fn is_peer(path: &Path) -> bool {
    path.is_below(&["federation", "peers"]) && path.0.len() == 3
}

/// The file that an import leads to, or the module of the library.
pub(super) fn imported(view: &View<'_>, written: &str) -> Target {
    let below = written.strip_prefix(LIBRARY_FOLDER).and_then(|rest| rest.strip_prefix('/'));
    let module = below.and_then(|below| LIBRARY.iter().position(|module| module.path == below));
    match module {
        Some(module) => Target::Library { module, range: 0..0 },
        None => start_of(&files::resolve(view.path, written)),
    }
}

pub(super) fn start_of(path: &FilePath) -> Target {
    Target::File { path: path.to_owned(), range: 0..0 }
}

/// The other places that set a field in the same environments, and where the library declares it.
fn of_field(view: &View<'_>, field: &Field<'_>) -> Vec<Target> {
    let mut targets = Vec::new();
    for file in files::of_members(view, files::members(view, view.path)) {
        let parts = Parts::new(file.text);
        let layout = Layout::new(&parts, &file.root);
        let same = fields::fields(file.text, &layout).into_iter().filter(|other| other.way == field.way);
        targets.extend(same.map(|other| in_file(&file, other.range)));
    }
    targets.retain(|target| *target != Target::File { path: view.path.to_owned(), range: field.range.clone() });
    targets.extend(in_library(view.schema, &field.path()));
    targets
}

fn in_file(file: &File<'_>, range: Range<usize>) -> Target {
    Target::File { path: file.path.to_owned(), range }
}

/// Where the library declares a field; none for a name of the user's choice.
fn in_library(schema: &Schema, path: &Path) -> Option<Target> {
    if let Some(Shape::Dict(_)) = schema.shape(&path.parent()) {
        return None;
    }
    let Place(module, start, end) = schema.field(path)?.place?;
    Some(Target::Library { module, range: start as usize..end as usize })
}

/// Where a name is declared.
fn of_mention(view: &View<'_>, mention: &Mention, field: Option<Field<'_>>) -> Vec<Target> {
    match (mention.kind, field) {
        (Named::Stack, field) => of_stack(view, mention, field.as_ref()),
        (Named::Secret, Some(field)) => of_field(view, &field),
        (Named::Tenant | Named::Secret, _) => {
            let own = files::of_members(view, files::members(view, view.path));
            or_itself(view, mention, declarations(&own, mention))
        }
    }
}

/// Where the files declare what is named.
fn declarations(files: &[File<'_>], mention: &Mention) -> Vec<Target> {
    let of_file = |file: &File<'_>| -> Vec<Target> {
        let declaring = mentions::mentions(file).into_iter().filter(|other| other.declares && other.is_of(mention));
        declaring.map(|other| in_file(file, other.range)).collect()
    };
    files.iter().flat_map(of_file).collect()
}

/// The other places, or the place itself where there is no other.
fn or_itself(view: &View<'_>, mention: &Mention, targets: Vec<Target>) -> Vec<Target> {
    let itself = Target::File { path: view.path.to_owned(), range: mention.range.clone() };
    let others: Vec<Target> = targets.into_iter().filter(|target| *target != itself).collect();
    if others.is_empty() { vec![itself] } else { others }
}

/// Where a stack says its id: in the file that the peer names, or in any other environment. Of the networks of a peer, also
/// where it is made a peer.
fn of_stack(view: &View<'_>, mention: &Mention, field: Option<&Field<'_>>) -> Vec<Target> {
    let is_network = field.is_some_and(|field| field.way.first() == Some(&Part::Field("network")));
    let own = files::members(view, view.path);
    let references = own.iter().flat_map(|member| &member.references);
    let named: Vec<&FilePath> = references
        .filter(|reference| reference.stack == mention.name && field.is_some())
        .map(|reference| reference.path.as_path())
        .collect();
    let is_named = |member: &crate::fleet::Member| named.is_empty() || named.contains(&member.entry.path.as_path());
    let others = files::all_members(view).filter(|member| is_named(member));
    let stacks = declarations(&files::of_members(view, others), mention);
    let peers = match is_network {
        true => peer_names(&files::of_members(view, own), mention),
        false => Vec::new(),
    };
    let stacks = if stacks.is_empty() { named.into_iter().map(start_of).collect() } else { stacks };
    or_itself(view, mention, peers.into_iter().chain(stacks).collect())
}

/// Where files make a stack a peer.
fn peer_names(files: &[File<'_>], mention: &Mention) -> Vec<Target> {
    let of_file = |file: &File<'_>| -> Vec<Target> {
        let parts = Parts::new(file.text);
        let layout = Layout::new(&parts, &file.root);
        let way = [Part::Field("federation"), Part::Field("peers"), Part::Field(&mention.name)];
        let same = fields::fields(file.text, &layout).into_iter().filter(|field| field.way == way);
        same.map(|field| in_file(file, field.range)).collect()
    };
    files.iter().flat_map(of_file).collect()
}

/// Where the variable at a byte is bound, or what it names of the library.
fn variable(view: &View<'_>, offset: usize) -> Option<Target> {
    let tokens = tokens(view.text());
    let after = tokens.partition_point(|token| (token.end as usize) < offset);
    let is_name =
        |at: &usize| tokens.get(*at).is_some_and(|token| token.kind == Kind::Name && (token.start as usize) <= offset);
    let at = [after + 1, after].into_iter().find(is_name)?;
    let word = |at: usize| tokens.get(at).and_then(|token| view.text().get(token.range()));
    let kind = |at: usize| tokens.get(at).map(|token| token.kind);
    let (before, owner) = (at.checked_sub(1), at.checked_sub(2));
    if before.and_then(kind) == Some(Kind::Dot) {
        let binding = binding(view.text(), &tokens, owner?, word(owner?)?)?;
        let is_library = kind(binding + 2) == Some(Kind::Import)
            && word(binding + 4).is_some_and(|path| path.starts_with(LIBRARY_FOLDER));
        return is_library.then(|| exported(word(at)?)).flatten();
    }
    let binding = binding(view.text(), &tokens, at, word(at)?)?;
    let range = tokens.get(binding)?.range();
    Some(Target::File { path: view.path.to_owned(), range })
}

/// The token that binds a variable by `let`, the last one before its use.
fn binding(text: &str, tokens: &[Token], before: usize, name: &str) -> Option<usize> {
    let binds = |at: &usize| {
        let is_let = |at: usize| matches!(tokens.get(at).map(|token| token.kind), Some(Kind::Let | Kind::Rec));
        let is_name = tokens.get(*at).is_some_and(|token| text.get(token.range()) == Some(name));
        is_name && at.checked_sub(1).is_some_and(is_let)
    };
    (0..before).rev().find(binds)
}

/// What the front door of the library exports under a name.
fn exported(name: &str) -> Option<Target> {
    let door = LIBRARY.first()?;
    let tokens = tokens(door.text);
    let field = tokens.windows(2).find(|window| match window {
        [field, sign] => door.text.get(field.range()) == Some(name) && matches!(sign.kind, Kind::Pipe | Kind::Equals),
        _ => false,
    })?;
    Some(Target::Library { module: 0, range: unquoted(door.text, field.first()?.range()) })
}
