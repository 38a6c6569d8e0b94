//! Short ways to write checks down.

use super::{Bearer, Check, Expect, Field, Method, Request, Step, Way};
use crate::agentos::vocabulary::ServiceName;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::time::Duration;

impl Check {
    pub(super) fn of(name: String, service: ServiceName, proves: &str) -> Check {
        let proves = proves.to_owned();
        Check { name, service, proves, skip: None, fault: None, from_inside: None, steps: Vec::new() }
    }

    pub(super) fn proving(mut self, proves: impl Into<String>) -> Check {
        self.proves = proves.into();
        self
    }

    pub(super) fn skipped(mut self, reason: &str) -> Check {
        self.skip = Some(reason.to_owned());
        self
    }

    pub(super) fn failing(mut self, fault: Option<String>) -> Check {
        self.fault = fault;
        self
    }

    pub(super) fn asked_inside(mut self, reason: &str) -> Check {
        self.from_inside = Some(reason.to_owned());
        self
    }

    pub(super) fn step(mut self, step: Step) -> Check {
        self.steps.push(step);
        self
    }
}

impl Step {
    pub(super) fn of(service: ServiceName, method: Method, path: &str, body: Option<Json>) -> Step {
        let request = Request {
            service,
            peer: None,
            method,
            path: path.to_owned(),
            tenant: None,
            admin: false,
            bearer: None,
            way: Way::default(),
            body,
            patience: None,
        };
        Step {
            request,
            expect: Expect::default(),
            advice: Vec::new(),
            remark: None,
            closed: None,
            keeps_run: false,
            tidies: false,
        }
    }

    pub(super) fn get(service: ServiceName, path: &str) -> Step {
        Step::of(service, Method::Get, path, None)
    }

    pub(super) fn post(service: ServiceName, path: &str, body: Json) -> Step {
        Step::of(service, Method::Post, path, Some(body))
    }

    pub(super) fn at_peer(mut self, stack: &str) -> Step {
        self.request.peer = Some(stack.to_owned());
        self
    }

    pub(super) fn of_tenant(mut self, tenant: &str) -> Step {
        self.request.tenant = Some(tenant.to_owned());
        self
    }

    pub(super) fn by_admin(mut self) -> Step {
        self.request.admin = true;
        self
    }

    pub(super) fn bearing(mut self, bearer: Bearer) -> Step {
        self.request.bearer = Some(bearer);
        self
    }

    pub(super) fn by(mut self, way: Way) -> Step {
        self.request.way = way;
        self
    }

    pub(super) fn taking(mut self, patience: Duration) -> Step {
        self.request.patience = Some(patience);
        self
    }

    pub(super) fn expecting(self, status: u16) -> Step {
        self.expecting_any(&[status])
    }

    pub(super) fn expecting_any(mut self, statuses: &[u16]) -> Step {
        self.expect.statuses = statuses.to_vec();
        self
    }

    /// An error, and one that AgentOS wrote.
    pub(super) fn expecting_error(mut self, statuses: &[u16]) -> Step {
        self.expect.error = true;
        self.expecting_any(statuses)
    }

    pub(super) fn expecting_refusal(mut self) -> Step {
        self.expect.refused = true;
        self
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Step {
        self.expect.fields.push(Field { name, value: value.to_owned(), needed: true });
        self
    }

    pub(super) fn with_if_any(mut self, name: &'static str, value: &str) -> Step {
        self.expect.fields.push(Field { name, value: value.to_owned(), needed: false });
        self
    }

    pub(super) fn otherwise(mut self, advice: impl Into<String>) -> Step {
        self.expect.otherwise = Some(advice.into());
        self
    }

    pub(super) fn saying(mut self, text: &'static str) -> Step {
        self.expect.says = Some(text);
        self
    }

    pub(super) fn with_metrics(mut self) -> Step {
        self.expect.metrics = true;
        self
    }

    pub(super) fn listing(mut self, tenants: BTreeSet<String>) -> Step {
        self.expect.tenants = Some(tenants);
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

    pub(super) fn remarking(mut self, status: u16, remark: &str) -> Step {
        self.remark = Some((status, remark.to_owned()));
        self
    }

    pub(super) fn or_closed(mut self, reason: &str) -> Step {
        self.closed = Some(reason.to_owned());
        self
    }
}
