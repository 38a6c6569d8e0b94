//! C008: what the language has and this version can't compile yet. Never ignored in silence.

use super::{Finding, Rule};
use crate::catalogue::UNSUPPORTED_FIELD;
use crate::evaluate::tree::Path;
use crate::model::{Environment, Exposure, Isolation, Metrics, Runtime, SecretBackend, ServiceName};

pub(super) const RULE: Rule = Rule { code: UNSUPPORTED_FIELD, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut refuse = |path: Path, what: &str, help: &str| {
        let finding = Finding::value(path, format!("{what} can't be compiled yet"));
        findings.push(finding.label("not supported yet").help(help.to_owned()));
    };
    if environment.runtime == Runtime::V1_07 {
        refuse(Path::of(["runtime"]), "the release `'V1_07`", "use `'V1_02`");
    }
    for service in ServiceName::ALL {
        if let Exposure::Gateway { .. } = environment.services.get(service).exposure {
            let path = Path::of(["services", service.as_str(), "exposure"]);
            refuse(path, "exposure through a gateway", "leave it `'Internal`, and attach your own HTTPRoute");
        }
    }
    for (id, tenant) in &environment.tenancy.tenants {
        if tenant.isolation == Isolation::Dedicated {
            let path = Path::of(["tenancy", "tenants"]).field(id).field("isolation");
            refuse(path, "a dedicated stack for a tenant", "write an environment of its own for the tenant");
        }
    }
    match environment.secrets.backend {
        SecretBackend::ExternalSecrets | SecretBackend::Csi | SecretBackend::Sealed => refuse(
            Path::of(["secrets", "backend"]),
            "this secrets backend",
            "use `'Existing`, and have the operator make the Secret of that name",
        ),
        SecretBackend::Placeholder | SecretBackend::Existing => {}
    }
    if environment.observability.metrics != Metrics::Off {
        refuse(Path::of(["observability", "metrics"]), "scraping", "use `'Off`");
    }
    if environment.observability.alerts {
        refuse(Path::of(["observability", "alerts"]), "alerting rules", "leave `alerts` out");
    }
    if environment.observability.dashboards {
        refuse(Path::of(["observability", "dashboards"]), "dashboards", "leave `dashboards` out");
    }
    if !environment.patches.is_empty() {
        refuse(Path::of(["patches"]), "`patches`", "use a Kustomize overlay over the compiled folder");
    }
    findings
}
