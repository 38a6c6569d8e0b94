//! What the text of a setting is taken for. The runtime says nothing of a text that it does not know.

use crate::agentos::settings::{Key, Kind, Setting};

/// What the runtime takes the text of a setting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// For what it says.
    Literally,
    /// For the setting's default, silently.
    Default,
    /// For the least that the setting may be, silently.
    Least(i64),
    /// For a switch that is off, silently: this word alone turns it on.
    Off(&'static str),
    /// For a guard that is on, silently: this number alone takes it away.
    On(&'static str),
    /// For nothing to run with: the process ends as it starts.
    Refused,
}

/// How people switch a flag off; the runtime takes anything but the one word for that.
const OFF: [&str; 2] = ["0", "false"];

/// How people switch a guard on.
const ON: [&str; 2] = ["1", "true"];

/// What the runtime takes a text for that is not empty. Paths and free texts are taken literally, and what Go makes of its own
/// switches and time zones is not looked at.
pub fn taken(setting: &Setting, text: &str) -> Taken {
    if is_also_read(setting.key, text) {
        return Taken::Literally;
    }
    match setting.kind {
        Kind::OneOf(words) => word(setting, words, text),
        Kind::Integer { min, .. } | Kind::Days { min, .. } => match (text.parse::<i64>(), setting.kind) {
            (Ok(number), _) if number >= min => Taken::Literally,
            (Ok(_), Kind::Days { .. }) => Taken::Least(min),
            (Ok(_) | Err(_), _) => Taken::Default,
        },
        Kind::Flag { on, .. } if !setting.is_on(text) && !OFF.contains(&text) => Taken::Off(on),
        Kind::Guard { off } if setting.is_on(text) && !ON.contains(&text) => Taken::On(off),
        Kind::Memory if text != "off" && !is_memory(text) => Taken::Refused,
        Kind::Duration if !is_duration(text) => Taken::Default,
        Kind::Flag { .. }
        | Kind::Guard { .. }
        | Kind::Memory
        | Kind::Duration
        | Kind::Text
        | Kind::Path
        | Kind::Switches
        | Kind::TimeZone
        | Kind::Sink => Taken::Literally,
    }
}

fn word(setting: &Setting, words: &[&str], text: &str) -> Taken {
    let word = compared(setting.key, text);
    if words.contains(&word.as_str()) || !word.is_empty() && word == setting.default {
        return Taken::Literally;
    }
    // These two have no default to go on with.
    match setting.key {
        Key::StorageBackend | Key::ModelProvider => Taken::Refused,
        _ => Taken::Default,
    }
}

/// A word as the runtime compares it: the profile is trimmed and in small letters (fact 1), the storage backend in small letters.
fn compared(key: Key, text: &str) -> String {
    match key {
        Key::Profile => text.trim().to_lowercase(),
        Key::StorageBackend => text.to_lowercase(),
        _ => text.to_owned(),
    }
}

/// Whether Go reads a text that the language does not write.
fn is_also_read(key: Key, text: &str) -> bool {
    match key {
        Key::GoGc => text == "off",
        Key::GoTraceback => text == "wer" || text.parse::<u32>().is_ok(),
        _ => false,
    }
}

/// Whether Go reads an amount of memory.
fn is_memory(text: &str) -> bool {
    let (number, unit) = with_unit(text);
    ["", "B", "KiB", "MiB", "GiB", "TiB"].contains(&unit) && number.parse::<u64>().is_ok()
}

/// Whether Go reads a length of time, of one unit.
fn is_duration(text: &str) -> bool {
    let (number, unit) = with_unit(text);
    ["ms", "s", "m", "h"].contains(&unit) && number.parse::<f64>().is_ok()
}

/// A number and the letters behind it.
fn with_unit(text: &str) -> (&str, &str) {
    text.split_at(text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len())
}
