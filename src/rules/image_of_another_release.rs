//! R007: the image and `runtime` name different releases: settings would be written for another program than the one that
//! reads them.

use super::{Finding, Rule};
use crate::catalogue::IMAGE_OF_ANOTHER_RELEASE;
use crate::evaluate::tree::Path;
use crate::model::{Environment, Runtime};

pub(super) const RULE: Rule = Rule { code: IMAGE_OF_ANOTHER_RELEASE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let runtime = environment.runtime;
    let Some(other) = named(&environment.image).filter(|other| *other != runtime) else { return Vec::new() };
    let (image, settings) = (other.version(), runtime.version());
    let finding = Finding::value(Path::of(["image"]), format!("the image is release {image}, `runtime` is {settings}"))
        .or_at(Path::of(["runtime"]))
        .given(Path::of(["runtime"]))
        .label(format!("release {image}"))
        .note("the releases read different settings, and the same ones differently: what one asks for opens the other")
        .help(format!("write `runtime = '{}`, or the image of {settings}", other.tag()));
    vec![finding]
}

/// The release that an image's tag names; none where it names none that is known here.
fn named(image: &str) -> Option<Runtime> {
    let name = image.split('@').next().unwrap_or(image);
    let (_, tag) = name.rsplit('/').next()?.split_once(':')?;
    let version = tag.strip_prefix('v').unwrap_or(tag);
    Runtime::ALL.into_iter().find(|runtime| runtime.version() == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_release() {
        assert_eq!(named("ghcr.io/nexixai/agentos:1.0.7"), Some(Runtime::V1_07));
        assert_eq!(named("localhost:5000/agentos:v1.0.2@sha256:00"), Some(Runtime::V1_02));
        assert_eq!(named("localhost:5000/agentos"), None);
        assert_eq!(named("ghcr.io/nexixai/agentos:latest"), None);
        assert_eq!(named("ghcr.io/nexixai/agentos:1.0.70"), None);
    }
}
