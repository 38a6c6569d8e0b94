//! What features say of a text by its tokens: symbols, folds, selections, kinds of pieces.

use super::Workspace;
use crate::language_server::features::symbols::Symbol;
use crate::language_server::features::{folding, selection, semantic_tokens, symbols};

fn tree(symbols: &[Symbol], depth: usize) -> String {
    let line = |symbol: &Symbol| {
        let detail = symbol.detail.as_ref().map(|detail| format!(" {detail}")).unwrap_or_default();
        let own = format!("{}{}: {:?}{detail}\n", "  ".repeat(depth), symbol.name, symbol.kind);
        own + &tree(&symbol.children, depth + 1)
    };
    symbols.iter().map(line).collect()
}

#[test]
fn symbols_are_a_tree() {
    let workspace = Workspace::shipped("prod", Some(("eu.ncl", "‸name")));
    let (view, _) = workspace.marked();
    insta::assert_snapshot!("symbols", tree(&symbols::symbols(&view), 0));
}

#[test]
fn folds_are_of_brackets_strings_and_comments() {
    let text = "# one\n# two\n{\n  a = [\n    1,\n  ],\n  b = { c = 1 }, # three\n  d = m%\"\n    x\n  \"%,\n  # four\n  e = {\n";
    let workspace = Workspace::new([("‸a.ncl", text)]);
    let view = workspace.view(&workspace.files[0].0);
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let folds: Vec<(usize, usize, bool)> = folding::folding(&view)
        .into_iter()
        .map(|fold| (line(fold.range.start), line(fold.range.end), fold.is_comment))
        .collect();
    assert_eq!(folds, [(1, 2, true), (4, 5, false), (8, 9, false)]);
}

#[test]
fn a_selection_grows_outwards() {
    let workspace = Workspace::new([("a.ncl", "{ a.b = { c = 'T { d = \"x ‸y\" } } }")]);
    let (view, offset) = workspace.marked();
    let ranges = selection::selections(&view, &[offset]);
    let shown: Vec<&str> = ranges[0].iter().map(|range| &view.text()[range.clone()]).collect();
    assert_eq!(
        shown,
        [
            "x y",
            "\"x y\"",
            "d = \"x y\"",
            " d = \"x y\" ",
            "{ d = \"x y\" }",
            "'T { d = \"x y\" }",
            "c = 'T { d = \"x y\" }",
            " c = 'T { d = \"x y\" } ",
            "{ c = 'T { d = \"x y\" } }",
            "a.b = { c = 'T { d = \"x y\" } }",
            " a.b = { c = 'T { d = \"x y\" } } ",
            "{ a.b = { c = 'T { d = \"x y\" } } }",
        ]
    );
}

#[test]
fn each_piece_has_a_kind() {
    let text = "let x = import \"l\" in # c\n{ a.\"b c\" = 'T 1, d | String = \"é %{x}\", e = m%\"\n f\n\"% } | x.Y ‸";
    let workspace = Workspace::new([("a.ncl", text)]);
    let (view, _) = workspace.marked();
    let pieces = semantic_tokens::semantic_tokens(&view).into_iter();
    let shown: Vec<String> = pieces.map(|(range, kind)| format!("{} {kind:?}", &view.text()[range])).collect();
    assert_eq!(
        shown,
        [
            "let Keyword",
            "x Variable",
            "import Keyword",
            "\"l\" Text",
            "in Keyword",
            "# c Comment",
            "a Property",
            "\"b c\" Property",
            "'T Tag",
            "1 Number",
            "d Property",
            "String Type",
            "\"é %{x}\" Text",
            "e Property",
            "m%\" Text",
            " f Text",
            "\"% Text",
            "x Variable",
            "Y Property",
        ]
    );
}
