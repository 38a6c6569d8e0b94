//! What tells a credential from words, names and placeholders.

/// What people write where a credential would stand, in lower case.
const STAND_INS: &[&str] = &[
    "fake",
    "changeme",
    "change-me",
    "change_me",
    "placeholder",
    "redacted",
    "example",
    "dummy",
    "todo",
    "your-",
    "your_",
    "replace",
    "xxxx",
    "****",
    "....",
    "…",
    "•",
];

/// How a value is put in later, by a shell, by Kubernetes, by a template.
const INSERTIONS: &[&str] = &["${", "$(", "{{", "%{", "<", "&lt;"];

/// How programs name where a value comes from.
const LOOKUPS: &[&str] =
    &["env.", "process.env", "os.environ", "os.getenv", "System.getenv", "ENV[", "secrets.", "var."];

/// Whether a value stands in for one that is put in later, or is plainly none.
pub(super) fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let in_braces = value.starts_with('{') && value.ends_with('}');
    let variable =
        value.starts_with('$') && value.bytes().skip(1).all(|byte| byte == b'_' || byte.is_ascii_uppercase());
    let expansion = value.strip_prefix('$').is_some_and(|name| {
        name.bytes().take_while(|byte| byte.is_ascii_uppercase() || *byte == b'_').count() >= 3 && value.contains('_')
    });
    in_braces
        || variable
        || expansion
        || LOOKUPS.iter().any(|lookup| value.starts_with(lookup))
        || INSERTIONS.iter().any(|opening| value.contains(opening))
        || STAND_INS.iter().any(|word| lower.contains(word))
        || repeats(value)
}

/// Whether what follows a provider's prefix is no credential, such as that of the keys in a provider's manual.
pub(super) fn is_stand_in(body: &str) -> bool {
    let lower = body.to_ascii_lowercase();
    let says_so = ["fake", "placeholder", "changeme", "redacted", "dummy", "xxxxxx", "your_", "your-"];
    repeats(body) || lower.contains("example") || says_so.iter().any(|word| lower.contains(word)) || are_words(body)
}

/// Whether one character makes up half of a text, or three make up all of it; of a short one, whether it is all of it.
pub(super) fn repeats(text: &str) -> bool {
    let counts = counts(text);
    let most = counts.iter().max().copied().unwrap_or(0);
    let distinct = counts.iter().filter(|count| **count > 0).count();
    distinct <= 1 || (text.len() >= 8 && (most * 2 >= text.len() || distinct <= 3))
}

/// Whether a text is at least three words of one case, joined by `-`, `_` or `.`.
fn are_words(text: &str) -> bool {
    let words = text.split(['-', '_', '.']);
    let is_word = |word: &str| {
        (2..=14).contains(&word.len())
            && (word.bytes().all(|byte| byte.is_ascii_lowercase())
                || word.bytes().all(|byte| byte.is_ascii_uppercase()))
            && word.bytes().filter(|byte| is_consonant(*byte)).count() < word.len().max(4)
    };
    words.clone().count() >= 3 && words.clone().all(is_word)
}

/// Whether a text with `-`, `_` and the like in it is made of words rather than generated.
pub(super) fn is_readable(text: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphabetic();
    let pieces = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|piece| piece.len() >= 3 && is_spoken(piece));
    let (all, spoken) = (text.bytes().filter(|byte| letters(*byte)).count(), pieces.map(str::len).sum::<usize>());
    let is_joined = text.bytes().any(|byte| !byte.is_ascii_alphanumeric());
    let is_number = text.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'-' | b':'));
    is_joined && !is_number && spoken * 4 >= all * 3
}

/// Whether a piece is of one case, but for its first letter, and has no more consonants in a row than words have.
fn is_spoken(piece: &str) -> bool {
    let rest = piece.get(1..).unwrap_or("");
    let lower = rest.bytes().all(|byte| byte.is_ascii_lowercase());
    let runs = piece.split(|c: char| !u8::try_from(c).is_ok_and(is_consonant));
    (lower || piece.bytes().all(|byte| byte.is_ascii_uppercase())) && runs.map(str::len).all(|length| length <= 3)
}

/// Whether the characters of a text are as mixed as those of a generated value, at least 16 of them.
pub(super) fn is_random(text: &str) -> bool {
    let (digits, upper, lower) = (
        text.bytes().any(|byte| byte.is_ascii_digit()),
        text.bytes().any(|byte| byte.is_ascii_uppercase()),
        text.bytes().any(|byte| byte.is_ascii_lowercase()),
    );
    let words = share_of_words(text);
    // Names of objects and paths are of one case, and made of short pieces; a suffix that makes a name unique is short.
    let is_name = upper != lower && text.split(['-', '_', '.', '/', ':']).all(|piece| piece.len() < 16);
    let mixed = (digits && (upper || lower) && words < 0.75) || (upper && lower && words < 0.5);
    text.len() >= 16 && entropy(text) >= 3.0 && mixed && !is_name
}

/// Whether a text is what a person would choose as a password, rather than a word.
pub(super) fn is_password(text: &str) -> bool {
    let classes = [
        text.bytes().any(|byte| byte.is_ascii_digit()),
        text.bytes().any(|byte| byte.is_ascii_uppercase()),
        text.bytes().any(|byte| byte.is_ascii_lowercase()),
        text.bytes().any(|byte| !byte.is_ascii_alphanumeric()),
    ];
    let classes = classes.iter().filter(|class| **class).count();
    (classes == 4 && text.len() >= 8) || (classes >= 3 && text.len() >= 16 && entropy(text) >= 3.0) || is_random(text)
}

/// The share of letters and digits that belong to words: four letters or more, of one case but for the first, that can
/// be spoken.
fn share_of_words(text: &str) -> f64 {
    let (mut all, mut in_words) = (0_u32, 0_u32);
    let (mut word, mut consonants, mut is_spoken) = (0_u32, 0_u32, true);
    let mut before = b' ';
    for byte in text.bytes().chain([b' ']) {
        let goes_on = byte.is_ascii_alphabetic()
            && before.is_ascii_alphabetic()
            && (byte.is_ascii_lowercase() || (before.is_ascii_uppercase() && byte.is_ascii_uppercase()));
        if !goes_on {
            in_words += if word >= 4 && is_spoken { word } else { 0 };
            (word, consonants, is_spoken) = (0, 0, true);
        }
        word += u32::from(byte.is_ascii_alphabetic());
        consonants = if is_consonant(byte) { consonants + 1 } else { 0 };
        is_spoken &= consonants <= MOST_CONSONANTS;
        all += u32::from(byte.is_ascii_alphanumeric());
        before = byte;
    }
    if all == 0 { 1.0 } else { f64::from(in_words) / f64::from(all) }
}

/// How many consonants stand in a row in a word: `postgres`, `workspace`.
const MOST_CONSONANTS: u32 = 4;

fn is_consonant(byte: u8) -> bool {
    byte.is_ascii_alphabetic() && !b"aeiouy".contains(&byte.to_ascii_lowercase())
}

/// Shannon's entropy, in bits a byte.
fn entropy(text: &str) -> f64 {
    let length = text.len() as f64;
    let shares = counts(text).into_iter().filter(|count| *count > 0).map(|count| count as f64 / length);
    -shares.map(|share| share * share.log2()).sum::<f64>()
}

fn counts(text: &str) -> [usize; 256] {
    let mut counts = [0; 256];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    counts
}

/// Whether a text is a UUID.
pub(super) fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_not_random_and_generated_values_are() {
        for name in [
            "agentos-federation-jwt-7d9f8b6c5d",
            "AgentOsServiceTokenV2",
            "prod/agentos/service-token-2024",
            "AGENTOS_SERVICE_TOKEN_V2",
            "2026-01-31T12:00:00Z",
        ] {
            assert!(!is_random(name), "{name}");
        }
        for value in
            ["q7Zr2LmX9vTb4KpW", "9f86d081884c7d659a2feaa0c55ad015", "dGhpc0lzTm90QVdvcmQ9", "k3j9x0q2m7v5b8n1z4"]
        {
            assert!(is_random(value), "{value}");
        }
    }

    #[test]
    fn placeholders_are_told_from_passwords() {
        for placeholder in ["${PASSWORD}", "$PASSWORD", "<password>", "fake_token", "xxxxxxxx", "aaaaaaaa", "changeme"]
        {
            assert!(is_placeholder(placeholder), "{placeholder}");
        }
        assert!(!is_placeholder("hunter2-but-longer"));
        assert!(is_password("hunter2-but-longer"));
    }
}
