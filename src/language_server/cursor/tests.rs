//! Where a byte is, in texts with a `‸` at it.

use super::*;

/// What is written at the mark, as one line: the place, with tags, and what is written there.
fn at(marked: &str) -> String {
    let offset = marked.find('‸').unwrap();
    let text = marked.replace('‸', "");
    let root = Path::root();
    let parts = Parts::new(text.as_str());
    let layout = Layout::new(&parts, &root);
    let cursor = layout.cursor(offset);
    let place = cursor.place.as_ref().map_or("?".to_owned(), shown);
    let writing = match cursor.writing {
        Writing::Nothing => return "nothing".to_owned(),
        Writing::Name { dotted: false, .. } => "name",
        Writing::Name { dotted: true, .. } => "dotted name",
        Writing::Value => "value",
        Writing::Tag => "tag",
        Writing::Text { .. } => "text",
        Writing::Import { .. } => "import",
    };
    let comma = if cursor.comma_before.is_some() { " after a comma" } else { "" };
    let comma_after = if cursor.comma_after { "," } else { "" };
    format!("{place}: {writing} {:?}{comma}{comma_after}", &text[cursor.range])
}

fn shown(place: &Place<'_>) -> String {
    let mut shown = String::new();
    let tag = |tag: &Option<&str>| tag.map(|tag| format!("'{tag}")).unwrap_or_default();
    for (of, part) in &place.steps {
        shown += &match part {
            Part::Field(name) => format!("{}.{name}", tag(of)),
            Part::Element(index) => format!("{}[{index}]", tag(of)),
        };
    }
    shown + &tag(&place.tag)
}

/// Notes what differs.
fn check(wrong: &mut String, text: &str, expected: &str) {
    let found = at(text);
    if found != expected {
        *wrong += &format!("{text}\n  {found}, not {expected}\n");
    }
}

#[test]
fn places_in_sound_texts() {
    let mut wrong = String::new();
    for (text, expected) in [
        ("{ na‸ }", ": name \"na\""),
        ("{ name‸ = 1, b = 2 }", ": name \"name\""),
        ("{ a.b.c‸d = 1 }", ".a.b: dotted name \"cd\""),
        ("{ a‸.b.cd = 1 }", ": name \"a\""),
        ("{ a = { b.c = { d‸ } } }", ".a.b.c: name \"d\""),
        ("{ a = 'G { b = 'H { ‸ } } }", ".a'G.b'H: name \"\""),
        ("{ a = 'G‸ }", ".a: tag \"'G\""),
        ("{ a = 'G ‸ }", ".a'G: value \"\""),
        ("{ a = 'G \"x‸y\" }", ".a'G: text \"xy\""),
        ("{ a = [1, { b = ‸ }] }", ".a[1].b: value \"\""),
        ("{ a = [1, ‸] }", ".a[1]: value \"\""),
        ("{ a = [‸] }", ".a[0]: value \"\""),
        ("{ a = \"x‸\" }", ".a: text \"x\""),
        ("{ a = \"‸\" }", ".a: text \"\""),
        ("{ \"a b\".c = { ‸ } }", ".a b.c: name \"\""),
        ("{ \"a ‸b\" = 1 }", ": name \"\\\"a b\\\"\""),
        ("{ a = 80‸81 }", ".a: value \"8081\""),
        ("{ a = tr‸ue, }", ".a: value \"true\""),
        ("{ a = import \"x/‸\" }", ".a: import \"x/\""),
        ("let x = import \"l‸\" in { }", "?: import \"l\""),
        ("let x = { a = { ‸ } } in { b.c = x }", ".b.c.a: name \"\""),
        ("let x = { ‸ } in { b = 'T x }", ".b: name \"\""),
        ("(import \"c.ncl\") & { a = { ‸ } } | x.Y", ".a: name \"\""),
        ("{ a = f { ‸ } }", "?: name \"\""),
        ("{ a | { ‸ } }", "?: name \"\""),
        ("{ a = 1, # b ‸\n c = 2 }", "nothing"),
        ("{ a = 1 ‸, c = 2 }", "nothing"),
        ("{ a = \"b\" ‸ }", "nothing"),
        ("{ a = { x = 1 } & { ‸ } }", ".a: name \"\""),
    ] {
        check(&mut wrong, text, expected);
    }
    assert_eq!(wrong, "");
}

#[test]
fn commas_are_seen_where_they_are_missing() {
    let mut wrong = String::new();
    for (text, expected) in [
        ("{\n  a = 1,\n  ‸\n}", ": name \"\","),
        ("{\n  a = 1\n  ‸\n}", ": name \"\" after a comma,"),
        ("{\n  a = 1,\n  ‸\n  b = 2,\n}", ": name \"\","),
        ("{\n  a = 1,\n  p‸\n  b = 2,\n}", ": name \"p\","),
        ("{\n  a = 1\n  p‸\n  b = 2,\n}", ": name \"p\" after a comma,"),
        ("{ a = 1, ‸ }", ": name \"\""),
        ("{ ‸ a = 1 }", ": name \"\","),
    ] {
        check(&mut wrong, text, expected);
    }
    assert_eq!(wrong, "");
}

#[test]
fn places_in_broken_texts() {
    let mut wrong = String::new();
    for (text, expected) in [
        // An open brace ends where a field is less indented.
        ("{\n  a = 'T {\n    ‸\n  b = 1,\n}", ".a'T: name \"\","),
        ("{\n  a = 'T {\n    x = 1,\n  b = ‸\n}", ".b: value \"\""),
        ("{\n  a = {\n    b = [\n  c = { d = { ‸\n}", ".c.d: name \"\","),
        ("{\n  a = {\n    x = 1,\n  ‸\n  b = 1,\n}", ": name \"\" after a comma,"),
        // Without a value, or with a part of a name.
        ("{\n  a =‸\n  b = 1,\n}", ".a: value \"\""),
        ("{\n  a = ‸\n  b = 1,\n}", ".a: value \"\""),
        ("{\n  a.‸\n  b = 1,\n}", ".a: dotted name \"\","),
        ("{\n  a.b.x‸\n  b = 1,\n}", ".a.b: dotted name \"x\","),
        ("{\n  a.\n  b = ‸1,\n}", ".b: value \"1\""),
        ("{\n  a\n  b = 1‸,\n}", ".b: value \"1\""),
        // Open quotes.
        ("{\n  a = \"x‸\n  b = 1,\n}", ".a: text \"x\""),
        ("{\n  a = \"x,\n  b = ‸,\n}", ".b: value \"\""),
        ("{\n  a = '‸\n  b = 1,\n}", ".a: tag \"'\""),
        ("{\n  a = '‸,\n  b = 1,\n}", ".a: tag \"'\""),
        ("{\n  a = ',\n  b = 'X‸,\n}", ".b: tag \"'X\""),
        ("{\n  a = \"x\"\n  b = { ‸ },\n}", ".b: name \"\""),
        // No end, and no beginning.
        ("{ a = { b = { c = ‸", ".a.b.c: value \"\""),
        ("{\n  a = { b = 1 }, }\n  c = ‸\n}", ".c: value \"\""),
        ("let x = import \"l.ncl\"\n{\n  a = { ‸ }\n}", ".a: name \"\""),
        ("‸", ": value \"\""),
        ("{ a = 1, in‸ }", ": name \"in\""),
        ("{ let‸ }", ": name \"let\""),
        ("{ a = { import‸ } }", ".a: name \"import\""),
    ] {
        check(&mut wrong, text, expected);
    }
    assert_eq!(wrong, "");
}

#[test]
fn any_text_has_a_cursor_at_any_byte() {
    let text = "let x = { a = [1, 'T \"é\"], \"b c\".d = m%\"x\"% } in (x & { e = '‸, f.g = \"%{x}\" }) | y.Z # c\r\n}";
    let root = Path::root();
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        for start in (0..end).filter(|start| text.is_char_boundary(*start)) {
            let piece = &text[start..end];
            let parts = Parts::new(piece);
            let layout = Layout::new(&parts, &root);
            for offset in 0..=piece.len() + 1 {
                let cursor = layout.cursor(offset);
                assert!(piece.get(cursor.range).is_some());
            }
            layout.written().for_each(drop);
        }
    }
}

#[test]
fn fields_are_found_in_all_their_spellings() {
    let text = "{ a.b.c = 1, a = { b.d = 2, e = 3 } } & { \"a\".b = { f = 'X } }";
    let root = Path::root();
    let parts = Parts::new(text);
    let layout = Layout::new(&parts, &root);
    let names = |path: &[Part<'_>]| layout.fields(path).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(&[]), ["a", "a", "a"]);
    assert_eq!(names(&[Part::Field("a"), Part::Field("b")]), ["c", "d", "f"]);
    assert_eq!(layout.tag(&[Part::Field("a"), Part::Field("b"), Part::Field("f")]), Some("X"));
}
