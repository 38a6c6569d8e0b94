//! R020: the arguments of `agentos serve` say to the runtime what they say to the reader (fact 7).

use super::fault::Fault;
use super::nearest;
use super::stack::Stack;
use crate::agentos::settings::Key;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::MISREAD_ARGUMENTS;
use crate::objects::view::agent::Agent;
use crate::suggest;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let agents = stack.agents.iter().filter(|agent| agent.line.serves || agent.line.joined.is_some());
    agents.flat_map(of_agent).collect()
}

fn of_agent<'a>(agent: &Agent<'a>) -> Vec<Fault<'a>> {
    let fault = |value, title: String| Fault::new(MISREAD_ARGUMENTS, agent.owner, value, title);
    let order = "write `[\"serve\", \"--addr\", \":PORT\", \"SERVICE\"]`";
    let mut faults = Vec::new();
    if let Some(joined) = agent.line.joined {
        let title = "the command line is one word, and nothing splits it".to_owned();
        let fault = fault(joined, title).label("one argument");
        return vec![fault.note("there is no such command, and the service does not start").help(order)];
    }
    if let Some(joined) = agent.line.joined_flag {
        let title = "a flag and its value are one argument, and nothing splits it".to_owned();
        let fault = fault(joined, title).label("one argument");
        faults.push(fault.note("there is no such flag, and the service does not start").help(order));
    }
    if let Some(first) = agent.line.ignored.first().copied() {
        faults.push(
            fault(first, "arguments that follow the service are ignored".to_owned())
                .label("nobody reads this")
                .note("without `--addr` every service listens on 8081")
                .help(order),
        );
    }
    if let Some(address) = agent.line.address.filter(|address| agent.word(address).is_some() && agent.port().is_none())
    {
        faults.push(fault(address, format!("{address} is no address")).label("no port").help("write `:` and the port"));
    }
    match agent.line.service {
        None => {
            let value = nearest(agent.container, &["args"]);
            faults.push(fault(value, "the arguments name no service".to_owned()).label("no service").help(order));
        }
        Some(written) => {
            // What can't be seen may be any of them.
            let Some(said) = agent.word(written).or_else(|| (!written.is_string()).then_some("")) else {
                return faults;
            };
            faults.extend(if ServiceName::ALL.iter().any(|service| service.as_str() == said) {
                contradiction(agent, said)
            } else {
                let names = ServiceName::ALL.map(ServiceName::as_str);
                let fault = fault(written, format!("AgentOS has no service {written}")).label("unknown service");
                Some(match suggest::nearest(said, &names) {
                    Some(near) => fault.help(format!("did you mean `{near}`?")),
                    None => fault.help(format!("the services are {}", names.join(", "))),
                })
            });
        }
    }
    faults
}

/// The setting that names the service and the arguments disagree.
fn contradiction<'a>(agent: &Agent<'a>, said: &str) -> Option<Fault<'a>> {
    let variable = agent.variable(Key::Service)?;
    let (value, place) = variable.text().filter(|(value, _)| *value != said && !value.is_empty())?;
    let title = format!("`{}` says `{value}`, and the arguments say `{said}`", variable.name);
    let fault =
        Fault::new(MISREAD_ARGUMENTS, place.object, place.value, title).label("not the service that is started");
    let fault = agent.line.service.into_iter().fold(fault, |fault, word| fault.and(agent.at(word), "this one is"));
    Some(fault.help("name one service in both places"))
}
