//! No text and no byte is too much for a feature: all prefixes of the environments that are shipped, and parts left out.

use super::Workspace;
use crate::language_server::cursor::Parts;
use crate::language_server::features::{
    View, definition, folding, highlights, inlay_hints, links, references, rename, selection, semantic_tokens, symbols,
};
use std::ops::Range;
use std::path::Path;

/// Asks everything of a text at a byte, and holds each answer to the text.
fn ask(view: &View<'_>, offset: usize) {
    let is_of_text = |range: &Range<usize>| assert!(view.text().get(range.clone()).is_some(), "{range:?}");
    definition::definition(view, offset);
    definition::declaration(view, offset);
    references::references(view, offset, true).iter().filter(|(path, _)| path == view.path).for_each(|(_, range)| {
        is_of_text(range);
    });
    highlights::highlights(view, offset).iter().for_each(|(range, _)| is_of_text(range));
    let _ = rename::rename(view, offset, "tnt_other");
    for chain in selection::selections(view, &[offset, usize::MAX]) {
        chain.iter().for_each(is_of_text);
    }
}

/// Asks what needs no byte.
fn ask_all(view: &View<'_>) {
    let is_of_text = |range: &Range<usize>| assert!(view.text().get(range.clone()).is_some(), "{range:?}");
    folding::folding(view).iter().for_each(|fold| is_of_text(&fold.range));
    links::links(view).iter().for_each(|link| is_of_text(&link.range));
    for symbol in symbols::symbols(view) {
        is_of_text(&symbol.range);
        is_of_text(&symbol.selection);
        assert!(symbol.range.start <= symbol.selection.start && symbol.selection.end <= symbol.range.end);
    }
    let mut last = 0;
    for (range, _) in semantic_tokens::semantic_tokens(view) {
        is_of_text(&range);
        assert!(last <= range.start && !view.text()[range.clone()].contains('\n'));
        last = range.end;
    }
    for hint in inlay_hints::inlay_hints(view, 0..view.text().len()) {
        is_of_text(&(hint.offset..hint.offset));
    }
}

fn of_folder(folder: &str) {
    let workspace = Workspace::shipped(folder, None);
    let mut seed: u64 = 7;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below.max(1)
    };
    for (path, text) in &workspace.files {
        let whole = workspace.view(path);
        let boundary = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let parts = Parts::new(&text[..end]);
            let view = View { parts: &parts, ..whole };
            ask_all(&View { known: None, ..view });
            if end % 32 == 0 {
                ask_all(&view);
                ask(&view, end);
                ask(&view, boundary(random(end + 1)));
            }
        }
        for _ in 0..20 {
            let start = boundary(random(text.len()));
            let end = boundary(start + random(40)).max(start);
            let cut = text[..start].to_owned() + text.get(end..).unwrap_or_default();
            let parts = Parts::new(cut);
            let view = View { parts: &parts, ..whole };
            ask_all(&view);
            ask(&view, start);
            ask(&view, random(view.text().len() + 2));
        }
        ask(&View { path: Path::new("elsewhere"), known: None, ..whole }, usize::MAX);
    }
}

#[test]
fn any_text_has_answers_at_any_byte() {
    ["", "platforms", "prod", "two-node"].into_iter().for_each(of_folder);
}

#[test]
fn what_nests_deep_takes_neither_long_nor_much_memory() {
    let workspace = Workspace::new([("a.ncl", "{}")]);
    let whole = workspace.view(&workspace.files[0].0);
    for text in ["{a=".repeat(3_000), "[".repeat(3_000) + &"}".repeat(3_000), "let a = { b = a } in ".repeat(100)] {
        let parts = Parts::new(text);
        let view = View { parts: &parts, ..whole };
        ask_all(&view);
        ask(&view, view.text().len());
    }
}
