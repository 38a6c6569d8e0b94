//! Where values stand in a TOML text that are neither text nor brackets: numbers, dates and booleans.
//!
//! Nickel's reader has no error for a number without a value, so that they are looked for before it reads. In a text
//! that is no TOML, these places may be none of values: the reader refuses it anyway.

/// The places of bare values, in bytes.
pub(super) fn values(text: &str) -> Vec<(usize, usize)> {
    let mut values = Vec::new();
    let mut at = 0;
    // How many brackets of a value are open, and whether the line is blank so far.
    let (mut depth, mut blank) = (0_usize, true);
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        at += match first {
            '#' => line(rest),
            // The head of a table.
            '[' if blank && depth == 0 => line(rest),
            '"' | '\'' => string(rest),
            c if is_bare(c) => {
                let length = rest.find(|c: char| !is_bare(c)).unwrap_or(rest.len());
                let next = rest.get(length..).unwrap_or("").trim_start_matches([' ', '\t']);
                if !next.starts_with(['=', '.']) && first != '.' {
                    values.push((at, at + length));
                }
                length
            }
            c => {
                depth = match c {
                    '[' | '{' => depth + 1,
                    ']' | '}' => depth.saturating_sub(1),
                    _ => depth,
                };
                c.len_utf8()
            }
        };
        blank = first == '\n' || blank && matches!(first, ' ' | '\t' | '\r');
    }
    values
}

fn is_bare(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | ':')
}

/// How long the rest of a line is.
fn line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// How long the string is that a text begins with. One of a single line ends with it, whether or not it is closed.
fn string(text: &str) -> usize {
    let quote = if text.starts_with('"') { '"' } else { '\'' };
    let long = if quote == '"' { "\"\"\"" } else { "'''" };
    let is_long = text.starts_with(long);
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(if is_long { 3 } else { 1 }) {
        let rest = text.get(at..).unwrap_or("");
        match c {
            _ if std::mem::take(&mut escaped) => {}
            '\\' if quote == '"' => escaped = true,
            '\n' if !is_long => return at,
            // Up to two quotes before the closing ones belong to the text.
            _ if is_long && rest.starts_with(long) => {
                return at + rest.chars().take(5).take_while(|c| *c == quote).count();
            }
            _ if !is_long && c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::values;

    fn bare(text: &str) -> Vec<&str> {
        values(text).into_iter().map(|(start, end)| &text[start..end]).collect()
    }

    #[test]
    fn values_are_told_from_keys_texts_and_comments() {
        let text = "inf = 1 # nan\n[inf]\n [[ nan ]]\na.inf . nan = [\n  [inf], { nan = +nan, \"inf\" = 'nan' },\n]\n";
        assert_eq!(bare(text), ["1", "inf", "+nan"]);
        assert_eq!(bare("a = \"\"\"inf\n\\\"\"\"\"\"\nb = '''nan''''\nc = -inf"), ["-inf"]);
        assert_eq!(bare("a = [\"\"\"x\"\"\"\", inf]"), ["inf"]);
        assert_eq!(bare("a = \"\\\" inf\"\nd = 1979-05-27T07:32:00Z\ne = 'x"), ["1979-05-27T07:32:00Z"]);
        assert_eq!(bare("é = 1\na = \"“\" "), ["1"]);
    }
}
