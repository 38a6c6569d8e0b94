//! What is found in a Nickel text before it is parsed: characters that deceive, nesting that would eat the stack, and
//! every `import`, whether or not the syntax tree shows it.

use crate::catalogue;
use crate::characters::{self, Unseen};
use crate::diagnostic::Diagnostic;
use crate::path::Path;
use crate::source::{FileId, Span};
use nickel_lang_core::parser::lexer::{Lexer, MultiStringToken, NormalToken, StringToken, Token};

/// How deep a text may nest, counted as [`tokens`] does. Environments reach about thirty. A hundred thousand levels of
/// brackets fit the stack; but Nickel takes quadratic time over some constructs, seconds from five thousand on.
pub(super) const MAX_NESTING: usize = 2_500;

/// How many lines with deceptive characters are reported.
const MAX_DECEPTIVE: usize = 1000;

/// What the tokens of a text say.
#[derive(Default)]
pub(super) struct Tokens {
    /// Where the text first nests too deep, in bytes.
    pub too_deep: Option<(usize, usize)>,
    /// Where each `import` stands.
    pub imports: Vec<(usize, usize)>,
}

/// One level of brackets: what in it makes the syntax tree deeper, since the last comma.
#[derive(Default)]
struct Level {
    weight: usize,
    open_lets: usize,
}

/// Reads the tokens of a text, up to the first that is none: that is the parser's to report.
///
/// The depth of the syntax tree is at most that of the brackets, plus one for each operator and keyword since the last
/// comma in each of them: no more exact count is needed to keep a thousandfold distance from ordinary texts.
pub(super) fn tokens(text: &str) -> Tokens {
    let mut found = Tokens::default();
    let mut levels = vec![Level::default()];
    let mut depth = 0;
    for (start, token, end) in Lexer::new(text).map_while(Result::ok) {
        match effect(&token) {
            Effect::Opens => {
                depth += 1;
                levels.push(Level::default());
            }
            Effect::Closes => {
                if levels.len() > 1
                    && let Some(level) = levels.pop()
                {
                    depth -= 1 + level.weight;
                }
            }
            Effect::Deepens(binds) => {
                depth += 1;
                if let Some(level) = levels.last_mut() {
                    level.weight += 1;
                    level.open_lets = level.open_lets.saturating_sub(usize::from(binds));
                }
            }
            Effect::Separates => {
                // The comma between two bindings of one `let` does not end what is around the `let`.
                if let Some(level) = levels.last_mut().filter(|level| level.open_lets == 0) {
                    depth -= level.weight;
                    level.weight = 0;
                }
            }
            Effect::Let => {
                if let Some(level) = levels.last_mut() {
                    level.open_lets += 1;
                }
            }
            Effect::Import => found.imports.push((start, end)),
            Effect::None => {}
        }
        if depth > MAX_NESTING {
            found.too_deep = Some((start, end));
            break;
        }
    }
    found
}

enum Effect {
    Opens,
    Closes,
    /// Makes the tree deeper; true for the `in` that ends the bindings of a `let`.
    Deepens(bool),
    Separates,
    Let,
    Import,
    None,
}

fn effect(token: &Token<'_>) -> Effect {
    use NormalToken as T;
    match token {
        Token::Str(StringToken::Interpolation) | Token::MultiStr(MultiStringToken::Interpolation) => Effect::Opens,
        Token::Str(_) | Token::MultiStr(_) => Effect::None,
        Token::Normal(token) => match token {
            T::LBrace | T::LBracket | T::LParen | T::EnumOpen => Effect::Opens,
            T::RBrace | T::RBracket | T::RParen | T::EnumClose => Effect::Closes,
            T::Comma | T::Semicolon => Effect::Separates,
            T::Let => Effect::Let,
            T::In => Effect::Deepens(true),
            T::Import => Effect::Import,
            T::Identifier(_)
            | T::DecNumLiteral(_)
            | T::HexNumLiteral(_)
            | T::OctNumLiteral(_)
            | T::BinNumLiteral(_)
            | T::RawEnumTag(_)
            | T::StrEnumTagBegin
            | T::DoubleQuote
            | T::MultiStringStart(_)
            | T::SymbolicStringStart(_)
            | T::LineComment
            | T::Null
            | T::True
            | T::False
            | T::Underscore
            | T::Rec
            | T::Equals
            | T::If
            | T::Fun
            | T::As
            | T::Doc
            | T::Default
            | T::Optional
            | T::Dyn
            | T::Number
            | T::Bool
            | T::String => Effect::None,
            _ => Effect::Deepens(false),
        },
    }
}

/// The finding on a text that nests too deep at this span.
pub(super) fn nesting(span: Span) -> Diagnostic {
    catalogue::finding(
        catalogue::NESTING_TOO_DEEP,
        Path::root(),
        format!("the text nests more than {MAX_NESTING} levels deep"),
    )
    .at(Some(span), "too deep from here")
    .help("if a program writes this, let it write a list, or bind parts of it to names of their own")
}

/// The findings on characters that make a text look other than it is: one for each line.
pub(super) fn deceptive_characters(text: &str, file: FileId) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut reported = 0;
    for unseen in characters::find_all(text) {
        if findings.len() >= MAX_DECEPTIVE {
            break;
        }
        // What follows on the line of the last one is not reported.
        if findings.is_empty() || text.get(reported..unseen.at).is_some_and(|between| between.contains('\n')) {
            reported = unseen.end();
            findings.push(deceptive(unseen, file));
        }
    }
    findings
}

/// The same of an imported text that is data.
pub(super) fn deceptive_data(text: &str, file: FileId) -> Vec<Diagnostic> {
    let ends_reading = |finding: &Diagnostic| finding.message.contains("control") || finding.message.contains("mark");
    let mut findings = deceptive_characters(text, file);
    for finding in findings.iter_mut().filter(|finding| ends_reading(finding)) {
        finding.notes.push("readers disagree on what follows: some stop there, others refuse the text".to_owned());
    }
    findings
}

/// The finding on a character that can't be seen.
fn deceptive(unseen: Unseen, file: FileId) -> Diagnostic {
    let span = Span { file, start: offset(unseen.at), end: offset(unseen.end()) };
    let title = format!("the text has {}", unseen.in_words());
    let finding =
        catalogue::finding(catalogue::DECEPTIVE_CHARACTER, Path::root(), title).at(Some(span), "it can't be seen here");
    finding.help(match (unseen.character, unseen.at) {
        ('\u{feff}', 0) => "save the file as UTF-8 without a byte-order mark",
        _ => "remove it",
    })
}

/// An offset as spans have it; no text is longer than they can say.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth_is_refused(text: &str) -> bool {
        tokens(text).too_deep.is_some()
    }

    #[test]
    fn long_lists_are_not_deep_and_brackets_in_strings_are_none() {
        assert!(!depth_is_refused(&format!("[{}]", "a + 1, ".repeat(10_000))));
        assert!(!depth_is_refused(&format!("{{{}}}", "a = {b = [1 + 1]}, ".repeat(10_000))));
        assert!(!depth_is_refused(&format!("\"{}\"", "[".repeat(10_000))));
        assert!(!depth_is_refused(&"let a = [1 + 2] in ".repeat(MAX_NESTING - 10)));
    }

    #[test]
    fn whatever_makes_the_tree_deep_is_counted() {
        let too_many = MAX_NESTING + 1;
        for piece in
            ["[", "{a=", "(", "\"%{", "1+", "let a=1,b=2 in ", "fun x => ", "a.", "!", "%typeof% ", "if a then b else "]
        {
            assert!(depth_is_refused(&piece.repeat(too_many)), "{piece}");
            assert!(!depth_is_refused(&piece.repeat(100)), "{piece}");
        }
    }

    #[test]
    fn every_import_is_seen() {
        let text = "let { a ? import \"x\" } = {} in \"import %{import \"y\"}\" # import";
        assert_eq!(tokens(text).imports.len(), 2);
    }
}
