//! C023: a character that can't be seen in a text or a name of an object.

use super::fault::Fault;
use super::stack::Stack;
use crate::catalogue::DECEPTIVE_CHARACTER;
use crate::characters::{self, Unseen};
use serde_json::Value as Json;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for (position, object) in stack.objects.iter().enumerate() {
        look(position, &object.body, &mut faults);
    }
    faults
}

fn look<'a>(object: usize, value: &'a Json, faults: &mut Vec<Fault<'a>>) {
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
        Json::String(text) => faults.extend(first(text).map(|unseen| fault(object, value, "text", unseen))),
        Json::Array(items) => items.iter().for_each(|item| look(object, item, faults)),
        Json::Object(fields) => {
            for (name, value) in fields {
                faults.extend(first(name).map(|unseen| fault(object, value, "name of a field", unseen).at_name()));
                look(object, value, faults);
            }
        }
    }
}

fn first(text: &str) -> Option<Unseen> {
    characters::find_all(text).next()
}

fn fault<'a>(object: usize, value: &'a Json, what: &str, unseen: Unseen) -> Fault<'a> {
    Fault::new(DECEPTIVE_CHARACTER, object, value, format!("a {what} has {}", unseen.in_words()))
        .label("it can't be seen here")
        .note("a person who reads the manifest, or what programs show of it, sees another text than programs read")
        .help("remove it; where a program needs it, let the program write it, or keep the file in `binaryData`")
}
