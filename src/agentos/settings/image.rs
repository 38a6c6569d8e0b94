//! What the tag of an image says of its release.

use crate::agentos::vocabulary::{Profile, Runtime};

/// The end of upstream's name of the image, behind whatever registry, proxy or folder a mirror puts in front of it.
const UPSTREAM: [&str; 2] = ["agentos", "nexixai"];

/// What an image says of its release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named<'a> {
    /// This one, whose settings are known.
    Release(Runtime),
    /// Another version, as its tag has it.
    Other(&'a str),
    /// Perhaps this one: the tag is that of a release, and the name is not upstream's, so that it may count other builds.
    Alike(Runtime),
    /// Nothing: there is no tag, or one that is no version, as `latest` is none, or a version of another name.
    Nothing,
}

/// How far an image stays what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// It is named by its digest.
    Digest,
    /// It is named by a tag that is not moved, as far as its name says.
    Tag,
    /// Its tag is `latest`, or it has none.
    Moving,
}

impl Pin {
    /// How far the image of a reference stays what it is.
    pub fn parse(reference: &str) -> Pin {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        match name.split_once(':') {
            _ if reference.contains('@') => Pin::Digest,
            None | Some((_, "latest")) => Pin::Moving,
            Some(_) => Pin::Tag,
        }
    }

    /// What a reference lacks for a profile; in development images are built at the developer's desk, and tags move.
    pub fn lacks(self, profile: Profile) -> Option<&'static str> {
        match (profile, self) {
            (Profile::Prod, Pin::Tag | Pin::Moving) => Some("a digest"),
            (Profile::Demo, Pin::Moving) => Some("a tag that stays where it is"),
            (Profile::Dev, _) | (Profile::Demo, Pin::Tag) | (_, Pin::Digest) => None,
        }
    }
}

/// How to name the image of a release so that it stays what it is.
pub fn pinned(runtime: Runtime) -> String {
    let version = runtime.version();
    format!("write the image with its tag and digest, as in `ghcr.io/nexixai/agentos:{version}@sha256:…`")
}

/// The release that a container runs, as far as its image says it. Behind a name that is not upstream's a tag counts where the
/// version that the pod is labelled with is of no other release.
pub fn running(image: &str, label: Option<&str>) -> Option<Runtime> {
    match named(image) {
        Named::Release(runtime) => Some(runtime),
        Named::Alike(runtime) => {
            let labelled = label.and_then(labelled);
            labelled.is_none_or(|other| other == runtime).then_some(runtime)
        }
        Named::Other(_) | Named::Nothing => None,
    }
}

/// The release of a version that a pod is labelled with, if that is known.
pub fn labelled(version: &str) -> Option<Runtime> {
    known(core(version))
}

/// What is known of releases newer than those here, for findings on images that may be of one.
pub const NEWER_RELEASES: &str = "read in the source of newer releases: without a database the orchestrator answers 401 to \
     every request, health included, and with one it has no tables until `agentos bootstrap` has run";

/// What the tag `latest` means, for findings on images that have it, or none.
pub const LATEST: &str = "upstream's `latest` is a newer release than any whose settings are known here";

/// The release that an image's tag names, what follows a `-` or `+` aside.
pub fn named(image: &str) -> Named<'_> {
    let reference = image.split('@').next().unwrap_or(image);
    let mut parts = reference.rsplit('/');
    let last = parts.next().unwrap_or(reference);
    let Some((name, tag)) = last.split_once(':') else { return Named::Nothing };
    let is_upstream = [name, parts.next().unwrap_or("")] == UPSTREAM;
    let version = core(tag);
    match known(version) {
        Some(runtime) if is_upstream => Named::Release(runtime),
        Some(runtime) => Named::Alike(runtime),
        None if is_upstream && is_version(version, tag.starts_with('v')) => Named::Other(version),
        None => Named::Nothing,
    }
}

/// A version without its `v`, and without what follows a `-` or `+`.
fn core(version: &str) -> &str {
    let version = version.strip_prefix('v').unwrap_or(version);
    version.split(['-', '+']).next().unwrap_or(version)
}

fn known(version: &str) -> Option<Runtime> {
    Runtime::ALL.into_iter().find(|runtime| is_called(*runtime, version))
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

    /// Upstream's name, as registries and their mirrors have it.
    const UPSTREAMS: [&str; 4] = [
        "ghcr.io/nexixai/agentos",
        "nexixai/agentos",
        "harbor.example.com/ghcr/nexixai/agentos",
        "localhost:5000/nexixai/agentos",
    ];

    /// Names under which builds may be counted in another way.
    const OTHERS: [&str; 5] = [
        "registry.example.com/platform/agentos",
        "localhost:5000/agentos",
        "agentos",
        "registry.example.com/nexixai/agentos-fips",
        "ghcr.io/acme-nexixai/agentos",
    ];

    #[test]
    fn a_tag_names_its_release() {
        for (tag, runtime) in [
            ("1.0.7", Runtime::V1_07),
            ("v1.0.2", Runtime::V1_02),
            ("1.0.7-alpine", Runtime::V1_07),
            ("v1.0.7-corp.3", Runtime::V1_07),
            ("v1.07", Runtime::V1_07),
            ("1.02", Runtime::V1_02),
        ] {
            for name in UPSTREAMS {
                assert_eq!(named(&format!("{name}:{tag}@sha256:00")), Named::Release(runtime), "{name}:{tag}");
            }
            for name in OTHERS {
                assert_eq!(named(&format!("{name}:{tag}")), Named::Alike(runtime), "{name}:{tag}");
            }
        }
    }

    #[test]
    fn a_tag_may_name_a_version_that_is_not_known() {
        for version in ["11.5", "10.0", "1.0.70", "1.0", "11", "1.08", "2024.11.3"] {
            for name in UPSTREAMS {
                assert_eq!(named(&format!("{name}:{version}")), Named::Other(version));
                assert_eq!(named(&format!("{name}:v{version}-rc1@sha256:00")), Named::Other(version));
            }
            for name in OTHERS {
                assert_eq!(named(&format!("{name}:{version}")), Named::Nothing, "{name}:{version}");
            }
        }
    }

    #[test]
    fn an_image_is_pinned_by_its_digest_or_its_tag() {
        let pinned = format!("localhost:5000/agentos:1.0.7@sha256:{}", "0".repeat(64));
        assert_eq!(Pin::parse(&pinned), Pin::Digest);
        assert_eq!(["a:1", "r.example:5000/a:1.0.7"].map(Pin::parse), [Pin::Tag; 2]);
        assert_eq!(["a", "localhost:5000/a", "a:latest"].map(Pin::parse), [Pin::Moving; 3]);
    }

    #[test]
    fn a_tag_may_name_no_version() {
        let tags = ["latest", "main", "20261101", "2026-11-01", "1a2b3c4", "next-11.5", "v"];
        for (name, tag) in UPSTREAMS.into_iter().chain(OTHERS).flat_map(|name| tags.map(|tag| (name, tag))) {
            assert_eq!(named(&format!("{name}:{tag}")), Named::Nothing, "{name}:{tag}");
        }
        for name in UPSTREAMS.into_iter().chain(OTHERS) {
            assert_eq!(named(name), Named::Nothing);
            assert_eq!(named(&format!("{name}@sha256:00")), Named::Nothing);
        }
    }

    #[test]
    fn a_label_may_speak_against_a_tag_of_another_name() {
        let (own, upstream) = ("registry.example.com/agentos:1.0.7", "ghcr.io/nexixai/agentos:1.0.7");
        for (label, wanted) in [
            (None, Some(Runtime::V1_07)),
            (Some("1.0.7"), Some(Runtime::V1_07)),
            (Some("v1.07"), Some(Runtime::V1_07)),
            (Some("2024.11.3"), Some(Runtime::V1_07)),
            (Some("1.0.2"), None),
        ] {
            assert_eq!(running(own, label), wanted, "{label:?}");
            assert_eq!(running(upstream, label), Some(Runtime::V1_07), "{label:?}");
        }
        assert_eq!(running("registry.example.com/agentos:2024.11.3", Some("1.0.7")), None);
    }
}
