//! Imports go down: the table in `docs/architecture.md` says who imports whom, and this holds the sources to it.

mod common;

use common::root;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What the front door of the library hands on, and the room that it is from.
const FACADE: [(&str, &str); 4] =
    [("Compiler", "compile"), ("Outcome", "compile"), ("STACK", "compile"), ("Diagnostic", "diagnostic")];

/// The files of the front door itself and of the program around it.
const DOORS: [&str; 2] = ["lib", "main"];

/// A row of the table.
#[derive(Debug)]
struct Row {
    floor: usize,
    imports: BTreeSet<String>,
}

type Arrows = BTreeMap<String, BTreeSet<String>>;

fn page() -> String {
    fs::read_to_string(root().join("docs/architecture.md")).unwrap()
}

/// The rows of the table under "Who imports whom", by room.
fn table(page: &str) -> BTreeMap<String, Row> {
    let section = page.split("## Who imports whom\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut rows = BTreeMap::new();
    for line in section.lines().filter(|line| line.starts_with("| ") && line.contains('`')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [floor, room, imports] = cells.as_slice() else { panic!("not three cells: {line}") };
        let imports = imports.split(", ").filter(|name| !name.is_empty()).map(|name| name.trim_matches('`').to_owned());
        let row = Row { floor: floor.parse().unwrap(), imports: imports.collect() };
        assert!(rows.insert(room.trim_matches('`').to_owned(), row).is_none(), "{room} has two rows");
    }
    rows
}

/// A source without comments and tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The names that stand directly behind `crate::`, also in a list.
fn named(code: &str) -> BTreeSet<String> {
    let identifier = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
    };
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(list) = rest.strip_prefix('{') else {
            names.insert(identifier(rest));
            continue;
        };
        let (mut depth, mut start) = (0, 0);
        for (end, character) in list.char_indices() {
            match character {
                '{' => depth += 1,
                '}' | ',' if depth == 0 => {
                    names.insert(identifier(&list[start..end]));
                    start = end + 1;
                    if character == '}' {
                        break;
                    }
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    names.remove("");
    names
}

/// The room of a source: the first part of its path.
fn room(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// Who imports whom, of sources by their paths below `src`.
fn arrows<'a>(sources: impl IntoIterator<Item = (&'a Path, &'a str)>) -> Arrows {
    let mut arrows = Arrows::new();
    for (path, text) in sources {
        let from = room(path);
        let of = |name: &String| {
            FACADE.iter().find(|(item, _)| item == name).map_or(name.clone(), |(_, room)| (*room).to_owned())
        };
        let to = named(&code(text)).iter().map(of).filter(|to| *to != from).collect::<BTreeSet<_>>();
        arrows.entry(from).or_default().extend(to);
    }
    arrows.retain(|room, _| !DOORS.contains(&room.as_str()));
    arrows
}

/// What is at odds with the table, a line each.
fn at_odds(arrows: &Arrows, table: &BTreeMap<String, Row>) -> Vec<String> {
    let mut lines = Vec::new();
    for (from, imported) in arrows {
        let Some(row) = table.get(from) else {
            lines.push(format!("`{from}` has no row"));
            continue;
        };
        lines.extend(
            imported.difference(&row.imports).map(|to| format!("`{from}` imports `{to}`, which its row does not name")),
        );
        lines.extend(
            row.imports
                .difference(imported)
                .map(|to| format!("the row of `{from}` names `{to}`, which it does not import")),
        );
        for to in
            imported.iter().filter_map(|to| Some((to, table.get(to)?))).filter(|(_, other)| other.floor >= row.floor)
        {
            lines.push(format!("`{from}` imports `{}`, which is not below it", to.0));
        }
    }
    lines.extend(table.keys().filter(|room| !arrows.contains_key(*room)).map(|room| format!("there is no `{room}`")));
    lines
}

fn sources() -> Vec<(std::path::PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let src = root().join("src");
    let mut paths = Vec::new();
    walk(&src, &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| (path.strip_prefix(&src).unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect()
}

fn real() -> Vec<(std::path::PathBuf, String)> {
    let sources = sources();
    assert!(sources.len() > 200, "{}", sources.len());
    sources
}

#[test]
fn imports_are_those_of_the_table_and_go_down() {
    let sources = real();
    let found = at_odds(&arrows(sources.iter().map(|(path, text)| (path.as_path(), text.as_str()))), &table(&page()));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_planted_import_is_found() {
    for (path, line, says) in [
        ("verify/planted.rs", "use crate::lower::lower;", "`verify` imports `lower`, which its row does not name"),
        (
            "rules/planted.rs",
            "use crate::{\n    path,\n    fleet::{Member, links},\n};",
            "`rules` imports `fleet`, which is not below it",
        ),
        ("path.rs", "fn f() { crate::Outcome::default(); }", "`path` imports `compile`, which is not below it"),
        ("attic.rs", "", "`attic` has no row"),
    ] {
        let mut sources = real();
        sources.push((path.into(), line.to_owned()));
        let found =
            at_odds(&arrows(sources.iter().map(|(path, text)| (path.as_path(), text.as_str()))), &table(&page()));
        assert!(found.contains(&says.to_owned()), "{path}: {found:?}");
    }
    let harmless = "// use crate::commands;\nfn f() {}\n#[cfg(test)]\nmod tests { use crate::commands; }";
    let mut sources = real();
    sources.push(("path.rs".into(), harmless.to_owned()));
    assert!(
        at_odds(&arrows(sources.iter().map(|(path, text)| (path.as_path(), text.as_str()))), &table(&page()))
            .is_empty()
    );
}

/// The drawing at the head of `lib.rs` is the table's picture: each floor with its rooms.
#[test]
fn the_drawing_shows_the_floors_of_the_table() {
    let mut floors: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for (room, row) in table(&page()) {
        floors.entry(row.floor).or_default().insert(room);
    }
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let drawn = lib.lines().filter_map(|line| line.strip_prefix("//!  ")?.trim_start().split_once("  "));
    let drawn: BTreeMap<usize, BTreeSet<String>> = drawn
        .filter_map(|(floor, rooms)| Some((floor.parse().ok()?, rooms.split_whitespace().map(str::to_owned).collect())))
        .collect();
    assert_eq!(drawn, floors);
}

/// What a release calls a setting stands in its table, and so does what it does otherwise than another: whoever compares or looks
/// up asks by key, and asks `behaviour`. Messages may name a variable.
#[test]
fn only_agentos_knows_releases_and_the_names_of_variables() {
    let mut known = Vec::new();
    // The library as a table is generated.
    for (path, text) in real().into_iter().filter(|(path, _)| !path.ends_with("native/table.rs")) {
        let code = code(&text);
        let quoted = code.split('"').filter(|text| text.starts_with("AGENTOS_") && !text.starts_with("AGENTOS_CFG_"));
        let names = quoted.filter(|text| text.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
        let releases = code.match_indices("Runtime::V").map(|(at, _)| &code[at..at + "Runtime::V".len()]);
        let is_room = room(&path) == "agentos";
        known.extend(names.chain(releases).filter(|_| !is_room).map(|name| format!("{}: {name}", path.display())));
    }
    assert_eq!(known, [""; 0]);
}

#[test]
fn no_file_but_a_table_is_longer_than_600_lines() {
    const TABLES: [&str; 1] = ["evaluate/native/table.rs"];
    let long = real().into_iter().filter(|(_, text)| text.lines().count() > 600);
    let long: Vec<String> = long.map(|(path, _)| path.display().to_string()).collect();
    assert_eq!(long, TABLES);
}
