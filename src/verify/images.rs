//! N006: images are pinned; in production by their digest. R007: those of AgentOS are of a release whose settings are known.

use super::expected;
use super::fault::Fault;
use super::stack::Stack;
use crate::agentos::settings::{self, Named, Pin, pinned};
use crate::agentos::vocabulary::Profile;
use crate::catalogue::{IMAGE_OF_ANOTHER_RELEASE, UNPINNED_IMAGE, rule, title};
use crate::objects::view::agent::Agent;
use crate::objects::view::pod::Pod;
use serde_json::Value as Json;

pub(super) fn check<'a>(stack: &Stack<'a>) -> Vec<Fault<'a>> {
    let mut faults: Vec<Fault<'a>> = stack.agents.iter().filter_map(of_unknown_release).collect();
    faults.extend(stack.agents.iter().filter_map(|agent| of_another_release(stack.pods.get(agent.pod)?, agent)));
    for pod in &stack.pods {
        let profile = profile(stack, pod);
        for container in pod.containers() {
            let agent = stack.agents_of(pod).find(|agent| std::ptr::eq(agent.container, container));
            let image = container.get("image");
            faults.extend(image.and_then(|image| unpinned(profile, agent, pod.owner, image)));
        }
    }
    faults
}

/// The profile that the images of a pod are held to.
fn profile(stack: &Stack<'_>, pod: &Pod<'_>) -> Profile {
    let develops = stack.agents_of(pod).any(|agent| agent.profile() == Profile::Dev)
        || stack.agents_of(pod).next().is_none() && stack.is_dev(pod.namespace);
    match (develops, stack.is_prod(pod.namespace)) {
        (true, _) => Profile::Dev,
        (false, true) => Profile::Prod,
        (false, false) => Profile::Demo,
    }
}

fn of_unknown_release<'a>(agent: &Agent<'a>) -> Option<Fault<'a>> {
    let image = agent.container.get("image")?;
    let Named::Other(version) = settings::named(image.as_str()?) else { return None };
    let title = format!("the image of {} is release {version}, of which nothing is known here", agent.called());
    let fault = Fault::new(IMAGE_OF_ANOTHER_RELEASE, agent.owner, image, title)
        .label("held to what every known release asks for")
        .note("a setting counts as read where any known release reads it, a guard as on where it is on in each")
        .note(settings::NEWER_RELEASES)
        .help("write the image of a release that is known, or look at what `agentos-cfg smoke` finds before you rely on it");
    Some(fault.into_warning())
}

/// An image that was put in the place of the one that a stack was compiled for: its settings are those of the release that its
/// pods are labelled with.
fn of_another_release<'a>(pod: &Pod<'a>, agent: &Agent<'a>) -> Option<Fault<'a>> {
    let image = agent.container.get("image").filter(|_| expected::is_compiled(pod.template))?;
    let labelled = settings::labelled(pod.version()?)?;
    let (release, is_upstream) = match settings::named(image.as_str()?) {
        Named::Release(release) => (release, true),
        Named::Alike(release) => (release, false),
        Named::Other(_) | Named::Nothing => return None,
    };
    let (other, own) = (release.version(), labelled.version());
    let title = format!("the image of {} is release {other}, and it is compiled for {own}", agent.called());
    let fault = Fault::new(IMAGE_OF_ANOTHER_RELEASE, agent.owner, image, title)
        .label(format!("release {other}"))
        .help(format!("compile the environment with `runtime = '{}`, or use the image of {own}", release.tag()));
    (release != labelled).then(|| if is_upstream { fault } else { fault.into_warning() })
}

fn unpinned<'a>(profile: Profile, agent: Option<&Agent<'a>>, owner: usize, image: &'a Json) -> Option<Fault<'a>> {
    // `ko://…` and its like are no references: a tool builds the image and writes one in their place.
    let written = image.as_str().filter(|written| !written.contains("://"))?;
    let pin = Pin::parse(written);
    let wanted = pin.lacks(profile)?;
    let runtime = agent.and_then(|agent| agent.runtime).unwrap_or_default();
    let fault = Fault::new(UNPINNED_IMAGE, owner, image, title(UNPINNED_IMAGE, [wanted]))
        .label("may be another image tomorrow")
        .note(rule(UNPINNED_IMAGE).note)
        .help(pinned(runtime));
    let fault = match pin == Pin::Moving && agent.is_some() {
        true => fault.note(settings::LATEST).note(settings::NEWER_RELEASES),
        false => fault,
    };
    Some(if profile == Profile::Prod { fault } else { fault.into_warning() })
}
