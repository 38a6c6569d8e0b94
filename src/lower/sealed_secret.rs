//! The SealedSecret, from which the Sealed Secrets controller makes the Secret.

use super::metadata;
use crate::model::{Environment, Texts};
use kcr_bitnami_com::v1alpha1::sealedsecrets::{
    SealedSecret, SealedSecretSpec, SealedSecretTemplate, SealedSecretTemplateMetadata,
};

/// The SealedSecret. Nothing says which scope it has, and that is the strict one: its values can be unsealed under this
/// name in this namespace only.
pub(super) fn sealed_secret(environment: &Environment, annotations: &Texts) -> SealedSecret {
    let mut meta = metadata::of_stack(environment, &environment.secrets.name);
    let template = SealedSecretTemplate {
        r#type: Some("Opaque".to_owned()),
        metadata: Some(SealedSecretTemplateMetadata {
            labels: meta.labels.clone(),
            ..SealedSecretTemplateMetadata::default()
        }),
        ..SealedSecretTemplate::default()
    };
    meta.annotations.get_or_insert_default().extend(annotations.clone());
    meta.annotations = meta.annotations.and_then(metadata::texts);
    let keys = environment.secrets.keys.iter();
    SealedSecret {
        metadata: meta,
        spec: SealedSecretSpec {
            encrypted_data: keys.filter_map(|(name, key)| Some((name.clone(), key.sealed.clone()?))).collect(),
            template: Some(template),
            ..SealedSecretSpec::default()
        },
        status: None,
    }
}
