//! Outcomes → a table for people, or one JSON object for programs.

use super::{Counts, Outcome, Status};
use crate::characters;
use serde::Serialize;

/// The version of the JSON. It changes when a field goes away or changes its meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    checks: Vec<Line<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    service: &'a str,
    status: &'a str,
    detail: &'a str,
    duration_ms: u128,
}

#[derive(Serialize)]
struct Summary {
    passed: usize,
    failed: usize,
    skipped: usize,
}

/// The outcomes as one object.
pub fn json(outcomes: &[Outcome]) -> String {
    let Counts { passed, failed, skipped } = Counts::of(outcomes);
    let checks = outcomes.iter().map(line).collect();
    let document = Document { version: VERSION, checks, summary: Summary { passed, failed, skipped } };
    // Numbers and strings always become JSON.
    characters::json(&serde_json::to_string_pretty(&document).unwrap_or_default()).into_owned() + "\n"
}

fn line(outcome: &Outcome) -> Line<'_> {
    Line {
        name: &outcome.name,
        service: outcome.service.as_str(),
        status: outcome.status.as_str(),
        detail: &outcome.detail,
        duration_ms: outcome.duration.as_millis(),
    }
}

/// The outcomes as a table, and their count.
pub fn table(outcomes: &[Outcome]) -> String {
    let heading = ["CHECK", "TARGET", "OUTCOME", "TIME", "DETAIL"].map(str::to_owned);
    let rows: Vec<[String; 5]> = [heading].into_iter().chain(outcomes.iter().map(row)).collect();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths = [0, 1, 2, 3].map(|column| width(column).unwrap_or_default());
    let line = |[check, target, outcome, time, detail]: &[String; 5]| {
        let [a, b, c, d] = widths;
        format!("{check:a$}  {target:b$}  {outcome:c$}  {time:>d$}  {detail}\n")
    };
    let lines: String = rows.iter().map(line).collect();
    let Counts { passed, failed, skipped } = Counts::of(outcomes);
    let checks = if outcomes.len() == 1 { "check" } else { "checks" };
    format!("{lines}\n{} {checks}: {passed} passed, {failed} failed, {skipped} skipped\n", outcomes.len())
}

fn row(outcome: &Outcome) -> [String; 5] {
    let time = match outcome.status {
        Status::Passed | Status::Failed => format!("{} ms", outcome.duration.as_millis()),
        Status::Skipped => "-".to_owned(),
    };
    let [service, status] = [outcome.service.as_str(), outcome.status.as_str()].map(str::to_owned);
    let shown = |text: &str| characters::printable_line(text);
    [shown(&outcome.name), service, status, time, shown(&outcome.detail)]
}
