//! The command line of a container, read as the runtime does, and whether it runs AgentOS.

use super::json::{list, text};
use super::seen::Expansions;
use crate::agentos::settings::{self, Key};
use crate::agentos::vocabulary::ServiceName;
use serde_json::Value as Json;

/// What a command line says.
#[derive(Default)]
pub(crate) struct Line<'a> {
    /// Whether it is `agentos serve`.
    pub serves: bool,
    /// The last argument that the runtime looks at.
    pub service: Option<&'a Json>,
    /// The address to listen on.
    pub address: Option<&'a Json>,
    /// Arguments after the service, which nobody reads (fact 7).
    pub ignored: Vec<&'a Json>,
    /// A word that is meant to be several: nothing splits it.
    pub joined: Option<&'a Json>,
    /// A flag that has its value in the same word, behind a blank.
    pub joined_flag: Option<&'a Json>,
}

impl Line<'_> {
    /// The service that a command line in one word names.
    pub fn service_in_joined(&self, expansions: &Expansions) -> Option<ServiceName> {
        let mut words = expansions.text(self.joined?)?.split_whitespace();
        words.find_map(|word| ServiceName::ALL.into_iter().find(|service| service.as_str() == word))
    }
}

/// Whether a container runs AgentOS: by its command, or by the setting that names the service.
pub(crate) fn is_agent(container: &Json, expansions: &Expansions) -> bool {
    let is_marked = |marker| list(container.get("env")).any(|variable| text(variable, &["name"]) == Some(marker));
    let line = line(container, expansions);
    line.serves
        || line.service_in_joined(expansions).is_some()
        || settings::candidates(None, Key::Service).any(|setting| is_marked(setting.name))
}

/// The command and the arguments of a container.
pub(crate) fn words(container: &Json) -> impl Iterator<Item = &Json> {
    list(container.get("command")).chain(list(container.get("args")))
}

/// The arguments, read as the runtime does: flags, then the service, and what follows is ignored (fact 7).
pub(crate) fn line<'a>(container: &'a Json, expansions: &'a Expansions) -> Line<'a> {
    let mut words = words(container).peekable();
    let seen = |word: &&'a Json| expansions.text(word);
    let is_program = |word: &str| word.rsplit('/').next() == Some("agentos");
    words.next_if(|word| seen(word).is_some_and(is_program));
    let joined = words.peek().copied().filter(|word| {
        let mut parts = seen(word).unwrap_or("").split_whitespace().peekable();
        parts.next_if(|part| is_program(part));
        parts.next() == Some("serve") && seen(word) != Some("serve")
    });
    let serves = words.next_if(|word| seen(word) == Some("serve")).is_some();
    let mut line = Line { serves, joined, ..Line::default() };
    if !line.serves {
        return line;
    }
    while let Some(word) = words.next() {
        match seen(&word).unwrap_or("") {
            "--addr" | "-addr" => line.address = words.next(),
            flag if flag.starts_with('-') && line.service.is_none() => {
                line.address = if is_address(flag) { Some(word) } else { line.address };
                let name = flag.split('=').next().unwrap_or(flag);
                line.joined_flag = line.joined_flag.or(name.contains(char::is_whitespace).then_some(word));
            }
            _ => {
                line.service = Some(word);
                line.ignored = words.by_ref().collect();
            }
        }
    }
    line
}

fn is_address(flag: &str) -> bool {
    flag.trim_start_matches('-').starts_with("addr=")
}
