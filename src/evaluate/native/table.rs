//! The library's contracts. Generated from lib/ by `cargo run --example generate`; do not edit.

use super::{Default, Field, Literal, Pattern, Place, Reference, Shape};

/// What an environment must be.
pub(super) static ENVIRONMENT: &Shape = &S131;

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
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("100m"), place: Place(11, 2529, 2535) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("128Mi"), place: Place(11, 2556, 2563) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("64Mi"), place: Place(11, 2595, 2601) }) },
]);
static S11: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("500m"), place: Place(11, 2750, 2756) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("256Mi"), place: Place(11, 2777, 2784) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("1Gi"), place: Place(11, 2816, 2821) }) },
]);
static S12: Shape = Shape::Record(&[
    Field { name: "requests", key: Place(11, 2426, 2434), shape: &S10, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 2629, 2631) }) },
    Field { name: "limits", key: Place(11, 2644, 2650), shape: &S11, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 2849, 2851) }) },
]);
static P13: Pattern = Pattern::new(253, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$", true);
static S14: Shape = Shape::Text(&P13);
static P15: Pattern = Pattern::new(253, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", true);
static S16: Shape = Shape::Text(&P15);
static S17: Shape = Shape::Record(&[
    Field { name: "name", key: Place(11, 961, 965), shape: &S16, optional: false, default: None },
    Field { name: "namespace", key: Place(11, 1044, 1053), shape: &S1, optional: false, default: None },
]);
static P18: Pattern = Pattern::new(65536, "[^\\t\\n\\r ]", false);
static S19: Shape = Shape::Text(&P18);
static S20: Shape = Shape::Choice(&[
    ("External", Some(&S19)),
]);
static S21: Shape = Shape::Record(&[
    Field { name: "host", key: Place(11, 1229, 1233), shape: &S14, optional: false, default: None },
    Field { name: "gateway", key: Place(11, 1329, 1336), shape: &S17, optional: false, default: None },
    Field { name: "authentication", key: Place(11, 1428, 1442), shape: &S20, optional: false, default: None },
]);
static S22: Shape = Shape::Choice(&[
    ("Internal", None),
    ("Gateway", Some(&S21)),
]);
static S23: Shape = Shape::Choice(&[
    ("ReadWriteOnce", None),
    ("ReadWriteOncePod", None),
]);
static S24: Shape = Shape::Choice(&[
    ("Keep", None),
    ("Prune", None),
]);
static S25: Shape = Shape::Choice(&[
    ("FileSystem", None),
    ("Snapshot", None),
]);
static S26: Shape = Shape::Record(&[
    Field { name: "method", key: Place(13, 1674, 1680), shape: &S25, optional: false, default: Some(Default { value: Literal::Tag("FileSystem"), place: Place(13, 1826, 1837) }) },
]);
static S27: Shape = Shape::Choice(&[
    ("None", None),
    ("Velero", Some(&S26)),
]);
static S28: Shape = Shape::String;
static S29: Shape = Shape::Dict(&S28);
static S30: Shape = Shape::Record(&[
    Field { name: "class", key: Place(13, 202, 207), shape: &S16, optional: true, default: None },
    Field { name: "size", key: Place(13, 474, 478), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("10Gi"), place: Place(13, 578, 584) }) },
    Field { name: "access_mode", key: Place(13, 593, 604), shape: &S23, optional: false, default: Some(Default { value: Literal::Tag("ReadWriteOnce"), place: Place(13, 890, 904) }) },
    Field { name: "retention", key: Place(13, 913, 922), shape: &S24, optional: false, default: Some(Default { value: Literal::Tag("Keep"), place: Place(13, 1350, 1355) }) },
    Field { name: "backup", key: Place(13, 1364, 1370), shape: &S27, optional: false, default: Some(Default { value: Literal::Tag("None"), place: Place(13, 1883, 1888) }) },
    Field { name: "annotations", key: Place(13, 1897, 1908), shape: &S29, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 2049, 2051) }) },
]);
static S31: Shape = Shape::Choice(&[
    ("Ephemeral", None),
    ("Persistent", Some(&S30)),
]);
static P32: Pattern = Pattern::new(63, "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$", true);
static S33: Shape = Shape::Text(&P32);
static S34: Shape = Shape::Dict(&S33);
static S35: Shape = Shape::Choice(&[
    ("Equal", None),
    ("Exists", None),
]);
static S36: Shape = Shape::Choice(&[
    ("NoSchedule", None),
    ("PreferNoSchedule", None),
    ("NoExecute", None),
]);
static S37: Shape = Shape::Record(&[
    Field { name: "key", key: Place(11, 313, 316), shape: &S28, optional: true, default: None },
    Field { name: "operator", key: Place(11, 450, 458), shape: &S35, optional: false, default: Some(Default { value: Literal::Tag("Equal"), place: Place(11, 577, 583) }) },
    Field { name: "value", key: Place(11, 592, 597), shape: &S33, optional: true, default: None },
    Field { name: "effect", key: Place(11, 706, 712), shape: &S36, optional: true, default: None },
]);
static S38: Shape = Shape::Array(&S37);
static S39: Shape = Shape::Record(&[
    Field { name: "node_selector", key: Place(11, 3376, 3389), shape: &S34, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 3503, 3505) }) },
    Field { name: "tolerations", key: Place(11, 3518, 3529), shape: &S38, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(11, 3639, 3641) }) },
    Field { name: "priority_class", key: Place(11, 3654, 3668), shape: &S16, optional: true, default: None },
]);
static S40: Shape = Shape::Bool;
static S41: Shape = Shape::Integer(1, 1024);
static P42: Pattern = Pattern::new(24, "^[0-9]+(B|KiB|MiB|GiB|TiB)?$", true);
static S43: Shape = Shape::Text(&P42);
static S44: Shape = Shape::Record(&[
    Field { name: "AGENTOS_ALLOW_DEV_HEADERS", key: Place(12, 385, 410), shape: &S40, optional: true, default: None },
    Field { name: "GOMAXPROCS", key: Place(12, 531, 541), shape: &S41, optional: true, default: None },
    Field { name: "GOMEMLIMIT", key: Place(12, 691, 701), shape: &S43, optional: true, default: None },
]);
static S45: Shape = Shape::Integer(1, 1000000000);
static S46: Shape = Shape::Record(&[
    Field { name: "run_create_qps", key: Place(11, 4415, 4429), shape: &S45, optional: false, default: Some(Default { value: Literal::Number("10"), place: Place(11, 4547, 4549) }) },
    Field { name: "concurrent_runs", key: Place(11, 4562, 4577), shape: &S45, optional: false, default: Some(Default { value: Literal::Number("25"), place: Place(11, 4700, 4702) }) },
]);
static S47: Shape = Shape::Integer(1024, 65535);
static S48: Shape = Shape::Integer(1, 65535);
static S49: Shape = Shape::Record(&[
    Field { name: "replicas", key: Place(11, 2063, 2071), shape: &S7, optional: false, default: Some(Default { value: Literal::Number("1"), place: Place(11, 2319, 2320) }) },
    Field { name: "resources", key: Place(11, 2329, 2338), shape: &S12, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 2883, 2885) }) },
    Field { name: "exposure", key: Place(11, 2894, 2902), shape: &S22, optional: false, default: Some(Default { value: Literal::Tag("Internal"), place: Place(11, 3161, 3170) }) },
    Field { name: "storage", key: Place(11, 3179, 3186), shape: &S31, optional: true, default: None },
    Field { name: "scheduling", key: Place(11, 3304, 3314), shape: &S39, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 3806, 3808) }) },
    Field { name: "labels", key: Place(11, 3817, 3823), shape: &S34, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 3948, 3950) }) },
    Field { name: "annotations", key: Place(11, 3959, 3970), shape: &S29, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 4090, 4092) }) },
    Field { name: "env", key: Place(11, 4745, 4748), shape: &S44, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 4905, 4907) }) },
    Field { name: "quotas", key: Place(11, 4319, 4325), shape: &S46, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 4734, 4736) }) },
    Field { name: "port", key: Place(11, 1811, 1815), shape: &S47, optional: false, default: Some(Default { value: Literal::Number("8081"), place: Place(11, 4268, 4272) }) },
    Field { name: "service_port", key: Place(11, 1908, 1920), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("50081"), place: Place(11, 4305, 4310) }) },
]);
static S50: Shape = Shape::Record(&[
    Field { name: "AGENTOS_ALLOW_DEV_HEADERS", key: Place(12, 1014, 1039), shape: &S40, optional: true, default: None },
    Field { name: "GOMAXPROCS", key: Place(12, 1160, 1170), shape: &S41, optional: true, default: None },
    Field { name: "GOMEMLIMIT", key: Place(12, 1320, 1330), shape: &S43, optional: true, default: None },
]);
static S51: Shape = Shape::Record(&[
    Field { name: "invoke_qps", key: Place(11, 5171, 5181), shape: &S45, optional: false, default: Some(Default { value: Literal::Number("20"), place: Place(11, 5304, 5306) }) },
]);
static S52: Shape = Shape::Record(&[
    Field { name: "replicas", key: Place(11, 2063, 2071), shape: &S7, optional: false, default: Some(Default { value: Literal::Number("1"), place: Place(11, 2319, 2320) }) },
    Field { name: "resources", key: Place(11, 2329, 2338), shape: &S12, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 2883, 2885) }) },
    Field { name: "exposure", key: Place(11, 2894, 2902), shape: &S22, optional: false, default: Some(Default { value: Literal::Tag("Internal"), place: Place(11, 3161, 3170) }) },
    Field { name: "storage", key: Place(11, 3179, 3186), shape: &S31, optional: true, default: None },
    Field { name: "scheduling", key: Place(11, 3304, 3314), shape: &S39, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 3806, 3808) }) },
    Field { name: "labels", key: Place(11, 3817, 3823), shape: &S34, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 3948, 3950) }) },
    Field { name: "annotations", key: Place(11, 3959, 3970), shape: &S29, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 4090, 4092) }) },
    Field { name: "env", key: Place(11, 5349, 5352), shape: &S50, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 5503, 5505) }) },
    Field { name: "quotas", key: Place(11, 5075, 5081), shape: &S51, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 5338, 5340) }) },
    Field { name: "port", key: Place(11, 1811, 1815), shape: &S47, optional: false, default: Some(Default { value: Literal::Number("8082"), place: Place(11, 5024, 5028) }) },
    Field { name: "service_port", key: Place(11, 1908, 1920), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("50082"), place: Place(11, 5061, 5066) }) },
]);
static S53: Shape = Shape::Record(&[
    Field { name: "AGENTOS_ALLOW_DEV_HEADERS", key: Place(12, 1640, 1665), shape: &S40, optional: true, default: None },
    Field { name: "GOMAXPROCS", key: Place(12, 1786, 1796), shape: &S41, optional: true, default: None },
    Field { name: "GOMEMLIMIT", key: Place(12, 1946, 1956), shape: &S43, optional: true, default: None },
]);
static S54: Shape = Shape::Record(&[
    Field { name: "replicas", key: Place(11, 2063, 2071), shape: &S7, optional: false, default: Some(Default { value: Literal::Number("1"), place: Place(11, 2319, 2320) }) },
    Field { name: "resources", key: Place(11, 2329, 2338), shape: &S12, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 2883, 2885) }) },
    Field { name: "exposure", key: Place(11, 2894, 2902), shape: &S22, optional: false, default: Some(Default { value: Literal::Tag("Internal"), place: Place(11, 3161, 3170) }) },
    Field { name: "storage", key: Place(11, 3179, 3186), shape: &S31, optional: true, default: None },
    Field { name: "scheduling", key: Place(11, 3304, 3314), shape: &S39, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 3806, 3808) }) },
    Field { name: "labels", key: Place(11, 3817, 3823), shape: &S34, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 3948, 3950) }) },
    Field { name: "annotations", key: Place(11, 3959, 3970), shape: &S29, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 4090, 4092) }) },
    Field { name: "env", key: Place(11, 5702, 5705), shape: &S53, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 5855, 5857) }) },
    Field { name: "port", key: Place(11, 1811, 1815), shape: &S47, optional: false, default: Some(Default { value: Literal::Number("8083"), place: Place(11, 5651, 5655) }) },
    Field { name: "service_port", key: Place(11, 1908, 1920), shape: &S48, optional: false, default: Some(Default { value: Literal::Number("50083"), place: Place(11, 5688, 5693) }) },
]);
static S55: Shape = Shape::Record(&[
    Field { name: "agent-orchestrator", key: Place(4, 1771, 1789), shape: &S49, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(4, 1961, 1963) }) },
    Field { name: "model-policy", key: Place(4, 1976, 1988), shape: &S52, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(4, 2104, 2106) }) },
    Field { name: "federation", key: Place(4, 2119, 2129), shape: &S54, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(4, 2274, 2276) }) },
]);
static P56: Pattern = Pattern::new(64, "^tnt_[a-z0-9_]+$", true);
static S57: Shape = Shape::Text(&P56);
static S58: Shape = Shape::KeyOf(Reference(0, "tenants"));
static S59: Shape = Shape::All(&[&S57, &S58]);
static P60: Pattern = Pattern::new(4096, "^[^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f][^\\x00-\\x1f\\x7f]*$", true);
static S61: Shape = Shape::Text(&P60);
static S62: Shape = Shape::Choice(&[
    ("Shared", None),
    ("Dedicated", None),
]);
static S63: Shape = Shape::Record(&[
    Field { name: "run_create_qps", key: Place(14, 1363, 1377), shape: &S45, optional: true, default: None },
    Field { name: "concurrent_runs", key: Place(14, 1508, 1523), shape: &S45, optional: true, default: None },
    Field { name: "invoke_qps", key: Place(14, 1659, 1669), shape: &S45, optional: true, default: None },
]);
static S64: Shape = Shape::Scalar;
static S65: Shape = Shape::Dict(&S64);
static S66: Shape = Shape::Record(&[
    Field { name: "name", key: Place(14, 749, 753), shape: &S61, optional: false, default: None },
    Field { name: "plan", key: Place(14, 828, 832), shape: &S61, optional: false, default: Some(Default { value: Literal::Text("standard"), place: Place(14, 934, 944) }) },
    Field { name: "isolation", key: Place(14, 953, 962), shape: &S62, optional: false, default: Some(Default { value: Literal::Tag("Shared"), place: Place(14, 1220, 1227) }) },
    Field { name: "quotas", key: Place(14, 1236, 1242), shape: &S63, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 1824, 1826) }) },
    Field { name: "entitlements", key: Place(14, 1835, 1847), shape: &S65, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 2003, 2005) }) },
    Field { name: "metadata", key: Place(14, 2014, 2022), shape: &S29, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 2130, 2132) }) },
]);
static S67: Shape = Shape::Dict(&S66);
static S68: Shape = Shape::Record(&[
    Field { name: "default", key: Place(14, 2279, 2286), shape: &S59, optional: true, default: None },
    Field { name: "tenants", key: Place(14, 2536, 2543), shape: &S67, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 2682, 2684) }) },
]);
static S69: Shape = Shape::Choice(&[
    ("SecretStore", None),
    ("ClusterSecretStore", None),
]);
static P70: Pattern = Pattern::new(24, "^([0-9]+(h|m|s|ms))+$", true);
static S71: Shape = Shape::Text(&P70);
static S72: Shape = Shape::Record(&[
    Field { name: "store", key: Place(10, 1072, 1077), shape: &S16, optional: false, default: None },
    Field { name: "store_kind", key: Place(10, 1172, 1182), shape: &S69, optional: false, default: Some(Default { value: Literal::Tag("SecretStore"), place: Place(10, 1349, 1361) }) },
    Field { name: "refresh", key: Place(10, 1376, 1383), shape: &S71, optional: false, default: Some(Default { value: Literal::Text("1h"), place: Place(10, 1503, 1507) }) },
]);
static S73: Shape = Shape::Choice(&[
    ("Vault", None),
    ("Aws", None),
    ("Azure", None),
    ("Gcp", None),
]);
static S74: Shape = Shape::Record(&[
    Field { name: "provider", key: Place(10, 1551, 1559), shape: &S73, optional: false, default: None },
    Field { name: "parameters", key: Place(10, 1822, 1832), shape: &S29, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(10, 2077, 2079) }) },
]);
static S75: Shape = Shape::Record(&[
    Field { name: "annotations", key: Place(10, 2126, 2137), shape: &S29, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(10, 2393, 2395) }) },
]);
static S76: Shape = Shape::Choice(&[
    ("Placeholder", None),
    ("Existing", None),
    ("ExternalSecrets", Some(&S72)),
    ("Csi", Some(&S74)),
    ("Sealed", Some(&S75)),
]);
static S77: Shape = Shape::Choice(&[
    ("Env", None),
    ("File", None),
]);
static S78: Shape = Shape::Record(&[
    Field { name: "key", key: Place(9, 168, 171), shape: &S19, optional: false, default: None },
    Field { name: "property", key: Place(9, 460, 468), shape: &S19, optional: true, default: None },
    Field { name: "version", key: Place(9, 606, 613), shape: &S19, optional: true, default: None },
]);
static S79: Shape = Shape::Record(&[
    Field { name: "placeholder", key: Place(9, 978, 989), shape: &S61, optional: true, default: None },
    Field { name: "remote", key: Place(9, 1109, 1115), shape: &S78, optional: true, default: None },
    Field { name: "sealed", key: Place(9, 1236, 1242), shape: &S19, optional: true, default: None },
]);
static S80: Shape = Shape::Record(&[
    Field { name: "AGENTOS_SERVICE_TOKEN", key: Place(12, 2259, 2280), shape: &S79, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(12, 2399, 2401) }) },
    Field { name: "AGENTOS_FED_SHARED_SECRET", key: Place(12, 2409, 2434), shape: &S79, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(12, 2548, 2550) }) },
    Field { name: "AGENTOS_SIGNING_KEY", key: Place(12, 2558, 2577), shape: &S79, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(12, 2665, 2667) }) },
]);
static S81: Shape = Shape::Record(&[
    Field { name: "name", key: Place(10, 271, 275), shape: &S16, optional: false, default: Some(Default { value: Literal::Text("agentos-secrets"), place: Place(10, 542, 559) }) },
    Field { name: "backend", key: Place(10, 568, 575), shape: &S76, optional: false, default: Some(Default { value: Literal::Tag("Existing"), place: Place(10, 2441, 2450) }) },
    Field { name: "inject", key: Place(10, 2459, 2465), shape: &S77, optional: false, default: Some(Default { value: Literal::Tag("Env"), place: Place(10, 2747, 2751) }) },
    Field { name: "keys", key: Place(10, 2760, 2764), shape: &S80, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(10, 2888, 2890) }) },
    Field { name: "rotation", key: Place(10, 2899, 2907), shape: &S61, optional: true, default: None },
]);
static S82: Shape = Shape::Choice(&[
    ("File", None),
    ("Stdout", None),
    ("Stderr", None),
]);
static S83: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("10m"), place: Place(2, 983, 988) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("16Mi"), place: Place(2, 1009, 1015) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("16Mi"), place: Place(2, 1047, 1053) }) },
]);
static S84: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("100m"), place: Place(2, 1210, 1216) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("64Mi"), place: Place(2, 1237, 1243) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S9, optional: false, default: Some(Default { value: Literal::Text("64Mi"), place: Place(2, 1275, 1281) }) },
]);
static S85: Shape = Shape::Record(&[
    Field { name: "requests", key: Place(2, 876, 884), shape: &S83, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(2, 1083, 1085) }) },
    Field { name: "limits", key: Place(2, 1100, 1106), shape: &S84, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(2, 1311, 1313) }) },
]);
static S86: Shape = Shape::Record(&[
    Field { name: "image", key: Place(2, 614, 619), shape: &S5, optional: true, default: None },
    Field { name: "resources", key: Place(2, 773, 782), shape: &S85, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(2, 1349, 1351) }) },
]);
static S87: Shape = Shape::Choice(&[
    ("None", None),
    ("Sidecar", Some(&S86)),
]);
static P88: Pattern = Pattern::new(64, "^stk_[a-z0-9_]+$", true);
static S89: Shape = Shape::Text(&P88);
static P90: Pattern = Pattern::new(63, "^[a-z0-9][-a-z0-9_.]*$", true);
static S91: Shape = Shape::Text(&P90);
static P92: Pattern = Pattern::new(5, "^v[1-9][0-9]*$", true);
static S93: Shape = Shape::Text(&P92);
static S94: Shape = Shape::Array(&S93);
static P95: Pattern = Pattern::new(40, "^[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]+)?(Z|[+-][0-2][0-9]:[0-5][0-9])$", true);
static S96: Shape = Shape::Text(&P95);
static S97: Shape = Shape::Record(&[
    Field { name: "version", key: Place(5, 173, 180), shape: &S61, optional: false, default: Some(Default { value: Literal::Text("1.0.2"), place: Place(5, 262, 269) }) },
    Field { name: "git_sha", key: Place(5, 278, 285), shape: &S61, optional: false, default: Some(Default { value: Literal::Text("unknown"), place: Place(5, 373, 382) }) },
    Field { name: "timestamp", key: Place(5, 391, 400), shape: &S96, optional: false, default: Some(Default { value: Literal::Text("1970-01-01T00:00:00Z"), place: Place(5, 505, 527) }) },
]);
static P98: Pattern = Pattern::new(2048, "^https?://([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*|\\[[0-9a-f:]+\\])(:([1-9]|[1-9][0-9]|[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9]|[1-5][0-9][0-9][0-9][0-9]|6[0-4][0-9][0-9][0-9]|65[0-4][0-9][0-9]|655[0-2][0-9]|6553[0-5]))?(/[-A-Za-z0-9._~%]+)*$", true);
static S99: Shape = Shape::Text(&P98);
static S100: Shape = Shape::Record(&[
    Field { name: "agent-orchestrator", key: Place(5, 1069, 1087), shape: &S99, optional: false, default: None },
    Field { name: "model-policy", key: Place(5, 1215, 1227), shape: &S99, optional: false, default: None },
]);
static S101: Shape = Shape::Record(&[
    Field { name: "environment", key: Place(5, 630, 641), shape: &S1, optional: false, default: None },
    Field { name: "region", key: Place(5, 733, 739), shape: &S91, optional: false, default: None },
    Field { name: "api_versions", key: Place(5, 827, 839), shape: &S94, optional: false, default: Some(Default { value: Literal::Array(&[Default { value: Literal::Text("v1"), place: Place(5, 973, 977) }]), place: Place(5, 972, 978) }) },
    Field { name: "endpoints", key: Place(5, 987, 996), shape: &S100, optional: false, default: None },
    Field { name: "build", key: Place(5, 1328, 1333), shape: &S97, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(5, 1417, 1419) }) },
]);
static S102: Shape = Shape::Choice(&[
    ("Environment", Some(&S28)),
    ("Remote", Some(&S101)),
]);
static S103: Shape = Shape::Dict(&S102);
static P104: Pattern = Pattern::new(253, "^[-._a-zA-Z0-9]*[-_a-zA-Z0-9][-._a-zA-Z0-9]*$", true);
static S105: Shape = Shape::Text(&P104);
static S106: Shape = Shape::Choice(&[
    ("Issuer", None),
    ("ClusterIssuer", None),
]);
static S107: Shape = Shape::Array(&S14);
static S108: Shape = Shape::Record(&[
    Field { name: "issuer", key: Place(5, 3982, 3988), shape: &S16, optional: false, default: None },
    Field { name: "issuer_kind", key: Place(5, 4096, 4107), shape: &S106, optional: false, default: Some(Default { value: Literal::Tag("Issuer"), place: Place(5, 4277, 4284) }) },
    Field { name: "hosts", key: Place(5, 4303, 4308), shape: &S107, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(5, 4474, 4476) }) },
]);
static S109: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(5, 2955, 2961), shape: &S16, optional: false, default: None },
    Field { name: "certificate", key: Place(5, 3081, 3092), shape: &S105, optional: false, default: Some(Default { value: Literal::Text("tls.crt"), place: Place(5, 3228, 3237) }) },
    Field { name: "private_key", key: Place(5, 3252, 3263), shape: &S105, optional: false, default: Some(Default { value: Literal::Text("tls.key"), place: Place(5, 3399, 3408) }) },
    Field { name: "authority", key: Place(5, 3423, 3432), shape: &S105, optional: false, default: Some(Default { value: Literal::Text("ca.crt"), place: Place(5, 3580, 3588) }) },
    Field { name: "cert_manager", key: Place(5, 3603, 3615), shape: &S108, optional: true, default: None },
]);
static S110: Shape = Shape::Choice(&[
    ("Off", None),
    ("Required", Some(&S109)),
]);
static S111: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(5, 4738, 4744), shape: &S16, optional: false, default: None },
    Field { name: "key", key: Place(5, 4842, 4845), shape: &S105, optional: false, default: Some(Default { value: Literal::Text("jwt.pub"), place: Place(5, 4994, 5003) }) },
]);
static S112: Shape = Shape::Record(&[
    Field { name: "max_attempts", key: Place(5, 5116, 5128), shape: &S45, optional: false, default: Some(Default { value: Literal::Number("3"), place: Place(5, 5236, 5237) }) },
    Field { name: "base_backoff_ms", key: Place(5, 5250, 5265), shape: &S45, optional: false, default: Some(Default { value: Literal::Number("250"), place: Place(5, 5410, 5413) }) },
]);
static S113: Shape = Shape::Record(&[
    Field { name: "stack", key: Place(5, 1898, 1903), shape: &S89, optional: false, default: None },
    Field { name: "region", key: Place(5, 2140, 2146), shape: &S91, optional: false, default: Some(Default { value: Literal::Text("local"), place: Place(5, 2248, 2255) }) },
    Field { name: "api_versions", key: Place(5, 2264, 2276), shape: &S94, optional: false, default: Some(Default { value: Literal::Array(&[Default { value: Literal::Text("v1"), place: Place(5, 2412, 2416) }]), place: Place(5, 2411, 2417) }) },
    Field { name: "build", key: Place(5, 2426, 2431), shape: &S97, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(5, 2520, 2522) }) },
    Field { name: "peers", key: Place(5, 2531, 2536), shape: &S103, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(5, 2622, 2624) }) },
    Field { name: "mtls", key: Place(5, 2633, 2637), shape: &S110, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(5, 4564, 4568) }) },
    Field { name: "jwt", key: Place(5, 4577, 4580), shape: &S111, optional: true, default: None },
    Field { name: "retry", key: Place(5, 5042, 5047), shape: &S112, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(5, 5445, 5447) }) },
    Field { name: "environment", key: Place(5, 2035, 2046), shape: &S1, optional: false, default: Some(Default { value: Literal::Same(Reference(1, "name")), place: Place(4, 3388, 3392) }) },
]);
static S114: Shape = Shape::Choice(&[
    ("DefaultDeny", None),
    ("Off", None),
]);
static S115: Shape = Shape::Record(&[
    Field { name: "namespace", key: Place(7, 184, 193), shape: &S1, optional: true, default: None },
    Field { name: "pods", key: Place(7, 333, 337), shape: &S34, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 485, 487) }) },
]);
static S116: Shape = Shape::Dict(&S115);
static S117: Shape = Shape::Record(&[
    Field { name: "agent-orchestrator", key: Place(7, 1087, 1105), shape: &S116, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 1254, 1256) }) },
    Field { name: "model-policy", key: Place(7, 1269, 1281), shape: &S116, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 1420, 1422) }) },
    Field { name: "federation", key: Place(7, 1435, 1445), shape: &S116, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 1537, 1539) }) },
]);
static S118: Shape = Shape::Record(&[
    Field { name: "namespace", key: Place(7, 1653, 1662), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("kube-system"), place: Place(7, 1753, 1766) }) },
    Field { name: "pods", key: Place(7, 1779, 1783), shape: &S34, optional: false, default: Some(Default { value: Literal::Record(&[("k8s-app", Place(7, 1883, 1890), Default { value: Literal::Text("kube-dns"), place: Place(7, 1893, 1903) })]), place: Place(7, 1881, 1905) }) },
]);
static S119: Shape = Shape::Record(&[
    Field { name: "policies", key: Place(7, 654, 662), shape: &S114, optional: false, default: Some(Default { value: Literal::Tag("DefaultDeny"), place: Place(7, 964, 976) }) },
    Field { name: "callers", key: Place(7, 985, 992), shape: &S117, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 1571, 1573) }) },
    Field { name: "dns", key: Place(7, 1582, 1585), shape: &S118, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 1937, 1939) }) },
]);
static S120: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(8, 140, 146), shape: &S16, optional: false, default: None },
    Field { name: "key", key: Place(8, 224, 227), shape: &S105, optional: false, default: Some(Default { value: Literal::Text("token"), place: Place(8, 313, 320) }) },
]);
static S121: Shape = Shape::Record(&[
    Field { name: "interval", key: Place(8, 678, 686), shape: &S71, optional: false, default: Some(Default { value: Literal::Text("30s"), place: Place(8, 802, 807) }) },
    Field { name: "scrape_token", key: Place(8, 822, 834), shape: &S120, optional: false, default: None },
    Field { name: "namespace", key: Place(8, 950, 959), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("monitoring"), place: Place(8, 1113, 1125) }) },
    Field { name: "labels", key: Place(8, 1140, 1146), shape: &S34, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(8, 1291, 1293) }) },
]);
static S122: Shape = Shape::Choice(&[
    ("Off", None),
    ("PrometheusOperator", Some(&S121)),
]);
static S123: Shape = Shape::Record(&[
    Field { name: "metrics", key: Place(8, 409, 416), shape: &S122, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(8, 1339, 1343) }) },
    Field { name: "metrics_auth", key: Place(8, 1352, 1364), shape: &S40, optional: false, default: Some(Default { value: Literal::Bool(true), place: Place(8, 1489, 1493) }) },
    Field { name: "alerts", key: Place(8, 1502, 1508), shape: &S40, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(8, 1615, 1620) }) },
    Field { name: "dashboards", key: Place(8, 1629, 1639), shape: &S40, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(8, 1730, 1735) }) },
]);
static S124: Shape = Shape::Any;
static S125: Shape = Shape::Dict(&S124);
static S126: Shape = Shape::Dict(&S125);
static P127: Pattern = Pattern::new(4, "^[A-Z][0-9][0-9][0-9]$", true);
static S128: Shape = Shape::Text(&P127);
static S129: Shape = Shape::Record(&[
    Field { name: "rule", key: Place(4, 4246, 4250), shape: &S128, optional: false, default: None },
    Field { name: "reason", key: Place(4, 4334, 4340), shape: &S19, optional: false, default: None },
]);
static S130: Shape = Shape::Array(&S129);
static S131: Shape = Shape::Record(&[
    Field { name: "name", key: Place(4, 587, 591), shape: &S1, optional: false, default: None },
    Field { name: "profile", key: Place(4, 736, 743), shape: &S2, optional: false, default: None },
    Field { name: "namespace", key: Place(4, 988, 997), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("agentos"), place: Place(4, 1124, 1133) }) },
    Field { name: "runtime", key: Place(4, 1142, 1149), shape: &S3, optional: false, default: Some(Default { value: Literal::Tag("V1_02"), place: Place(4, 1283, 1289) }) },
    Field { name: "image", key: Place(4, 1298, 1303), shape: &S5, optional: false, default: Some(Default { value: Literal::Text("ghcr.io/nexixai/agentos:latest"), place: Place(4, 1439, 1471) }) },
    Field { name: "pull_policy", key: Place(4, 1480, 1491), shape: &S6, optional: true, default: None },
    Field { name: "services", key: Place(4, 1667, 1675), shape: &S55, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(4, 2308, 2310) }) },
    Field { name: "tenancy", key: Place(4, 2319, 2326), shape: &S68, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(4, 2407, 2409) }) },
    Field { name: "secrets", key: Place(4, 2418, 2425), shape: &S81, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(4, 2544, 2546) }) },
    Field { name: "storage", key: Place(4, 2555, 2562), shape: &S31, optional: false, default: None },
    Field { name: "audit", key: Place(4, 2707, 2712), shape: &S82, optional: false, default: Some(Default { value: Literal::Tag("File"), place: Place(4, 2994, 2999) }) },
    Field { name: "audit_shipping", key: Place(4, 3008, 3022), shape: &S87, optional: false, default: Some(Default { value: Literal::Tag("None"), place: Place(4, 3255, 3260) }) },
    Field { name: "federation", key: Place(4, 3269, 3279), shape: &S113, optional: false, default: None },
    Field { name: "network", key: Place(4, 3404, 3411), shape: &S119, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(4, 3488, 3490) }) },
    Field { name: "observability", key: Place(4, 3499, 3512), shape: &S123, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(4, 3605, 3607) }) },
    Field { name: "labels", key: Place(4, 3616, 3622), shape: &S34, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(4, 3718, 3720) }) },
    Field { name: "annotations", key: Place(4, 3729, 3740), shape: &S29, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(4, 3831, 3833) }) },
    Field { name: "patches", key: Place(4, 3842, 3849), shape: &S126, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(4, 4114, 4116) }) },
    Field { name: "allow", key: Place(4, 4125, 4130), shape: &S130, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(4, 4468, 4470) }) },
]);
