//! Texts as the process of a container sees them, where the kubelet changes them.

use serde_json::Value as Json;
use std::collections::HashMap;

/// The texts that the process sees otherwise than they are written, by the value that holds them.
#[derive(Default)]
pub(crate) struct Expansions {
    seen: HashMap<*const Json, Seen>,
}

/// What the process sees.
#[derive(Clone)]
pub(crate) struct Seen {
    /// The text; none where it can't be seen from here.
    pub text: Option<String>,
    /// Where what it refers to comes from.
    pub from: From,
}

/// Where a text comes from; of several references the greatest counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum From {
    /// From the manifest of the container.
    Literal,
    /// From a ConfigMap.
    Configured,
    /// The manifests do not say.
    Unknown,
    /// From a Secret.
    Secret,
}

impl Expansions {
    /// What is seen of a value, where that is not what is written.
    pub fn get(&self, value: &Json) -> Option<&Seen> {
        self.seen.get(&std::ptr::from_ref(value))
    }

    /// The text of a value as it is seen; none where it can't be, and where it is no text.
    pub fn text<'a>(&'a self, value: &'a Json) -> Option<&'a str> {
        match self.get(value) {
            Some(seen) => seen.text.as_deref(),
            None => value.as_str(),
        }
    }

    /// Takes note of what is seen of a value.
    pub fn note(&mut self, value: &Json, written: &str, seen: &Seen) {
        if seen.text.as_deref() != Some(written) || seen.from != From::Literal {
            self.seen.insert(std::ptr::from_ref(value), seen.clone());
        }
    }
}
