//! The library's contracts. Generated from lib/ by `cargo run --example generate`; do not edit.

use super::{Default, Field, Literal, Pattern, Place, Reference, Shape};

/// What an environment must be.
pub(super) static ENVIRONMENT: &Shape = &S163;

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
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("100m"), place: Place(13, 5543, 5549) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("128Mi"), place: Place(13, 5570, 5577) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("64Mi"), place: Place(13, 5609, 5615) }) },
]);
static S11: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("500m"), place: Place(13, 5764, 5770) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("256Mi"), place: Place(13, 5791, 5798) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("1Gi"), place: Place(13, 5830, 5835) }) },
]);
static S12: Shape = Shape::Record(&[
    Field { name: "requests", key: Place(13, 5440, 5448), shape: &S10, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 5643, 5645) }) },
    Field { name: "limits", key: Place(13, 5658, 5664), shape: &S11, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 5863, 5865) }) },
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
    Field { name: "annotations", key: Place(18, 1917, 1928), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(18, 2069, 2071) }) },
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
    Field { name: "node_selector", key: Place(13, 6572, 6585), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 6699, 6701) }) },
    Field { name: "tolerations", key: Place(13, 6714, 6725), shape: &S42, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(13, 6835, 6837) }) },
    Field { name: "priority_class", key: Place(13, 6850, 6864), shape: &S16, optional: true, default: None },
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
    Field { name: "run_create_qps", key: Place(13, 7611, 7625), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("10"), place: Place(13, 7743, 7745) }) },
    Field { name: "concurrent_runs", key: Place(13, 7758, 7773), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("25"), place: Place(13, 7896, 7898) }) },
]);
static S50: Shape = Shape::Integer(1024, 65535);
static S51: Shape = Shape::Integer(1, 65535);
static S52: Shape = Shape::Bool;
static S53: Shape = Shape::Integer(1, 1024);
static P54: Pattern = Pattern::new(24, "^[0-9]+(B|KiB|MiB|GiB|TiB)?$", true);
static S55: Shape = Shape::Text(&P54);
static S56: Shape = Shape::Record(&[
    Field { name: "AGENTOS_ALLOW_DEV_HEADERS", key: Place(15, 354, 379), shape: &S52, optional: true, default: None },
    Field { name: "GOMAXPROCS", key: Place(15, 500, 510), shape: &S53, optional: true, default: None },
    Field { name: "GOMEMLIMIT", key: Place(15, 660, 670), shape: &S55, optional: true, default: None },
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
    Field { name: "AGENTOS_SHUTDOWN_TIMEOUT", key: Place(16, 500, 524), shape: &S58, optional: true, default: None },
    Field { name: "AGENTOS_LOG_FORMAT", key: Place(16, 837, 855), shape: &S59, optional: true, default: None },
    Field { name: "GOMAXPROCS", key: Place(16, 985, 995), shape: &S53, optional: true, default: None },
    Field { name: "GOMEMLIMIT", key: Place(16, 1145, 1155), shape: &S55, optional: true, default: None },
    Field { name: "AGENTOS_RETENTION_RUNS_DAYS", key: Place(16, 1496, 1523), shape: &S60, optional: true, default: None },
    Field { name: "AGENTOS_RETENTION_EVENTS_DAYS", key: Place(16, 1718, 1747), shape: &S60, optional: true, default: None },
    Field { name: "AGENTOS_RETENTION_AUDIT_DAYS", key: Place(16, 1935, 1963), shape: &S61, optional: true, default: None },
    Field { name: "AGENTOS_RETENTION_USAGE_DAYS", key: Place(16, 2160, 2188), shape: &S61, optional: true, default: None },
]);
static S63: Shape = Shape::Depends(Reference(2, "runtime"), &[
    ("V1_02", &S56),
    ("V1_07", &S62),
]);
static S64: Shape = Shape::Record(&[
    Field { name: "replicas", key: Place(13, 5077, 5085), shape: &S7, optional: false, default: Some(Default { value: Literal::Number("1"), place: Place(13, 5333, 5334) }) },
    Field { name: "resources", key: Place(13, 5343, 5352), shape: &S12, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 5897, 5899) }) },
    Field { name: "exposure", key: Place(13, 6090, 6098), shape: &S29, optional: false, default: Some(Default { value: Literal::Tag("Internal"), place: Place(13, 6357, 6366) }) },
    Field { name: "storage", key: Place(13, 6375, 6382), shape: &S38, optional: true, default: None },
    Field { name: "scheduling", key: Place(13, 6500, 6510), shape: &S43, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7002, 7004) }) },
    Field { name: "labels", key: Place(13, 7013, 7019), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7144, 7146) }) },
    Field { name: "annotations", key: Place(13, 7155, 7166), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7286, 7288) }) },
    Field { name: "tls", key: Place(13, 7941, 7944), shape: &S47, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(13, 8066, 8070) }) },
    Field { name: "quotas", key: Place(13, 7515, 7521), shape: &S49, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7930, 7932) }) },
    Field { name: "port", key: Place(13, 4825, 4829), shape: &S50, optional: false, default: Some(Default { value: Literal::Number("8081"), place: Place(13, 7464, 7468) }) },
    Field { name: "service_port", key: Place(13, 4922, 4934), shape: &S51, optional: false, default: Some(Default { value: Literal::Number("50081"), place: Place(13, 7501, 7506) }) },
    Field { name: "env", key: Place(13, 5908, 5911), shape: &S63, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 2499, 2501) }) },
]);
static P65: Pattern = Pattern::new(2048, "^https?://([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*|\\[[0-9a-f:]+\\])(:([1-9]|[1-9][0-9]|[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9]|[1-5][0-9][0-9][0-9][0-9]|6[0-4][0-9][0-9][0-9]|65[0-4][0-9][0-9]|655[0-2][0-9]|6553[0-5]))?(/[-A-Za-z0-9._~%]+)*$", true);
static S66: Shape = Shape::Text(&P65);
static P67: Pattern = Pattern::new(4096, "^[^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f][^\\x00-\\x1f\\x7f]*$", true);
static S68: Shape = Shape::Text(&P67);
static P69: Pattern = Pattern::new(24, "^([0-9]+(h|m|s|ms))+$", true);
static S70: Shape = Shape::Text(&P69);
static S71: Shape = Shape::Record(&[
    Field { name: "base_url", key: Place(13, 3967, 3975), shape: &S66, optional: false, default: None },
    Field { name: "default", key: Place(13, 4093, 4100), shape: &S68, optional: true, default: None },
    Field { name: "timeout", key: Place(13, 4211, 4218), shape: &S70, optional: false, default: Some(Default { value: Literal::Text("60s"), place: Place(13, 4320, 4325) }) },
]);
static S72: Shape = Shape::Record(&[
    Field { name: "base_url", key: Place(13, 4363, 4371), shape: &S66, optional: true, default: None },
    Field { name: "default", key: Place(13, 4509, 4516), shape: &S68, optional: true, default: None },
    Field { name: "timeout", key: Place(13, 4627, 4634), shape: &S70, optional: false, default: Some(Default { value: Literal::Text("60s"), place: Place(13, 4736, 4741) }) },
]);
static S73: Shape = Shape::Choice(&[
    ("Stub", None),
    ("OpenAi", Some(&S71)),
    ("Anthropic", Some(&S72)),
]);
static S74: Shape = Shape::Record(&[
    Field { name: "invoke_qps", key: Place(13, 8334, 8344), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("20"), place: Place(13, 8467, 8469) }) },
]);
static S75: Shape = Shape::Record(&[
    Field { name: "AGENTOS_ALLOW_DEV_HEADERS", key: Place(16, 354, 379), shape: &S52, optional: true, default: None },
    Field { name: "AGENTOS_SHUTDOWN_TIMEOUT", key: Place(16, 500, 524), shape: &S58, optional: true, default: None },
    Field { name: "AGENTOS_LOG_FORMAT", key: Place(16, 837, 855), shape: &S59, optional: true, default: None },
    Field { name: "GOMAXPROCS", key: Place(16, 985, 995), shape: &S53, optional: true, default: None },
    Field { name: "GOMEMLIMIT", key: Place(16, 1145, 1155), shape: &S55, optional: true, default: None },
]);
static S76: Shape = Shape::Depends(Reference(2, "runtime"), &[
    ("V1_02", &S56),
    ("V1_07", &S75),
]);
static S77: Shape = Shape::Record(&[
    Field { name: "replicas", key: Place(13, 5077, 5085), shape: &S7, optional: false, default: Some(Default { value: Literal::Number("1"), place: Place(13, 5333, 5334) }) },
    Field { name: "resources", key: Place(13, 5343, 5352), shape: &S12, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 5897, 5899) }) },
    Field { name: "exposure", key: Place(13, 6090, 6098), shape: &S29, optional: false, default: Some(Default { value: Literal::Tag("Internal"), place: Place(13, 6357, 6366) }) },
    Field { name: "storage", key: Place(13, 6375, 6382), shape: &S38, optional: true, default: None },
    Field { name: "scheduling", key: Place(13, 6500, 6510), shape: &S43, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7002, 7004) }) },
    Field { name: "labels", key: Place(13, 7013, 7019), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7144, 7146) }) },
    Field { name: "annotations", key: Place(13, 7155, 7166), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7286, 7288) }) },
    Field { name: "model", key: Place(13, 8650, 8655), shape: &S73, optional: false, default: Some(Default { value: Literal::Tag("Stub"), place: Place(13, 8788, 8793) }) },
    Field { name: "tls", key: Place(13, 8512, 8515), shape: &S47, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(13, 8637, 8641) }) },
    Field { name: "quotas", key: Place(13, 8238, 8244), shape: &S74, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 8501, 8503) }) },
    Field { name: "port", key: Place(13, 4825, 4829), shape: &S50, optional: false, default: Some(Default { value: Literal::Number("8082"), place: Place(13, 8187, 8191) }) },
    Field { name: "service_port", key: Place(13, 4922, 4934), shape: &S51, optional: false, default: Some(Default { value: Literal::Number("50082"), place: Place(13, 8224, 8229) }) },
    Field { name: "env", key: Place(13, 5908, 5911), shape: &S76, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 2705, 2707) }) },
]);
static S78: Shape = Shape::Record(&[
    Field { name: "replicas", key: Place(13, 5077, 5085), shape: &S7, optional: false, default: Some(Default { value: Literal::Number("1"), place: Place(13, 5333, 5334) }) },
    Field { name: "resources", key: Place(13, 5343, 5352), shape: &S12, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 5897, 5899) }) },
    Field { name: "exposure", key: Place(13, 6090, 6098), shape: &S29, optional: false, default: Some(Default { value: Literal::Tag("Internal"), place: Place(13, 6357, 6366) }) },
    Field { name: "storage", key: Place(13, 6375, 6382), shape: &S38, optional: true, default: None },
    Field { name: "scheduling", key: Place(13, 6500, 6510), shape: &S43, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7002, 7004) }) },
    Field { name: "labels", key: Place(13, 7013, 7019), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7144, 7146) }) },
    Field { name: "annotations", key: Place(13, 7155, 7166), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 7286, 7288) }) },
    Field { name: "port", key: Place(13, 4825, 4829), shape: &S50, optional: false, default: Some(Default { value: Literal::Number("8083"), place: Place(13, 8939, 8943) }) },
    Field { name: "service_port", key: Place(13, 4922, 4934), shape: &S51, optional: false, default: Some(Default { value: Literal::Number("50083"), place: Place(13, 8976, 8981) }) },
    Field { name: "env", key: Place(13, 5908, 5911), shape: &S76, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 2937, 2939) }) },
]);
static S79: Shape = Shape::Record(&[
    Field { name: "agent-orchestrator", key: Place(6, 2270, 2288), shape: &S64, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 2529, 2531) }) },
    Field { name: "model-policy", key: Place(6, 2544, 2556), shape: &S77, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 2735, 2737) }) },
    Field { name: "federation", key: Place(6, 2750, 2760), shape: &S78, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 2967, 2969) }) },
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
    Field { name: "agent-orchestrator", key: Place(19, 2002, 2020), shape: &S14, optional: true, default: None },
    Field { name: "model-policy", key: Place(19, 2142, 2154), shape: &S14, optional: true, default: None },
    Field { name: "federation", key: Place(19, 2270, 2280), shape: &S14, optional: true, default: None },
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
static S89: Shape = Shape::Record(&[
    Field { name: "key", key: Place(11, 168, 171), shape: &S23, optional: false, default: None },
    Field { name: "property", key: Place(11, 460, 468), shape: &S23, optional: true, default: None },
    Field { name: "version", key: Place(11, 606, 613), shape: &S23, optional: true, default: None },
]);
static S90: Shape = Shape::Record(&[
    Field { name: "placeholder", key: Place(11, 978, 989), shape: &S68, optional: true, default: None },
    Field { name: "remote", key: Place(11, 1109, 1115), shape: &S89, optional: true, default: None },
    Field { name: "sealed", key: Place(11, 1236, 1242), shape: &S23, optional: true, default: None },
]);
static S91: Shape = Shape::Record(&[
    Field { name: "AGENTOS_SERVICE_TOKEN", key: Place(15, 1261, 1282), shape: &S90, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(15, 1401, 1403) }) },
    Field { name: "AGENTOS_FED_SHARED_SECRET", key: Place(15, 1411, 1436), shape: &S90, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(15, 1550, 1552) }) },
    Field { name: "AGENTOS_SIGNING_KEY", key: Place(15, 1560, 1579), shape: &S90, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(15, 1667, 1669) }) },
]);
static S92: Shape = Shape::Record(&[
    Field { name: "name", key: Place(19, 2866, 2870), shape: &S16, optional: true, default: None },
    Field { name: "keys", key: Place(19, 3049, 3053), shape: &S91, optional: true, default: None },
]);
static S93: Shape = Shape::Choice(&[
    ("Disable", None),
    ("Require", None),
    ("VerifyCa", None),
    ("VerifyFull", None),
]);
static S94: Shape = Shape::Record(&[
    Field { name: "host", key: Place(5, 464, 468), shape: &S16, optional: false, default: None },
    Field { name: "port", key: Place(5, 803, 807), shape: &S51, optional: false, default: Some(Default { value: Literal::Number("5432"), place: Place(5, 972, 976) }) },
    Field { name: "name", key: Place(5, 987, 991), shape: &S68, optional: false, default: Some(Default { value: Literal::Text("agentos"), place: Place(5, 1081, 1090) }) },
    Field { name: "user", key: Place(5, 1101, 1105), shape: &S68, optional: false, default: Some(Default { value: Literal::Text("agentos"), place: Place(5, 1229, 1238) }) },
    Field { name: "ssl_mode", key: Place(5, 1249, 1257), shape: &S93, optional: false, default: Some(Default { value: Literal::Tag("Require"), place: Place(5, 1646, 1654) }) },
    Field { name: "pool_size", key: Place(5, 1665, 1674), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("10"), place: Place(5, 1775, 1777) }) },
]);
static S95: Shape = Shape::Choice(&[
    ("Files", None),
    ("Postgres", Some(&S94)),
]);
static S96: Shape = Shape::Record(&[
    Field { name: "run_create_qps", key: Place(19, 3699, 3713), shape: &S48, optional: true, default: None },
    Field { name: "concurrent_runs", key: Place(19, 3844, 3859), shape: &S48, optional: true, default: None },
    Field { name: "invoke_qps", key: Place(19, 3995, 4005), shape: &S48, optional: true, default: None },
]);
static S97: Shape = Shape::Scalar;
static S98: Shape = Shape::Dict(&S97);
static S99: Shape = Shape::Record(&[
    Field { name: "name", key: Place(19, 884, 888), shape: &S68, optional: false, default: None },
    Field { name: "plan", key: Place(19, 963, 967), shape: &S68, optional: false, default: Some(Default { value: Literal::Text("standard"), place: Place(19, 1069, 1079) }) },
    Field { name: "isolation", key: Place(19, 1088, 1097), shape: &S84, optional: false, default: Some(Default { value: Literal::Tag("Shared"), place: Place(19, 1496, 1503) }) },
    Field { name: "namespace", key: Place(19, 1512, 1521), shape: &S1, optional: true, default: None },
    Field { name: "hosts", key: Place(19, 1754, 1759), shape: &S85, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(19, 2413, 2415) }) },
    Field { name: "callers", key: Place(19, 2424, 2431), shape: &S88, optional: true, default: None },
    Field { name: "secrets", key: Place(19, 2617, 2624), shape: &S92, optional: true, default: None },
    Field { name: "database", key: Place(19, 3249, 3257), shape: &S95, optional: true, default: None },
    Field { name: "quotas", key: Place(19, 3572, 3578), shape: &S96, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(19, 4160, 4162) }) },
    Field { name: "entitlements", key: Place(19, 4171, 4183), shape: &S98, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(19, 4339, 4341) }) },
    Field { name: "metadata", key: Place(19, 4350, 4358), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(19, 4466, 4468) }) },
]);
static S100: Shape = Shape::Dict(&S99);
static S101: Shape = Shape::Record(&[
    Field { name: "default", key: Place(19, 4615, 4622), shape: &S83, optional: true, default: None },
    Field { name: "limit_namespace", key: Place(19, 4872, 4887), shape: &S52, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(19, 5175, 5180) }) },
    Field { name: "tenants", key: Place(19, 5189, 5196), shape: &S100, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(19, 5335, 5337) }) },
]);
static S102: Shape = Shape::Choice(&[
    ("SecretStore", None),
    ("ClusterSecretStore", None),
]);
static S103: Shape = Shape::Record(&[
    Field { name: "store", key: Place(12, 1081, 1086), shape: &S16, optional: false, default: None },
    Field { name: "store_kind", key: Place(12, 1181, 1191), shape: &S102, optional: false, default: Some(Default { value: Literal::Tag("SecretStore"), place: Place(12, 1358, 1370) }) },
    Field { name: "refresh", key: Place(12, 1385, 1392), shape: &S70, optional: false, default: Some(Default { value: Literal::Text("1h"), place: Place(12, 1512, 1516) }) },
]);
static S104: Shape = Shape::Choice(&[
    ("Vault", None),
    ("Aws", None),
    ("Azure", None),
    ("Gcp", None),
]);
static S105: Shape = Shape::Record(&[
    Field { name: "provider", key: Place(12, 1560, 1568), shape: &S104, optional: false, default: None },
    Field { name: "parameters", key: Place(12, 1831, 1841), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(12, 2086, 2088) }) },
]);
static S106: Shape = Shape::Record(&[
    Field { name: "annotations", key: Place(12, 2135, 2146), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(12, 2402, 2404) }) },
]);
static S107: Shape = Shape::Choice(&[
    ("Placeholder", None),
    ("Existing", None),
    ("ExternalSecrets", Some(&S103)),
    ("Csi", Some(&S105)),
    ("Sealed", Some(&S106)),
]);
static S108: Shape = Shape::Choice(&[
    ("Env", None),
    ("File", None),
]);
static S109: Shape = Shape::Record(&[
    Field { name: "AGENTOS_SERVICE_TOKEN", key: Place(16, 2652, 2673), shape: &S90, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(16, 2792, 2794) }) },
    Field { name: "AGENTOS_FED_SHARED_SECRET", key: Place(16, 2802, 2827), shape: &S90, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(16, 2941, 2943) }) },
    Field { name: "AGENTOS_SIGNING_KEY", key: Place(16, 2951, 2970), shape: &S90, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(16, 3058, 3060) }) },
    Field { name: "AGENTOS_DB_PASSWORD", key: Place(16, 3068, 3087), shape: &S90, optional: true, default: None },
    Field { name: "AGENTOS_MODEL_API_KEY", key: Place(16, 3214, 3235), shape: &S90, optional: true, default: None },
]);
static S110: Shape = Shape::Depends(Reference(1, "runtime"), &[
    ("V1_02", &S91),
    ("V1_07", &S109),
]);
static S111: Shape = Shape::Record(&[
    Field { name: "name", key: Place(12, 280, 284), shape: &S16, optional: false, default: Some(Default { value: Literal::Text("agentos-secrets"), place: Place(12, 551, 568) }) },
    Field { name: "backend", key: Place(12, 577, 584), shape: &S107, optional: false, default: Some(Default { value: Literal::Tag("Existing"), place: Place(12, 2450, 2459) }) },
    Field { name: "inject", key: Place(12, 2468, 2474), shape: &S108, optional: false, default: Some(Default { value: Literal::Tag("Env"), place: Place(12, 2756, 2760) }) },
    Field { name: "rotation", key: Place(12, 2935, 2943), shape: &S68, optional: true, default: None },
    Field { name: "keys", key: Place(12, 2769, 2773), shape: &S110, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3271, 3273) }) },
]);
static S112: Shape = Shape::Record(&[
    Field { name: "issuer_url", key: Place(3, 394, 404), shape: &S66, optional: false, default: None },
    Field { name: "audience", key: Place(3, 520, 528), shape: &S68, optional: false, default: None },
    Field { name: "tenant_claim", key: Place(3, 611, 623), shape: &S68, optional: false, default: Some(Default { value: Literal::Text("tenant_id"), place: Place(3, 720, 731) }) },
]);
static S113: Shape = Shape::Choice(&[
    ("None", None),
    ("Oidc", Some(&S112)),
]);
static S114: Shape = Shape::Choice(&[
    ("File", None),
    ("Stdout", None),
    ("Stderr", None),
]);
static S115: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("10m"), place: Place(2, 983, 988) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("16Mi"), place: Place(2, 1009, 1015) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("16Mi"), place: Place(2, 1047, 1053) }) },
]);
static S116: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("100m"), place: Place(2, 1210, 1216) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("64Mi"), place: Place(2, 1237, 1243) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("64Mi"), place: Place(2, 1275, 1281) }) },
]);
static S117: Shape = Shape::Record(&[
    Field { name: "requests", key: Place(2, 876, 884), shape: &S115, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(2, 1083, 1085) }) },
    Field { name: "limits", key: Place(2, 1100, 1106), shape: &S116, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(2, 1311, 1313) }) },
]);
static S118: Shape = Shape::Record(&[
    Field { name: "image", key: Place(2, 614, 619), shape: &S5, optional: true, default: None },
    Field { name: "resources", key: Place(2, 773, 782), shape: &S117, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(2, 1349, 1351) }) },
]);
static S119: Shape = Shape::Choice(&[
    ("None", None),
    ("Sidecar", Some(&S118)),
]);
static P120: Pattern = Pattern::new(64, "^stk_[a-z0-9_]+$", true);
static S121: Shape = Shape::Text(&P120);
static P122: Pattern = Pattern::new(63, "^[a-z0-9][-a-z0-9_.]*$", true);
static S123: Shape = Shape::Text(&P122);
static P124: Pattern = Pattern::new(5, "^v[1-9][0-9]*$", true);
static S125: Shape = Shape::Text(&P124);
static S126: Shape = Shape::Array(&S125);
static P127: Pattern = Pattern::new(40, "^[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]+)?(Z|[+-][0-2][0-9]:[0-5][0-9])$", true);
static S128: Shape = Shape::Text(&P127);
static S129: Shape = Shape::Record(&[
    Field { name: "version", key: Place(7, 173, 180), shape: &S68, optional: true, default: None },
    Field { name: "git_sha", key: Place(7, 332, 339), shape: &S68, optional: false, default: Some(Default { value: Literal::Text("unknown"), place: Place(7, 427, 436) }) },
    Field { name: "timestamp", key: Place(7, 445, 454), shape: &S128, optional: false, default: Some(Default { value: Literal::Text("1970-01-01T00:00:00Z"), place: Place(7, 559, 581) }) },
]);
static S130: Shape = Shape::Record(&[
    Field { name: "agent-orchestrator", key: Place(7, 1123, 1141), shape: &S66, optional: false, default: None },
    Field { name: "model-policy", key: Place(7, 1269, 1281), shape: &S66, optional: false, default: None },
]);
static S131: Shape = Shape::Record(&[
    Field { name: "environment", key: Place(7, 684, 695), shape: &S1, optional: false, default: None },
    Field { name: "region", key: Place(7, 787, 793), shape: &S123, optional: false, default: None },
    Field { name: "api_versions", key: Place(7, 881, 893), shape: &S126, optional: false, default: Some(Default { value: Literal::Array(&[Default { value: Literal::Text("v1"), place: Place(7, 1027, 1031) }]), place: Place(7, 1026, 1032) }) },
    Field { name: "endpoints", key: Place(7, 1041, 1050), shape: &S130, optional: false, default: None },
    Field { name: "build", key: Place(7, 1382, 1387), shape: &S129, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 1471, 1473) }) },
]);
static S132: Shape = Shape::Choice(&[
    ("Environment", Some(&S35)),
    ("Remote", Some(&S131)),
]);
static S133: Shape = Shape::Dict(&S132);
static S134: Shape = Shape::Choice(&[
    ("Issuer", None),
    ("ClusterIssuer", None),
]);
static S135: Shape = Shape::Array(&S14);
static S136: Shape = Shape::Record(&[
    Field { name: "issuer", key: Place(7, 4297, 4303), shape: &S16, optional: false, default: None },
    Field { name: "issuer_kind", key: Place(7, 4411, 4422), shape: &S134, optional: false, default: Some(Default { value: Literal::Tag("Issuer"), place: Place(7, 4592, 4599) }) },
    Field { name: "hosts", key: Place(7, 4618, 4623), shape: &S135, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(7, 4789, 4791) }) },
]);
static S137: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(7, 3240, 3246), shape: &S16, optional: false, default: None },
    Field { name: "certificate", key: Place(7, 3366, 3377), shape: &S45, optional: false, default: Some(Default { value: Literal::Text("tls.crt"), place: Place(7, 3513, 3522) }) },
    Field { name: "private_key", key: Place(7, 3537, 3548), shape: &S45, optional: false, default: Some(Default { value: Literal::Text("tls.key"), place: Place(7, 3684, 3693) }) },
    Field { name: "authority", key: Place(7, 3708, 3717), shape: &S45, optional: false, default: Some(Default { value: Literal::Text("ca.crt"), place: Place(7, 3865, 3873) }) },
    Field { name: "cert_manager", key: Place(7, 3888, 3900), shape: &S136, optional: true, default: None },
]);
static S138: Shape = Shape::Choice(&[
    ("Off", None),
    ("Required", Some(&S137)),
]);
static S139: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(7, 5370, 5376), shape: &S16, optional: false, default: None },
    Field { name: "key", key: Place(7, 5474, 5477), shape: &S45, optional: false, default: Some(Default { value: Literal::Text("jwt.pub"), place: Place(7, 5626, 5635) }) },
]);
static S140: Shape = Shape::Record(&[
    Field { name: "max_attempts", key: Place(7, 5748, 5760), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("3"), place: Place(7, 5868, 5869) }) },
    Field { name: "base_backoff_ms", key: Place(7, 5882, 5897), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("250"), place: Place(7, 6083, 6086) }) },
]);
static S141: Shape = Shape::Record(&[
    Field { name: "stack", key: Place(7, 2076, 2081), shape: &S121, optional: false, default: None },
    Field { name: "region", key: Place(7, 2318, 2324), shape: &S123, optional: false, default: Some(Default { value: Literal::Text("local"), place: Place(7, 2426, 2433) }) },
    Field { name: "api_versions", key: Place(7, 2442, 2454), shape: &S126, optional: false, default: Some(Default { value: Literal::Array(&[Default { value: Literal::Text("v1"), place: Place(7, 2590, 2594) }]), place: Place(7, 2589, 2595) }) },
    Field { name: "build", key: Place(7, 2604, 2609), shape: &S129, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 2698, 2700) }) },
    Field { name: "peers", key: Place(7, 2709, 2714), shape: &S133, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 2800, 2802) }) },
    Field { name: "mtls", key: Place(7, 2811, 2815), shape: &S138, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(7, 4879, 4883) }) },
    Field { name: "jwt", key: Place(7, 4892, 4895), shape: &S139, optional: true, default: None },
    Field { name: "retry", key: Place(7, 5674, 5679), shape: &S140, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 6118, 6120) }) },
    Field { name: "environment", key: Place(7, 2213, 2224), shape: &S1, optional: false, default: Some(Default { value: Literal::Same(Reference(1, "name")), place: Place(6, 4418, 4422) }) },
]);
static S142: Shape = Shape::Choice(&[
    ("DefaultDeny", None),
    ("Off", None),
]);
static P143: Pattern = Pattern::new(64, "^[0-9a-f:.]+/[0-9]+$", true);
static S144: Shape = Shape::Text(&P143);
static S145: Shape = Shape::Array(&S144);
static S146: Shape = Shape::Dict(&S145);
static S147: Shape = Shape::Record(&[
    Field { name: "namespace", key: Place(9, 2133, 2142), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("kube-system"), place: Place(9, 2233, 2246) }) },
    Field { name: "pods", key: Place(9, 2259, 2263), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[("k8s-app", Place(9, 2363, 2370), Default { value: Literal::Text("kube-dns"), place: Place(9, 2373, 2383) })]), place: Place(9, 2361, 2385) }) },
]);
static S148: Shape = Shape::Record(&[
    Field { name: "policies", key: Place(9, 1285, 1293), shape: &S142, optional: false, default: Some(Default { value: Literal::Tag("DefaultDeny"), place: Place(9, 1595, 1607) }) },
    Field { name: "callers", key: Place(9, 1616, 1623), shape: &S88, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 1741, 1743) }) },
    Field { name: "peers", key: Place(9, 1752, 1757), shape: &S146, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 2051, 2053) }) },
    Field { name: "dns", key: Place(9, 2062, 2065), shape: &S147, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 2417, 2419) }) },
]);
static P149: Pattern = Pattern::new(8, "^(([1-9]|[1-9][0-9]|1[01][0-9]|120)s|1m([1-5]?[0-9]s)?|2m)$", true);
static S150: Shape = Shape::Text(&P149);
static S151: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(10, 140, 146), shape: &S16, optional: false, default: None },
    Field { name: "key", key: Place(10, 224, 227), shape: &S45, optional: false, default: Some(Default { value: Literal::Text("token"), place: Place(10, 313, 320) }) },
]);
static S152: Shape = Shape::Record(&[
    Field { name: "interval", key: Place(10, 703, 711), shape: &S150, optional: false, default: Some(Default { value: Literal::Text("30s"), place: Place(10, 833, 838) }) },
    Field { name: "scrape_token", key: Place(10, 853, 865), shape: &S151, optional: false, default: None },
    Field { name: "namespace", key: Place(10, 1188, 1197), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("monitoring"), place: Place(10, 1351, 1363) }) },
    Field { name: "labels", key: Place(10, 1378, 1384), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(10, 1548, 1550) }) },
]);
static S153: Shape = Shape::Choice(&[
    ("Off", None),
    ("PrometheusOperator", Some(&S152)),
]);
static S154: Shape = Shape::Record(&[
    Field { name: "metrics", key: Place(10, 409, 416), shape: &S153, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(10, 1596, 1600) }) },
    Field { name: "metrics_auth", key: Place(10, 1609, 1621), shape: &S52, optional: false, default: Some(Default { value: Literal::Bool(true), place: Place(10, 1746, 1750) }) },
    Field { name: "alerts", key: Place(10, 1759, 1765), shape: &S52, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(10, 1870, 1875) }) },
    Field { name: "dashboards", key: Place(10, 1884, 1894), shape: &S52, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(10, 2028, 2033) }) },
]);
static S155: Shape = Shape::Record(&[
    Field { name: "job", key: Place(17, 155, 158), shape: &S52, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(17, 430, 435) }) },
]);
static S156: Shape = Shape::Any;
static S157: Shape = Shape::Dict(&S156);
static S158: Shape = Shape::Dict(&S157);
static P159: Pattern = Pattern::new(4, "^[A-Z][0-9][0-9][0-9]$", true);
static S160: Shape = Shape::Text(&P159);
static S161: Shape = Shape::Record(&[
    Field { name: "rule", key: Place(6, 5452, 5456), shape: &S160, optional: false, default: None },
    Field { name: "reason", key: Place(6, 5540, 5546), shape: &S23, optional: false, default: None },
]);
static S162: Shape = Shape::Array(&S161);
static S163: Shape = Shape::Record(&[
    Field { name: "name", key: Place(6, 789, 793), shape: &S1, optional: false, default: None },
    Field { name: "profile", key: Place(6, 938, 945), shape: &S2, optional: false, default: None },
    Field { name: "cluster", key: Place(6, 1190, 1197), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("default"), place: Place(6, 1473, 1482) }) },
    Field { name: "namespace", key: Place(6, 1491, 1500), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("agentos"), place: Place(6, 1627, 1636) }) },
    Field { name: "runtime", key: Place(6, 1645, 1652), shape: &S3, optional: false, default: Some(Default { value: Literal::Tag("V1_02"), place: Place(6, 1782, 1788) }) },
    Field { name: "image", key: Place(6, 1797, 1802), shape: &S5, optional: false, default: Some(Default { value: Literal::Text("ghcr.io/nexixai/agentos:latest"), place: Place(6, 1938, 1970) }) },
    Field { name: "pull_policy", key: Place(6, 1979, 1990), shape: &S6, optional: true, default: None },
    Field { name: "services", key: Place(6, 2166, 2174), shape: &S79, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3001, 3003) }) },
    Field { name: "tenancy", key: Place(6, 3012, 3019), shape: &S101, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3100, 3102) }) },
    Field { name: "secrets", key: Place(6, 3111, 3118), shape: &S111, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3297, 3299) }) },
    Field { name: "storage", key: Place(6, 3308, 3315), shape: &S38, optional: false, default: None },
    Field { name: "database", key: Place(6, 3460, 3468), shape: &S95, optional: false, default: Some(Default { value: Literal::Tag("Files"), place: Place(6, 3582, 3588) }) },
    Field { name: "authentication", key: Place(6, 3597, 3611), shape: &S113, optional: false, default: Some(Default { value: Literal::Tag("None"), place: Place(6, 3723, 3728) }) },
    Field { name: "audit", key: Place(6, 3737, 3742), shape: &S114, optional: false, default: Some(Default { value: Literal::Tag("File"), place: Place(6, 4024, 4029) }) },
    Field { name: "audit_shipping", key: Place(6, 4038, 4052), shape: &S119, optional: false, default: Some(Default { value: Literal::Tag("None"), place: Place(6, 4285, 4290) }) },
    Field { name: "federation", key: Place(6, 4299, 4309), shape: &S141, optional: false, default: None },
    Field { name: "network", key: Place(6, 4434, 4441), shape: &S148, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 4518, 4520) }) },
    Field { name: "observability", key: Place(6, 4529, 4542), shape: &S154, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 4635, 4637) }) },
    Field { name: "smoke", key: Place(6, 4646, 4651), shape: &S155, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 4738, 4740) }) },
    Field { name: "labels", key: Place(6, 4749, 4755), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 4851, 4853) }) },
    Field { name: "annotations", key: Place(6, 4862, 4873), shape: &S36, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 4964, 4966) }) },
    Field { name: "patches", key: Place(6, 4975, 4982), shape: &S158, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 5320, 5322) }) },
    Field { name: "allow", key: Place(6, 5331, 5336), shape: &S162, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(6, 5674, 5676) }) },
]);
