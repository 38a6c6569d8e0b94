//! Which value of an environment each scope and item of a text is, and which items set the fields of a record.

use super::layout::{ScopeKind, parts_of};
use super::{Layout, Part, Place};
use crate::evaluate::outline::Kind;

/// How many steps lead to a value of an environment at the most.
const DEEPEST: usize = 256;

/// How many `let` are followed to where a value ends up.
const MAX_HOPS: usize = 8;

impl<'t> Layout<'t> {
    /// The names of the fields that are set in the record at a path, each with the number of the item that sets it.
    pub fn fields(self, path: &[Part<'_>]) -> Vec<(&'t str, usize)> {
        let depths = self.depths(path);
        let mut found = Vec::new();
        for (number, item) in self.parts.items.iter().enumerate().filter(|(_, item)| !item.name.is_empty()) {
            let Some(mut depth) = depths.get(item.scope).copied().flatten() else { continue };
            for (_, part) in self.parts.names(item) {
                match (path.get(depth), part) {
                    (Some(step), part) if *step == part => depth += 1,
                    (None, Part::Field(name)) => {
                        found.push((name, number));
                        break;
                    }
                    _ => break,
                }
            }
        }
        found
    }

    /// How many steps of a path lead to each scope; none for those that are not on the way.
    fn depths(self, path: &[Part<'_>]) -> Vec<Option<usize>> {
        let mut depths: Vec<Option<usize>> = Vec::with_capacity(self.parts.scopes.len());
        for scope in &self.parts.scopes {
            let depth = match scope.owner {
                None => leads(parts_of(self.root).into_iter(), path),
                Some(_) if !scope.is_value || scope.kind == ScopeKind::Bindings => None,
                Some(owner) => self.depth_of(owner, &depths, path),
            };
            depths.push(depth);
        }
        depths
    }

    /// How many steps of a path lead to the value of an item, where those to the scopes before it are known.
    fn depth_of(self, number: usize, depths: &[Option<usize>], path: &[Part<'_>]) -> Option<usize> {
        let item = self.parts.items.get(number)?;
        match self.scope(item.scope)?.kind {
            ScopeKind::Bindings => leads(self.place_of_value(number)?.parts(), path),
            kind => {
                let depth = depths.get(item.scope).copied().flatten()?;
                let element = (kind == ScopeKind::Array && item.name.is_empty()).then_some(Part::Element(item.index));
                let parts = self.parts.names(item).map(|(_, part)| part).chain(element);
                Some(depth + leads(parts, path.get(depth..)?)?)
            }
        }
    }

    /// The value at which a scope is, or a part of it.
    pub(super) fn place_of_scope(self, scope: usize) -> Option<Place<'t>> {
        self.place(scope, None)
    }

    /// The value that an item defines.
    pub(super) fn place_of_value(self, item: usize) -> Option<Place<'t>> {
        self.place(self.parts.items.get(item)?.scope, Some(item))
    }

    /// The place of a scope, or of an item of it.
    fn place(self, mut scope: usize, mut item: Option<usize>) -> Option<Place<'t>> {
        let (mut way, mut hops) = (Vec::new(), 0);
        loop {
            let around = self.scope(scope)?;
            if around.kind == ScopeKind::Bindings
                && let Some(binding) = item
            {
                hops += 1;
                item = self.use_of(binding).filter(|_| hops <= MAX_HOPS);
                scope = self.parts.items.get(item?)?.scope;
                continue;
            }
            if let Some(item) = item.and_then(|item| self.parts.items.get(item)) {
                let first = way.len();
                way.extend(self.parts.names(item).map(|(_, part)| Way::Part(part)));
                if around.kind == ScopeKind::Array && item.name.is_empty() {
                    way.push(Way::Part(Part::Element(item.index)));
                }
                way.get_mut(first..)?.reverse();
            }
            let Some(owner) = around.owner else { break };
            if !around.is_value || way.len() > DEEPEST {
                return None;
            }
            way.extend(around.tag.map(|tag| Way::Tag(self.tag_name(tag))));
            (scope, item) = (self.parts.items.get(owner)?.scope, Some(owner));
        }
        let mut place = Place::default();
        for part in parts_of(self.root) {
            place = place.then(part);
        }
        Some(way.into_iter().rev().fold(place, |place, way| match way {
            Way::Part(part) => place.then(part),
            Way::Tag(tag) => Place { tag: Some(tag), ..place },
        }))
    }

    /// The item in whose value a binding is first used as it is.
    fn use_of(&self, binding: usize) -> Option<usize> {
        let item = self.parts.items.get(binding)?;
        let scope = self.scope(item.scope)?;
        let (_, Part::Field(name)) = self.parts.names(item).next()? else { return None };
        let after = self.parts.tokens.partition_point(|token| (token.start as usize) < scope.inside.end);
        let used = (after..self.parts.tokens.len()).find(|at| {
            let before = at.checked_sub(1).and_then(|before| self.parts.kind(before));
            let is_value = !before.is_some_and(|before| matches!(before, Kind::Dot | Kind::Pipe | Kind::Colon));
            let is_whole = !matches!(self.parts.kind(at + 1), Some(Kind::Dot | Kind::Equals | Kind::Pipe));
            self.parts.kind(*at) == Some(Kind::Name) && self.parts.written(*at) == name && is_value && is_whole
        })?;
        let start = self.parts.tokens.get(used)?.start as usize;
        self.item_at(self.scope_at(start), start)
    }
}

/// A step on the way from a value to the root.
enum Way<'t> {
    Part(Part<'t>),
    Tag(&'t str),
}

/// The number of some parts, if a path begins with them.
fn leads<'p>(parts: impl Iterator<Item = Part<'p>>, path: &[Part<'_>]) -> Option<usize> {
    let mut path = path.iter();
    let mut count = 0;
    for part in parts {
        if path.next() != Some(&part) {
            return None;
        }
        count += 1;
    }
    Some(count)
}
