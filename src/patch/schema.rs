//! Whether a patched object is still one of its kind: it is read as the type that it was built from, and whatever the
//! type has no place for is lost on the way.

use crate::evaluate::tree::{Path, Segment};
use crate::lower::Object;
use crate::rules::Finding;
use crate::words;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{
    ConfigMap, LimitRange, Namespace, PersistentVolumeClaim, ResourceQuota, Secret, Service, ServiceAccount,
};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use kcr_bitnami_com::v1alpha1::sealedsecrets::SealedSecret;
use kcr_cert_manager_io::v1::certificates::Certificate;
use kcr_external_secrets_io::v1::externalsecrets::ExternalSecret;
use kcr_gateway_networking_k8s_io::v1::httproutes::HttpRoute;
use kcr_monitoring_coreos_com::v1::prometheusrules::PrometheusRule;
use kcr_monitoring_coreos_com::v1::servicemonitors::ServiceMonitor;
use kcr_secrets_store_csi_x_k8s_io::v1::secretproviderclasses::SecretProviderClass;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Error, Value as Json};

/// What keeps an object from being one of its kind.
pub(super) enum Fault {
    /// A value is of another type than its field.
    Type(String),
    /// There is no such field.
    Field(Path),
}

impl Fault {
    /// The finding on the patch at `path`.
    pub(super) fn explain(self, kind: &str, path: &Path) -> Finding {
        match self {
            Fault::Type(reason) => Finding::name(path.clone(), format!("no {kind} comes of this patch"))
                .label("a value of another type than its field")
                .note(reason)
                .help("give every field a value of its type; amounts such as `cpu` are written as text"),
            Fault::Field(field) => {
                let whole = Path(path.0.iter().chain(&field.0).cloned().collect());
                Finding::name(whole, format!("a {kind} has no field `{field}`"))
                    .label("no such field")
                    .note("the API server would drop it, or refuse the object")
                    .help("look for it in Kubernetes' reference of the kind; names tell capitals from small letters")
            }
        }
    }
}

/// What is wrong with an object; nothing where the kind is not one that we build from a type.
pub(super) fn fault(object: &Object) -> Option<Fault> {
    let body = &object.body;
    let reread = match object.kind.as_str() {
        "Certificate" => reread::<Certificate>(body),
        "ConfigMap" => reread::<ConfigMap>(body),
        "Deployment" => reread::<Deployment>(body),
        "ExternalSecret" => reread::<ExternalSecret>(body),
        "HTTPRoute" => reread::<HttpRoute>(body),
        "Job" => reread::<Job>(body),
        "LimitRange" => reread::<LimitRange>(body),
        "Namespace" => reread::<Namespace>(body),
        "NetworkPolicy" => reread::<NetworkPolicy>(body),
        "PersistentVolumeClaim" => reread::<PersistentVolumeClaim>(body),
        "PrometheusRule" => reread::<PrometheusRule>(body),
        "ResourceQuota" => reread::<ResourceQuota>(body),
        "SealedSecret" => reread::<SealedSecret>(body),
        "Secret" => reread::<Secret>(body),
        "SecretProviderClass" => reread::<SecretProviderClass>(body),
        "Service" => reread::<Service>(body),
        "ServiceAccount" => reread::<ServiceAccount>(body),
        "ServiceMonitor" => reread::<ServiceMonitor>(body),
        _ => return None,
    };
    match reread {
        Err(error) => {
            let said = error.to_string();
            Some(Fault::Type(words::type_of(&said).unwrap_or_else(|| format!("the reader of the type says: {said}"))))
        }
        Ok(typed) => lost(body, &typed, &Path::root()).map(Fault::Field),
    }
}

fn reread<K: DeserializeOwned + Serialize>(body: &Json) -> Result<Json, Error> {
    serde_json::from_value::<K>(body.clone()).and_then(|typed| serde_json::to_value(typed))
}

/// The first field that is in `body` and not in what was read of it.
fn lost(body: &Json, typed: &Json, path: &Path) -> Option<Path> {
    let inside = |value: &Json, again: Option<&Json>, step: Segment| {
        let mut path = path.clone();
        path.0.push(step);
        match again {
            Some(again) => lost(value, again, &path),
            None => Some(path),
        }
    };
    match body {
        Json::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .find_map(|(name, value)| inside(value, typed.get(name), Segment::Field(name.clone()))),
        Json::Array(items) => {
            items.iter().enumerate().find_map(|(index, value)| inside(value, typed.get(index), Segment::Index(index)))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
    }
}
