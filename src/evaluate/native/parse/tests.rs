//! What is parsed here, Nickel's parser parses, and both say the same of it, places included.

use super::*;
use nickel_lang_core::ast::pattern::PatternData;
use nickel_lang_core::ast::primop::PrimOp;
use nickel_lang_core::ast::record::{FieldDef, FieldPathElem};
use nickel_lang_core::ast::typ::Type;
use nickel_lang_core::ast::{Ast, AstAlloc};
use nickel_lang_core::files::Files;
use nickel_lang_core::parser::lexer::Lexer;
use nickel_lang_core::parser::{ErrorTolerantParser, TermParser};
use nickel_lang_core::position::TermPos;
use nickel_lang_core::typ::TypeF;
use numbers::Numbers;
use std::path::{Path, PathBuf};

#[path = "../../../../tests/common/numbers.rs"]
mod numbers;

/// Whether our parser takes a text; what it says of it is what Nickel's says.
fn agrees(text: &str) -> bool {
    // As where files are loaded: the lexer stumbles over these.
    if text.replace("\r\n", "").contains('\r') {
        return false;
    }
    let outline = Outline::of(text);
    if outline.too_deep().is_some() {
        return false;
    }
    let Some((expression, _)) = parse(text, &outline) else { return false };
    let alloc = AstAlloc::new();
    let file = Files::new([] as [(&str, &str); 0]).add("held", text);
    let ast = TermParser::new().parse_strict(&alloc, file, Lexer::new(text));
    let ast = ast.unwrap_or_else(|_| panic!("Nickel refuses:\n{text}"));
    assert_eq!(of_ours(&expression), of_nickel(&ast), "\n{text}");
    true
}

fn of_ours(expression: &Expression<'_>) -> String {
    let many = |items: &[Expression<'_>]| items.iter().map(of_ours).collect::<Vec<_>>().join(", ");
    let said = match &expression.node {
        Node::Null => "null".to_owned(),
        Node::Bool(value) => value.to_string(),
        Node::Number(number) => number.to_string(),
        Node::Text(text) => format!("{text:?}"),
        Node::Pieces(pieces) => {
            let piece = |piece: &Piece<'_>| match piece {
                Piece::Literal(text) => format!("{text:?}"),
                Piece::Expression(expression) => of_ours(expression),
            };
            pieces.iter().map(piece).collect::<Vec<_>>().join(" + ")
        }
        Node::Tag(tag) => format!("'{tag}"),
        Node::Variant(tag, payload) => format!("'{tag} {}", of_ours(payload)),
        Node::Array(items) => format!("[{}]", many(items)),
        Node::Record(definitions) => {
            let name = |name: &Name<'_>| format!("{:?}@{}-{}", name.text, name.start, name.end);
            let definition = |definition: &Definition<'_>| {
                let path: Vec<String> = std::iter::once(&definition.first).chain(&definition.inner).map(name).collect();
                format!("{} | {:?} = {}", path.join("."), definition.priority, of_ours(&definition.value))
            };
            format!("{{{}}}", definitions.iter().map(definition).collect::<Vec<_>>().join(", "))
        }
        Node::Let(bindings, body) => {
            let binding = |binding: &Binding<'_>| format!("{} = {}", binding.name, of_ours(&binding.value));
            format!("let {} in {}", bindings.iter().map(binding).collect::<Vec<_>>().join(", "), of_ours(body))
        }
        Node::Name(name) => (*name).to_owned(),
        Node::Import(_) => "import".to_owned(),
        Node::Merge(left, right) => format!("{} & {}", of_ours(left), of_ours(right)),
        Node::Access(record, name) => format!("{}.{name:?}", of_ours(record)),
        Node::Annotated(inner, contract) => format!("{} | {}", of_ours(inner), of_ours(contract)),
    };
    format!("({said})@{}-{}", expression.start, expression.end)
}

fn of_nickel(ast: &Ast<'_>) -> String {
    use nickel_lang_core::ast::Node;
    let many = |items: &[Ast<'_>]| items.iter().map(of_nickel).collect::<Vec<_>>().join(", ");
    let said = match &ast.node {
        Node::Null => "null".to_owned(),
        Node::Bool(value) => value.to_string(),
        Node::Number(number) => number.to_string(),
        Node::String(text) => format!("{text:?}"),
        Node::StringChunks([]) => "\"\"".to_owned(),
        Node::StringChunks(chunks) => {
            let chunk = |chunk: &StringChunk<Ast<'_>>| match chunk {
                StringChunk::Literal(text) => format!("{text:?}"),
                StringChunk::Expr(ast, _) => of_nickel(ast),
            };
            chunks.iter().map(chunk).collect::<Vec<_>>().join(" + ")
        }
        Node::EnumVariant { tag, arg: None } => format!("'{}", tag.label()),
        Node::EnumVariant { tag, arg: Some(payload) } => format!("'{} {}", tag.label(), of_nickel(payload)),
        Node::Array(items) => format!("[{}]", many(items)),
        Node::Record(record) => {
            assert!(!record.open && record.includes.is_empty());
            format!("{{{}}}", record.field_defs.iter().map(definition).collect::<Vec<_>>().join(", "))
        }
        Node::Let { bindings, body, rec: false } => {
            let binding = |binding: &nickel_lang_core::ast::LetBinding<'_>| {
                assert!(binding.metadata.annotation.is_empty());
                let PatternData::Any(name) = &binding.pattern.data else { panic!("a pattern") };
                format!("{} = {}", name.label(), of_nickel(&binding.value))
            };
            format!("let {} in {}", bindings.iter().map(binding).collect::<Vec<_>>().join(", "), of_nickel(body))
        }
        Node::Var(name) => name.label().to_owned(),
        Node::Import(_) => "import".to_owned(),
        Node::PrimOpApp { op: PrimOp::Merge(_), args: [left, right] } => {
            format!("{} & {}", of_nickel(left), of_nickel(right))
        }
        Node::PrimOpApp { op: PrimOp::RecordStatAccess(name), args: [record] } => {
            format!("{}.{:?}", of_nickel(record), name.label())
        }
        Node::Annotated { annot, inner } => {
            let [Type { typ: TypeF::Contract(contract), .. }] = annot.contracts else { panic!("no contract") };
            assert!(annot.typ.is_none());
            format!("{} | {}", of_nickel(inner), of_nickel(contract))
        }
        other => panic!("no plain data: {other:?}"),
    };
    format!("({said})@{}", place(ast.pos))
}

fn definition(field: &FieldDef<'_>) -> String {
    let name = |element: &FieldPathElem<'_>| {
        let name = element.try_as_ident().expect("a name");
        format!("{:?}@{}", name.label(), place(name.pos))
    };
    let metadata = &field.metadata;
    assert!(metadata.annotation.is_empty() && !metadata.opt && !metadata.not_exported);
    let path: Vec<String> = field.path.iter().map(name).collect();
    let value = field.value.as_ref().expect("a value");
    format!("{} | {:?} = {}", path.join("."), metadata.priority, of_nickel(value))
}

fn place(position: TermPos) -> String {
    let span = position.into_opt().expect("a place");
    format!("{}-{}", span.start.to_usize(), span.end.to_usize())
}

/// The files below a folder whose names end so.
fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            files(&path, ending, found);
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

/// Every Nickel text of the repository: files, and examples on pages.
fn texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut found, mut pages) = (Vec::new(), Vec::new());
    files(root, ".ncl", &mut found);
    files(root, ".md", &mut pages);
    // A folder with Nickel's own tests, or any other.
    if let Some(folder) = std::env::var_os("AGENTOS_CFG_NICKEL_FILES") {
        files(Path::new(&folder), ".ncl", &mut found);
    }
    found.sort();
    pages.sort();
    let read = |path: &PathBuf| std::fs::read_to_string(path).ok();
    let mut texts: Vec<String> = found.iter().filter_map(read).collect();
    for page in pages.iter().filter_map(read) {
        let fenced = page.split("```nickel").skip(1).filter_map(|rest| rest.split_once('\n')?.1.split_once("\n```"));
        texts.extend(fenced.map(|(text, _)| text.to_owned()));
    }
    texts.extend(DATA.iter().map(|text| (*text).to_owned()));
    texts
}

/// Whatever plain data may look like, and what looks like it.
const DATA: &[&str] = &[
    "{ a = 1, b = 0x1f, c = 0o17, d = 0b11, e = 1.50, f = .5, g = 1e3, h = 007, i = 3e-2 }",
    "{ a.b.\"c d\".default | default = 'A, or = as, as.or | priority 3 | doc \"x\" = 'B 5, \"\" = '\"c d\" }",
    "{ a = \"x%{\"y%{b}\"}z\", b = m%\"\n    one\n      %{a} two\n  \"%, c = m%%\"%{a} \"% %%{b}\"%% }",
    "{ a = \"\\n\\t\\\"\\\\\\%{\\x41\\u{e9}\\'\", b = \"100%\", c = \"%%{d}\" }",
    "let a = 1, b = { c = [a, (a), ((a))] }, in let d = b.c in ({ x = d } & { y = b.\"c\" } & (import \"z.ncl\"))",
    "[[], [1,], [ 'A [], 'B { c = 1 }.c, ('D) 1 ],]",
    "{ a | default | doc m%\"\n  many\n  lines\n  \"% = 1, b | force = null, c | priority 0.5 = true }",
    "# one\n{ # two\n a = 1, # three\n }\r\n| agentos.Environment # four",
    "(a | b.c).d & e",
    "'A 'B",
    "'A 'B 'C",
    "a b",
    "{ a = 1 } { b = 2 }",
    "(import \"a\").b.c",
    "{ include a }",
    "{ include = 1 }",
    "{ a = import \"x.json\" as 'Json }",
    "{ a = -1 }",
    "{ a = 1 | Number }",
    "a | {}",
    "let in 1",
    "let a = 1, a = 2 in a",
    "{ a : Number = 1 }",
    "{ \"a%{b}\" = 1 }",
    "{ a = 1; Dyn }",
    "x-s%\"a\"%",
    "_a.b_-c'",
    "{}.a",
    "",
];

#[test]
fn whatever_is_parsed_here_is_what_nickel_parses() {
    let texts = texts();
    let taken = texts.iter().filter(|text| agrees(text)).count();
    println!("{taken} of {} texts are plain data", texts.len());
    assert!(taken > 200, "{taken} of {}", texts.len());
}

const TOKENS: &[&str] = &[
    "{", "}", "[", "]", "(", ")", "'A", "'\"", "\"", "m%\"", "\"%", "%{", "|", "&", "=", ",", ".", "..", ":", ";", "?",
    "@", "a", "let", "in", "rec", "import", "as", "or", "include", "default", "force", "priority", "doc", "optional",
    "true", "null", "Number", "fun", "=>", "if", "match", "1", "0.5", "0x1", "-", "+", "++", "_", "#", "\n", " ",
    "\\n", "\\u{41}", "\r\n", "é", "%", "!", "->", "|>",
];

#[test]
fn drawn_texts_are_parsed_as_nickel_parses_them() {
    let texts = texts();
    let mut taken = 0;
    for round in 0..20_000 {
        let mut numbers = Numbers::of_round(round);
        let text = &texts[numbers.below(texts.len())];
        let boundary = |at: usize| (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        // A window of a long text: what matters is what stands beside each other.
        let start = boundary(numbers.below(text.len() + 1));
        let end = boundary((start + numbers.below(200)).min(text.len()));
        let whole = numbers.below(3) == 0 && text.len() < 2_000;
        let mut mutated = text[if whole { 0..text.len() } else { start..end.max(start) }].to_owned();
        for _ in 0..=numbers.below(3) {
            let at =
                (numbers.below(mutated.len() + 1)..=mutated.len()).find(|at| mutated.is_char_boundary(*at)).unwrap();
            let token = TOKENS[numbers.below(TOKENS.len())];
            mutated.insert_str(at, &[token.to_owned(), format!(" {token} ")][numbers.below(2)]);
        }
        taken += usize::from(agrees(&mutated));
    }
    println!("{taken} are plain data");
    assert!(taken > 500, "{taken}");
}
