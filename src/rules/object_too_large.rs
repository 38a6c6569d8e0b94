//! K008: annotations that no object can carry. What they add up to on an object is known once it is compiled; those that
//! the user wrote, which stand on many, are better refused where they are written.

use super::Rule;
use crate::agentos::vocabulary::ServiceName;
use crate::catalogue::OBJECT_TOO_LARGE;
use crate::finding::Finding;
use crate::model::{Environment, Texts};
use crate::objects::object::MAX_ANNOTATIONS;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: OBJECT_TOO_LARGE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let everywhere = size(&environment.annotations);
    if let Some(finding) = too_large(Path::of(["annotations"]), everywhere) {
        return vec![finding];
    }
    let of_service = |service: ServiceName| {
        let path = Path::of(["services", service.as_str(), "annotations"]);
        too_large(path, everywhere + size(&environment.services.get(service).annotations))
    };
    ServiceName::ALL.into_iter().filter_map(of_service).collect()
}

fn too_large(path: Path, size: usize) -> Option<Finding> {
    (size > MAX_ANNOTATIONS).then(|| {
        Finding::value(path, format!("annotations of {size} bytes, and an object may have {MAX_ANNOTATIONS}"))
            .label("too large")
            .note("the API server rejects the objects, when others are applied already")
            .help("keep long texts elsewhere, and annotate objects with a link to them")
    })
}

/// What annotations take, in bytes.
fn size(annotations: &Texts) -> usize {
    annotations.iter().map(|(name, value)| name.len() + value.len()).sum()
}
