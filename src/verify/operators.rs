//! Custom resources whose operators make workloads, with Secrets and Services beside them, of which no manifest says how
//! they are labelled and called.

use crate::objects::object::Object;

/// API groups, with those below them, whose objects make no pods; what Secrets they make is known (see `makers`).
const WITHOUT_PODS: [&str; 43] = [
    "cert-manager.io",
    "external-secrets.io",
    "kubernetes-client.io",
    "bitnami.com",
    "secrets-store.csi.x-k8s.io",
    "cluster.x-k8s.io",
    "secrets.hashicorp.com",
    "onepassword.com",
    "infisical.com",
    "doppler.com",
    "isindir.github.com",
    "keda.sh",
    "traefik.io",
    "traefik.containo.us",
    "projectcontour.io",
    "contour.heptio.com",
    "istio.io",
    "linkerd.io",
    "kyverno.io",
    "gatekeeper.sh",
    "projectcalico.org",
    "cilium.io",
    "openshift.io",
    "source.toolkit.fluxcd.io",
    "image.toolkit.fluxcd.io",
    "notification.toolkit.fluxcd.io",
    "konghq.com",
    "getambassador.io",
    "k8s.nginx.org",
    "apisix.apache.org",
    "zalando.org",
    "k8s.aws",
    "karpenter.sh",
    "metallb.io",
    "velero.io",
    "datadoghq.com",
    "gke.io",
    "cloud.google.com",
    "apps.kruise.io",
    "serving.knative.dev",
    "k8s.io",
    "config.k8s.io",
    "clustersecret.io",
];

/// Kinds that make pods in groups that do not as a rule, and kinds that do not in groups that do.
const KINDS: [(&str, &str, bool); 10] = [
    ("gateway.networking.k8s.io", "Gateway", true),
    ("install.istio.io", "IstioOperator", true),
    ("template.openshift.io", "Template", true),
    ("argoproj.io", "Rollout", false),
    ("argoproj.io", "AppProject", false),
    ("monitoring.coreos.com", "Prometheus", true),
    ("monitoring.coreos.com", "PrometheusAgent", true),
    ("monitoring.coreos.com", "Alertmanager", true),
    ("monitoring.coreos.com", "ThanosRuler", true),
    ("kustomize.toolkit.fluxcd.io", "Kustomization", true),
];

/// Kinds that install what another repository describes, in any namespace.
const INSTALLERS: [&str; 9] = [
    "Application",
    "ApplicationSet",
    "HelmRelease",
    "HelmChart",
    "Kustomization",
    "App",
    "ManifestWork",
    "Subscription",
    "Template",
];

/// Whether an operator makes pods of an object.
pub(super) fn makes_pods(object: &Object) -> bool {
    let group = object.group();
    if !group.contains('.') {
        return false;
    }
    if let Some((_, _, makes)) = KINDS.iter().find(|(of, kind, _)| *of == group && *kind == object.kind) {
        return *makes;
    }
    let is_below = |known: &&str| group.strip_suffix(*known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    group != "monitoring.coreos.com" && !WITHOUT_PODS.iter().any(is_below)
}

/// Whether it makes them in any namespace, not only in its own.
pub(super) fn installs_anywhere(object: &Object) -> bool {
    INSTALLERS.contains(&object.kind.as_str())
}
