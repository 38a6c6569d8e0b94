//! A Nickel text → what its layout is made of. Comments are no tokens; a text in quotes is one, with its interpolations.

/// A token, and its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bracket of any kind that opens.
    Open,
    /// One that closes.
    Close,
    Comma,
    Dot,
    /// `=`, and nothing of which it is a part.
    Equals,
    /// A text in quotes without interpolation.
    Text,
    Number,
    /// `'Tag`.
    Tag,
    /// A name or a keyword, and a text with interpolation.
    Word,
    /// Any other sign.
    Sign,
}

/// The tokens of a text, up to a text in quotes that does not end.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let blank = blank(rest);
        if blank > 0 {
            start += blank;
            continue;
        }
        let Some((kind, length)) = token(rest) else { break };
        tokens.push(Token { kind, start, end: start + length });
        start += length;
    }
    tokens
}

/// The length of the white space or the comment that a text begins with.
fn blank(text: &str) -> usize {
    match text.starts_with('#') {
        true => text.find('\n').unwrap_or(text.len()),
        false => text.len() - text.trim_start().len(),
    }
}

/// The kind and the length of the token that a text begins with.
fn token(text: &str) -> Option<(Kind, usize)> {
    if let Some(opening) = quotes(text) {
        let (length, is_joined) = quoted(text, opening)?;
        let kind = match (is_joined, text.starts_with('\'')) {
            (true, _) => Kind::Word,
            (false, true) => Kind::Tag,
            (false, false) => Kind::Text,
        };
        return Some((kind, length));
    }
    let first = text.chars().next()?;
    Some(match first {
        '{' | '[' | '(' => (Kind::Open, 1),
        '}' | ']' | ')' => (Kind::Close, 1),
        ',' => (Kind::Comma, 1),
        '.' => (Kind::Dot, 1),
        '\'' => (Kind::Tag, 1 + length_while(text.get(1..)?, is_of_name)),
        '0'..='9' => (Kind::Number, number(text)),
        '-' if text.get(1..)?.starts_with(|c: char| c.is_ascii_digit()) => (Kind::Number, 1 + number(text.get(1..)?)),
        c if c.is_alphabetic() || c == '_' => (Kind::Word, length_while(text, is_of_name)),
        _ => match length_while(text, |c| "=<>!|&+-*/@%:".contains(c)) {
            0 => (Kind::Sign, first.len_utf8()),
            1 if first == '=' => (Kind::Equals, 1),
            length => (Kind::Sign, length),
        },
    })
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '\'')
}

fn number(text: &str) -> usize {
    length_while(text, |c| c.is_ascii_alphanumeric() || c == '.')
}

fn length_while(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

/// How a text in quotes opens.
struct Quotes {
    /// How many bytes its opening has.
    length: usize,
    /// How many `%` its interpolation and its end have; none where a backslash escapes.
    signs: Option<usize>,
}

/// The opening quotes that a text begins with: `"`, `'"`, `m%"` or `name-s%"`.
fn quotes(text: &str) -> Option<Quotes> {
    if text.starts_with('"') || text.starts_with("'\"") {
        return Some(Quotes { length: 1 + usize::from(text.starts_with('\'')), signs: None });
    }
    let name = length_while(text, |c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let prefix = text.get(..name).filter(|prefix| *prefix == "m" || prefix.ends_with("-s"))?;
    let rest = text.get(prefix.len()..)?;
    let signs = length_while(rest, |c| c == '%');
    (signs > 0 && rest.get(signs..)?.starts_with('"'))
        .then_some(Quotes { length: name + signs + 1, signs: Some(signs) })
}

/// The length of a text in quotes, and whether something is interpolated.
fn quoted(text: &str, Quotes { length, signs }: Quotes) -> Option<(usize, bool)> {
    let percent = "%".repeat(signs.unwrap_or(1));
    let (interpolation, end) = (format!("{percent}{{"), format!("\"{}", "%".repeat(signs.unwrap_or(0))));
    let (mut at, mut is_joined) = (length, false);
    loop {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        if rest.starts_with(&end) {
            return Some((at + end.len(), is_joined));
        }
        if rest.starts_with(&interpolation) {
            is_joined = true;
            at += interpolation.len();
            at += closing(text.get(at..)?)?;
        } else if signs.is_none() && rest.starts_with('\\') {
            at += 1 + rest.chars().nth(1)?.len_utf8();
        } else {
            at += rest.chars().next()?.len_utf8();
        }
    }
}

/// How many bytes of a text an interpolation has that it begins inside of, with the brace that closes it.
fn closing(text: &str) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let blank = blank(rest);
        if blank > 0 {
            at += blank;
            continue;
        }
        let (kind, length) = token(rest)?;
        at += length;
        match kind {
            Kind::Open => depth += 1,
            Kind::Close if depth == 0 => return Some(at),
            Kind::Close => depth -= 1,
            _ => {}
        }
    }
}
