//! What the kubelet does to the texts of a container before its process sees them: references to variables in values of
//! variables, arguments and commands. Files, the commands of lifecycle hooks and values from ConfigMaps and Secrets
//! stay as they are.

/// What a reference stands for.
pub(crate) enum Referred<'a> {
    /// This text.
    Text(&'a str),
    /// A text that can't be seen.
    Unknown,
    /// Nothing: the reference stays as it is written.
    Unset,
}

/// What to write for the process to see a text: each `$` twice. A `$` that begins no reference would nearly always do by
/// itself; but before a character that is no ASCII the kubelet breaks that character, and `$` at the end of one text
/// begins a reference when another text is put behind it.
pub(crate) fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

/// What the process sees of a text; none where it refers to what can't be seen.
pub(crate) fn expand<'a>(text: &str, lookup: impl Fn(&str) -> Referred<'a>) -> Option<String> {
    let mut seen: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        seen.extend_from_slice(before.as_bytes());
        if let Some(after) = after.strip_prefix('$') {
            seen.push(b'$');
            rest = after;
        } else if let Some((name, after)) = after.strip_prefix('(').and_then(|opened| opened.split_once(')')) {
            match lookup(name) {
                Referred::Text(value) => seen.extend_from_slice(value.as_bytes()),
                Referred::Unknown => return None,
                Referred::Unset => seen.extend_from_slice(format!("$({name})").as_bytes()),
            }
            rest = after;
        } else {
            seen.push(b'$');
            rest = after;
            // The kubelet makes a character of the next byte alone.
            if let Some(c) = rest.chars().next().filter(|c| !c.is_ascii()) {
                let mut bytes = [0; 4];
                let (first, others) = c.encode_utf8(&mut bytes).as_bytes().split_at(1);
                seen.extend(first.iter().flat_map(|byte| char::from(*byte).to_string().into_bytes()));
                seen.extend_from_slice(others);
                rest = rest.get(c.len_utf8()..).unwrap_or("");
            }
        }
    }
    seen.extend_from_slice(rest.as_bytes());
    Some(String::from_utf8_lossy(&seen).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Referred, expand, literal};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// The kubelet's `expansion.Expand`, with its names.
    fn kubelet(input: &[u8], mapping: &BTreeMap<&str, &str>) -> Vec<u8> {
        fn try_read_variable_name(input: &[u8]) -> (Vec<u8>, bool, usize) {
            match input[0] {
                b'$' => (vec![b'$'], false, 1),
                b'(' => match input.iter().skip(1).position(|byte| *byte == b')') {
                    Some(length) => (input[1..=length].to_vec(), true, length + 2),
                    None => (b"$(".to_vec(), false, 1),
                },
                // `string(input[0])` of Go makes a character of the byte.
                byte => (format!("${}", char::from(byte)).into_bytes(), false, 1),
            }
        }
        let (mut buffer, mut checkpoint, mut cursor) = (Vec::new(), 0, 0);
        while cursor < input.len() {
            if input[cursor] == b'$' && cursor + 1 < input.len() {
                buffer.extend_from_slice(&input[checkpoint..cursor]);
                let (read, is_variable, advance) = try_read_variable_name(&input[cursor + 1..]);
                if is_variable {
                    let name = String::from_utf8(read).unwrap();
                    let text = mapping.get(name.as_str()).map_or(format!("$({name})"), |text| (*text).to_owned());
                    buffer.extend_from_slice(text.as_bytes());
                } else {
                    buffer.extend_from_slice(&read);
                }
                cursor += advance;
                checkpoint = cursor + 1;
            }
            cursor += 1;
        }
        buffer.extend_from_slice(&input[checkpoint..]);
        buffer
    }

    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("$".to_owned()),
            Just("$$".to_owned()),
            Just("(".to_owned()),
            Just(")".to_owned()),
            Just("$(A)".to_owned()),
            Just("$(B)".to_owned()),
            Just("A".to_owned()),
            Just("é".to_owned()),
            any::<String>(),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn the_process_sees_what_was_meant(text in texts()) {
            let mapping = BTreeMap::from([("A", "x$(B)$$"), ("", "empty"), ("B", "y")]);
            prop_assert_eq!(kubelet(literal(&text).as_bytes(), &mapping), text.into_bytes());
        }

        #[test]
        fn texts_are_read_as_the_kubelet_reads_them(text in texts()) {
            let mapping = BTreeMap::from([("A", "x$(B)$$"), ("", "empty")]);
            let lookup = |name: &str| mapping.get(name).map_or(Referred::Unset, |text| Referred::Text(text));
            let theirs = kubelet(text.as_bytes(), &mapping);
            prop_assert_eq!(expand(&text, lookup), Some(String::from_utf8_lossy(&theirs).into_owned()));
        }
    }

    #[test]
    fn what_can_not_be_seen_makes_the_whole_unknown() {
        let lookup = |name: &str| if name == "A" { Referred::Unknown } else { Referred::Unset };
        assert_eq!(expand("$(A)/a", lookup), None);
        assert_eq!(expand("$$(A)/$(B)/a", lookup).as_deref(), Some("$(A)/$(B)/a"));
    }
}
