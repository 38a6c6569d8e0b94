//! The library's contracts. Generated from lib/ by `cargo run --example generate`; do not edit.

use super::{Default, Field, Literal, Pattern, Place, Reference, Shape};

/// What an environment must be.
pub(super) static ENVIRONMENT: &Shape = &S164;

static P0: Pattern = Pattern::new(63, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", true);
static S1: Shape = Shape::Text(&P0);
static S2: Shape = Shape::Choice(&[
    ("Dev", None),
    ("Demo", None),
    ("Prod", None),
]);
static S3: Shape = Shape::Choice(&[
    ("V1_02", None),
    ("V1_07", None),
]);
static P4: Pattern = Pattern::new(512, "^[a-z0-9]+([-._]+[a-z0-9]+)*(:[0-9]+)?(/[a-z0-9]+([-._]+[a-z0-9]+)*)*(:[A-Za-z0-9_][-A-Za-z0-9_.]*)?(@sha256:[a-f0-9]{64})?$", true);
static S5: Shape = Shape::Text(&P4);
static S6: Shape = Shape::Choice(&[
    ("Always", None),
    ("IfNotPresent", None),
    ("Never", None),
]);
static S7: Shape = Shape::Integer(0, 1000);
static P8: Pattern = Pattern::new(24, "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][0-9]+)?$", true);
static S9: Shape = Shape::Text(&P8);
static S10: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("100m"), place: Place(13, 5612, 5618) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("128Mi"), place: Place(13, 5639, 5646) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("64Mi"), place: Place(13, 5678, 5684) }) },
]);
static S11: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("500m"), place: Place(13, 5833, 5839) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("256Mi"), place: Place(13, 5860, 5867) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("1Gi"), place: Place(13, 5899, 5904) }) },
]);
static S12: Shape = Shape::Record(&[
    Field { name: "requests", key: Place(13, 5509, 5517), shape: &S10, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 5712, 5714) }) },
    Field { name: "limits", key: Place(13, 5727, 5733), shape: &S11, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 5932, 5934) }) },
]);
static P13: Pattern = Pattern::new(253, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$", true);
static S14: Shape = Shape::Text(&P13);
static P15: Pattern = Pattern::new(253, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", true);
static S16: Shape = Shape::Text(&P15);
static P17: Pattern = Pattern::new(63, "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$", true);
static S18: Shape = Shape::Text(&P17);
static S19: Shape = Shape::Dict(&S18);
static S20: Shape = Shape::Record(&[
    Field { name: "namespace", key: Place(13, 1543, 1552), shape: &S1, optional: true, default: None },
    Field { name: "pods", key: Place(13, 1694, 1698), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 1845, 1847) }) },
]);
static S21: Shape = Shape::Record(&[
    Field { name: "name", key: Place(13, 915, 919), shape: &S16, optional: false, default: None },
    Field { name: "namespace", key: Place(13, 998, 1007), shape: &S1, optional: false, default: None },
    Field { name: "section", key: Place(13, 1087, 1094), shape: &S16, optional: true, default: None },
    Field { name: "proxies", key: Place(13, 1274, 1281), shape: &S20, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 1879, 1881) }) },
]);
static P22: Pattern = Pattern::new(65536, "[^\\t\\n\\r ]", false);
static S23: Shape = Shape::Text(&P22);
static S24: Shape = Shape::Choice(&[
    ("External", Some(&S23)),
]);
static P25: Pattern = Pattern::new(256, "^[-A-Za-z0-9!#$%&'*+.^_`|~]+$", true);
static S26: Shape = Shape::Text(&P25);
static S27: Shape = Shape::Array(&S26);
static S28: Shape = Shape::Record(&[
    Field { name: "host", key: Place(13, 2096, 2100), shape: &S14, optional: false, default: None },
    Field { name: "gateway", key: Place(13, 2196, 2203), shape: &S21, optional: false, default: None },
    Field { name: "authentication", key: Place(13, 2295, 2309), shape: &S24, optional: false, default: None },
    Field { name: "strip", key: Place(13, 2936, 2941), shape: &S27, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(13, 3111, 3113) }) },
]);
static S29: Shape = Shape::Choice(&[
    ("Internal", None),
    ("Gateway", Some(&S28)),
]);
static S30: Shape = Shape::Choice(&[
    ("ReadWriteOnce", None),
    ("ReadWriteOncePod", None),
]);
static S31: Shape = Shape::Choice(&[
    ("Keep", None),
    ("Prune", None),
]);
static S32: Shape = Shape::Choice(&[
    ("FileSystem", None),
    ("Snapshot", None),
]);
static S33: Shape = Shape::Record(&[
    Field { name: "method", key: Place(18, 1694, 1700), shape: &S32, optional: false, default: Some(Default { value: Literal::Tag("FileSystem"), place: Place(18, 1846, 1857) }) },
]);
static S34: Shape = Shape::Choice(&[
    ("None", None),
    ("Velero", Some(&S33)),
]);
static S35: Shape = Shape::String;
static S36: Shape = Shape::Dict(&S35);
static S37: Shape = Shape::Record(&[
    Field { name: "class", key: Place(18, 202, 207), shape: &S16, optional: true, default: None },
    Field { name: "size", key: Place(18, 474, 478), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("10Gi"), place: Place(18, 578, 584) }) },
    Field { name: "access_mode", key: Place(18, 593, 604), shape: &S30, optional: false, default: Some(Default { value: Literal::Tag("ReadWriteOnce"), place: Place(18, 890, 904) }) },
    Field { name: "retention", key: Place(18, 913, 922), shape: &S31, optional: false, default: Some(Default { value: Literal::Tag("Keep"), place: Place(18, 1370, 1375) }) },
    Field { name: "backup", key: Place(18, 1384, 1390), shape: &S34, optional: false, default: Some(Default { value: Literal::Tag("None"), place: Place(18, 1903, 1908) }) },
    Field { name: "annotations", key: Place(18, 1917, 1928), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(18, 2158, 2160) }) },
]);
static S38: Shape = Shape::Choice(&[
    ("Ephemeral", None),
    ("Persistent", Some(&S37)),
]);
static S39: Shape = Shape::Choice(&[
    ("Equal", None),
    ("Exists", None),
]);
static S40: Shape = Shape::Choice(&[
    ("NoSchedule", None),
    ("PreferNoSchedule", None),
    ("NoExecute", None),
]);
static S41: Shape = Shape::Record(&[
    Field { name: "key", key: Place(13, 267, 270), shape: &S35, optional: true, default: None },
    Field { name: "operator", key: Place(13, 404, 412), shape: &S39, optional: false, default: Some(Default { value: Literal::Tag("Equal"), place: Place(13, 531, 537) }) },
    Field { name: "value", key: Place(13, 546, 551), shape: &S18, optional: true, default: None },
    Field { name: "effect", key: Place(13, 660, 666), shape: &S40, optional: true, default: None },
]);
static S42: Shape = Shape::Array(&S41);
static S43: Shape = Shape::Record(&[
    Field { name: "node_selector", key: Place(13, 6641, 6654), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 6768, 6770) }) },
    Field { name: "tolerations", key: Place(13, 6783, 6794), shape: &S42, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(13, 6904, 6906) }) },
    Field { name: "priority_class", key: Place(13, 6919, 6933), shape: &S16, optional: true, default: None },
]);
static P44: Pattern = Pattern::new(253, "^[-._a-zA-Z0-9]*[-_a-zA-Z0-9][-._a-zA-Z0-9]*$", true);
static S45: Shape = Shape::Text(&P44);
static S46: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(13, 3249, 3255), shape: &S16, optional: false, default: None },
    Field { name: "certificate", key: Place(13, 3352, 3363), shape: &S45, optional: false, default: Some(Default { value: Literal::Text("tls.crt"), place: Place(13, 3487, 3496) }) },
    Field { name: "private_key", key: Place(13, 3507, 3518), shape: &S45, optional: false, default: Some(Default { value: Literal::Text("tls.key"), place: Place(13, 3642, 3651) }) },
]);
static S47: Shape = Shape::Choice(&[
    ("Off", None),
    ("Required", Some(&S46)),
]);
static S48: Shape = Shape::Integer(1, 1000000000);
static S49: Shape = Shape::Record(&[
    Field { name: "run_create_qps", key: Place(13, 7680, 7694), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("10"), place: Place(13, 7812, 7814) }) },
    Field { name: "concurrent_runs", key: Place(13, 7827, 7842), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("25"), place: Place(13, 7965, 7967) }) },
]);
static S50: Shape = Shape::Integer(1024, 65535);
static S51: Shape = Shape::Integer(1, 65535);
static S52: Shape = Shape::Bool;
static S53: Shape = Shape::Integer(1, 1024);
static P54: Pattern = Pattern::new(24, "^[0-9]+(B|KiB|MiB|GiB|TiB)?$", true);
static S55: Shape = Shape::Text(&P54);
static S56: Shape = Shape::Record(&[
    Field { name: "AGENTOS_ALLOW_DEV_HEADERS", key: Place(15, 354, 379), shape: &S52, optional: true, default: None },
    Field { name: "GOMAXPROCS", key: Place(15, 546, 556), shape: &S53, optional: true, default: None },
    Field { name: "GOMEMLIMIT", key: Place(15, 706, 716), shape: &S55, optional: true, default: None },
]);
static P57: Pattern = Pattern::new(8, "^[1-9][0-9]?[0-9]?[0-9]?(s|m)$", true);
static S58: Shape = Shape::Text(&P57);
static S59: Shape = Shape::Choice(&[
    ("json", None),
]);
static S60: Shape = Shape::Integer(7, 36500);
static S61: Shape = Shape::Integer(90, 36500);
static S62: Shape = Shape::Record(&[
    Field { name: "AGENTOS_ALLOW_DEV_HEADERS", key: Place(16, 354, 379), shape: &S52, optional: true, default: None },
    Field { name: "AGENTOS_SHUTDOWN_TIMEOUT", key: Place(16, 546, 570), shape: &S58, optional: true, default: None },
    Field { name: "AGENTOS_LOG_FORMAT", key: Place(16, 883, 901), shape: &S59, optional: true, default: None },
    Field { name: "GOMAXPROCS", key: Place(16, 1081, 1091), shape: &S53, optional: true, default: None },
    Field { name: "GOMEMLIMIT", key: Place(16, 1241, 1251), shape: &S55, optional: true, default: None },
    Field { name: "AGENTOS_RETENTION_RUNS_DAYS", key: Place(16, 1592, 1619), shape: &S60, optional: true, default: None },
    Field { name: "AGENTOS_RETENTION_EVENTS_DAYS", key: Place(16, 1909, 1938), shape: &S60, optional: true, default: None },
    Field { name: "AGENTOS_RETENTION_AUDIT_DAYS", key: Place(16, 2221, 2249), shape: &S61, optional: true, default: None },
    Field { name: "AGENTOS_RETENTION_USAGE_DAYS", key: Place(16, 2542, 2570), shape: &S61, optional: true, default: None },
]);
static S63: Shape = Shape::Depends(Reference(2, "runtime"), &[
    ("V1_02", &S56),
    ("V1_07", &S62),
]);
static S64: Shape = Shape::Record(&[
    Field { name: "replicas", key: Place(13, 5146, 5154), shape: &S7, optional: false, default: Some(Default { value: Literal::Number("1"), place: Place(13, 5402, 5403) }) },
    Field { name: "resources", key: Place(13, 5412, 5421), shape: &S12, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 5966, 5968) }) },
    Field { name: "exposure", key: Place(13, 6159, 6167), shape: &S29, optional: false, default: Some(Default { value: Literal::Tag("Internal"), place: Place(13, 6426, 6435) }) },
    Field { name: "storage", key: Place(13, 6444, 6451), shape: &S38, optional: true, default: None },
    Field { name: "scheduling", key: Place(13, 6569, 6579), shape: &S43, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7071, 7073) }) },
    Field { name: "labels", key: Place(13, 7082, 7088), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7213, 7215) }) },
    Field { name: "annotations", key: Place(13, 7224, 7235), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7355, 7357) }) },
    Field { name: "tls", key: Place(13, 8010, 8013), shape: &S47, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(13, 8135, 8139) }) },
    Field { name: "quotas", key: Place(13, 7584, 7590), shape: &S49, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7999, 8001) }) },
    Field { name: "port", key: Place(13, 4894, 4898), shape: &S50, optional: false, default: Some(Default { value: Literal::Number("8081"), place: Place(13, 7533, 7537) }) },
    Field { name: "service_port", key: Place(13, 4991, 5003), shape: &S51, optional: false, default: Some(Default { value: Literal::Number("50081"), place: Place(13, 7570, 7575) }) },
    Field { name: "env", key: Place(13, 5977, 5980), shape: &S63, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 2599, 2601) }) },
]);
static P65: Pattern = Pattern::new(2048, "^https?://([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*|\\[[0-9a-f:]+\\])(:([1-9]|[1-9][0-9]|[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9]|[1-5][0-9][0-9][0-9][0-9]|6[0-4][0-9][0-9][0-9]|65[0-4][0-9][0-9]|655[0-2][0-9]|6553[0-5]))?(/[-A-Za-z0-9._~%]+)*$", true);
static S66: Shape = Shape::Text(&P65);
static P67: Pattern = Pattern::new(4096, "^[^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f][^\\x00-\\x1f\\x7f]*$", true);
static S68: Shape = Shape::Text(&P67);
static P69: Pattern = Pattern::new(24, "^([0-9]+(h|m|s|ms))+$", true);
static S70: Shape = Shape::Text(&P69);
static S71: Shape = Shape::Record(&[
    Field { name: "base_url", key: Place(13, 3979, 3987), shape: &S66, optional: false, default: None },
    Field { name: "default", key: Place(13, 4105, 4112), shape: &S68, optional: false, default: None },
    Field { name: "timeout", key: Place(13, 4238, 4245), shape: &S70, optional: false, default: Some(Default { value: Literal::Text("60s"), place: Place(13, 4347, 4352) }) },
]);
static S72: Shape = Shape::Record(&[
    Field { name: "base_url", key: Place(13, 4390, 4398), shape: &S66, optional: true, default: None },
    Field { name: "default", key: Place(13, 4563, 4570), shape: &S68, optional: false, default: None },
    Field { name: "timeout", key: Place(13, 4696, 4703), shape: &S70, optional: false, default: Some(Default { value: Literal::Text("60s"), place: Place(13, 4805, 4810) }) },
]);
static S73: Shape = Shape::Choice(&[
    ("Stub", None),
    ("OpenAi", Some(&S71)),
    ("Anthropic", Some(&S72)),
]);
static S74: Shape = Shape::Record(&[
    Field { name: "invoke_qps", key: Place(13, 8403, 8413), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("20"), place: Place(13, 8536, 8538) }) },
]);
static S75: Shape = Shape::Record(&[
    Field { name: "AGENTOS_ALLOW_DEV_HEADERS", key: Place(16, 354, 379), shape: &S52, optional: true, default: None },
    Field { name: "AGENTOS_SHUTDOWN_TIMEOUT", key: Place(16, 546, 570), shape: &S58, optional: true, default: None },
    Field { name: "AGENTOS_LOG_FORMAT", key: Place(16, 883, 901), shape: &S59, optional: true, default: None },
    Field { name: "GOMAXPROCS", key: Place(16, 1081, 1091), shape: &S53, optional: true, default: None },
    Field { name: "GOMEMLIMIT", key: Place(16, 1241, 1251), shape: &S55, optional: true, default: None },
]);
static S76: Shape = Shape::Depends(Reference(2, "runtime"), &[
    ("V1_02", &S56),
    ("V1_07", &S75),
]);
static S77: Shape = Shape::Record(&[
    Field { name: "replicas", key: Place(13, 5146, 5154), shape: &S7, optional: false, default: Some(Default { value: Literal::Number("1"), place: Place(13, 5402, 5403) }) },
    Field { name: "resources", key: Place(13, 5412, 5421), shape: &S12, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 5966, 5968) }) },
    Field { name: "exposure", key: Place(13, 6159, 6167), shape: &S29, optional: false, default: Some(Default { value: Literal::Tag("Internal"), place: Place(13, 6426, 6435) }) },
    Field { name: "storage", key: Place(13, 6444, 6451), shape: &S38, optional: true, default: None },
    Field { name: "scheduling", key: Place(13, 6569, 6579), shape: &S43, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7071, 7073) }) },
    Field { name: "labels", key: Place(13, 7082, 7088), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7213, 7215) }) },
    Field { name: "annotations", key: Place(13, 7224, 7235), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7355, 7357) }) },
    Field { name: "model", key: Place(13, 8719, 8724), shape: &S73, optional: false, default: Some(Default { value: Literal::Tag("Stub"), place: Place(13, 8952, 8957) }) },
    Field { name: "tls", key: Place(13, 8581, 8584), shape: &S47, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(13, 8706, 8710) }) },
    Field { name: "quotas", key: Place(13, 8307, 8313), shape: &S74, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 8570, 8572) }) },
    Field { name: "port", key: Place(13, 4894, 4898), shape: &S50, optional: false, default: Some(Default { value: Literal::Number("8082"), place: Place(13, 8256, 8260) }) },
    Field { name: "service_port", key: Place(13, 4991, 5003), shape: &S51, optional: false, default: Some(Default { value: Literal::Number("50082"), place: Place(13, 8293, 8298) }) },
    Field { name: "env", key: Place(13, 5977, 5980), shape: &S76, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 2805, 2807) }) },
]);
static S78: Shape = Shape::Record(&[
    Field { name: "replicas", key: Place(13, 5146, 5154), shape: &S7, optional: false, default: Some(Default { value: Literal::Number("1"), place: Place(13, 5402, 5403) }) },
    Field { name: "resources", key: Place(13, 5412, 5421), shape: &S12, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 5966, 5968) }) },
    Field { name: "exposure", key: Place(13, 6159, 6167), shape: &S29, optional: false, default: Some(Default { value: Literal::Tag("Internal"), place: Place(13, 6426, 6435) }) },
    Field { name: "storage", key: Place(13, 6444, 6451), shape: &S38, optional: true, default: None },
    Field { name: "scheduling", key: Place(13, 6569, 6579), shape: &S43, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7071, 7073) }) },
    Field { name: "labels", key: Place(13, 7082, 7088), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7213, 7215) }) },
    Field { name: "annotations", key: Place(13, 7224, 7235), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7355, 7357) }) },
    Field { name: "port", key: Place(13, 4894, 4898), shape: &S50, optional: false, default: Some(Default { value: Literal::Number("8083"), place: Place(13, 9103, 9107) }) },
    Field { name: "service_port", key: Place(13, 4991, 5003), shape: &S51, optional: false, default: Some(Default { value: Literal::Number("50083"), place: Place(13, 9140, 9145) }) },
    Field { name: "env", key: Place(13, 5977, 5980), shape: &S76, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3037, 3039) }) },
]);
static S79: Shape = Shape::Record(&[
    Field { name: "agent-orchestrator", key: Place(6, 2370, 2388), shape: &S64, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 2629, 2631) }) },
    Field { name: "model-policy", key: Place(6, 2644, 2656), shape: &S77, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 2835, 2837) }) },
    Field { name: "federation", key: Place(6, 2850, 2860), shape: &S78, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3067, 3069) }) },
]);
static P80: Pattern = Pattern::new(64, "^tnt_[a-z0-9_]+$", true);
static S81: Shape = Shape::Text(&P80);
static S82: Shape = Shape::KeyOf(Reference(0, "tenants"));
static S83: Shape = Shape::All(&[&S81, &S82]);
static S84: Shape = Shape::Choice(&[
    ("Shared", None),
    ("Dedicated", None),
]);
static S85: Shape = Shape::Record(&[
    Field { name: "agent-orchestrator", key: Place(19, 2531, 2549), shape: &S14, optional: true, default: None },
    Field { name: "model-policy", key: Place(19, 2671, 2683), shape: &S14, optional: true, default: None },
    Field { name: "federation", key: Place(19, 2799, 2809), shape: &S14, optional: true, default: None },
]);
static S86: Shape = Shape::Record(&[
    Field { name: "namespace", key: Place(9, 184, 193), shape: &S1, optional: true, default: None },
    Field { name: "pods", key: Place(9, 331, 335), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 483, 485) }) },
]);
static S87: Shape = Shape::Dict(&S86);
static S88: Shape = Shape::Record(&[
    Field { name: "agent-orchestrator", key: Place(9, 695, 713), shape: &S87, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 850, 852) }) },
    Field { name: "model-policy", key: Place(9, 861, 873), shape: &S87, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 1000, 1002) }) },
    Field { name: "federation", key: Place(9, 1011, 1021), shape: &S87, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 1101, 1103) }) },
]);
static S89: Shape = Shape::Choice(&[
    ("Disable", None),
    ("Require", None),
    ("VerifyCa", None),
    ("VerifyFull", None),
]);
static S90: Shape = Shape::Record(&[
    Field { name: "host", key: Place(5, 464, 468), shape: &S16, optional: false, default: None },
    Field { name: "port", key: Place(5, 803, 807), shape: &S51, optional: false, default: Some(Default { value: Literal::Number("5432"), place: Place(5, 972, 976) }) },
    Field { name: "name", key: Place(5, 987, 991), shape: &S68, optional: false, default: Some(Default { value: Literal::Text("agentos"), place: Place(5, 1081, 1090) }) },
    Field { name: "user", key: Place(5, 1101, 1105), shape: &S68, optional: false, default: Some(Default { value: Literal::Text("agentos"), place: Place(5, 1229, 1238) }) },
    Field { name: "ssl_mode", key: Place(5, 1249, 1257), shape: &S89, optional: false, default: Some(Default { value: Literal::Tag("Require"), place: Place(5, 1646, 1654) }) },
    Field { name: "pool_size", key: Place(5, 1665, 1674), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("10"), place: Place(5, 1775, 1777) }) },
]);
static S91: Shape = Shape::Choice(&[
    ("Files", None),
    ("Postgres", Some(&S90)),
]);
static S92: Shape = Shape::Record(&[
    Field { name: "run_create_qps", key: Place(19, 3850, 3864), shape: &S48, optional: true, default: None },
    Field { name: "concurrent_runs", key: Place(19, 3995, 4010), shape: &S48, optional: true, default: None },
    Field { name: "invoke_qps", key: Place(19, 4146, 4156), shape: &S48, optional: true, default: None },
]);
static S93: Shape = Shape::Scalar;
static S94: Shape = Shape::Dict(&S93);
static S95: Shape = Shape::Record(&[
    Field { name: "key", key: Place(11, 168, 171), shape: &S23, optional: false, default: None },
    Field { name: "property", key: Place(11, 460, 468), shape: &S23, optional: true, default: None },
    Field { name: "version", key: Place(11, 606, 613), shape: &S23, optional: true, default: None },
]);
static S96: Shape = Shape::Record(&[
    Field { name: "placeholder", key: Place(11, 978, 989), shape: &S68, optional: true, default: None },
    Field { name: "remote", key: Place(11, 1109, 1115), shape: &S95, optional: true, default: None },
    Field { name: "sealed", key: Place(11, 1236, 1242), shape: &S23, optional: true, default: None },
]);
static S97: Shape = Shape::Record(&[
    Field { name: "AGENTOS_SERVICE_TOKEN", key: Place(15, 1307, 1328), shape: &S96, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(15, 1447, 1449) }) },
    Field { name: "AGENTOS_FED_SHARED_SECRET", key: Place(15, 1457, 1482), shape: &S96, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(15, 1596, 1598) }) },
    Field { name: "AGENTOS_SIGNING_KEY", key: Place(15, 1606, 1625), shape: &S96, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(15, 1713, 1715) }) },
]);
static S98: Shape = Shape::Record(&[
    Field { name: "AGENTOS_SERVICE_TOKEN", key: Place(16, 3130, 3151), shape: &S96, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(16, 3270, 3272) }) },
    Field { name: "AGENTOS_FED_SHARED_SECRET", key: Place(16, 3280, 3305), shape: &S96, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(16, 3419, 3421) }) },
    Field { name: "AGENTOS_SIGNING_KEY", key: Place(16, 3429, 3448), shape: &S96, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(16, 3536, 3538) }) },
    Field { name: "AGENTOS_DB_PASSWORD", key: Place(16, 3546, 3565), shape: &S96, optional: true, default: None },
    Field { name: "AGENTOS_MODEL_API_KEY", key: Place(16, 3692, 3713), shape: &S96, optional: true, default: None },
]);
static S99: Shape = Shape::Depends(Reference(4, "runtime"), &[
    ("V1_02", &S97),
    ("V1_07", &S98),
]);
static S100: Shape = Shape::Record(&[
    Field { name: "name", key: Place(19, 888, 892), shape: &S16, optional: true, default: None },
    Field { name: "keys", key: Place(19, 1055, 1059), shape: &S99, optional: true, default: None },
]);
static S101: Shape = Shape::Record(&[
    Field { name: "name", key: Place(19, 1413, 1417), shape: &S68, optional: false, default: None },
    Field { name: "plan", key: Place(19, 1492, 1496), shape: &S68, optional: false, default: Some(Default { value: Literal::Text("standard"), place: Place(19, 1598, 1608) }) },
    Field { name: "isolation", key: Place(19, 1617, 1626), shape: &S84, optional: false, default: Some(Default { value: Literal::Tag("Shared"), place: Place(19, 2025, 2032) }) },
    Field { name: "namespace", key: Place(19, 2041, 2050), shape: &S1, optional: true, default: None },
    Field { name: "hosts", key: Place(19, 2283, 2288), shape: &S85, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(19, 2942, 2944) }) },
    Field { name: "callers", key: Place(19, 2953, 2960), shape: &S88, optional: true, default: None },
    Field { name: "database", key: Place(19, 3400, 3408), shape: &S91, optional: true, default: None },
    Field { name: "quotas", key: Place(19, 3723, 3729), shape: &S92, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(19, 4311, 4313) }) },
    Field { name: "entitlements", key: Place(19, 4322, 4334), shape: &S94, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(19, 4490, 4492) }) },
    Field { name: "metadata", key: Place(19, 4501, 4509), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(19, 4617, 4619) }) },
    Field { name: "secrets", key: Place(19, 3146, 3153), shape: &S100, optional: true, default: None },
]);
static S102: Shape = Shape::Dict(&S101);
static S103: Shape = Shape::Record(&[
    Field { name: "default", key: Place(19, 4700, 4707), shape: &S83, optional: true, default: None },
    Field { name: "limit_namespace", key: Place(19, 4957, 4972), shape: &S52, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(19, 5260, 5265) }) },
    Field { name: "tenants", key: Place(19, 5274, 5281), shape: &S102, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3596, 3598) }) },
]);
static S104: Shape = Shape::Choice(&[
    ("SecretStore", None),
    ("ClusterSecretStore", None),
]);
static S105: Shape = Shape::Record(&[
    Field { name: "store", key: Place(12, 1081, 1086), shape: &S16, optional: false, default: None },
    Field { name: "store_kind", key: Place(12, 1181, 1191), shape: &S104, optional: false, default: Some(Default { value: Literal::Tag("SecretStore"), place: Place(12, 1358, 1370) }) },
    Field { name: "refresh", key: Place(12, 1385, 1392), shape: &S70, optional: false, default: Some(Default { value: Literal::Text("1h"), place: Place(12, 1512, 1516) }) },
]);
static S106: Shape = Shape::Choice(&[
    ("Vault", None),
    ("Aws", None),
    ("Azure", None),
    ("Gcp", None),
]);
static S107: Shape = Shape::Record(&[
    Field { name: "provider", key: Place(12, 1560, 1568), shape: &S106, optional: false, default: None },
    Field { name: "parameters", key: Place(12, 1831, 1841), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(12, 2086, 2088) }) },
]);
static S108: Shape = Shape::Record(&[
    Field { name: "annotations", key: Place(12, 2135, 2146), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(12, 2402, 2404) }) },
]);
static S109: Shape = Shape::Choice(&[
    ("Placeholder", None),
    ("Existing", None),
    ("ExternalSecrets", Some(&S105)),
    ("Csi", Some(&S107)),
    ("Sealed", Some(&S108)),
]);
static S110: Shape = Shape::Choice(&[
    ("Env", None),
    ("File", None),
]);
static S111: Shape = Shape::Depends(Reference(1, "runtime"), &[
    ("V1_02", &S97),
    ("V1_07", &S98),
]);
static S112: Shape = Shape::Record(&[
    Field { name: "name", key: Place(12, 280, 284), shape: &S16, optional: false, default: Some(Default { value: Literal::Text("agentos-secrets"), place: Place(12, 551, 568) }) },
    Field { name: "backend", key: Place(12, 577, 584), shape: &S109, optional: false, default: Some(Default { value: Literal::Tag("Existing"), place: Place(12, 2450, 2459) }) },
    Field { name: "inject", key: Place(12, 2468, 2474), shape: &S110, optional: false, default: Some(Default { value: Literal::Tag("Env"), place: Place(12, 2756, 2760) }) },
    Field { name: "rotation", key: Place(12, 2935, 2943), shape: &S68, optional: true, default: None },
    Field { name: "keys", key: Place(12, 2769, 2773), shape: &S111, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3813, 3815) }) },
]);
static S113: Shape = Shape::Record(&[
    Field { name: "issuer_url", key: Place(3, 394, 404), shape: &S66, optional: false, default: None },
    Field { name: "audience", key: Place(3, 520, 528), shape: &S68, optional: false, default: None },
    Field { name: "tenant_claim", key: Place(3, 611, 623), shape: &S68, optional: false, default: Some(Default { value: Literal::Text("tenant_id"), place: Place(3, 720, 731) }) },
]);
static S114: Shape = Shape::Choice(&[
    ("None", None),
    ("Oidc", Some(&S113)),
]);
static S115: Shape = Shape::Choice(&[
    ("File", None),
    ("Stdout", None),
    ("Stderr", None),
]);
static S116: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("10m"), place: Place(2, 983, 988) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("16Mi"), place: Place(2, 1009, 1015) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("16Mi"), place: Place(2, 1047, 1053) }) },
]);
static S117: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("100m"), place: Place(2, 1210, 1216) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("64Mi"), place: Place(2, 1237, 1243) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("64Mi"), place: Place(2, 1275, 1281) }) },
]);
static S118: Shape = Shape::Record(&[
    Field { name: "requests", key: Place(2, 876, 884), shape: &S116, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(2, 1083, 1085) }) },
    Field { name: "limits", key: Place(2, 1100, 1106), shape: &S117, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(2, 1311, 1313) }) },
]);
static S119: Shape = Shape::Record(&[
    Field { name: "image", key: Place(2, 614, 619), shape: &S5, optional: true, default: None },
    Field { name: "resources", key: Place(2, 773, 782), shape: &S118, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(2, 1349, 1351) }) },
]);
static S120: Shape = Shape::Choice(&[
    ("None", None),
    ("Sidecar", Some(&S119)),
]);
static P121: Pattern = Pattern::new(64, "^stk_[a-z0-9_]+$", true);
static S122: Shape = Shape::Text(&P121);
static P123: Pattern = Pattern::new(63, "^[a-z0-9][-a-z0-9_.]*$", true);
static S124: Shape = Shape::Text(&P123);
static P125: Pattern = Pattern::new(5, "^v[1-9][0-9]*$", true);
static S126: Shape = Shape::Text(&P125);
static S127: Shape = Shape::Array(&S126);
static P128: Pattern = Pattern::new(40, "^[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]+)?(Z|[+-][0-2][0-9]:[0-5][0-9])$", true);
static S129: Shape = Shape::Text(&P128);
static S130: Shape = Shape::Record(&[
    Field { name: "version", key: Place(7, 173, 180), shape: &S68, optional: true, default: None },
    Field { name: "git_sha", key: Place(7, 327, 334), shape: &S68, optional: false, default: Some(Default { value: Literal::Text("unknown"), place: Place(7, 422, 431) }) },
    Field { name: "timestamp", key: Place(7, 440, 449), shape: &S129, optional: false, default: Some(Default { value: Literal::Text("1970-01-01T00:00:00Z"), place: Place(7, 554, 576) }) },
]);
static S131: Shape = Shape::Record(&[
    Field { name: "agent-orchestrator", key: Place(7, 1118, 1136), shape: &S66, optional: false, default: None },
    Field { name: "model-policy", key: Place(7, 1264, 1276), shape: &S66, optional: false, default: None },
]);
static S132: Shape = Shape::Record(&[
    Field { name: "environment", key: Place(7, 679, 690), shape: &S1, optional: false, default: None },
    Field { name: "region", key: Place(7, 782, 788), shape: &S124, optional: false, default: None },
    Field { name: "api_versions", key: Place(7, 876, 888), shape: &S127, optional: false, default: Some(Default { value: Literal::Array(&[Default { value: Literal::Text("v1"), place: Place(7, 1022, 1026) }]), place: Place(7, 1021, 1027) }) },
    Field { name: "endpoints", key: Place(7, 1036, 1045), shape: &S131, optional: false, default: None },
    Field { name: "build", key: Place(7, 1377, 1382), shape: &S130, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 1466, 1468) }) },
]);
static S133: Shape = Shape::Choice(&[
    ("Environment", Some(&S35)),
    ("Remote", Some(&S132)),
]);
static S134: Shape = Shape::Dict(&S133);
static S135: Shape = Shape::Choice(&[
    ("Issuer", None),
    ("ClusterIssuer", None),
]);
static S136: Shape = Shape::Array(&S14);
static S137: Shape = Shape::Record(&[
    Field { name: "issuer", key: Place(7, 4292, 4298), shape: &S16, optional: false, default: None },
    Field { name: "issuer_kind", key: Place(7, 4406, 4417), shape: &S135, optional: false, default: Some(Default { value: Literal::Tag("Issuer"), place: Place(7, 4587, 4594) }) },
    Field { name: "hosts", key: Place(7, 4613, 4618), shape: &S136, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(7, 4784, 4786) }) },
]);
static S138: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(7, 3235, 3241), shape: &S16, optional: false, default: None },
    Field { name: "certificate", key: Place(7, 3361, 3372), shape: &S45, optional: false, default: Some(Default { value: Literal::Text("tls.crt"), place: Place(7, 3508, 3517) }) },
    Field { name: "private_key", key: Place(7, 3532, 3543), shape: &S45, optional: false, default: Some(Default { value: Literal::Text("tls.key"), place: Place(7, 3679, 3688) }) },
    Field { name: "authority", key: Place(7, 3703, 3712), shape: &S45, optional: false, default: Some(Default { value: Literal::Text("ca.crt"), place: Place(7, 3860, 3868) }) },
    Field { name: "cert_manager", key: Place(7, 3883, 3895), shape: &S137, optional: true, default: None },
]);
static S139: Shape = Shape::Choice(&[
    ("Off", None),
    ("Required", Some(&S138)),
]);
static S140: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(7, 5365, 5371), shape: &S16, optional: false, default: None },
    Field { name: "key", key: Place(7, 5469, 5472), shape: &S45, optional: false, default: Some(Default { value: Literal::Text("jwt.pub"), place: Place(7, 5621, 5630) }) },
]);
static S141: Shape = Shape::Record(&[
    Field { name: "max_attempts", key: Place(7, 5743, 5755), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("3"), place: Place(7, 5863, 5864) }) },
    Field { name: "base_backoff_ms", key: Place(7, 5877, 5892), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("250"), place: Place(7, 6078, 6081) }) },
]);
static S142: Shape = Shape::Record(&[
    Field { name: "stack", key: Place(7, 2071, 2076), shape: &S122, optional: false, default: None },
    Field { name: "region", key: Place(7, 2313, 2319), shape: &S124, optional: false, default: Some(Default { value: Literal::Text("local"), place: Place(7, 2421, 2428) }) },
    Field { name: "api_versions", key: Place(7, 2437, 2449), shape: &S127, optional: false, default: Some(Default { value: Literal::Array(&[Default { value: Literal::Text("v1"), place: Place(7, 2585, 2589) }]), place: Place(7, 2584, 2590) }) },
    Field { name: "build", key: Place(7, 2599, 2604), shape: &S130, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 2693, 2695) }) },
    Field { name: "peers", key: Place(7, 2704, 2709), shape: &S134, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 2795, 2797) }) },
    Field { name: "mtls", key: Place(7, 2806, 2810), shape: &S139, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(7, 4874, 4878) }) },
    Field { name: "jwt", key: Place(7, 4887, 4890), shape: &S140, optional: true, default: None },
    Field { name: "retry", key: Place(7, 5669, 5674), shape: &S141, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 6113, 6115) }) },
    Field { name: "environment", key: Place(7, 2208, 2219), shape: &S1, optional: false, default: Some(Default { value: Literal::Same(Reference(1, "name")), place: Place(6, 4960, 4964) }) },
]);
static S143: Shape = Shape::Choice(&[
    ("DefaultDeny", None),
    ("Off", None),
]);
static P144: Pattern = Pattern::new(64, "^[0-9a-f:.]+/[0-9]+$", true);
static S145: Shape = Shape::Text(&P144);
static S146: Shape = Shape::Array(&S145);
static S147: Shape = Shape::Dict(&S146);
static S148: Shape = Shape::Record(&[
    Field { name: "namespace", key: Place(9, 2133, 2142), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("kube-system"), place: Place(9, 2233, 2246) }) },
    Field { name: "pods", key: Place(9, 2259, 2263), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[("k8s-app", Place(9, 2363, 2370), Default { value: Literal::Text("kube-dns"), place: Place(9, 2373, 2383) })]), place: Place(9, 2361, 2385) }) },
]);
static S149: Shape = Shape::Record(&[
    Field { name: "policies", key: Place(9, 1285, 1293), shape: &S143, optional: false, default: Some(Default { value: Literal::Tag("DefaultDeny"), place: Place(9, 1595, 1607) }) },
    Field { name: "callers", key: Place(9, 1616, 1623), shape: &S88, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 1741, 1743) }) },
    Field { name: "peers", key: Place(9, 1752, 1757), shape: &S147, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 2051, 2053) }) },
    Field { name: "dns", key: Place(9, 2062, 2065), shape: &S148, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 2417, 2419) }) },
]);
static P150: Pattern = Pattern::new(8, "^(([1-9]|[1-9][0-9]|1[01][0-9]|120)s|1m([1-5]?[0-9]s)?|2m)$", true);
static S151: Shape = Shape::Text(&P150);
static S152: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(10, 140, 146), shape: &S16, optional: false, default: None },
    Field { name: "key", key: Place(10, 224, 227), shape: &S45, optional: false, default: Some(Default { value: Literal::Text("token"), place: Place(10, 313, 320) }) },
]);
static S153: Shape = Shape::Record(&[
    Field { name: "interval", key: Place(10, 703, 711), shape: &S151, optional: false, default: Some(Default { value: Literal::Text("30s"), place: Place(10, 833, 838) }) },
    Field { name: "scrape_token", key: Place(10, 853, 865), shape: &S152, optional: false, default: None },
    Field { name: "namespace", key: Place(10, 1188, 1197), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("monitoring"), place: Place(10, 1351, 1363) }) },
    Field { name: "labels", key: Place(10, 1378, 1384), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(10, 1548, 1550) }) },
]);
static S154: Shape = Shape::Choice(&[
    ("Off", None),
    ("PrometheusOperator", Some(&S153)),
]);
static S155: Shape = Shape::Record(&[
    Field { name: "metrics", key: Place(10, 409, 416), shape: &S154, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(10, 1596, 1600) }) },
    Field { name: "metrics_auth", key: Place(10, 1609, 1621), shape: &S52, optional: false, default: Some(Default { value: Literal::Bool(true), place: Place(10, 1746, 1750) }) },
    Field { name: "alerts", key: Place(10, 1759, 1765), shape: &S52, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(10, 1870, 1875) }) },
    Field { name: "dashboards", key: Place(10, 1884, 1894), shape: &S52, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(10, 2028, 2033) }) },
]);
static S156: Shape = Shape::Record(&[
    Field { name: "job", key: Place(17, 155, 158), shape: &S52, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(17, 430, 435) }) },
]);
static S157: Shape = Shape::Any;
static S158: Shape = Shape::Dict(&S157);
static S159: Shape = Shape::Dict(&S158);
static P160: Pattern = Pattern::new(4, "^[A-Z][0-9][0-9][0-9]$", true);
static S161: Shape = Shape::Text(&P160);
static S162: Shape = Shape::Record(&[
    Field { name: "rule", key: Place(6, 5994, 5998), shape: &S161, optional: false, default: None },
    Field { name: "reason", key: Place(6, 6082, 6088), shape: &S23, optional: false, default: None },
]);
static S163: Shape = Shape::Array(&S162);
static S164: Shape = Shape::Record(&[
    Field { name: "name", key: Place(6, 781, 785), shape: &S1, optional: false, default: None },
    Field { name: "profile", key: Place(6, 930, 937), shape: &S2, optional: false, default: None },
    Field { name: "cluster", key: Place(6, 1182, 1189), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("default"), place: Place(6, 1465, 1474) }) },
    Field { name: "namespace", key: Place(6, 1483, 1492), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("agentos"), place: Place(6, 1619, 1628) }) },
    Field { name: "runtime", key: Place(6, 1637, 1644), shape: &S3, optional: false, default: Some(Default { value: Literal::Tag("V1_02"), place: Place(6, 1774, 1780) }) },
    Field { name: "image", key: Place(6, 1789, 1794), shape: &S5, optional: false, default: Some(Default { value: Literal::Text("ghcr.io/nexixai/agentos:latest"), place: Place(6, 2038, 2070) }) },
    Field { name: "pull_policy", key: Place(6, 2079, 2090), shape: &S6, optional: true, default: None },
    Field { name: "services", key: Place(6, 2266, 2274), shape: &S79, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3101, 3103) }) },
    Field { name: "tenancy", key: Place(6, 3112, 3119), shape: &S103, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3642, 3644) }) },
    Field { name: "secrets", key: Place(6, 3653, 3660), shape: &S112, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3839, 3841) }) },
    Field { name: "storage", key: Place(6, 3850, 3857), shape: &S38, optional: false, default: None },
    Field { name: "database", key: Place(6, 4002, 4010), shape: &S91, optional: false, default: Some(Default { value: Literal::Tag("Files"), place: Place(6, 4124, 4130) }) },
    Field { name: "authentication", key: Place(6, 4139, 4153), shape: &S114, optional: false, default: Some(Default { value: Literal::Tag("None"), place: Place(6, 4265, 4270) }) },
    Field { name: "audit", key: Place(6, 4279, 4284), shape: &S115, optional: false, default: Some(Default { value: Literal::Tag("File"), place: Place(6, 4566, 4571) }) },
    Field { name: "audit_shipping", key: Place(6, 4580, 4594), shape: &S120, optional: false, default: Some(Default { value: Literal::Tag("None"), place: Place(6, 4827, 4832) }) },
    Field { name: "federation", key: Place(6, 4841, 4851), shape: &S142, optional: false, default: None },
    Field { name: "network", key: Place(6, 4976, 4983), shape: &S149, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 5060, 5062) }) },
    Field { name: "observability", key: Place(6, 5071, 5084), shape: &S155, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 5177, 5179) }) },
    Field { name: "smoke", key: Place(6, 5188, 5193), shape: &S156, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 5280, 5282) }) },
    Field { name: "labels", key: Place(6, 5291, 5297), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 5393, 5395) }) },
    Field { name: "annotations", key: Place(6, 5404, 5415), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 5506, 5508) }) },
    Field { name: "patches", key: Place(6, 5517, 5524), shape: &S159, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 5862, 5864) }) },
    Field { name: "allow", key: Place(6, 5873, 5878), shape: &S163, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(6, 6216, 6218) }) },
]);
