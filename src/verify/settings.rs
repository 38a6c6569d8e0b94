//! What the settings of AgentOS say, read as the runtime reads them. R001, R003, R004: variables that nobody reads. R006:
//! values that are silently taken for others. R021: guards whose value stands elsewhere. N002, T001, T005: what
//! production refuses to start with. T010: metrics that are open
//! although they look guarded.

use super::fault::Fault;
use super::openings;
use super::stack::Stack;
use crate::agentos::behaviour::{self, Metrics, PRODUCTION, Taken, Variable, stops_production};
use crate::agentos::settings::{self, Key, Kind, Setting, process};
use crate::agentos::vocabulary::{Profile, Runtime};
use crate::catalogue::{
    DEFAULT_TENANT_IN_PROD, DEV_HEADERS_IN_PROD, METRICS_OPEN_TO_DEFAULT_TENANT, MISTYPED_SETTING,
    OPEN_METRICS_IN_PROD, SETTING_FROM_ELSEWHERE, SETTING_OF_ANOTHER_RELEASE, SETTING_OF_ANOTHER_SERVICE,
    UNKNOWN_SETTING, title,
};
use crate::objects::view::agent::{Agent, Source, Value, Variable as Named};
use crate::suggest;
use serde_json::Value as Json;
use std::collections::BTreeSet;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    let closed = openings::closed(stack);
    for agent in &stack.agents {
        for variable in agent.variables.iter().filter(|variable| variable.name.starts_with(settings::PREFIX)) {
            match behaviour::variable(agent.runtime, agent.service, variable.name) {
                Variable::Read(setting) => faults.extend(mistyped(agent, variable, setting)),
                Variable::OfAnotherService(setting) => {
                    faults.extend(of_another_service(agent, variable, setting));
                    faults.extend(mistyped(agent, variable, setting));
                }
                Variable::OfAnotherRelease(other, _) => faults.push(of_another_release(agent, variable, other)),
                Variable::Unknown => faults.push(unknown(agent, variable)),
            }
        }
        for variable in &agent.variables {
            let setting = process::SETTINGS.iter().find(|setting| setting.name == variable.name);
            faults.extend(setting.and_then(|setting| mistyped(agent, variable, setting)));
        }
        faults.extend(no_profile(stack, agent));
        faults.extend(from_elsewhere(agent));
        faults.extend(if agent.is_prod() { refused(agent) } else { open(agent, &closed).into_iter().collect() });
    }
    faults
}

fn of_another_release<'a>(agent: &Agent<'a>, variable: &Named<'a>, other: Runtime) -> Fault<'a> {
    let release = agent.runtime.map_or("this", Runtime::version);
    let title = title(SETTING_OF_ANOTHER_RELEASE, [release, variable.name]);
    Fault::new(SETTING_OF_ANOTHER_RELEASE, variable.entry.object, name_of(variable), title)
        .label("this name")
        .help(behaviour::read_elsewhere(other))
}

fn unknown<'a>(agent: &Agent<'a>, variable: &Named<'a>) -> Fault<'a> {
    let name = variable.name;
    let runtimes = Runtime::ALL.into_iter().filter(|runtime| agent.runtime.is_none_or(|own| own == *runtime));
    let names: Vec<&str> = runtimes.flat_map(settings::of).map(|setting| setting.name).collect();
    let title = format!("no service of AgentOS reads `{name}`");
    let fault = Fault::new(UNKNOWN_SETTING, variable.entry.object, name_of(variable), title).label("this name");
    suggest::nearest(name, &names).into_iter().fold(fault, |fault, near| fault.help(format!("did you mean `{near}`?")))
}

/// Where a variable's name stands.
fn name_of<'a>(variable: &Named<'a>) -> &'a Json {
    variable.entry.value.get("name").unwrap_or(variable.entry.value)
}

fn of_another_service<'a>(agent: &Agent<'a>, variable: &Named<'a>, setting: &Setting) -> Option<Fault<'a>> {
    // One ConfigMap may serve all three; only what is set for one container is meant for it.
    let value = variable.entry.value.get("name")?;
    let title = title(SETTING_OF_ANOTHER_SERVICE, [agent.called(), variable.name]);
    let fault = Fault::new(SETTING_OF_ANOTHER_SERVICE, variable.entry.object, value, title).label("this name");
    Some(fault.help(format!("it belongs to {}", setting.readers())))
}

fn mistyped<'a>(agent: &Agent<'a>, variable: &Named<'a>, setting: &Setting) -> Option<Fault<'a>> {
    let (value, place) = variable.text().filter(|(value, _)| !value.is_empty())?;
    if setting.name != variable.name {
        return None;
    }
    let taken = behaviour::taken(setting, value);
    let label = match taken {
        Taken::Literally => return None,
        Taken::Default => format!("taken for `{}`", or_empty(setting.default)),
        Taken::Least(min) => format!("taken for `{min}`"),
        Taken::Off(on) => format!("not on: only `{on}` is"),
        Taken::On(off) => format!("still on: only `{off}` takes it away"),
        Taken::Refused if setting.kind == Kind::Memory => "Go refuses it: the process ends as it starts".to_owned(),
        Taken::Refused => "the service refuses to start".to_owned(),
    };
    let title = format!("`{}` of {} is {value:?}, which the runtime does not read", variable.name, agent.called());
    let fault =
        Fault::new(MISTYPED_SETTING, place.object, place.value, title).label(label).help(spelling(setting, value));
    Some(if taken == Taken::Refused { fault } else { fault.note("the runtime says nothing and starts") })
}

/// How a value of a setting is written.
fn spelling(setting: &Setting, value: &str) -> String {
    match setting.kind {
        Kind::OneOf(words) => {
            let listed = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            let near = suggest::nearest(&value.trim().to_lowercase(), words)
                .map_or(String::new(), |near| format!("did you mean `{near}`? "));
            format!("{near}the words are {listed}")
        }
        Kind::Integer { min, .. } => format!("write a whole number, at least {min}, without blanks"),
        Kind::Days { min, .. } if value.parse::<i64>().is_ok() => format!("write {min} or more"),
        Kind::Days { min, .. } => format!("write a whole number, at least {min}, without blanks"),
        Kind::Memory => "write a number and `MiB` or `GiB`".to_owned(),
        Kind::Flag { on, .. } => format!("write \"{on}\", exactly so, or \"0\""),
        Kind::Guard { off } => format!("write \"{off}\" or \"1\""),
        Kind::Duration => "write a number with its unit, as in `30s`".to_owned(),
        Kind::Text | Kind::Path | Kind::Switches | Kind::TimeZone | Kind::Sink => String::new(),
    }
}

fn or_empty(default: &str) -> &str {
    if default.is_empty() { "nothing" } else { default }
}

/// A container without a profile among others for production: it runs as `dev`, without guards (fact 1).
fn no_profile<'a>(stack: &Stack<'a>, agent: &Agent<'a>) -> Option<Fault<'a>> {
    let name = agent.name(Key::Profile)?;
    let unset = agent.get(Key::Profile).known() == Some("");
    (unset && stack.is_prod(agent.namespace)).then(|| {
        let value = agent.variable(Key::Profile).map_or(agent.container, |variable| variable.entry.value);
        Fault::new(
            MISTYPED_SETTING,
            agent.owner,
            value,
            format!("{} has no `{name}`, and runs as `dev`", agent.called()),
        )
        .label("without guards")
        .note("the other services of this namespace run as `prod`")
        .help(format!("set `{name}` to `prod`"))
    })
}

/// Guards that are not in the manifest: a line break at the end of the value turns them off, and nobody sees it (fact 3).
fn from_elsewhere<'a>(agent: &Agent<'a>) -> Vec<Fault<'a>> {
    let guards = [Key::Profile, Key::MetricsRequireAuth, Key::RequireMtls, Key::AllowDevHeaders];
    let variables = guards.into_iter().filter_map(|key| agent.variable(key));
    let elsewhere = variables.filter(|variable| match variable.value {
        Source::Configured(..) | Source::Secret => true,
        Source::Unknown => variable.entry.value.get("valueFrom").is_some(),
        Source::Literal(..) => false,
    });
    elsewhere
        .map(|variable| {
            let value = variable.entry.value.get("valueFrom").unwrap_or(variable.entry.value);
            let title = format!("`{}` is taken from elsewhere", variable.name);
            Fault::new(SETTING_FROM_ELSEWHERE, variable.entry.object, value, title)
                .label("its value can change, and end with a line break")
                .note("of a value that it does not know the runtime says nothing: the guard is off")
                .help("write the value into the container's `env`")
        })
        .collect()
}

/// What the services refuse to start with in production (fact 2).
fn refused<'a>(agent: &Agent<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    let stops = |key, text: &str| stops_production(agent.runtime, key, text);
    if let Value::Text(tenant, place) = agent.get(Key::DefaultTenant)
        && stops(Key::DefaultTenant, tenant)
    {
        let title = format!("production has the default tenant `{tenant}`");
        faults.push(
            Fault::new(DEFAULT_TENANT_IN_PROD, place.object, place.value, title)
                .label("a default tenant")
                .help("remove it, and have callers name their tenant"),
        );
    }
    if let Value::Text(text, place) = agent.get(Key::AllowDevHeaders)
        && stops(Key::AllowDevHeaders, text)
    {
        let title = format!("production allows development headers to {}", agent.called());
        faults.push(
            Fault::new(DEV_HEADERS_IN_PROD, place.object, place.value, title).label("the service refuses to start"),
        );
    }
    faults.extend(open_metrics(agent));
    faults
}

/// The guard of production asks for the text `1`, whatever else the release takes for on (fact 2).
fn open_metrics<'a>(agent: &Agent<'a>) -> Option<Fault<'a>> {
    let metrics = agent.get(Key::MetricsRequireAuth);
    let name = agent.name(Key::MetricsRequireAuth)?;
    let mistyped = || {
        let setting = behaviour::setting(agent.runtime, name)?;
        mistyped(agent, agent.variable(Key::MetricsRequireAuth)?, setting)
    };
    let stops = |text: &str| stops_production(agent.runtime, Key::MetricsRequireAuth, text);
    if !metrics.known().is_some_and(stops) || mistyped().is_some() {
        return None;
    }
    let place = match metrics {
        Value::Text(_, place) => place,
        Value::Unset | Value::Hidden => agent.at(agent.container),
    };
    let title = match agent.guards_metrics() {
        true => format!("{} is not told that its metrics are guarded", agent.called()),
        false => format!("{} has open metrics", agent.called()),
    };
    Some(
        Fault::new(OPEN_METRICS_IN_PROD, place.object, place.value, title)
            .label("not what `prod` asks for")
            .help(format!("set `{name}` to \"{PRODUCTION}\"")),
    )
}

/// With a default tenant every request has one, and that is all that `/metrics` asks for (fact 4). In development that
/// matters only where other pods reach the service.
fn open<'a>(agent: &Agent<'a>, closed: &BTreeSet<usize>) -> Option<Fault<'a>> {
    let Value::Text(tenant, place) = agent.get(Key::DefaultTenant) else { return None };
    let reached = agent.profile() != Profile::Dev || !closed.contains(&agent.owner);
    let metrics = behaviour::metrics(agent.guards_metrics(), true);
    (metrics == Metrics::OpenToDefaultTenant && reached).then(|| {
        let title = format!("`/metrics` of {} is open, although authentication is on", agent.called());
        Fault::new(METRICS_OPEN_TO_DEFAULT_TENANT, place.object, place.value, title)
            .label(format!("every request has the tenant `{tenant}`"))
            .help("remove it, and have callers name their tenant; or close the pods by a NetworkPolicy")
    })
}
