//! Environment → what a running stack must answer, and whether it does.
//!
//! Invariant: no I/O. Checks are plain data that follow from the environment alone, and running them goes through
//! [`Http`], so that the command, the in-cluster Job and the tests share one plan. No status is believed alone: what
//! answers has to show that it is the service.
//!
//! - `plan` derives the checks.
//! - `pod_security` judges the labels of a namespace.
//! - `run` sends their requests and judges the answers.
//! - `token` reads the token that the caller brings, and makes forged ones of it.
//! - `report` shows the outcomes, to people and to programs.

mod plan;
pub mod pod_security;
mod report;
mod run;
mod token;
mod write;

pub use plan::{Options, checks};
pub use report::{json, table};
pub use run::{Counts, Left, Ran, run, settle};
pub use token::{Claims, claims_of, encoded, forged};

use crate::agentos::vocabulary::ServiceName;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::time::Duration;

/// One thing to prove about a running stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Its kind, and what it is about: `tenant/tnt_acme`. Kinds of which there is only one stand alone. Before it, the
    /// stack and a colon, where that is a dedicated tenant's.
    pub name: String,
    /// The service that answers.
    pub service: ServiceName,
    /// What is known once it has passed.
    pub proves: String,
    /// Why it can't be run, where that is known beforehand.
    pub skip: Option<String>,
    /// Why it fails, where that is known beforehand.
    pub fault: Option<String>,
    /// Why it is left to the Job, where the caller's own connections prove nothing: the API server has to be closed to the
    /// Job's pod, as network policies have it.
    pub from_inside: Option<String>,
    /// The requests, in order; the first answer that is not as expected fails the check.
    pub steps: Vec<Step>,
}

impl Check {
    /// The kind: what stands before the `/`, without the stack.
    pub fn kind(&self) -> &str {
        let name = self.name.rsplit_once(':').map_or(self.name.as_str(), |(_, name)| name);
        name.split('/').next().unwrap_or(name)
    }

    /// Whether a word of the user names this check, or its kind.
    pub fn is_named(&self, word: &str) -> bool {
        self.name == word || self.kind() == word
    }

    /// The same check of a dedicated tenant's stack, under a name of its own.
    #[must_use]
    pub fn of_stack(mut self, stack: &str) -> Check {
        self.name = format!("{stack}:{}", self.name);
        self
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
    /// What an answer with a status adds to what is known.
    pub remark: Option<(u16, String)>,
    /// What it means where something other than AgentOS answers, so that the check is skipped instead of failed.
    pub closed: Option<String>,
    /// Whether the id of the run in the answer is needed by later steps.
    pub keeps_run: bool,
    /// Whether it cancels the run of an earlier step: sent even after a failure. Where it does not succeed, the run is
    /// read once it is old enough to be completed by that.
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

/// What a request brings as its bearer token. The token itself never gets in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// The caller's token.
    Given,
    /// Words that are no token.
    Garbage,
    /// The claims of the caller's token, with `alg: none` and no signature.
    Unsigned,
    /// The caller's token, with one letter of its signature changed.
    OtherSignature,
    /// The caller's token, for another tenant and under the same signature.
    OtherClaims,
    /// A token that the caller's key signs, for the tenant of the request.
    Minted,
    /// The same, without `tenant_id`.
    WithoutTenant,
    /// The same, without `exp`.
    WithoutEnd,
}

impl Bearer {
    /// Every token that has to be refused.
    pub const FORGED: [Bearer; 4] = [Bearer::Garbage, Bearer::Unsigned, Bearer::OtherSignature, Bearer::OtherClaims];

    /// As messages name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Bearer::Given => "with the token",
            Bearer::Garbage => "with words that are no token",
            Bearer::Unsigned => "with the token's claims unsigned (`alg: none`)",
            Bearer::OtherSignature => "with the token's signature changed",
            Bearer::OtherClaims => "with the token's claims changed",
            Bearer::Minted => "with a token of the key",
            Bearer::WithoutTenant => "with a token of the key without `tenant_id`",
            Bearer::WithoutEnd => "with a token of the key without `exp`",
        }
    }
}

/// How the service is spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// As the environment has it served: with TLS, and with the caller's certificate, where it asks for them.
    #[default]
    AsServed,
    /// By plain HTTP, although it is served with TLS.
    Plain,
    /// By TLS, without the certificate that it asks for.
    WithoutCertificate,
}

/// A request to a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The service.
    pub service: ServiceName,
    /// The peer whose service is asked, by its stack id; this stack's where there is none.
    pub peer: Option<String>,
    /// How.
    pub method: Method,
    /// The path; [`RUN`] in it stands for the run of an earlier step.
    pub path: String,
    /// The tenant in whose name it is made, as `X-Tenant-Id`.
    pub tenant: Option<String>,
    /// Whether it says that it may administer tenants, as `X-Scopes`.
    pub admin: bool,
    /// The token that it carries.
    pub bearer: Option<Bearer>,
    /// How the service is spoken to.
    pub way: Way,
    /// The body.
    pub body: Option<Json>,
    /// How long the service may take, where that is longer than the caller allows otherwise.
    pub patience: Option<Duration>,
}

/// A field of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Whether it has to be there; else it may be missing, but not be another.
    pub needed: bool,
}

/// What an answer has to be like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expect {
    /// Any of these statuses.
    pub statuses: Vec<u16>,
    /// Fields of its body.
    pub fields: Vec<Field>,
    /// What a wrong field means, and what to do about it.
    pub otherwise: Option<String>,
    /// Whether it is an error as AgentOS writes it.
    pub error: bool,
    /// A text that has to be in it.
    pub says: Option<&'static str>,
    /// Whether it is the metrics of the service.
    pub metrics: bool,
    /// The tenants that it has to list, all and no others.
    pub tenants: Option<BTreeSet<String>>,
    /// Whether the run of an earlier step has to be named in it.
    pub names_run: bool,
    /// Whether the connection has to be refused, so that there is no answer.
    pub refused: bool,
}

/// The code in the error with which AgentOS answers, by the status; none where it may be any.
pub fn error_code(status: u16) -> Option<&'static str> {
    match status {
        403 => Some("tenant_unknown"),
        404 => Some("not_found"),
        _ => None,
    }
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
    /// Waits, but not beyond the time for all checks.
    fn pause(&self, time: Duration);
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
