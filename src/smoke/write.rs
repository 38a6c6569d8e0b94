//! Short ways to write checks down.

use super::{Check, Expect, Method, Request, Step};
use crate::model::ServiceName;
use serde_json::Value as Json;

impl Check {
    pub(super) fn of(name: String, service: ServiceName, proves: &str) -> Check {
        Check { name, service, proves: proves.to_owned(), skip: None, steps: Vec::new() }
    }

    pub(super) fn proving(mut self, proves: impl Into<String>) -> Check {
        self.proves = proves.into();
        self
    }

    pub(super) fn skipped(mut self, reason: &str) -> Check {
        self.skip = Some(reason.to_owned());
        self
    }

    pub(super) fn step(mut self, step: Step) -> Check {
        self.steps.push(step);
        self
    }
}

impl Step {
    pub(super) fn of(service: ServiceName, method: Method, path: &str, body: Option<Json>) -> Step {
        let request = Request { service, method, path: path.to_owned(), tenant: None, with_token: false, body };
        Step { request, expect: Expect::default(), advice: Vec::new(), keeps_run: false, tidies: false }
    }

    pub(super) fn get(service: ServiceName, path: &str) -> Step {
        Step::of(service, Method::Get, path, None)
    }

    pub(super) fn post(service: ServiceName, path: &str, body: Json) -> Step {
        Step::of(service, Method::Post, path, Some(body))
    }

    pub(super) fn of_tenant(mut self, tenant: &str) -> Step {
        self.request.tenant = Some(tenant.to_owned());
        self
    }

    pub(super) fn with_token(mut self) -> Step {
        self.request.with_token = true;
        self
    }

    pub(super) fn expecting(self, status: u16) -> Step {
        self.expecting_any(&[status])
    }

    pub(super) fn expecting_any(mut self, statuses: &[u16]) -> Step {
        self.expect.statuses = statuses.to_vec();
        self
    }

    pub(super) fn naming_run(mut self) -> Step {
        self.expect.names_run = true;
        self
    }

    pub(super) fn keeping_run(mut self) -> Step {
        self.keeps_run = true;
        self
    }

    pub(super) fn tidying(mut self) -> Step {
        self.tidies = true;
        self
    }

    pub(super) fn advising(mut self, status: u16, advice: &str) -> Step {
        self.advice.push((status, advice.to_owned()));
        self
    }
}
