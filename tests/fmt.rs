//! `fmt`: the style, what holds of it for any text, and the command.

mod common;

use agentos_cfg::catalogue::CATALOGUE;
use agentos_cfg::format::{format, format_range};
use agentos_cfg::pages::examples;
use common::numbers::Numbers;
use common::{Memory, compile_in, environment, root, shipped};
use insta::assert_snapshot;
use nickel_lang_core::parser::lexer::{Lexer, MultiStringToken, NormalToken, StringToken, Token};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Every construct of the language, laid out by no rule.
const CONSTRUCTS: &str = include_str!("fixtures/fmt/constructs.ncl");

/// Every Nickel file below a folder of the repository.
fn below(folder: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "ncl") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The texts of the repository that have a layout: its files, and the examples of its pages.
fn texts() -> Vec<String> {
    let folders = ["environments", "lib", "benches", "tests/fixtures"].into_iter().flat_map(below);
    // Not all of the corpus is text, and not all is Nickel.
    let corpus = below("fuzz/corpus").into_iter().filter_map(|path| std::fs::read_to_string(path).ok());
    let of_rules = CATALOGUE.iter().flat_map(|rule| examples(rule.page)).flat_map(|example| {
        let files = example.texts.into_iter().chain(example.files);
        files.map(|(_, text)| text.to_owned()).collect::<Vec<_>>()
    });
    let pages = std::fs::read_dir(root().join("docs")).unwrap().map(|page| page.unwrap().path());
    let pages = pages.filter(|path| path.is_file()).map(|path| read(&path));
    let of_pages = pages.flat_map(|page| {
        let blocks = page.split("```nickel\n").skip(1);
        blocks.filter_map(|block| Some(block.split_once("```")?.0.to_owned())).collect::<Vec<_>>()
    });
    let all = folders.map(|path| read(&path)).chain(corpus).chain(of_rules).chain(of_pages);
    all.chain([CONSTRUCTS.to_owned(), read(&root().join("lib.ncl"))]).filter(|text| format(text).is_ok()).collect()
}

/// The tokens of a text, and between which of them blanks and comments may stand.
struct Tokens {
    ranges: Vec<Range<usize>>,
    /// For each token, whether it is in no text: a quote that begins one is not.
    is_code: Vec<bool>,
    /// For each token, whether it is not in an expression of a text either.
    is_outside: Vec<bool>,
}

fn tokens(text: &str) -> Tokens {
    let mut tokens = Tokens { ranges: Vec::new(), is_code: Vec::new(), is_outside: Vec::new() };
    // What is open: texts, and braces in them and around them.
    let mut texts: Vec<bool> = Vec::new();
    for token in Lexer::new(text) {
        let (start, token, end) = token.unwrap();
        let is_text = texts.last() == Some(&true);
        tokens.ranges.push(start..end);
        tokens.is_code.push(!is_text);
        tokens.is_outside.push(!texts.contains(&true));
        match token {
            Token::Normal(NormalToken::DoubleQuote) | Token::Str(StringToken::DoubleQuote) if is_text => {
                texts.pop();
            }
            Token::Normal(
                NormalToken::DoubleQuote
                | NormalToken::StrEnumTagBegin
                | NormalToken::MultiStringStart(_)
                | NormalToken::SymbolicStringStart(_),
            ) => texts.push(true),
            Token::Normal(NormalToken::LBrace)
            | Token::Str(StringToken::Interpolation)
            | Token::MultiStr(MultiStringToken::Interpolation) => texts.push(false),
            Token::Normal(NormalToken::RBrace) | Token::MultiStr(MultiStringToken::End) => {
                texts.pop();
            }
            _ => {}
        }
    }
    assert!(texts.is_empty());
    tokens
}

/// What of a text no layout may change: its tokens but for commas before closing brackets, and its comments, each behind
/// as many tokens that are no commas.
fn essence(text: &str) -> (Vec<&str>, Vec<(usize, &str)>) {
    let tokens = tokens(text);
    let words: Vec<&str> = tokens.ranges.iter().map(|range| &text[range.clone()]).collect();
    let is_last = |at: usize| {
        tokens.is_code[at] && words[at] == "," && words.get(at + 1).is_some_and(|next| ["}", "]", "|]"].contains(next))
    };
    let kept: Vec<&str> = (0..words.len()).filter(|at| !is_last(*at)).map(|at| words[at]).collect();
    let (mut comments, mut behind, mut end) = (Vec::new(), 0, 0);
    let rest = text.len()..text.len();
    for (at, range) in tokens.ranges.iter().chain([&rest]).enumerate() {
        let gap = text[end..range.start].lines().map(str::trim).filter(|line| line.starts_with('#'));
        comments.extend(gap.map(|comment| (behind, comment)));
        behind += usize::from(words.get(at).is_some_and(|word| *word != ","));
        end = range.end;
    }
    (kept, comments)
}

/// The text with other blanks, line breaks and comments between its tokens.
fn disturbed(text: &str, numbers: &mut Numbers) -> String {
    const BLANKS: [&str; 9] =
        [" ", "\n", "\n\n\n", "\t ", "   ", "\n      ", " # noted\n", "\n# noted\n  ", "\n\n  #noted \n\n"];
    let tokens = tokens(text);
    let mut disturbed = String::new();
    let mut end = 0;
    for (range, is_code) in tokens.ranges.iter().zip(&tokens.is_code) {
        let gap = &text[end..range.start];
        let changes = *is_code && numbers.below(3) == 0;
        match changes && (numbers.below(4) == 0 || !gap.is_empty()) && !gap.contains('#') {
            true => disturbed.push_str(BLANKS[numbers.below(BLANKS.len())]),
            false => disturbed.push_str(gap),
        }
        disturbed.push_str(&text[range.clone()]);
        end = range.end;
    }
    disturbed + &text[end..]
}

/// Lays out a text, and holds what comes of it against the text.
fn laid_out(text: &str) -> String {
    let formatted = format(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    assert_eq!(essence(&formatted), essence(text), "{text}");
    assert_eq!(format(&formatted).as_ref(), Ok(&formatted), "{text}");
    formatted
}

#[test]
fn what_ships_is_in_style() {
    let mut files: Vec<PathBuf> = ["environments", "lib"].into_iter().flat_map(below).collect();
    files.push(root().join("lib.ncl"));
    assert!(files.len() > 30);
    for path in files {
        let text = read(&path);
        let formatted = format(&text).unwrap();
        let difference = similar::TextDiff::from_lines(&text, &formatted).unified_diff().to_string();
        assert!(difference.is_empty(), "{}\n{difference}", path.display());
    }
}

#[test]
fn every_text_keeps_tokens_and_comments_and_is_in_style_then() {
    let texts = texts();
    assert!(texts.len() > 250, "{}", texts.len());
    texts.iter().for_each(|text| drop(laid_out(text)));
}

#[test]
fn however_a_text_is_written() {
    let texts = texts();
    for (round, text) in (0..).zip(texts.iter().filter(|text| text.len() < 20_000)) {
        for again in 0..4 {
            let mut numbers = Numbers::of_round(round * 4 + again);
            laid_out(&disturbed(text, &mut numbers));
        }
    }
}

#[test]
fn a_shipped_text_comes_back_where_only_blanks_have_changed() {
    for path in ["environments", "lib"].into_iter().flat_map(below) {
        let text = read(&path);
        let tokens = tokens(&text);
        let (mut spread, mut end) = (String::new(), 0);
        for (range, is_outside) in tokens.ranges.iter().zip(&tokens.is_outside) {
            let gap = &text[end..range.start];
            spread += &match *is_outside && !gap.contains('#') {
                true => gap.replace('\n', "\n \t ").replace(' ', "   "),
                false => gap.to_owned(),
            };
            spread += &text[range.clone()];
            end = range.end;
        }
        spread += &text[end..];
        assert!(spread.len() > text.len() + 20);
        assert_eq!(format(&spread).unwrap(), text, "{}", path.display());
    }
}

#[test]
fn the_meaning_stays() {
    let mut round = 0;
    let computing = environment(
        "  labels = let f = fun x => { a = x, b = if x == \"c\" then \"d\" else \"e\" } in f \"c\",\n  \
         annotations = { team = match { 'A => \"a\", _ => \"b\" } 'A } & { note = m%\"\n    two\n      lines %{\"x\" ++ \"y\"}\n  \"% },\n  \
         services.federation.env | { _ | Dyn } = std.record.map (fun k v => v) {},\n  \
         tenancy.tenants = [\"tnt_a\", \"tnt_b\"] |> std.array.map (fun id => { field = id, value.name = id }) |> std.record.from_array,",
    );
    let mut world = Memory::default();
    for path in ["environments"].into_iter().flat_map(below) {
        let name = path.strip_prefix(root()).unwrap();
        world.add(name.to_str().unwrap(), read(&path).as_bytes());
    }
    world.add("environments/computing.ncl", computing.as_bytes());
    for name in shipped().into_iter().chain(["environments/computing.ncl"]) {
        let text = if name.ends_with("computing.ncl") { computing.clone() } else { read(&root().join(name)) };
        let meant = compile_in(&world, name).1;
        let shown = |outcome: &agentos_cfg::Outcome| std::format!("{:?}\n{:?}", outcome.environment, outcome.objects);
        assert!(meant.environment.is_some() && meant.findings.iter().all(|finding| finding.code.0 != "C001"), "{name}");
        for _ in 0..2 {
            round += 1;
            world.add(name, laid_out(&disturbed(&text, &mut Numbers::of_round(round))).as_bytes());
            assert_eq!(shown(&compile_in(&world, name).1), shown(&meant), "{name}");
        }
        world.add(name, text.as_bytes());
    }
}

#[test]
fn each_construct() {
    assert_snapshot!(laid_out(CONSTRUCTS));
}

#[test]
fn edits_of_all_lines_are_the_layout_and_edits_of_some_stay_there() {
    let apply = |text: &str, lines: Range<usize>| {
        let mut edited = text.to_owned();
        for edit in format_range(text, lines).unwrap().into_iter().rev() {
            edited.replace_range(edit.range, &edit.text);
        }
        edited
    };
    assert_eq!(apply(CONSTRUCTS, 0..usize::MAX), format(CONSTRUCTS).unwrap());
    let text = "{\n a=1 ,\n b   =   2,\n   c=3\n}";
    assert_eq!(apply(text, 2..3), "{\n a=1,\n  b = 2,\n  c=3\n}");
    assert_eq!(apply(text, 9..12), text);
    let count = CONSTRUCTS.lines().count();
    for start in 0..count {
        let edited = apply(CONSTRUCTS, start..start + 3);
        assert_eq!(essence(&edited), essence(CONSTRUCTS), "{start}");
        let (before, after) = (CONSTRUCTS.lines().take(start.saturating_sub(12)), edited.lines());
        assert!(before.zip(after).all(|(before, after)| before == after), "{start}");
    }
}

#[test]
fn line_breaks_stay_those_of_the_first_line() {
    let windows = "{\r\n a = 1, # one\r\n\r\n\r\n  b = m%\"\r\n  text\r\n\"%\r\n}\r\n";
    assert_eq!(format(windows).unwrap(), "{\r\n  a = 1, # one\r\n\r\n  b = m%\"\r\n  text\r\n\"%,\r\n}\r\n");
}

#[test]
fn what_is_no_text_of_nickel_is_refused_at_its_place() {
    let cases = [("{ a = [1, }", 10), ("{ a = 1", 0), ("a }", 1), ("{ a = \"b\\q\" }", 8), ("{\ra = 1}", 1)];
    for (text, at) in cases {
        assert_eq!(format(text).map_err(|refused| refused.at), Err(at), "{text}");
        assert!(format_range(text, 0..9).is_err(), "{text}");
    }
    assert_eq!(format("").as_deref(), Ok(""));
    assert_eq!(format("\n\n # alone").as_deref(), Ok("# alone\n"));
}

/// Runs the command in a folder and shows what a user would see.
fn run(folder: &Path, arguments: &[&str], input: &str) -> String {
    let output = common::output_with(common::binary().arg("fmt").args(arguments).current_dir(folder), input);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    std::format!(
        "status: {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr)
    )
}

const UGLY: &str = "{\n a=1 }\n";
const NICE: &str = "{\n  a = 1,\n}\n";

/// A folder with a file in style, one that is not, one with a mistake, and some that are not looked at.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("good.ncl", NICE),
        ("sub/ugly.ncl", UGLY),
        ("broken.ncl", "{\n  a = 1\n  b = 2,\n}\n"),
        (".hidden/ugly.ncl", UGLY),
        ("out/ugly.ncl", UGLY),
        (".gitignore", "/out/\n"),
        ("data.json", "{}"),
    ];
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn files_are_laid_out_and_those_with_mistakes_are_left() {
    let folder = project();
    let there = |name: &str| read(&folder.path().join(name));
    let written = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().modified().unwrap();
    let before = written("good.ncl");
    assert_snapshot!(run(folder.path(), &[], ""));
    assert_eq!(there("sub/ugly.ncl"), NICE);
    assert_eq!(there("broken.ncl"), "{\n  a = 1\n  b = 2,\n}\n");
    assert_eq!([there(".hidden/ugly.ncl"), there("out/ugly.ncl")], [UGLY, UGLY]);
    assert_eq!(written("good.ncl"), before);
    let names: Vec<_> = std::fs::read_dir(folder.path().join("sub")).unwrap().collect();
    assert_eq!(names.len(), 1, "{names:?}");
    std::fs::remove_file(folder.path().join("broken.ncl")).unwrap();
    assert_eq!(run(folder.path(), &["."], ""), "status: 0\n--- stdout\n--- stderr\n2 files: 0 formatted\n");
}

#[test]
fn check_and_diff_change_nothing() {
    let folder = project();
    assert_snapshot!(run(folder.path(), &["--check", "good.ncl", "sub"], ""));
    assert_snapshot!(run(folder.path(), &["--diff", "good.ncl", "sub"], ""));
    assert_eq!(read(&folder.path().join("sub/ugly.ncl")), UGLY);
    assert_eq!(
        run(folder.path(), &["--check", "good.ncl"], ""),
        "status: 0\n--- stdout\n--- stderr\n1 file: 0 not in style\n"
    );
}

#[test]
fn standard_input_is_laid_out_on_standard_output() {
    let folder = project();
    assert_eq!(run(folder.path(), &["-"], UGLY), std::format!("status: 0\n--- stdout\n{NICE}--- stderr\n"));
    assert_snapshot!(run(folder.path(), &["-"], "{ a = [1, }"));
    assert_snapshot!(run(folder.path(), &["-", "--check"], UGLY));
}

#[test]
fn what_is_no_nickel_file_is_refused() {
    let folder = project();
    assert_snapshot!(run(folder.path(), &["data.json"], ""));
    assert_snapshot!(run(folder.path(), &["nowhere.ncl"], ""));
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    assert_snapshot!(run(folder.path(), &["empty"], ""));
}

#[test]
fn no_credential_is_shown() {
    let folder = project();
    let token = ["gh", "p_", "16C7e42F292c6912E7710c838347Ae178B4a"].concat();
    std::fs::write(folder.path().join("sub/ugly.ncl"), std::format!("{{ a=\"{token}\" }}")).unwrap();
    std::fs::write(folder.path().join("broken.ncl"), std::format!("{{ a=\"{token}\" b }}")).unwrap();
    for arguments in [["--diff", "."], ["--check", "."]] {
        let shown = run(folder.path(), &arguments, "");
        assert!(shown.starts_with("status: 1") && !shown.contains(&token), "{shown}");
    }
}

#[cfg(unix)]
#[test]
fn permissions_are_kept_and_links_and_read_only_files_are_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = project();
    let path = folder.path().join("sub/ugly.ncl");
    let set = |mode: u32| std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
    set(0o666);
    assert!(run(folder.path(), &["sub"], "").starts_with("status: 0"));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o666);

    std::fs::write(&path, UGLY).unwrap();
    symlink("sub/ugly.ncl", folder.path().join("link.ncl")).unwrap();
    assert_snapshot!(run(folder.path(), &["link.ncl"], ""));
    assert!(run(folder.path(), &["--check", "link.ncl"], "").starts_with("status: 1"));
    // A search follows no link.
    assert!(run(folder.path(), &["--check", "."], "").contains("sub/ugly.ncl\n--- stderr"));

    set(0o444);
    assert_snapshot!(run(folder.path(), &["sub"], ""));
    assert_eq!(read(&path), UGLY);
}
