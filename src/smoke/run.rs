//! Checks → outcomes, through [`Http`].

use super::{Check, Expect, Failure, Http, Outcome, RUN, Request, Response, Status, Step};
use crate::redact;
use serde_json::Value as Json;
use std::time::Duration;

/// How much of an unexpected answer is shown, in characters.
const SHOWN: usize = 160;

/// The longest id of a run that is taken over into a path.
const LONGEST_RUN: usize = 128;

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

/// Why a check failed.
struct Fault {
    detail: String,
    unreachable: bool,
}

/// Runs every check in turn; `before` hears of each that is about to be run.
pub fn run(checks: &[Check], http: &dyn Http, before: &mut dyn FnMut(&Check)) -> Vec<Outcome> {
    let run = |check: &Check| {
        before(check);
        outcome(check, http)
    };
    checks.iter().map(run).collect()
}

fn outcome(check: &Check, http: &dyn Http) -> Outcome {
    let of = |status, detail, duration, unreachable| {
        let (name, service) = (check.name.clone(), check.service);
        Outcome { name, service, status, detail, duration, unreachable }
    };
    if let Some(reason) = &check.skip {
        return of(Status::Skipped, reason.clone(), Duration::ZERO, false);
    }
    let start = http.clock();
    let result = steps(check, http);
    let duration = http.clock().saturating_sub(start);
    match result {
        Ok(()) => of(Status::Passed, check.proves.clone(), duration, false),
        Err(fault) => of(Status::Failed, fault.detail, duration, fault.unreachable),
    }
}

fn steps(check: &Check, http: &dyn Http) -> Result<(), Fault> {
    let mut run: Option<String> = None;
    let mut result = Ok(());
    for step in &check.steps {
        if step.tidies {
            // Without a run there is nothing to tidy up, and what comes of it is not what was to be proved.
            if run.is_some() {
                let _ = http.send(&filled(&step.request, run.as_deref()));
            }
        } else if result.is_ok() {
            result = take(step, http, &mut run);
        }
    }
    result
}

fn take(step: &Step, http: &dyn Http, run: &mut Option<String>) -> Result<(), Fault> {
    let request = filled(&step.request, run.as_deref());
    let fault = |detail: String| Fault { detail, unreachable: false };
    let response = http.send(&request).map_err(|failure| fault_of(&request, &failure))?;
    judge(step, &request, &response, run.as_deref()).map_err(fault)?;
    if step.keeps_run {
        let id =
            run_id(&response.body).ok_or_else(|| fault(format!("{}: the answer names no run", named(&request))))?;
        *run = Some(id);
    }
    Ok(())
}

fn filled(request: &Request, run: Option<&str>) -> Request {
    Request { path: request.path.replace(RUN, run.unwrap_or_default()), ..request.clone() }
}

fn fault_of(request: &Request, failure: &Failure) -> Fault {
    let detail = match failure {
        Failure::Unreachable(why) => format!("can't be reached: {}", shown(why)),
        Failure::Silent(time) => {
            format!("no answer within {} s; raise `--timeout` if it only needs longer", time.as_secs())
        }
        Failure::Broken(why) => format!("no sound answer: {}", shown(why)),
        Failure::OutOfTime => "no answer before the time for all checks was over; raise `--deadline`".to_owned(),
    };
    let unreachable = matches!(failure, Failure::Unreachable(_));
    Fault { detail: format!("{}: {detail}", named(request)), unreachable }
}

/// The request as messages name it.
fn named(request: &Request) -> String {
    let method = request.method.as_str();
    let of_tenant = request.tenant.as_ref().map(|tenant| format!(" as `{tenant}`")).unwrap_or_default();
    let with_token = if request.with_token { " with the token" } else { "" };
    format!("{method} {}{of_tenant}{with_token}", request.path)
}

fn judge(step: &Step, request: &Request, response: &Response, run: Option<&str>) -> Result<(), String> {
    let Expect { statuses, fields, names_run } = &step.expect;
    let came = response.status;
    if !statuses.contains(&came) {
        let mut message = format!("{}: expected {}, got {came}", named(request), any_of(statuses));
        // A body that should not have come at all may be somebody's data.
        if came >= 400 && !response.body.trim().is_empty() {
            message += &format!(" ({})", shown(&response.body));
        }
        let known = step.advice.iter().find(|(status, _)| *status == came).map(|(_, advice)| advice.clone());
        message += &format!("; {}", known.unwrap_or_else(|| advice(request, came)));
        return Err(message);
    }
    let body: Json = serde_json::from_str(&response.body).unwrap_or_default();
    let wrong: Vec<String> = fields.iter().filter_map(|(name, value)| differs(&body, name, value)).collect();
    if !wrong.is_empty() {
        let advice = "this is another stack, or runs with other settings; apply what is compiled";
        return Err(format!("{}: {}; {advice}", named(request), wrong.join(", ")));
    }
    match run {
        Some(run) if *names_run && !response.body.contains(run) => {
            Err(format!("{}: the answer does not name the run `{run}`", named(request)))
        }
        Some(_) | None => Ok(()),
    }
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
fn differs(body: &Json, name: &str, expected: &str) -> Option<String> {
    let found = body.pointer(&format!("/peer/{name}")).or_else(|| body.get(name)).and_then(Json::as_str);
    match found {
        Some(found) if found == expected => None,
        Some(found) => Some(format!("expected the {name} `{expected}`, got `{}`", shown(found))),
        None => Some(format!("expected the {name} `{expected}`, got none")),
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
fn shown(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line: String = redact::text(&line.join(" ")).chars().filter(|c| !c.is_control()).collect();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or(&line)),
        None => line,
    }
}
