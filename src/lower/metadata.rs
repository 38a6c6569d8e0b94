//! Names, labels and annotations: the same on every object.

use crate::agentos::vocabulary::ServiceName;
use crate::model::{Environment, Texts};
use crate::objects::annotations::layered;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};

/// Metadata of an object of the whole stack.
pub(super) fn of_stack(environment: &Environment, name: &str) -> ObjectMeta {
    let mut labels = stack_labels(environment);
    labels.extend(environment.labels.clone());
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: Some(environment.namespace.clone()),
        labels: Some(labels),
        annotations: texts(environment.annotations.clone()),
        ..ObjectMeta::default()
    }
}

/// Metadata of an object of one service.
pub(super) fn of_service(environment: &Environment, service: ServiceName, name: &str) -> ObjectMeta {
    let own = environment.services.get(service);
    let mut meta = of_stack(environment, name);
    let labels = meta.labels.get_or_insert_default();
    labels.extend(own.labels.clone());
    // The selecting labels come last: nothing that a user adds may move a pod away from its Service.
    labels.extend(selecting_labels(service));
    meta.annotations = texts(layered(environment.annotations.clone(), own.annotations.clone()));
    meta
}

/// The labels by which a service's pod is found. A Deployment's selector can't be changed later, so that they hold
/// nothing that may change: not the environment's name, not the version.
pub(super) fn selecting_labels(service: ServiceName) -> Texts {
    label_pairs([("app.kubernetes.io/name", "agentos"), ("app.kubernetes.io/component", service.as_str())])
}

/// The selector of a service's pod.
pub(super) fn selector(service: ServiceName) -> LabelSelector {
    LabelSelector { match_labels: Some(selecting_labels(service)), ..LabelSelector::default() }
}

fn stack_labels(environment: &Environment) -> Texts {
    label_pairs([
        ("app.kubernetes.io/name", "agentos"),
        ("app.kubernetes.io/instance", &environment.name),
        ("app.kubernetes.io/version", environment.runtime.version()),
        ("app.kubernetes.io/part-of", "agentos"),
        ("app.kubernetes.io/managed-by", "agentos-cfg"),
    ])
}

fn label_pairs<const N: usize>(pairs: [(&str, &str); N]) -> Texts {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// None where there are no entries: an empty map would be written out.
pub(super) fn texts(texts: Texts) -> Option<Texts> {
    (!texts.is_empty()).then_some(texts)
}
