//! Checks → outcomes, through [`Http`].

use super::{
    Check, Expect, Failure, Field, Http, Method, Outcome, RUN, Request, Response, Status, Step, Way, error_code,
};
use crate::{characters, redact};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::time::Duration;

/// How much of an unexpected answer is shown, in characters.
const SHOWN: usize = 160;

/// The longest id of a run that is taken over into a path.
const LONGEST_RUN: usize = 128;

/// How old a run has to be for a read to complete it, with a second to spare (fact 27).
const OLD_ENOUGH: Duration = Duration::from_secs(6);

/// How many checks ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// As expected.
    pub passed: usize,
    /// Not as expected.
    pub failed: usize,
    /// Not run.
    pub skipped: usize,
}

impl Counts {
    /// The counts of some outcomes.
    pub fn of(outcomes: &[Outcome]) -> Counts {
        let count = |status| outcomes.iter().filter(|outcome| outcome.status == status).count();
        Counts { passed: count(Status::Passed), failed: count(Status::Failed), skipped: count(Status::Skipped) }
    }
}

/// What came of checks.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    /// One for each check, in their order.
    pub outcomes: Vec<Outcome>,
    /// The runs that were made and could not be cancelled.
    pub left: Vec<Left>,
}

/// A run that was made and could not be cancelled: it takes one of its tenant's concurrent runs.
#[derive(Clone, Debug)]
pub struct Left {
    /// The position of the outcome of the check that made it.
    outcome: usize,
    /// What reads it.
    read: Request,
    /// When it was there, by the clock of [`Http`].
    since: Duration,
    /// Why it can't be read, where that is known.
    unreachable: Option<String>,
}

/// How a check ended before all of its steps were taken.
enum Stop {
    Failed { detail: String, unreachable: bool },
    Skipped(String),
}

impl Stop {
    fn failed(detail: String) -> Stop {
        Stop::Failed { detail, unreachable: false }
    }
}

/// A run that a check has made.
struct Made {
    id: String,
    since: Duration,
}

/// Runs every check in turn; `before` hears of each that is about to be run.
pub fn run(checks: &[Check], http: &dyn Http, before: &mut dyn FnMut(&Check)) -> Ran {
    let mut ran = Ran::default();
    for check in checks {
        before(check);
        let outcome = outcome(check, http, ran.outcomes.len(), &mut ran.left);
        ran.outcomes.push(outcome);
    }
    ran
}

/// Reads the runs that are left, once they are old enough for that to complete them. What can't be read is noted where
/// the run was made.
pub fn settle(ran: &mut Ran, http: &dyn Http) {
    for left in std::mem::take(&mut ran.left) {
        let is_over = left.unreachable.is_none() && {
            http.pause((left.since + OLD_ENOUGH).saturating_sub(http.clock()));
            http.send(&left.read).is_ok_and(|response| is_over(&response))
        };
        if let Some(outcome) = ran.outcomes.get_mut(left.outcome).filter(|_| !is_over) {
            outcome.detail += &stays(&left);
        }
    }
}

fn stays(Left { read, unreachable, .. }: &Left) -> String {
    let at = read.peer.as_ref().map(|stack| format!(" at `{stack}`")).unwrap_or_default();
    let why = unreachable.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    let read = named(read);
    format!("; its run stays one of the tenant's concurrent runs{at} until it is cancelled, or read there: {read}{why}")
}

/// Whether a run has come to its end, as the answer tells it.
fn is_over(response: &Response) -> bool {
    let body: Json = serde_json::from_str(&response.body).unwrap_or_default();
    let status = body.pointer("/run/status").and_then(Json::as_str);
    response.status == 200 && status.is_some_and(|status| ["canceled", "completed", "failed"].contains(&status))
}

fn outcome(check: &Check, http: &dyn Http, position: usize, left: &mut Vec<Left>) -> Outcome {
    let of = |status, detail, duration, unreachable| {
        let (name, service) = (check.name.clone(), check.service);
        Outcome { name, service, status, detail, duration, unreachable }
    };
    if let Some(reason) = check.skip.as_ref().or(check.from_inside.as_ref()) {
        return of(Status::Skipped, reason.clone(), Duration::ZERO, false);
    }
    if let Some(fault) = &check.fault {
        return of(Status::Failed, fault.clone(), Duration::ZERO, false);
    }
    let start = http.clock();
    let result = steps(check, http, position, left);
    let duration = http.clock().saturating_sub(start);
    match result {
        Ok(remarks) => {
            let known: Vec<String> = std::iter::once(check.proves.clone()).chain(remarks).collect();
            of(Status::Passed, known.join("; "), duration, false)
        }
        Err(Stop::Failed { detail, unreachable }) => of(Status::Failed, detail, duration, unreachable),
        Err(Stop::Skipped(reason)) => of(Status::Skipped, reason, duration, false),
    }
}

/// Takes the steps of a check, and yields what the answers add to what it proves.
fn steps(check: &Check, http: &dyn Http, position: usize, left: &mut Vec<Left>) -> Result<Vec<String>, Stop> {
    let mut made: Option<Made> = None;
    let mut remarks = Vec::new();
    let mut result = Ok(());
    for step in &check.steps {
        match &made {
            Some(made) if step.tidies => left.extend(cancel(step, http, made, position)),
            // Without a run there is nothing to tidy up.
            None if step.tidies => {}
            Some(_) | None if result.is_ok() => result = take(step, http, &mut made, &mut remarks),
            Some(_) | None => {}
        }
    }
    result.map(|()| remarks)
}

/// Cancels a run; yields it where that does not succeed. What comes of it is not what was to be proved.
fn cancel(step: &Step, http: &dyn Http, made: &Made, outcome: usize) -> Option<Left> {
    let request = filled(&step.request, Some(made));
    let answer = http.send(&request);
    if answer.as_ref().is_ok_and(is_over) {
        return None;
    }
    let path = request.path.trim_end_matches(":cancel").to_owned();
    let read = Request { method: Method::Get, path, body: None, ..request };
    let unreachable = match answer {
        Err(Failure::Unreachable(why)) => Some(shown(&why)),
        Err(Failure::OutOfTime) => Some("the time for all checks was over".to_owned()),
        Ok(_) | Err(Failure::Silent(_) | Failure::Broken(_)) => None,
    };
    Some(Left { outcome, read, since: made.since, unreachable })
}

fn take(step: &Step, http: &dyn Http, made: &mut Option<Made>, remarks: &mut Vec<String>) -> Result<(), Stop> {
    let request = filled(&step.request, made.as_ref());
    let answer = http.send(&request);
    if step.expect.refused {
        return refused(step, &request, answer);
    }
    let response = answer.map_err(|failure| stop_of(&request, &failure))?;
    if let Some(reason) = step.closed.as_ref().filter(|_| is_closed(&step.expect, &response)) {
        return Err(Stop::Skipped(format!("{}: got {}; {reason}", named(&request), response.status)));
    }
    if step.keeps_run {
        // Also where the answer is not as it has to be: a run that was made is cancelled.
        let id = run_id(&response.body).filter(|_| response.status < 300);
        *made = id.map(|id| Made { id, since: http.clock() });
    }
    judge(step, &request, &response, made.as_ref()).map_err(Stop::failed)?;
    if step.keeps_run && made.is_none() {
        return Err(Stop::failed(format!("{}: the answer names no run", named(&request))));
    }
    let remark = step.remark.as_ref().filter(|(status, _)| *status == response.status);
    remarks.extend(remark.map(|(_, remark)| remark.clone()));
    Ok(())
}

/// A connection that has to be refused.
fn refused(step: &Step, request: &Request, answer: Result<Response, Failure>) -> Result<(), Stop> {
    match answer {
        Err(Failure::Broken(_)) => Ok(()),
        Err(failure @ (Failure::Unreachable(_) | Failure::Silent(_) | Failure::OutOfTime)) => {
            Err(stop_of(request, &failure))
        }
        Ok(Response { status, .. }) => {
            let advice = step.expect.otherwise.as_deref().unwrap_or("something else answers");
            Err(Stop::failed(format!("{}: expected to be refused, got {status}; {advice}", named(request))))
        }
    }
}

/// Whether something else than AgentOS answers, which is no fault of the stack: a gateway sends callers away, or shows
/// them a page.
fn is_closed(expect: &Expect, response: &Response) -> bool {
    let lists = || ids_of(&response.body).is_some();
    (300..500).contains(&response.status) || (response.status == 200 && expect.tenants.is_some() && !lists())
}

fn filled(request: &Request, made: Option<&Made>) -> Request {
    let run = made.map(|made| made.id.as_str()).unwrap_or_default();
    Request { path: request.path.replace(RUN, run), ..request.clone() }
}

fn stop_of(request: &Request, failure: &Failure) -> Stop {
    let detail = match failure {
        Failure::Unreachable(why) => format!("can't be reached: {}", shown(why)),
        Failure::Silent(time) => {
            format!("no answer within {} s; raise `--timeout` if it only needs longer", time.as_secs())
        }
        Failure::Broken(why) => format!("no sound answer: {}", shown(why)),
        Failure::OutOfTime => "no answer before the time for all checks was over; raise `--deadline`".to_owned(),
    };
    let unreachable = matches!(failure, Failure::Unreachable(_));
    Stop::Failed { detail: format!("{}: {detail}", named(request)), unreachable }
}

/// The request as messages name it.
fn named(request: &Request) -> String {
    let method = request.method.as_str();
    let of_tenant = request.tenant.as_ref().map(|tenant| format!(" as `{tenant}`")).unwrap_or_default();
    let bearing = request.bearer.map(|bearer| format!(" {}", bearer.as_str())).unwrap_or_default();
    let way = match request.way {
        Way::AsServed => "",
        Way::Plain => " by plain HTTP",
        Way::WithoutCertificate => " without a client's certificate",
    };
    format!("{method} {}{of_tenant}{bearing}{way}", request.path)
}

fn judge(step: &Step, request: &Request, response: &Response, made: Option<&Made>) -> Result<(), String> {
    let expect = &step.expect;
    let (came, wanted) = (response.status, any_of(&expect.statuses));
    if !expect.statuses.contains(&came) {
        let known = step.advice.iter().find(|(status, _)| *status == came).map(|(_, advice)| advice.clone());
        let advice = known.unwrap_or_else(|| advice(request, came));
        return Err(format!("{}: expected {wanted}, got {came}{}; {advice}", named(request), in_brackets(response)));
    }
    let says_so = expect.says.is_none_or(|text| response.body.contains(text));
    if !says_so || (expect.error && !is_error(response)) {
        let advice = advice(request, came);
        let shown = in_brackets(response);
        return Err(format!("{}: got {came}, but not from AgentOS{shown}; {advice}", named(request)));
    }
    let wrong = wrong(expect, request, &response.body);
    if !wrong.is_empty() {
        let advice = "this is another stack, or runs with other settings; apply what is compiled";
        let advice = expect.otherwise.as_deref().unwrap_or(advice);
        return Err(format!("{}: {}; {advice}", named(request), wrong.join(", ")));
    }
    if let Some(declared) = &expect.tenants {
        tenants(declared, &response.body).map_err(|message| format!("{}: {message}", named(request)))?;
    }
    match made {
        Some(made) if expect.names_run && !response.body.contains(&made.id) => {
            Err(format!("{}: the answer does not name the run `{}`", named(request), made.id))
        }
        Some(_) | None => Ok(()),
    }
}

/// The front of the body of an error. A body that should not have come at all may be somebody's data.
fn in_brackets(response: &Response) -> String {
    let is_shown = response.status >= 400 && !response.body.trim().is_empty();
    if is_shown { format!(" ({})", shown(&response.body)) } else { String::new() }
}

/// Whether AgentOS wrote an error: whatever else answers has another form, or another code.
fn is_error(response: &Response) -> bool {
    let body: Json = serde_json::from_str(&response.body).unwrap_or_default();
    let code = body.pointer("/error/code").and_then(Json::as_str);
    code.is_some_and(|code| error_code(response.status).is_none_or(|expected| code == expected))
}

/// What is not as expected in the body of an answer.
fn wrong(expect: &Expect, request: &Request, body: &str) -> Vec<String> {
    let parsed: Json = serde_json::from_str(body).unwrap_or_default();
    let is_empty = !expect.fields.is_empty() && !parsed.is_object();
    let nothing = is_empty.then(|| "expected a JSON object, got none".to_owned());
    let fields = expect.fields.iter().filter(|_| !is_empty).filter_map(|field| differs(&parsed, field));
    let metrics = expect.metrics.then(|| no_metrics(request, body)).flatten();
    nothing.into_iter().chain(fields).chain(metrics).collect()
}

/// Metrics are text, and name the service of each request that was counted.
fn no_metrics(request: &Request, body: &str) -> Option<String> {
    let service = request.service.as_str();
    if body.trim_start().is_empty() || body.trim_start().starts_with(['<', '{', '[']) {
        return Some("expected metrics, got something else".to_owned());
    }
    let counts = |service: &str| body.contains(&format!("service=\"{service}\""));
    (body.contains("service=\"") && !counts(service)).then(|| format!("expected metrics of {service}, got another's"))
}

/// The ids of the tenants that an answer lists; none where it is no list.
fn ids_of(body: &str) -> Option<BTreeSet<String>> {
    let body: Json = serde_json::from_str(body).ok()?;
    let id = |tenant: &Json| Some(tenant.get("tenant_id")?.as_str()?.to_owned());
    match body.get("tenants")? {
        Json::Null => Some(BTreeSet::new()),
        Json::Array(tenants) => tenants.iter().map(id).collect(),
        Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => None,
    }
}

/// Names the tenants that only the registry has, and those that only the environment has.
fn tenants(declared: &BTreeSet<String>, body: &str) -> Result<(), String> {
    let known = ids_of(body).unwrap_or_default();
    let list = |ids: Vec<&String>| ids.iter().map(|id| format!("`{}`", shown(id))).collect::<Vec<_>>().join(", ");
    let undeclared = Some(list(known.difference(declared).collect())).filter(|ids| !ids.is_empty()).map(|ids| {
        format!(
            "the environment does not declare {ids}: restart the orchestrator, which forgets tenants; one that comes \
             back was created by another client, to which `/v1/admin` is open"
        )
    });
    let missing = Some(list(declared.difference(&known).collect())).filter(|ids| !ids.is_empty()).map(|ids| {
        format!(
            "the orchestrator does not know {ids}: apply what is compiled, which creates its tenants at every start, and \
             restart it"
        )
    });
    let faults: Vec<String> = undeclared.into_iter().chain(missing).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
}

fn any_of(statuses: &[u16]) -> String {
    let words: Vec<String> = statuses.iter().map(u16::to_string).collect();
    match words.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        Some((only, _)) => only.clone(),
        None => "an answer".to_owned(),
    }
}

/// What to do about a status that the step knows nothing of.
fn advice(request: &Request, came: u16) -> String {
    let service = request.service;
    match came {
        300..=399 => "something in front of the service sends callers elsewhere: ask the service itself".to_owned(),
        500..=599 => format!("look at the log of `{}`", service.object_name()),
        _ => format!("is this {}, as it was compiled and with nothing in front of it?", service.as_str()),
    }
}

/// A field stands in the body, or in the record that the runtime wraps it in.
fn differs(body: &Json, Field { name, value, needed }: &Field) -> Option<String> {
    let places = ["", "/peer", "/forwarded"];
    let found = places.iter().find_map(|place| body.pointer(&format!("{place}/{name}"))?.as_str());
    match found {
        Some(found) if found == value => None,
        Some(found) => Some(format!("expected the {name} `{value}`, got `{}`", shown(found))),
        None => needed.then(|| format!("expected the {name} `{value}`, got none")),
    }
}

/// The id of the run that an answer is about. It becomes part of paths, so it has to look like one.
fn run_id(body: &str) -> Option<String> {
    let body: Json = serde_json::from_str(body).ok()?;
    let places = ["/forwarded/remote_run_id", "/run/run_id", "/run_id"];
    let id = places.iter().find_map(|place| body.pointer(place)?.as_str())?;
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (!id.is_empty() && id.len() <= LONGEST_RUN && id.chars().all(sound)).then(|| id.to_owned())
}

/// What others wrote, fit to be shown: one short line without credentials.
pub(super) fn shown(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = characters::printable_line(&redact::text(&line.join(" ")));
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or(&line)),
        None => line,
    }
}
