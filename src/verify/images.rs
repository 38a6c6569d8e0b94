//! N006: images are pinned; in production by their digest.

use super::fault::Fault;
use super::index::Stack;
use crate::catalogue::UNPINNED_IMAGE;
use crate::model::Profile;
use serde_json::Value as Json;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    for pod in &stack.pods {
        // In development images are built at one's desk, and tags move.
        let develops = stack.agents_of(pod).any(|agent| agent.profile() == Profile::Dev)
            || stack.agents_of(pod).next().is_none() && stack.is_dev(pod.namespace);
        let images = pod.containers().filter_map(|container| container.get("image"));
        for image in images.filter(|_| !develops) {
            faults.extend(unpinned(stack.is_prod(pod.namespace), pod.owner, image));
        }
    }
    faults
}

fn unpinned<'a>(prod: bool, owner: usize, image: &'a Json) -> Option<Fault<'a>> {
    let written = image.as_str()?;
    let name = written.rsplit('/').next().unwrap_or(written);
    let pinned = written.contains('@');
    let moving = !pinned && (name.ends_with(":latest") || !name.contains(':'));
    let wanted = match (prod, pinned, moving) {
        (true, false, _) => "a digest",
        (false, _, true) => "a tag that stays where it is",
        _ => return None,
    };
    let fault = Fault::new(UNPINNED_IMAGE, owner, image, format!("the image is not pinned: it lacks {wanted}"))
        .label("may be another image tomorrow")
        .note("two pods of one stack can run different releases, and a rollback may not bring back what ran before")
        .help("write the image with its tag and digest, as in `ghcr.io/nexixai/agentos:1.0.2@sha256:…`");
    Some(if prod { fault } else { fault.into_warning() })
}
