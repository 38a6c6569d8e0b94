//! Renames tenants and stacks in all files that name them.
//!
//! Invariant: either every place that the compiler takes the name from is edited, or nothing is.

use super::fields::{self, unquoted};
use super::files::{self, File};
use super::mentions::{self, Kind, Mention};
use super::{View, references::Spot};
use crate::evaluate::outline::{self, tokens};
use crate::fleet::Member;
use crate::language_server::cursor::{Layout, Parts};
use crate::names;
use crate::path::Path;
use crate::source::{Sources, Span, display};
use crate::tree::Node;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};

/// The edits of each file, in the order of its text.
pub type Edits = BTreeMap<PathBuf, Vec<(Range<usize>, String)>>;

/// The name at a byte, and where it is, if it can be renamed; else why not, in words.
///
/// # Errors
/// What stands there has no name, or one that is not the user's to choose.
pub fn prepare(view: &View<'_>, offset: usize) -> Result<(Range<usize>, String), String> {
    let mention = mention(view, offset)?;
    Ok((mention.range, mention.name))
}

/// The edits that give the tenant or the stack at a byte another id.
///
/// # Errors
/// The id is none, or is taken; or the name is computed somewhere, so that not every place can be edited.
pub fn rename(view: &View<'_>, offset: usize, new: &str) -> Result<Edits, String> {
    let mention = mention(view, offset)?;
    if new == mention.name {
        return Ok(Edits::new());
    }
    fits(mention.kind, new)?;
    let members = concerned(view, mention.kind);
    let is_older = |member: &&Member| {
        let mut texts = member.sources.own();
        texts.any(|text| text.path.as_deref() == Some(view.path) && text.text != view.text())
    };
    if members.iter().any(is_older) {
        return Err(format!("`{}` has just changed; try again in a moment", display(view.path)));
    }
    let files = files::of_members(view, members.iter().copied());
    let wanted = Mention { name: new.to_owned(), ..mention.clone() };
    for file in &files {
        if mentions::mentions(file).iter().any(|other| other.is_of(&wanted)) {
            return Err(format!("`{new}` is named in `{}` already", display(file.path)));
        }
    }
    let mut spots: BTreeSet<(PathBuf, usize, usize)> = BTreeSet::new();
    for file in &files {
        let same = mentions::mentions(file).into_iter().filter(|other| other.is_of(&mention));
        spots.extend(same.map(|other| (file.path.to_owned(), other.range.start, other.range.end)));
    }
    for member in members {
        for (path, range) in of_tree(member, &mention)? {
            spots.insert((path, range.start, range.end));
        }
    }
    let mut edits = Edits::new();
    for (path, start, end) in spots {
        edits.entry(path).or_default().push((start..end, new.to_owned()));
    }
    Ok(edits)
}

/// What can be renamed at a byte.
fn mention(view: &View<'_>, offset: usize) -> Result<Mention, String> {
    if view.known.is_none_or(|known| known.members.is_empty()) {
        return Err("the environments are not analysed yet; try again in a moment".to_owned());
    }
    let mut refusal = "only the ids of tenants and stacks can be renamed".to_owned();
    for root in files::roots(view) {
        let file = File { path: view.path, text: view.text(), root };
        match mentions::at(&file, offset) {
            Some(Mention { kind: Kind::Secret, name, .. }) => {
                refusal = format!("the runtime reads the secret under the name `{name}`, which can't be changed");
            }
            Some(mention) => return Ok(mention),
            None => refusal = field(view, &file, offset).unwrap_or(refusal),
        }
    }
    Err(refusal)
}

/// Why the field at a byte is not renamed.
fn field(view: &View<'_>, file: &File<'_>, offset: usize) -> Option<String> {
    let parts = Parts::new(file.text);
    let layout = Layout::new(&parts, &file.root);
    let path = fields::at(file.text, &layout, offset)?.path();
    let name = path.last_field()?;
    Some(match view.schema.shape(&path) {
        Some(_) => format!("`{name}` is a field of the library, which gives it its name"),
        None => format!("the language has no field `{path}`"),
    })
}

/// Whether an id is one.
fn fits(kind: Kind, id: &str) -> Result<(), String> {
    let (prefix, what) = match kind {
        Kind::Tenant => ("tnt_", "tenant"),
        Kind::Stack => ("stk_", "stack"),
        Kind::Secret => return Err("secrets are not renamed".to_owned()),
    };
    if names::is_identity(id, prefix) {
        return Ok(());
    }
    Err(format!(
        "`{id}` is no {what} id: write `{prefix}` and then lower-case letters, digits and `_`, at most 64 characters"
    ))
}

/// The environments in which the same name means the same. A stack has one id everywhere. A tenant is one in those that share
/// a file or are peers, directly or by way of others.
fn concerned<'a>(view: &View<'a>, kind: Kind) -> Vec<&'a Member> {
    let all: Vec<&Member> = files::all_members(view).collect();
    if kind == Kind::Stack {
        return all;
    }
    let mut linked: BTreeSet<&FilePath> = BTreeSet::from([view.path]);
    loop {
        let before = linked.len();
        for member in &all {
            let ties = ties(member);
            if ties.iter().any(|path| linked.contains(path)) {
                linked.extend(ties);
            }
        }
        if linked.len() == before {
            break;
        }
    }
    all.into_iter().filter(|member| linked.contains(member.entry.path.as_path())).collect()
}

/// The files that an environment is made of, and those of its peers.
fn ties(member: &Member) -> Vec<&FilePath> {
    let own = member.sources.own().filter_map(|text| text.path.as_deref());
    let peers = member.references.iter().map(|reference| reference.path.as_path());
    own.chain(peers).chain([member.entry.path.as_path()]).collect()
}

/// Where evaluation took a name from. Refused where that is no text that can be edited.
fn of_tree(member: &Member, mention: &Mention) -> Result<Vec<Spot>, String> {
    let Some(tree) = member.tree.as_ref().and_then(|tree| tree.tree()) else { return Ok(Vec::new()) };
    let (names, values): (&[[&str; 2]], &[[&str; 2]]) = match mention.kind {
        Kind::Tenant => (&[["tenancy", "tenants"]], &[["tenancy", "default"]]),
        Kind::Stack => (&[["federation", "peers"], ["network", "peers"]], &[["federation", "stack"]]),
        Kind::Secret => (&[], &[]),
    };
    let key = |around: &[&str; 2]| Some(at(&tree, around)?.field(&mention.name)?.key);
    let value = |path: &[&str; 2]| {
        let node = at(&tree, path)?;
        (node.value.as_text() == Some(&mention.name)).then_some(node.span)
    };
    let spans = names.iter().filter_map(key).chain(values.iter().filter_map(value));
    let place = |span: Option<Span>| span.and_then(|span| spot(&member.sources, span, &mention.name));
    let refused = || {
        let (name, file) = (&mention.name, display(&member.entry.path));
        format!("`{name}` is computed in `{file}`, where it can't be edited")
    };
    spans.map(|span| place(span).ok_or_else(refused)).collect()
}

fn at<'t>(tree: &'t Node, path: &[&str; 2]) -> Option<&'t Node> {
    let (node, is_there) = tree.nearest(&Path::of(*path));
    is_there.then_some(node)
}

/// The place of a name in a file of the user, if it is written there as it is.
fn spot(sources: &Sources, span: Span, name: &str) -> Option<Spot> {
    let text = sources.get(span.file).filter(|text| !text.library)?;
    let path = text.path.as_ref()?;
    let range = literal(&text.text, sources.range(span));
    (text.text.get(range.clone()) == Some(name)).then(|| (path.clone(), range))
}

/// The text between the quotes that some bytes have, also where annotations stand around them.
fn literal(text: &str, range: Range<usize>) -> Range<usize> {
    let written = text.get(range.clone()).unwrap_or_default();
    let mut literals = tokens(written).into_iter().filter(|token| token.kind == outline::Kind::Literal);
    match (literals.next(), literals.next()) {
        (Some(only), None) => range.start + only.start as usize..range.start + only.end as usize,
        _ => unquoted(text, range),
    }
}
