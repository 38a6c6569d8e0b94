//! What the tag of an image says of its release.

use crate::model::Runtime;

/// What an image says of its release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named<'a> {
    /// This one, whose settings are known.
    Release(Runtime),
    /// Another version, as its tag has it.
    Other(&'a str),
    /// Nothing: there is no tag, or one that is no version, as `latest` is none.
    Nothing,
}

impl Named<'_> {
    /// The release, where its settings are known.
    pub fn release(self) -> Option<Runtime> {
        match self {
            Named::Release(runtime) => Some(runtime),
            Named::Other(_) | Named::Nothing => None,
        }
    }
}

/// What is known of releases newer than those here, for findings on images that may be of one.
pub const NEWER_RELEASES: &str = "read in the source of newer releases: without a database the orchestrator answers 401 to \
     every request, health included, and with one it has no tables until `agentos bootstrap` has run";

/// What the tag `latest` means, for findings on images that have it, or none.
pub const LATEST: &str = "upstream's `latest` is a newer release than any whose settings are known here";

/// The release that an image's tag names, what follows a `-` or `+` aside.
pub fn named(image: &str) -> Named<'_> {
    let name = image.split('@').next().unwrap_or(image);
    let tag = name.rsplit('/').next().and_then(|name| name.split_once(':'));
    let Some((_, tag)) = tag else { return Named::Nothing };
    let version = tag.strip_prefix('v').unwrap_or(tag);
    let core = version.split(['-', '+']).next().unwrap_or(version);
    match Runtime::ALL.into_iter().find(|runtime| is_called(*runtime, core)) {
        Some(runtime) => Named::Release(runtime),
        None if is_version(core, tag != version) => Named::Other(core),
        None => Named::Nothing,
    }
}

/// Whether a release goes by a version: upstream writes 1.02 for 1.0.2.
fn is_called(runtime: Runtime, version: &str) -> bool {
    let upstream = runtime.tag().trim_start_matches('V').replace('_', ".");
    runtime.version() == version || upstream == version
}

/// Whether a text is a version and not a date or a commit.
fn is_version(text: &str, marked: bool) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split('.').all(is_number) && (marked || text.contains('.') || text.len() <= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_release() {
        for (tag, runtime) in [("1.0.7", Runtime::V1_07), ("v1.0.2", Runtime::V1_02), ("1.0.7-alpine", Runtime::V1_07)]
        {
            assert_eq!(named(&format!("localhost:5000/agentos:{tag}@sha256:00")), Named::Release(runtime));
        }
        assert_eq!(named("ghcr.io/nexixai/agentos:v1.07"), Named::Release(Runtime::V1_07));
        assert_eq!(named("ghcr.io/nexixai/agentos:1.02"), Named::Release(Runtime::V1_02));
    }

    #[test]
    fn a_tag_may_name_a_version_that_is_not_known() {
        for version in ["11.5", "10.0", "1.0.70", "1.0", "11", "1.08"] {
            assert_eq!(named(&format!("ghcr.io/nexixai/agentos:{version}")), Named::Other(version));
            assert_eq!(named(&format!("ghcr.io/nexixai/agentos:v{version}-rc1@sha256:00")), Named::Other(version));
        }
    }

    #[test]
    fn a_tag_may_name_no_version() {
        let tags = ["latest", "main", "20261101", "2026-11-01", "1a2b3c4", "next-11.5", "v"];
        for tag in tags {
            assert_eq!(named(&format!("localhost:5000/agentos:{tag}")), Named::Nothing, "{tag}");
        }
        assert_eq!(named("localhost:5000/agentos"), Named::Nothing);
        assert_eq!(named("ghcr.io/nexixai/agentos@sha256:00"), Named::Nothing);
    }
}
