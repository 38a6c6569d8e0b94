//! R007: the image and `runtime` name different releases: settings would be written for another program than the one that
//! reads them. An image of a release that is not known here at all is a warning, and so is one of another name than upstream's,
//! whose tag may count builds in another way.

use super::Rule;
use crate::agentos::settings::{self, Named};
use crate::agentos::vocabulary::Runtime;
use crate::catalogue::IMAGE_OF_ANOTHER_RELEASE;
use crate::finding::Finding;
use crate::fix::Remedy;
use crate::model::Environment;
use crate::path::Path;

pub(super) const RULE: Rule = Rule { code: IMAGE_OF_ANOTHER_RELEASE, check };

fn check(environment: &Environment) -> Vec<Finding> {
    let runtime = environment.runtime;
    let finding = match settings::named(&environment.image) {
        Named::Release(other) if other != runtime => of_another(runtime, other),
        Named::Other(version) => of_none(runtime, version),
        Named::Alike(other) if other != runtime => perhaps_of_another(runtime, other),
        Named::Release(_) | Named::Alike(_) | Named::Nothing => return Vec::new(),
    };
    vec![finding.or_at(Path::of(["runtime"])).given(Path::of(["runtime"]))]
}

fn of_another(runtime: Runtime, other: Runtime) -> Finding {
    let (image, settings) = (other.version(), runtime.version());
    Finding::value(Path::of(["image"]), format!("the image is release {image}, `runtime` is {settings}"))
        .label(format!("release {image}"))
        .help(format!("write `runtime = '{}`, or the image of {settings}", other.tag()))
        .mended(Remedy::set(Path::of(["runtime"]), format!("'{}", other.tag())))
}

fn perhaps_of_another(runtime: Runtime, other: Runtime) -> Finding {
    let (image, settings) = (other.version(), runtime.version());
    Finding::value(Path::of(["image"]), format!("the image's tag looks like release {image}, `runtime` is {settings}"))
        .label("a tag of another name than `nexixai/agentos`")
        .note("it may count builds of your own; if it is upstream's, settings are written for another program than the one that reads them")
        .help(format!(
            "write `runtime = '{}` if the image has that release; where it has {settings}, name it by its digest alone, or by a tag \
             that begins with {settings}",
            other.tag()
        ))
        .as_warning()
}

fn of_none(runtime: Runtime, version: &str) -> Finding {
    let settings = runtime.version();
    Finding::value(Path::of(["image"]), format!("the image is release {version}, of which nothing is known here"))
        .label(format!("configured as release {settings}"))
        .note("what it does not read it ignores, silently, and of what it reads anew nothing is set")
        .note(settings::NEWER_RELEASES)
        .help(format!("write the image of {settings}, or look at what `agentos-cfg smoke` finds before you rely on it"))
        .as_warning()
}
