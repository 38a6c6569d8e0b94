//! What libraries say, in words for operators.
//!
//! A message of a library is about the library: its types, options and stages. Known ones are said in our words here;
//! others are shown as a note, after the name of the library.

use std::error::Error;
use std::io;

/// What is wrong, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// What is wrong.
    pub title: &'static str,
    /// What to write instead.
    pub help: &'static str,
}

const fn said(title: &'static str, help: &'static str) -> Said {
    Said { title, help }
}

const INDENTED: Said =
    said("the indentation does not fit the lines before", "indent the items of one record or list alike");
const BRACKETS: Said =
    said("a bracket is not closed, or a comma is missing", "close each `[` and `{`, and put commas between items");
const QUOTES: Said = said("a quote is not closed", "close it, on the same level of indentation");
const ESCAPE: Said = said(
    "this is no escape sequence between double quotes",
    "write `\\\\` for a backslash, or put the text in single quotes",
);
const TAG: Said = said("a tag, which begins with `!`, can't be read", "remove the tag, or put the text in quotes");
const DIRECTIVE: Said =
    said("a line that begins with `%` is no directive of YAML", "remove the line, or put the text in quotes");

/// Parts of what the readers of YAML say, the narrower before the wider.
const YAML: [(&str, Said); 41] = [
    ("recursion limit", said("values nest too deep", "no manifest and no environment needs such depth")),
    (
        "unknown anchor",
        said("the alias names no anchor before it", "write the value itself, or `&name` before the value meant"),
    ),
    ("anchor or alias", said("no name follows `&` or `*`", "put a text that begins so in quotes")),
    ("tab", said("there is a tab where YAML takes only spaces", "indent with spaces")),
    (
        "mapping values are not allowed",
        said("there is a `: ` where no key can be", "put a text with `: ` in it in quotes, or begin a new line"),
    ),
    (
        "mapping keys are not allowed",
        said("there is a key where none can be", "begin a new line, or put the text in quotes"),
    ),
    ("':' indicator", said("there is a `:` where no key can be", "put a text with `:` in it in quotes")),
    ("':' must be followed", said("no blank follows `:`", "write a blank behind it, or put the text in quotes")),
    ("'-' must be followed", said("no blank follows `-`", "write a blank behind it, or put the text in quotes")),
    ("unexpected character", said("no text without quotes begins with this character", "put the text in quotes")),
    (
        "trailing content after",
        said(
            "something follows the closing quote",
            "put a comma or a line break between the values, or quote all of the text",
        ),
    ),
    ("hexadecimal", ESCAPE),
    ("escape", ESCAPE),
    ("surrogate", ESCAPE),
    ("unclosed quote", QUOTES),
    ("quoted scalar, found unexpected", QUOTES),
    ("unclosed bracket", BRACKETS),
    ("flow mapping", BRACKETS),
    ("flow sequence", BRACKETS),
    ("flow construct", BRACKETS),
    (
        "block scalar",
        said(
            "the text after `|` or `>` is indented less than its first line, or no line break follows",
            "indent all its lines alike; only a digit, `+` or `-` may follow `|`",
        ),
    ),
    ("block mapping", INDENTED),
    ("block collection", INDENTED),
    ("block sequence", INDENTED),
    ("indent", INDENTED),
    ("simple key", said("no `:` follows the key", "write `key: value`, the key on one line")),
    ("version", DIRECTIVE),
    ("TAG directive", DIRECTIVE),
    ("tag directive", DIRECTIVE),
    ("directive", DIRECTIVE),
    ("TAG", DIRECTIVE),
    ("handle", TAG),
    ("verbatim tag", TAG),
    ("a tag", TAG),
    ("tag", TAG),
    ("comment", said("no blank stands before `#`", "write a blank before a comment, or put the text in quotes")),
    (
        "document",
        said(
            "what follows the end of a document begins no other",
            "write `---` on a line of its own between documents",
        ),
    ),
    (
        "inf or NaN",
        said("`.inf` and `.nan` are no numbers that a field takes", "write a number, or put the text in quotes"),
    ),
    ("string keys", said("a key is not a text", "write a text as the key, in quotes where it could be a number")),
    ("node content", said("a value is missing", "write the value, or `null`")),
    ("end", said("the text ends in the middle of a value", "write the rest of the value")),
];

/// What a reader of YAML says.
pub(crate) fn yaml(said: &str) -> Option<Said> {
    YAML.iter().find(|(part, _)| said.contains(part)).map(|(_, known)| *known)
}

/// What Nickel says of an expression that it can't evaluate or read.
const NICKEL: [(&str, &str); 22] = [
    ("dynamic type error", "a value is of another type than this expression needs"),
    ("contract broken by", "a value breaks the contract that is demanded of it"),
    ("division by zero", "a number is divided by zero"),
    ("not a function", "this is applied to something, and is no function"),
    ("not enough arguments", "a function lacks arguments here"),
    ("unmatched pattern", "no case of the `match` fits this value"),
    ("destructuring failed", "the value does not fit the pattern"),
    ("cannot compare values", "these values can't be compared"),
    ("non serializable term", "the value can't be written as text"),
    ("non mergeable terms", "these values can't be merged"),
    ("incompatible types", "the value is not of the type that is declared"),
    ("function types mismatch", "the function is not of the type that is declared"),
    ("type error: ", "the record is not of the type that is declared"),
    ("invalid polymorphic", "the function is not as general as its type says"),
    ("regex parse error", "the regular expression can't be read"),
    ("infinite recursion", "a value needs itself"),
    ("unbound type variable", "no type has this name here"),
    ("unexpected token", "something else has to stand here"),
    ("unexpected end of file", "the file ends too early"),
    ("invalid escape sequence", "this is no escape sequence"),
    ("duplicated binding", "a name is bound twice in one pattern"),
    ("invalid record literal", "the record can't be read"),
];

/// What Nickel says, in our words.
pub(crate) fn nickel(said: &str) -> Option<&'static str> {
    NICKEL.iter().find(|(begin, _)| said.starts_with(begin)).map(|(_, known)| *known)
}

/// A text of JSON that can't be read, with the place.
pub(crate) fn json(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return "it ends in the middle of a value".to_owned();
    }
    format!("it is not JSON in line {}, column {}", error.line(), error.column())
}

/// What is the matter with a file. The system's own phrase is one that operators know, and look for; the number behind it
/// and what Rust says of its own errors are not.
pub(crate) fn file(error: &io::Error) -> String {
    if error.raw_os_error().is_some() {
        let said = error.to_string();
        return said.split(" (os error ").next().unwrap_or(&said).to_owned();
    }
    if let Some(own) = error.get_ref() {
        return own.to_string();
    }
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
        io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
        _ => format!("the system says: {error}"),
    }
}

/// An error with its causes, each in our words where there are some.
pub(crate) fn trouble(error: &anyhow::Error) -> String {
    let cause = |cause: &(dyn Error + 'static)| {
        let system = cause.downcast_ref::<io::Error>();
        let encoding = cause.downcast_ref::<std::string::FromUtf8Error>();
        match (system, encoding) {
            (Some(system), _) => file(system),
            (_, Some(encoding)) => {
                format!("byte {} begins no character; save it as UTF-8", encoding.utf8_error().valid_up_to())
            }
            (None, None) => cause.to_string(),
        }
    };
    error.chain().map(cause).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_quoted_without_its_number_and_rust_is_not() {
        assert_eq!(file(&io::Error::from(io::ErrorKind::NotFound)), "there is no such file or folder");
        assert_eq!(file(&io::Error::other("the revision is gone")), "the revision is gone");
        let known = file(&io::Error::from_raw_os_error(13));
        assert!(!known.is_empty() && !known.contains("os error"), "{known}");
    }
}
