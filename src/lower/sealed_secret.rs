//! The SealedSecret, from which the Sealed Secrets controller makes the Secret.

use super::custom_resource::CustomResource;
use super::metadata;
use crate::model::{Environment, Texts};
use crate::objects::annotations::layered;
use serde::Serialize;

/// The specification of a SealedSecret.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spec {
    encrypted_data: Texts,
    template: Template,
}

/// What the controller makes the Secret after.
#[derive(Serialize)]
struct Template {
    metadata: TemplateMetadata,
    r#type: &'static str,
}

#[derive(Serialize)]
struct TemplateMetadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<Texts>,
}

/// The SealedSecret. Nothing says which scope it has, and that is the strict one: its values can be unsealed under this
/// name in this namespace only.
pub(super) fn sealed_secret(environment: &Environment, annotations: &Texts) -> CustomResource<Spec> {
    let mut meta = metadata::of_stack(environment, &environment.secrets.name);
    let template = Template { metadata: TemplateMetadata { labels: meta.labels.clone() }, r#type: "Opaque" };
    meta.annotations = metadata::texts(layered(meta.annotations.unwrap_or_default(), annotations.clone()));
    let keys = environment.secrets.keys.iter();
    let encrypted_data = keys.filter_map(|(name, key)| Some((name.clone(), key.sealed.clone()?))).collect();
    CustomResource::new("bitnami.com/v1alpha1", "SealedSecret", meta, Spec { encrypted_data, template })
}
