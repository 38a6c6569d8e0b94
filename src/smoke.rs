//! Environment → what a running stack must answer, and whether it does.
//!
//! Invariant: no I/O. Checks are plain data that follow from the environment alone, and running them goes through
//! [`Http`], so that the command, the in-cluster Job and the tests share one plan.
//!
//! - `plan` derives the checks.
//! - `run` sends their requests and judges the answers.
//! - `report` shows the outcomes, to people and to programs.

mod plan;
mod report;
mod run;
mod write;

pub use plan::{Options, checks};
pub use report::{json, table};
pub use run::{Counts, run};

use crate::model::ServiceName;
use serde_json::Value as Json;
use std::time::Duration;

/// One thing to prove about a running stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Its kind, and what it is about: `tenant/tnt_acme`. Kinds of which there is only one stand alone.
    pub name: String,
    /// The service that answers.
    pub service: ServiceName,
    /// What is known once it has passed.
    pub proves: String,
    /// Why it can't be run, where that is known beforehand.
    pub skip: Option<String>,
    /// The requests, in order; the first answer that is not as expected fails the check.
    pub steps: Vec<Step>,
}

impl Check {
    /// The kind: what stands before the `/`.
    pub fn kind(&self) -> &str {
        self.name.split('/').next().unwrap_or(&self.name)
    }

    /// Whether a word of the user names this check, or its kind.
    pub fn is_named(&self, word: &str) -> bool {
        self.name == word || self.kind() == word
    }
}

/// A request and the answer to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What is sent.
    pub request: Request,
    /// What has to come back.
    pub expect: Expect,
    /// What an answer with another status means, and what to do about it.
    pub advice: Vec<(u16, String)>,
    /// Whether the id of the run in the answer is needed by later steps.
    pub keeps_run: bool,
    /// Whether it only tidies up: sent even after a failure, and any answer will do.
    pub tidies: bool,
}

/// How a request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates.
    Post,
}

impl Method {
    /// As HTTP spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

/// What stands in a path for the id of the run that an earlier step has created.
pub const RUN: &str = "{run}";

/// A request to a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The service.
    pub service: ServiceName,
    /// How.
    pub method: Method,
    /// The path; [`RUN`] in it stands for the run of an earlier step.
    pub path: String,
    /// The tenant in whose name it is made, as `X-Tenant-Id`.
    pub tenant: Option<String>,
    /// Whether it carries the caller's token. The token itself never gets in here.
    pub with_token: bool,
    /// The body.
    pub body: Option<Json>,
}

/// What an answer has to be like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expect {
    /// Any of these statuses.
    pub statuses: Vec<u16>,
    /// Fields of its body, by name.
    pub fields: Vec<(&'static str, String)>,
    /// Whether the run of an earlier step has to be named in it.
    pub names_run: bool,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The body, or the front of it.
    pub body: String,
}

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// There was nobody to ask: the message says why.
    Unreachable(String),
    /// The service took the request and did not answer in this time.
    Silent(Duration),
    /// What came back is no answer: the message says why.
    Broken(String),
    /// The time for all checks was over first.
    OutOfTime,
}

/// Where requests go. What it does not reach it says; it never fails a check.
pub trait Http {
    /// Sends a request and waits for the answer.
    fn send(&self, request: &Request) -> Result<Response, Failure>;
    /// The time since some fixed moment.
    fn clock(&self) -> Duration;
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Every answer was as expected.
    Passed,
    /// One was not, or did not come.
    Failed,
    /// It was not run.
    Skipped,
}

impl Status {
    /// As reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Passed => "passed",
            Status::Failed => "failed",
            Status::Skipped => "skipped",
        }
    }
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The name of the check.
    pub name: String,
    /// The service.
    pub service: ServiceName,
    /// How it ended.
    pub status: Status,
    /// What is known now; what was expected and what came; or why it was not run.
    pub detail: String,
    /// How long it took.
    pub duration: Duration,
    /// Whether it failed because there was nobody to ask.
    pub unreachable: bool,
}
