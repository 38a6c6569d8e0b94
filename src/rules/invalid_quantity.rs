//! K010: an amount that nothing can use, and a container that asks for more than it may use; what is no quantity at all,
//! the contracts say.

use super::{Rule, storages};
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::INVALID_QUANTITY;
use crate::finding::Finding;
use crate::fix::{self, Remedy};
use crate::model::{Amounts, Environment, Storage};
use crate::path::Path;
use crate::quantity::{self, Bound, Resource};

pub(super) const RULE: Rule = Rule { code: INVALID_QUANTITY, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let of_services = ServiceName::ALL.into_iter().flat_map(|service| {
        let own = environment.services.get(service);
        let path = Path::of(["services", service.as_str(), "resources"]);
        of_resources(service.as_str(), &path, &own.requests, &own.limits)
    });
    let of_sidecar = environment.audit_sidecar.iter().flat_map(|sidecar| {
        let path = Path::of(["audit_shipping", "resources"]);
        of_resources("the sidecar", &path, &sidecar.requests, &sidecar.limits)
    });
    let of_volumes = storages(environment).filter_map(|(path, storage)| match storage {
        Storage::Persistent(volume) => useless(path.field("size"), &volume.size, Resource::Volume, Bound::Claim),
        Storage::Ephemeral => None,
    });
    of_services.chain(of_sidecar).chain(of_volumes).collect()
}

fn of_resources(who: &str, path: &Path, requests: &Amounts, limits: &Amounts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, resource, pick) in RESOURCES {
        let (request, limit) = (pick(requests), pick(limits));
        let of_one = |kind: &str, amount: Option<&str>, bound| {
            amount.and_then(|amount| useless(path.field(kind).field(name), amount, resource, bound))
        };
        let (unused, unbounded) = (of_one("requests", request, Bound::Request), of_one("limits", limit, Bound::Limit));
        // What an amount of no use is at odds with is right as it is.
        if unused.is_none() && unbounded.is_none() {
            findings.extend(request.zip(limit).and_then(|(request, limit)| above(who, path, name, request, limit)));
        }
        findings.extend(unused.into_iter().chain(unbounded));
    }
    findings
}

/// A resource: its field, and how its amount is found among others.
type Field = (&'static str, Resource, fn(&Amounts) -> Option<&str>);

const RESOURCES: [Field; 3] = [
    ("cpu", Resource::Processor, |amounts| amounts.cpu.as_deref()),
    ("memory", Resource::Memory, |amounts| amounts.memory.as_deref()),
    ("ephemeral_storage", Resource::Scratch, |amounts| amounts.ephemeral_storage.as_deref()),
];

fn useless(path: Path, amount: &str, resource: Resource, bound: Bound) -> Option<Finding> {
    let useless = quantity::useless(amount, resource, bound, true)?;
    let finding = Finding::value(path.clone(), format!("`{path}`: {}", useless.title));
    let finding = finding.label("unusable amount").note(useless.note).help(useless.help);
    Some(match useless.meant {
        Some(meant) => finding.mended(Remedy::replace(path, fix::text(&meant))),
        None => finding,
    })
}

fn above(who: &str, path: &Path, name: &str, request: &str, limit: &str) -> Option<Finding> {
    let (asked, most) = quantity::parse(request).zip(quantity::parse(limit))?;
    (asked > most).then(|| {
        Finding::value(path.field("requests").field(name), format!("{who} asks for more {name} than it may use"))
            .or_at(path.field("limits").field(name))
            .label(format!("{request} asked for, {limit} allowed"))
            .note("the API server rejects the Deployment's pods, and none starts")
            .help(format!("raise `{path}.limits.{name}` or lower `{path}.requests.{name}`"))
            .mended(Remedy::set(path.field("requests").field(name), fix::text(limit)))
    })
}
