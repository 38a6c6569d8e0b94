//! N006: an image that moves: what runs tomorrow is not what was tested.

use super::Rule;
use crate::agentos::settings::{self, Pin, pinned};
use crate::catalogue::{UNPINNED_IMAGE, rule, title};
use crate::finding::Finding;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: UNPINNED_IMAGE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let own = (Path::of(["image"]), environment.image.as_str());
    let sidecar = environment.audit_sidecar.as_ref().and_then(|sidecar| sidecar.image.as_deref());
    let sidecar = sidecar.map(|image| (Path::of(["audit_shipping", "image"]), image));
    let images = [Some(own), sidecar].into_iter().flatten().filter(|(_, image)| !image.is_empty());
    images.filter_map(|(path, image)| unpinned(environment, path, image)).collect()
}

fn unpinned(environment: &Environment, path: Path, image: &str) -> Option<Finding> {
    let pin = Pin::parse(image);
    let wanted = pin.lacks(environment.profile?)?;
    let path_is_own = path == Path::of(["image"]);
    let finding = Finding::value(path, title(UNPINNED_IMAGE, [wanted]))
        .or_at(Path::of(["profile"]))
        .label(format!("`{image}` may be another image tomorrow"))
        .note(rule(UNPINNED_IMAGE).note)
        .help(pinned(environment.runtime));
    // The sidecar's image is none of AgentOS.
    let finding = match pin == Pin::Moving && path_is_own {
        true => finding.note(settings::LATEST).note(settings::NEWER_RELEASES),
        false => finding,
    };
    Some(if environment.is_prod() { finding } else { finding.as_warning() })
}
