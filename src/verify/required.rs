//! R022: settings that a release has no default for, and without which a service does not start or does nothing.

use super::agent::Agent;
use super::fault::Fault;
use super::list;
use super::stack::Stack;
use crate::agentos::behaviour;
use crate::agentos::settings::{self, Key};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::MISSING_SETTING;

/// What happens where a setting is missing.
const STOPS: &str = "the service refuses to start";

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    // What a whole Secret or ConfigMap sets can't be seen.
    let seen = stack.agents.iter().filter(|agent| list(agent.container.get("envFrom")).next().is_none());
    seen.flat_map(|agent| missing(agent).into_iter().filter_map(|(key, what)| fault(agent, key, what))).collect()
}

/// The settings that are missing, each with what happens.
fn missing(agent: &Agent<'_>) -> Vec<(Key, &'static str)> {
    let of_service = match agent.service {
        Some(ServiceName::AgentOrchestrator) => [of_model(agent), of_database(agent)].concat(),
        Some(ServiceName::ModelPolicy | ServiceName::Federation) | None => Vec::new(),
    };
    let needed = of_service.into_iter().chain(of_tls(agent));
    needed.filter(|(key, _)| !is_given(agent, *key)).collect()
}

fn of_model(agent: &Agent<'_>) -> Vec<(Key, &'static str)> {
    let provider = (Key::ModelProvider, STOPS);
    let default = (Key::ModelDefault, "every run that names no model fails");
    match agent.get(Key::ModelProvider).known() {
        Some("openai") => {
            let asks = "it asks the provider for its models, without a key, and does not start where that is refused";
            vec![(Key::ModelBaseUrl, STOPS), (Key::ModelApiKey, STOPS), (Key::ModelDefault, asks)]
        }
        Some("anthropic") => {
            let nowhere = "no request gets anywhere: the release knows no address of the provider's own";
            vec![(Key::ModelBaseUrl, nowhere), (Key::ModelApiKey, STOPS), default]
        }
        Some(_) => vec![provider, default],
        None => Vec::new(),
    }
}

fn of_database(agent: &Agent<'_>) -> Vec<(Key, &'static str)> {
    let uses = agent.get(Key::StorageBackend).known().is_some_and(behaviour::in_database);
    let garbled = "what follows in the address of the database is taken for it, and every request fails";
    let keys = if uses { vec![Key::DatabaseHost, Key::DatabaseName, Key::DatabaseUser] } else { Vec::new() };
    keys.into_iter().map(|key| (key, garbled)).collect()
}

/// Certificate and key go together.
fn of_tls(agent: &Agent<'_>) -> Vec<(Key, &'static str)> {
    let pair = [Key::TlsCertificate, Key::TlsKey];
    let begun = agent.service != Some(ServiceName::Federation) && pair.iter().any(|key| is_given(agent, *key));
    if begun { pair.map(|key| (key, STOPS)).to_vec() } else { Vec::new() }
}

/// Whether a setting is set, by a variable or by the one that names its file.
fn is_given(agent: &Agent<'_>, key: Key) -> bool {
    let by_file = |setting: &settings::Setting| {
        let name = setting.file_variable();
        setting.is_secret() && agent.variables.iter().any(|variable| variable.name == name)
    };
    agent.get(key).is_set() || settings::candidates(agent.runtime, key).any(by_file)
}

fn fault<'a>(agent: &Agent<'a>, key: Key, what: &str) -> Option<Fault<'a>> {
    let name = settings::name(agent.runtime?, key)?;
    let title = format!("{} has no `{name}`", agent.called());
    Some(
        Fault::new(MISSING_SETTING, agent.owner, agent.container, title)
            .label("not set, and without a default")
            .note(what)
            .help(format!("set `{name}`")),
    )
}
