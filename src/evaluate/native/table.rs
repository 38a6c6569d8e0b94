//! The library's contracts. Generated from lib/ by `cargo run --example generate`; do not edit.

use super::{Default, Field, Literal, Pattern, Place, Reference, Shape, Words};

/// What an environment must be.
pub(super) static ENVIRONMENT: &Shape = &S184;

static P0: Pattern = Pattern::new(63, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", true);
static S1: Shape = Shape::Text(&P0, &[Words { message: "expected a DNS label, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a DNS label", notes: &["use lower-case letters, digits and `-`, at most 63 characters, and start and end with a letter or digit", "K001"] }]);
static S2: Shape = Shape::Choice(&[
    ("Dev", None),
    ("Demo", None),
    ("Prod", None),
]);
static S3: Shape = Shape::Choice(&[
    ("Managed", None),
    ("Existing", None),
]);
static S4: Shape = Shape::Choice(&[
    ("V1_02", None),
    ("V1_07", None),
]);
static P5: Pattern = Pattern::new(512, "^[a-z0-9]+([-._]+[a-z0-9]+)*(:[0-9]+)?(/[a-z0-9]+([-._]+[a-z0-9]+)*)*(:[A-Za-z0-9_][-A-Za-z0-9_.]*)?(@sha256:[a-f0-9]{64})?$", true);
static S6: Shape = Shape::Text(&P5, &[Words { message: "expected an image reference, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not an image reference", notes: &["write `registry/repository:tag`, and `@sha256:` with 64 hexadecimal digits to pin it", "C006"] }]);
static S7: Shape = Shape::Choice(&[
    ("Always", None),
    ("IfNotPresent", None),
    ("Never", None),
]);
static S8: Shape = Shape::Record(&[
]);
static S9: Shape = Shape::Dict(&S8);
static P10: Pattern = Pattern::new(253, "^[-._a-zA-Z0-9]*[-_a-zA-Z0-9][-._a-zA-Z0-9]*$", true);
static S11: Shape = Shape::Text(&P10, &[Words { message: "expected a key of a Secret, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a key of a Secret", notes: &["use letters, digits, `-`, `_` and `.`", "K001"] }]);
static S12: Shape = Shape::Array(&S11);
static S13: Shape = Shape::Record(&[
    Field { name: "keys", key: Place(11, 231, 235), shape: &S12, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(11, 369, 371) }) },
]);
static S14: Shape = Shape::Dict(&S13);
static S15: Shape = Shape::Record(&[
    Field { name: "Secret", key: Place(11, 503, 509), shape: &S14, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 588, 590) }) },
    Field { name: "ConfigMap", key: Place(11, 599, 608), shape: &S14, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 690, 692) }) },
    Field { name: "ServiceAccount", key: Place(11, 701, 715), shape: &S9, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 852, 854) }) },
    Field { name: "PersistentVolumeClaim", key: Place(11, 863, 884), shape: &S9, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(11, 959, 961) }) },
]);
static S16: Shape = Shape::Integer(0, 1000, &[Words { message: "expected a count, written as a number", notes: &["write it without quotes", "C005"] }, Words { message: "expected a count, without a fraction", notes: &["leave out the fraction", "C006"] }, Words { message: "expected a count, found %{}", notes: &["choose a number from 0 to 1000", "C006"] }]);
static P17: Pattern = Pattern::new(24, "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][0-9]+)?$", true);
static S18: Shape = Shape::Text(&P17, &[Words { message: "expected a quantity, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a quantity", notes: &["write a number and a unit: `250m` for processor time, `Mi` or `Gi` for memory and storage", "K010"] }]);
static S19: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S18, optional: false, default: Some(Default { value: Literal::Text("100m"), place: Place(14, 5612, 5618) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S18, optional: false, default: Some(Default { value: Literal::Text("128Mi"), place: Place(14, 5639, 5646) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S18, optional: false, default: Some(Default { value: Literal::Text("64Mi"), place: Place(14, 5678, 5684) }) },
]);
static S20: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S18, optional: false, default: Some(Default { value: Literal::Text("500m"), place: Place(14, 5833, 5839) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S18, optional: false, default: Some(Default { value: Literal::Text("256Mi"), place: Place(14, 5860, 5867) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S18, optional: false, default: Some(Default { value: Literal::Text("1Gi"), place: Place(14, 5899, 5904) }) },
]);
static S21: Shape = Shape::Record(&[
    Field { name: "requests", key: Place(14, 5509, 5517), shape: &S19, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 5712, 5714) }) },
    Field { name: "limits", key: Place(14, 5727, 5733), shape: &S20, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 5932, 5934) }) },
]);
static P22: Pattern = Pattern::new(253, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$", true);
static S23: Shape = Shape::Text(&P22, &[Words { message: "expected a host name, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a host name", notes: &["write the name alone, for example `eu.agentos.example.com`: no scheme, port or path", "C006"] }]);
static P24: Pattern = Pattern::new(253, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", true);
static S25: Shape = Shape::Text(&P24, &[Words { message: "expected a DNS name, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a DNS name", notes: &["use lower-case letters, digits, `-` and `.`, at most 253 characters", "K001"] }]);
static P26: Pattern = Pattern::new(63, "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$", true);
static S27: Shape = Shape::Text(&P26, &[Words { message: "expected a label value, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a label value", notes: &["use letters, digits, `-`, `_` and `.`, at most 63 characters, and start and end with a letter or digit", "K001"] }]);
static S28: Shape = Shape::Dict(&S27);
static S29: Shape = Shape::Record(&[
    Field { name: "namespace", key: Place(14, 1543, 1552), shape: &S1, optional: true, default: None },
    Field { name: "pods", key: Place(14, 1694, 1698), shape: &S28, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 1845, 1847) }) },
]);
static S30: Shape = Shape::Record(&[
    Field { name: "name", key: Place(14, 915, 919), shape: &S25, optional: false, default: None },
    Field { name: "namespace", key: Place(14, 998, 1007), shape: &S1, optional: false, default: None },
    Field { name: "section", key: Place(14, 1087, 1094), shape: &S25, optional: true, default: None },
    Field { name: "proxies", key: Place(14, 1274, 1281), shape: &S29, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 1879, 1881) }) },
]);
static P31: Pattern = Pattern::new(65536, "[^\\t\\n\\r ]", false);
static S32: Shape = Shape::Text(&P31, &[Words { message: "expected text, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not text", notes: &["write at least one word", "C006"] }]);
static S33: Shape = Shape::Choice(&[
    ("External", Some(&S32)),
]);
static P34: Pattern = Pattern::new(256, "^[-A-Za-z0-9!#$%&'*+.^_`|~]+$", true);
static S35: Shape = Shape::Text(&P34, &[Words { message: "expected the name of a header, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not the name of a header", notes: &["write the name alone, for example `X-Forwarded-User`", "C006"] }]);
static S36: Shape = Shape::Array(&S35);
static S37: Shape = Shape::Record(&[
    Field { name: "host", key: Place(14, 2096, 2100), shape: &S23, optional: false, default: None },
    Field { name: "gateway", key: Place(14, 2196, 2203), shape: &S30, optional: false, default: None },
    Field { name: "authentication", key: Place(14, 2295, 2309), shape: &S33, optional: false, default: None },
    Field { name: "strip", key: Place(14, 2936, 2941), shape: &S36, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(14, 3111, 3113) }) },
]);
static S38: Shape = Shape::Choice(&[
    ("Internal", None),
    ("Gateway", Some(&S37)),
]);
static S39: Shape = Shape::Choice(&[
    ("ReadWriteOnce", None),
    ("ReadWriteOncePod", None),
]);
static S40: Shape = Shape::Choice(&[
    ("Keep", None),
    ("Prune", None),
]);
static S41: Shape = Shape::Choice(&[
    ("FileSystem", None),
    ("Snapshot", None),
]);
static S42: Shape = Shape::Record(&[
    Field { name: "method", key: Place(19, 1694, 1700), shape: &S41, optional: false, default: Some(Default { value: Literal::Tag("FileSystem"), place: Place(19, 1846, 1857) }) },
]);
static S43: Shape = Shape::Choice(&[
    ("None", None),
    ("Velero", Some(&S42)),
]);
static S44: Shape = Shape::String;
static S45: Shape = Shape::Dict(&S44);
static S46: Shape = Shape::Record(&[
    Field { name: "class", key: Place(19, 202, 207), shape: &S25, optional: true, default: None },
    Field { name: "size", key: Place(19, 474, 478), shape: &S18, optional: false, default: Some(Default { value: Literal::Text("10Gi"), place: Place(19, 578, 584) }) },
    Field { name: "access_mode", key: Place(19, 593, 604), shape: &S39, optional: false, default: Some(Default { value: Literal::Tag("ReadWriteOnce"), place: Place(19, 890, 904) }) },
    Field { name: "retention", key: Place(19, 913, 922), shape: &S40, optional: false, default: Some(Default { value: Literal::Tag("Keep"), place: Place(19, 1370, 1375) }) },
    Field { name: "backup", key: Place(19, 1384, 1390), shape: &S43, optional: false, default: Some(Default { value: Literal::Tag("None"), place: Place(19, 1903, 1908) }) },
    Field { name: "annotations", key: Place(19, 1917, 1928), shape: &S45, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(19, 2158, 2160) }) },
]);
static S47: Shape = Shape::Choice(&[
    ("Ephemeral", None),
    ("Persistent", Some(&S46)),
]);
static S48: Shape = Shape::Choice(&[
    ("Equal", None),
    ("Exists", None),
]);
static S49: Shape = Shape::Choice(&[
    ("NoSchedule", None),
    ("PreferNoSchedule", None),
    ("NoExecute", None),
]);
static S50: Shape = Shape::Record(&[
    Field { name: "key", key: Place(14, 267, 270), shape: &S44, optional: true, default: None },
    Field { name: "operator", key: Place(14, 404, 412), shape: &S48, optional: false, default: Some(Default { value: Literal::Tag("Equal"), place: Place(14, 531, 537) }) },
    Field { name: "value", key: Place(14, 546, 551), shape: &S27, optional: true, default: None },
    Field { name: "effect", key: Place(14, 660, 666), shape: &S49, optional: true, default: None },
]);
static S51: Shape = Shape::Array(&S50);
static S52: Shape = Shape::Record(&[
    Field { name: "node_selector", key: Place(14, 6641, 6654), shape: &S28, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 6768, 6770) }) },
    Field { name: "tolerations", key: Place(14, 6783, 6794), shape: &S51, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(14, 6904, 6906) }) },
    Field { name: "priority_class", key: Place(14, 6919, 6933), shape: &S25, optional: true, default: None },
]);
static S53: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(14, 3249, 3255), shape: &S25, optional: false, default: None },
    Field { name: "certificate", key: Place(14, 3352, 3363), shape: &S11, optional: false, default: Some(Default { value: Literal::Text("tls.crt"), place: Place(14, 3487, 3496) }) },
    Field { name: "private_key", key: Place(14, 3507, 3518), shape: &S11, optional: false, default: Some(Default { value: Literal::Text("tls.key"), place: Place(14, 3642, 3651) }) },
]);
static S54: Shape = Shape::Choice(&[
    ("Off", None),
    ("Required", Some(&S53)),
]);
static S55: Shape = Shape::Integer(1, 1000000000, &[Words { message: "expected a limit of at least 1, written as a number", notes: &["write it without quotes", "C005"] }, Words { message: "expected a limit of at least 1, without a fraction", notes: &["leave out the fraction", "C006"] }, Words { message: "expected a limit of at least 1, found %{}", notes: &["choose a number from 1 to 1000000000", "C006"] }]);
static S56: Shape = Shape::Record(&[
    Field { name: "run_create_qps", key: Place(14, 7680, 7694), shape: &S55, optional: false, default: Some(Default { value: Literal::Number("10"), place: Place(14, 7812, 7814) }) },
    Field { name: "concurrent_runs", key: Place(14, 7827, 7842), shape: &S55, optional: false, default: Some(Default { value: Literal::Number("25"), place: Place(14, 7965, 7967) }) },
]);
static S57: Shape = Shape::Integer(1024, 65535, &[Words { message: "expected an unprivileged TCP port, written as a number", notes: &["write it without quotes", "C005"] }, Words { message: "expected an unprivileged TCP port, without a fraction", notes: &["leave out the fraction", "C006"] }, Words { message: "expected an unprivileged TCP port, found %{}", notes: &["choose a number from 1024 to 65535", "C006"] }]);
static S58: Shape = Shape::Integer(1, 65535, &[Words { message: "expected a TCP port, written as a number", notes: &["write it without quotes", "C005"] }, Words { message: "expected a TCP port, without a fraction", notes: &["leave out the fraction", "C006"] }, Words { message: "expected a TCP port, found %{}", notes: &["choose a number from 1 to 65535", "C006"] }]);
static S59: Shape = Shape::Bool;
static P60: Pattern = Pattern::new(1024, "^[a-z0-9.]+=[-+.a-z0-9]+(,[a-z0-9.]+=[-+.a-z0-9]+)*$", true);
static S61: Shape = Shape::Text(&P60, &[Words { message: "expected switches of Go, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not switches of Go", notes: &["write `name=value`, with a comma between two of them, for example `netdns=go`", "R006"] }]);
static S62: Shape = Shape::Integer(1, 10000, &[Words { message: "expected a whole number, written as a number", notes: &["write it without quotes", "C005"] }, Words { message: "expected a whole number, without a fraction", notes: &["leave out the fraction", "R006"] }, Words { message: "expected a whole number, found %{}", notes: &["choose a number from 1 to 10000", "R006"] }]);
static S63: Shape = Shape::Integer(1, 1024, &[Words { message: "expected a whole number, written as a number", notes: &["write it without quotes", "C005"] }, Words { message: "expected a whole number, without a fraction", notes: &["leave out the fraction", "R006"] }, Words { message: "expected a whole number, found %{}", notes: &["choose a number from 1 to 1024", "R006"] }]);
static P64: Pattern = Pattern::new(24, "^[0-9]+(B|KiB|MiB|GiB|TiB)?$", true);
static S65: Shape = Shape::Text(&P64, &[Words { message: "expected an amount of memory, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not an amount of memory", notes: &["write a number and `MiB` or `GiB`", "R006"] }]);
static S66: Shape = Shape::Choice(&[
    ("none", None),
    ("single", None),
    ("all", None),
    ("system", None),
    ("crash", None),
]);
static P67: Pattern = Pattern::new(64, "^[A-Za-z][-A-Za-z0-9_+]*(/[A-Za-z][-A-Za-z0-9_+]*)*$", true);
static S68: Shape = Shape::Text(&P67, &[Words { message: "expected a time zone, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a time zone", notes: &["write its name in the IANA database, for example `Europe/Berlin`", "R006"] }]);
static S69: Shape = Shape::Record(&[
    Field { name: "AGENTOS_ALLOW_DEV_HEADERS", key: Place(16, 354, 379), shape: &S59, optional: true, default: None },
    Field { name: "GODEBUG", key: Place(16, 546, 553), shape: &S61, optional: true, default: None },
    Field { name: "GOGC", key: Place(16, 889, 893), shape: &S62, optional: true, default: None },
    Field { name: "GOMAXPROCS", key: Place(16, 1067, 1077), shape: &S63, optional: true, default: None },
    Field { name: "GOMEMLIMIT", key: Place(16, 1227, 1237), shape: &S65, optional: true, default: None },
    Field { name: "GOTRACEBACK", key: Place(16, 1457, 1468), shape: &S66, optional: true, default: None },
    Field { name: "TZ", key: Place(16, 1622, 1624), shape: &S68, optional: true, default: None },
]);
static P70: Pattern = Pattern::new(8, "^[1-9][0-9]?[0-9]?[0-9]?(s|m)$", true);
static S71: Shape = Shape::Text(&P70, &[Words { message: "expected a length of time, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a length of time", notes: &["write a number from 1 to 9999 with `s` or `m`, for example `30s`", "R006"] }]);
static S72: Shape = Shape::Choice(&[
    ("json", None),
]);
static S73: Shape = Shape::Integer(7, 36500, &[Words { message: "expected a whole number, written as a number", notes: &["write it without quotes", "C005"] }, Words { message: "expected a whole number, without a fraction", notes: &["leave out the fraction", "R006"] }, Words { message: "expected a whole number, found %{}", notes: &["choose a number from 7 to 36500", "R006"] }]);
static S74: Shape = Shape::Integer(90, 36500, &[Words { message: "expected a whole number, written as a number", notes: &["write it without quotes", "C005"] }, Words { message: "expected a whole number, without a fraction", notes: &["leave out the fraction", "R006"] }, Words { message: "expected a whole number, found %{}", notes: &["choose a number from 90 to 36500", "R006"] }]);
static S75: Shape = Shape::Record(&[
    Field { name: "AGENTOS_ALLOW_DEV_HEADERS", key: Place(17, 354, 379), shape: &S59, optional: true, default: None },
    Field { name: "AGENTOS_SHUTDOWN_TIMEOUT", key: Place(17, 546, 570), shape: &S71, optional: true, default: None },
    Field { name: "AGENTOS_LOG_FORMAT", key: Place(17, 883, 901), shape: &S72, optional: true, default: None },
    Field { name: "GODEBUG", key: Place(17, 1081, 1088), shape: &S61, optional: true, default: None },
    Field { name: "GOGC", key: Place(17, 1424, 1428), shape: &S62, optional: true, default: None },
    Field { name: "GOMAXPROCS", key: Place(17, 1602, 1612), shape: &S63, optional: true, default: None },
    Field { name: "GOMEMLIMIT", key: Place(17, 1762, 1772), shape: &S65, optional: true, default: None },
    Field { name: "GOTRACEBACK", key: Place(17, 1992, 2003), shape: &S66, optional: true, default: None },
    Field { name: "TZ", key: Place(17, 2157, 2159), shape: &S68, optional: true, default: None },
    Field { name: "AGENTOS_RETENTION_RUNS_DAYS", key: Place(17, 2565, 2592), shape: &S73, optional: true, default: None },
    Field { name: "AGENTOS_RETENTION_EVENTS_DAYS", key: Place(17, 2882, 2911), shape: &S73, optional: true, default: None },
    Field { name: "AGENTOS_RETENTION_AUDIT_DAYS", key: Place(17, 3194, 3222), shape: &S74, optional: true, default: None },
    Field { name: "AGENTOS_RETENTION_USAGE_DAYS", key: Place(17, 3515, 3543), shape: &S74, optional: true, default: None },
]);
static S76: Shape = Shape::Depends(Reference(2, "runtime"), &[
    ("V1_02", &S69),
    ("V1_07", &S75),
]);
static S77: Shape = Shape::Record(&[
    Field { name: "replicas", key: Place(14, 5146, 5154), shape: &S16, optional: false, default: Some(Default { value: Literal::Number("1"), place: Place(14, 5402, 5403) }) },
    Field { name: "resources", key: Place(14, 5412, 5421), shape: &S21, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 5966, 5968) }) },
    Field { name: "exposure", key: Place(14, 6159, 6167), shape: &S38, optional: false, default: Some(Default { value: Literal::Tag("Internal"), place: Place(14, 6426, 6435) }) },
    Field { name: "storage", key: Place(14, 6444, 6451), shape: &S47, optional: true, default: None },
    Field { name: "scheduling", key: Place(14, 6569, 6579), shape: &S52, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 7071, 7073) }) },
    Field { name: "labels", key: Place(14, 7082, 7088), shape: &S28, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 7213, 7215) }) },
    Field { name: "annotations", key: Place(14, 7224, 7235), shape: &S45, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 7355, 7357) }) },
    Field { name: "tls", key: Place(14, 8010, 8013), shape: &S54, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(14, 8135, 8139) }) },
    Field { name: "quotas", key: Place(14, 7584, 7590), shape: &S56, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 7999, 8001) }) },
    Field { name: "port", key: Place(14, 4894, 4898), shape: &S57, optional: false, default: Some(Default { value: Literal::Number("8081"), place: Place(14, 7533, 7537) }) },
    Field { name: "service_port", key: Place(14, 4991, 5003), shape: &S58, optional: false, default: Some(Default { value: Literal::Number("50081"), place: Place(14, 7570, 7575) }) },
    Field { name: "env", key: Place(14, 5977, 5980), shape: &S76, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3695, 3697) }) },
]);
static P78: Pattern = Pattern::new(2048, "^https?://([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*|\\[[0-9a-f:]+\\])(:([1-9]|[1-9][0-9]|[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9]|[1-5][0-9][0-9][0-9][0-9]|6[0-4][0-9][0-9][0-9]|65[0-4][0-9][0-9]|655[0-2][0-9]|6553[0-5]))?(/[-A-Za-z0-9._~%]+)*$", true);
static S79: Shape = Shape::Text(&P78, &[Words { message: "expected a base URL, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a base URL", notes: &["write scheme and host, for example `https://agentos.partner.example`: no credentials, no query, no final `/`", "C006"] }]);
static P80: Pattern = Pattern::new(4096, "^[^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f][^\\x00-\\x1f\\x7f]*$", true);
static S81: Shape = Shape::Text(&P80, &[Words { message: "expected one line of text, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not one line of text", notes: &["write one line, without control characters", "C006"] }]);
static P82: Pattern = Pattern::new(24, "^([0-9]+(h|m|s|ms))+$", true);
static S83: Shape = Shape::Text(&P82, &[Words { message: "expected a length of time, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a length of time", notes: &["write a number with `h`, `m`, `s` or `ms`, for example `30s` or `1h`", "C006"] }]);
static S84: Shape = Shape::Record(&[
    Field { name: "base_url", key: Place(14, 3979, 3987), shape: &S79, optional: false, default: None },
    Field { name: "default", key: Place(14, 4105, 4112), shape: &S81, optional: false, default: None },
    Field { name: "timeout", key: Place(14, 4238, 4245), shape: &S83, optional: false, default: Some(Default { value: Literal::Text("60s"), place: Place(14, 4347, 4352) }) },
]);
static S85: Shape = Shape::Record(&[
    Field { name: "base_url", key: Place(14, 4390, 4398), shape: &S79, optional: true, default: None },
    Field { name: "default", key: Place(14, 4563, 4570), shape: &S81, optional: false, default: None },
    Field { name: "timeout", key: Place(14, 4696, 4703), shape: &S83, optional: false, default: Some(Default { value: Literal::Text("60s"), place: Place(14, 4805, 4810) }) },
]);
static S86: Shape = Shape::Choice(&[
    ("Stub", None),
    ("OpenAi", Some(&S84)),
    ("Anthropic", Some(&S85)),
]);
static S87: Shape = Shape::Record(&[
    Field { name: "invoke_qps", key: Place(14, 8403, 8413), shape: &S55, optional: false, default: Some(Default { value: Literal::Number("20"), place: Place(14, 8536, 8538) }) },
]);
static S88: Shape = Shape::Record(&[
    Field { name: "AGENTOS_ALLOW_DEV_HEADERS", key: Place(17, 354, 379), shape: &S59, optional: true, default: None },
    Field { name: "AGENTOS_SHUTDOWN_TIMEOUT", key: Place(17, 546, 570), shape: &S71, optional: true, default: None },
    Field { name: "AGENTOS_LOG_FORMAT", key: Place(17, 883, 901), shape: &S72, optional: true, default: None },
    Field { name: "GODEBUG", key: Place(17, 1081, 1088), shape: &S61, optional: true, default: None },
    Field { name: "GOGC", key: Place(17, 1424, 1428), shape: &S62, optional: true, default: None },
    Field { name: "GOMAXPROCS", key: Place(17, 1602, 1612), shape: &S63, optional: true, default: None },
    Field { name: "GOMEMLIMIT", key: Place(17, 1762, 1772), shape: &S65, optional: true, default: None },
    Field { name: "GOTRACEBACK", key: Place(17, 1992, 2003), shape: &S66, optional: true, default: None },
    Field { name: "TZ", key: Place(17, 2157, 2159), shape: &S68, optional: true, default: None },
]);
static S89: Shape = Shape::Depends(Reference(2, "runtime"), &[
    ("V1_02", &S69),
    ("V1_07", &S88),
]);
static S90: Shape = Shape::Record(&[
    Field { name: "replicas", key: Place(14, 5146, 5154), shape: &S16, optional: false, default: Some(Default { value: Literal::Number("1"), place: Place(14, 5402, 5403) }) },
    Field { name: "resources", key: Place(14, 5412, 5421), shape: &S21, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 5966, 5968) }) },
    Field { name: "exposure", key: Place(14, 6159, 6167), shape: &S38, optional: false, default: Some(Default { value: Literal::Tag("Internal"), place: Place(14, 6426, 6435) }) },
    Field { name: "storage", key: Place(14, 6444, 6451), shape: &S47, optional: true, default: None },
    Field { name: "scheduling", key: Place(14, 6569, 6579), shape: &S52, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 7071, 7073) }) },
    Field { name: "labels", key: Place(14, 7082, 7088), shape: &S28, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 7213, 7215) }) },
    Field { name: "annotations", key: Place(14, 7224, 7235), shape: &S45, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 7355, 7357) }) },
    Field { name: "model", key: Place(14, 8719, 8724), shape: &S86, optional: false, default: Some(Default { value: Literal::Tag("Stub"), place: Place(14, 8952, 8957) }) },
    Field { name: "tls", key: Place(14, 8581, 8584), shape: &S54, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(14, 8706, 8710) }) },
    Field { name: "quotas", key: Place(14, 8307, 8313), shape: &S87, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 8570, 8572) }) },
    Field { name: "port", key: Place(14, 4894, 4898), shape: &S57, optional: false, default: Some(Default { value: Literal::Number("8082"), place: Place(14, 8256, 8260) }) },
    Field { name: "service_port", key: Place(14, 4991, 5003), shape: &S58, optional: false, default: Some(Default { value: Literal::Number("50082"), place: Place(14, 8293, 8298) }) },
    Field { name: "env", key: Place(14, 5977, 5980), shape: &S89, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3901, 3903) }) },
]);
static S91: Shape = Shape::Record(&[
    Field { name: "replicas", key: Place(14, 5146, 5154), shape: &S16, optional: false, default: Some(Default { value: Literal::Number("1"), place: Place(14, 5402, 5403) }) },
    Field { name: "resources", key: Place(14, 5412, 5421), shape: &S21, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 5966, 5968) }) },
    Field { name: "exposure", key: Place(14, 6159, 6167), shape: &S38, optional: false, default: Some(Default { value: Literal::Tag("Internal"), place: Place(14, 6426, 6435) }) },
    Field { name: "storage", key: Place(14, 6444, 6451), shape: &S47, optional: true, default: None },
    Field { name: "scheduling", key: Place(14, 6569, 6579), shape: &S52, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 7071, 7073) }) },
    Field { name: "labels", key: Place(14, 7082, 7088), shape: &S28, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 7213, 7215) }) },
    Field { name: "annotations", key: Place(14, 7224, 7235), shape: &S45, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(14, 7355, 7357) }) },
    Field { name: "port", key: Place(14, 4894, 4898), shape: &S57, optional: false, default: Some(Default { value: Literal::Number("8083"), place: Place(14, 9103, 9107) }) },
    Field { name: "service_port", key: Place(14, 4991, 5003), shape: &S58, optional: false, default: Some(Default { value: Literal::Number("50083"), place: Place(14, 9140, 9145) }) },
    Field { name: "env", key: Place(14, 5977, 5980), shape: &S89, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 4133, 4135) }) },
]);
static S92: Shape = Shape::Record(&[
    Field { name: "agent-orchestrator", key: Place(6, 3466, 3484), shape: &S77, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3725, 3727) }) },
    Field { name: "model-policy", key: Place(6, 3740, 3752), shape: &S90, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3931, 3933) }) },
    Field { name: "federation", key: Place(6, 3946, 3956), shape: &S91, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 4163, 4165) }) },
]);
static P93: Pattern = Pattern::new(64, "^tnt_[a-z0-9_]+$", true);
static S94: Shape = Shape::Text(&P93, &[Words { message: "expected a tenant id, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a tenant id", notes: &["write `tnt_` and then lower-case letters, digits and `_`, for example `tnt_acme`", "T002"] }]);
static S95: Shape = Shape::KeyOf(Reference(0, "tenants"), &[Words { message: "the default tenant has no record under `tenants`", notes: &["declare it, as in `tenancy.tenants.%{} = { name = \"…\" }`, or name a tenant that is declared", "T003"] }]);
static S96: Shape = Shape::All(&[&S94, &S95]);
static S97: Shape = Shape::Choice(&[
    ("Shared", None),
    ("Dedicated", None),
]);
static S98: Shape = Shape::Record(&[
    Field { name: "agent-orchestrator", key: Place(20, 2531, 2549), shape: &S23, optional: true, default: None },
    Field { name: "model-policy", key: Place(20, 2671, 2683), shape: &S23, optional: true, default: None },
    Field { name: "federation", key: Place(20, 2799, 2809), shape: &S23, optional: true, default: None },
]);
static S99: Shape = Shape::Record(&[
    Field { name: "namespace", key: Place(9, 184, 193), shape: &S1, optional: true, default: None },
    Field { name: "pods", key: Place(9, 331, 335), shape: &S28, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 483, 485) }) },
]);
static S100: Shape = Shape::Dict(&S99);
static S101: Shape = Shape::Record(&[
    Field { name: "agent-orchestrator", key: Place(9, 1473, 1491), shape: &S100, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 1628, 1630) }) },
    Field { name: "model-policy", key: Place(9, 1639, 1651), shape: &S100, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 1778, 1780) }) },
    Field { name: "federation", key: Place(9, 1789, 1799), shape: &S100, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 1879, 1881) }) },
]);
static S102: Shape = Shape::Text(&P24, &[Words { message: "expected a host, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a host", notes: &["write the name alone, for example `postgres.data.svc`: no scheme, port or path", "C006"] }]);
static S103: Shape = Shape::Choice(&[
    ("Disable", None),
    ("Require", None),
    ("VerifyCa", None),
    ("VerifyFull", None),
]);
static S104: Shape = Shape::Record(&[
    Field { name: "host", key: Place(5, 464, 468), shape: &S102, optional: false, default: None },
    Field { name: "port", key: Place(5, 803, 807), shape: &S58, optional: false, default: Some(Default { value: Literal::Number("5432"), place: Place(5, 972, 976) }) },
    Field { name: "name", key: Place(5, 987, 991), shape: &S81, optional: false, default: Some(Default { value: Literal::Text("agentos"), place: Place(5, 1081, 1090) }) },
    Field { name: "user", key: Place(5, 1101, 1105), shape: &S81, optional: false, default: Some(Default { value: Literal::Text("agentos"), place: Place(5, 1229, 1238) }) },
    Field { name: "ssl_mode", key: Place(5, 1249, 1257), shape: &S103, optional: false, default: Some(Default { value: Literal::Tag("Require"), place: Place(5, 1646, 1654) }) },
    Field { name: "pool_size", key: Place(5, 1665, 1674), shape: &S55, optional: false, default: Some(Default { value: Literal::Number("10"), place: Place(5, 1775, 1777) }) },
]);
static S105: Shape = Shape::Choice(&[
    ("Files", None),
    ("Postgres", Some(&S104)),
]);
static S106: Shape = Shape::Record(&[
    Field { name: "run_create_qps", key: Place(20, 3850, 3864), shape: &S55, optional: true, default: None },
    Field { name: "concurrent_runs", key: Place(20, 3995, 4010), shape: &S55, optional: true, default: None },
    Field { name: "invoke_qps", key: Place(20, 4146, 4156), shape: &S55, optional: true, default: None },
]);
static S107: Shape = Shape::Scalar(&[Words { message: "expected a string, a number or a boolean", notes: &["write one plain value", "C005"] }]);
static S108: Shape = Shape::Dict(&S107);
static S109: Shape = Shape::Record(&[
    Field { name: "key", key: Place(12, 168, 171), shape: &S32, optional: false, default: None },
    Field { name: "property", key: Place(12, 460, 468), shape: &S32, optional: true, default: None },
    Field { name: "version", key: Place(12, 606, 613), shape: &S32, optional: true, default: None },
]);
static P110: Pattern = Pattern::new(71, "^sha256:[0-9a-f]{64}$", true);
static S111: Shape = Shape::Text(&P110, &[Words { message: "expected a fingerprint, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a fingerprint", notes: &["write `sha256:` and 64 hexadecimal digits, as `agentos-cfg seal` does", "C006"] }]);
static S112: Shape = Shape::Record(&[
    Field { name: "namespace", key: Place(12, 1737, 1746), shape: &S1, optional: false, default: None },
    Field { name: "name", key: Place(12, 1843, 1847), shape: &S25, optional: false, default: None },
    Field { name: "certificate", key: Place(12, 1923, 1934), shape: &S111, optional: false, default: None },
]);
static S113: Shape = Shape::Record(&[
    Field { name: "placeholder", key: Place(12, 978, 989), shape: &S81, optional: true, default: None },
    Field { name: "remote", key: Place(12, 1109, 1115), shape: &S109, optional: true, default: None },
    Field { name: "sealed", key: Place(12, 1236, 1242), shape: &S32, optional: true, default: None },
    Field { name: "sealed_for", key: Place(12, 1513, 1523), shape: &S112, optional: true, default: None },
]);
static S114: Shape = Shape::Record(&[
    Field { name: "AGENTOS_SERVICE_TOKEN", key: Place(16, 2280, 2301), shape: &S113, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(16, 2420, 2422) }) },
    Field { name: "AGENTOS_FED_SHARED_SECRET", key: Place(16, 2430, 2455), shape: &S113, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(16, 2569, 2571) }) },
    Field { name: "AGENTOS_SIGNING_KEY", key: Place(16, 2579, 2598), shape: &S113, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(16, 2686, 2688) }) },
]);
static S115: Shape = Shape::Record(&[
    Field { name: "AGENTOS_SERVICE_TOKEN", key: Place(17, 4103, 4124), shape: &S113, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(17, 4243, 4245) }) },
    Field { name: "AGENTOS_FED_SHARED_SECRET", key: Place(17, 4253, 4278), shape: &S113, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(17, 4392, 4394) }) },
    Field { name: "AGENTOS_SIGNING_KEY", key: Place(17, 4402, 4421), shape: &S113, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(17, 4509, 4511) }) },
    Field { name: "AGENTOS_DB_PASSWORD", key: Place(17, 4519, 4538), shape: &S113, optional: true, default: None },
    Field { name: "AGENTOS_MODEL_API_KEY", key: Place(17, 4665, 4686), shape: &S113, optional: true, default: None },
]);
static S116: Shape = Shape::Depends(Reference(4, "runtime"), &[
    ("V1_02", &S114),
    ("V1_07", &S115),
]);
static S117: Shape = Shape::Record(&[
    Field { name: "name", key: Place(20, 888, 892), shape: &S25, optional: true, default: None },
    Field { name: "keys", key: Place(20, 1055, 1059), shape: &S116, optional: true, default: None },
]);
static S118: Shape = Shape::Record(&[
    Field { name: "name", key: Place(20, 1413, 1417), shape: &S81, optional: false, default: None },
    Field { name: "plan", key: Place(20, 1492, 1496), shape: &S81, optional: false, default: Some(Default { value: Literal::Text("standard"), place: Place(20, 1598, 1608) }) },
    Field { name: "isolation", key: Place(20, 1617, 1626), shape: &S97, optional: false, default: Some(Default { value: Literal::Tag("Shared"), place: Place(20, 2025, 2032) }) },
    Field { name: "namespace", key: Place(20, 2041, 2050), shape: &S1, optional: true, default: None },
    Field { name: "hosts", key: Place(20, 2283, 2288), shape: &S98, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(20, 2942, 2944) }) },
    Field { name: "callers", key: Place(20, 2953, 2960), shape: &S101, optional: true, default: None },
    Field { name: "database", key: Place(20, 3400, 3408), shape: &S105, optional: true, default: None },
    Field { name: "quotas", key: Place(20, 3723, 3729), shape: &S106, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(20, 4311, 4313) }) },
    Field { name: "entitlements", key: Place(20, 4322, 4334), shape: &S108, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(20, 4490, 4492) }) },
    Field { name: "metadata", key: Place(20, 4501, 4509), shape: &S45, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(20, 4617, 4619) }) },
    Field { name: "secrets", key: Place(20, 3146, 3153), shape: &S117, optional: true, default: None },
]);
static S119: Shape = Shape::Dict(&S118);
static S120: Shape = Shape::Record(&[
    Field { name: "default", key: Place(20, 4700, 4707), shape: &S96, optional: true, default: None },
    Field { name: "limit_namespace", key: Place(20, 4957, 4972), shape: &S59, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(20, 5260, 5265) }) },
    Field { name: "tenants", key: Place(20, 5274, 5281), shape: &S119, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 4692, 4694) }) },
]);
static S121: Shape = Shape::Choice(&[
    ("SecretStore", None),
    ("ClusterSecretStore", None),
]);
static S122: Shape = Shape::Record(&[
    Field { name: "store", key: Place(13, 1081, 1086), shape: &S25, optional: false, default: None },
    Field { name: "store_kind", key: Place(13, 1181, 1191), shape: &S121, optional: false, default: Some(Default { value: Literal::Tag("SecretStore"), place: Place(13, 1358, 1370) }) },
    Field { name: "refresh", key: Place(13, 1385, 1392), shape: &S83, optional: false, default: Some(Default { value: Literal::Text("1h"), place: Place(13, 1512, 1516) }) },
]);
static S123: Shape = Shape::Choice(&[
    ("Vault", None),
    ("Aws", None),
    ("Azure", None),
    ("Gcp", None),
]);
static S124: Shape = Shape::Record(&[
    Field { name: "provider", key: Place(13, 1560, 1568), shape: &S123, optional: false, default: None },
    Field { name: "parameters", key: Place(13, 1831, 1841), shape: &S45, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 2086, 2088) }) },
]);
static S125: Shape = Shape::Record(&[
    Field { name: "annotations", key: Place(13, 2135, 2146), shape: &S45, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(13, 2402, 2404) }) },
]);
static S126: Shape = Shape::Choice(&[
    ("Placeholder", None),
    ("Existing", None),
    ("ExternalSecrets", Some(&S122)),
    ("Csi", Some(&S124)),
    ("Sealed", Some(&S125)),
]);
static S127: Shape = Shape::Choice(&[
    ("Env", None),
    ("File", None),
]);
static S128: Shape = Shape::Depends(Reference(1, "runtime"), &[
    ("V1_02", &S114),
    ("V1_07", &S115),
]);
static S129: Shape = Shape::Record(&[
    Field { name: "name", key: Place(13, 280, 284), shape: &S25, optional: false, default: Some(Default { value: Literal::Text("agentos-secrets"), place: Place(13, 551, 568) }) },
    Field { name: "backend", key: Place(13, 577, 584), shape: &S126, optional: false, default: Some(Default { value: Literal::Tag("Existing"), place: Place(13, 2450, 2459) }) },
    Field { name: "inject", key: Place(13, 2468, 2474), shape: &S127, optional: false, default: Some(Default { value: Literal::Tag("Env"), place: Place(13, 2756, 2760) }) },
    Field { name: "rotation", key: Place(13, 2935, 2943), shape: &S81, optional: true, default: None },
    Field { name: "keys", key: Place(13, 2769, 2773), shape: &S128, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 4909, 4911) }) },
]);
static S130: Shape = Shape::Record(&[
    Field { name: "issuer_url", key: Place(3, 394, 404), shape: &S79, optional: false, default: None },
    Field { name: "audience", key: Place(3, 520, 528), shape: &S81, optional: false, default: None },
    Field { name: "tenant_claim", key: Place(3, 611, 623), shape: &S81, optional: false, default: Some(Default { value: Literal::Text("tenant_id"), place: Place(3, 720, 731) }) },
]);
static S131: Shape = Shape::Choice(&[
    ("None", None),
    ("Oidc", Some(&S130)),
]);
static S132: Shape = Shape::Choice(&[
    ("File", None),
    ("Stdout", None),
    ("Stderr", None),
]);
static S133: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S18, optional: false, default: Some(Default { value: Literal::Text("10m"), place: Place(2, 983, 988) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S18, optional: false, default: Some(Default { value: Literal::Text("16Mi"), place: Place(2, 1009, 1015) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S18, optional: false, default: Some(Default { value: Literal::Text("16Mi"), place: Place(2, 1047, 1053) }) },
]);
static S134: Shape = Shape::Record(&[
    Field { name: "cpu", key: Place(1, 170, 173), shape: &S18, optional: false, default: Some(Default { value: Literal::Text("100m"), place: Place(2, 1210, 1216) }) },
    Field { name: "memory", key: Place(1, 281, 287), shape: &S18, optional: false, default: Some(Default { value: Literal::Text("64Mi"), place: Place(2, 1237, 1243) }) },
    Field { name: "ephemeral_storage", key: Place(1, 381, 398), shape: &S18, optional: false, default: Some(Default { value: Literal::Text("64Mi"), place: Place(2, 1275, 1281) }) },
]);
static S135: Shape = Shape::Record(&[
    Field { name: "requests", key: Place(2, 876, 884), shape: &S133, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(2, 1083, 1085) }) },
    Field { name: "limits", key: Place(2, 1100, 1106), shape: &S134, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(2, 1311, 1313) }) },
]);
static S136: Shape = Shape::Record(&[
    Field { name: "image", key: Place(2, 614, 619), shape: &S6, optional: true, default: None },
    Field { name: "resources", key: Place(2, 773, 782), shape: &S135, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(2, 1349, 1351) }) },
]);
static S137: Shape = Shape::Choice(&[
    ("None", None),
    ("Sidecar", Some(&S136)),
]);
static P138: Pattern = Pattern::new(64, "^stk_[a-z0-9_]+$", true);
static S139: Shape = Shape::Text(&P138, &[Words { message: "expected a stack id, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a stack id", notes: &["write `stk_` and then lower-case letters, digits and `_`, for example `stk_prod_eu`", "F001"] }]);
static P140: Pattern = Pattern::new(63, "^[a-z0-9][-a-z0-9_.]*$", true);
static S141: Shape = Shape::Text(&P140, &[Words { message: "expected a region, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a region", notes: &["use lower-case letters, digits, `-`, `_` and `.`, for example `eu-west-1`", "C006"] }]);
static P142: Pattern = Pattern::new(5, "^v[1-9][0-9]*$", true);
static S143: Shape = Shape::Text(&P142, &[Words { message: "expected an API version, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not an API version", notes: &["write `v` and a number, for example `v1`", "C006"] }]);
static S144: Shape = Shape::Array(&S143);
static P145: Pattern = Pattern::new(40, "^[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]+)?(Z|[+-][0-2][0-9]:[0-5][0-9])$", true);
static S146: Shape = Shape::Text(&P145, &[Words { message: "expected an RFC 3339 time, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not an RFC 3339 time", notes: &["write date, `T`, time and zone, for example `2026-01-31T12:00:00Z`", "C006"] }]);
static S147: Shape = Shape::Record(&[
    Field { name: "version", key: Place(7, 173, 180), shape: &S81, optional: true, default: None },
    Field { name: "git_sha", key: Place(7, 327, 334), shape: &S81, optional: false, default: Some(Default { value: Literal::Text("unknown"), place: Place(7, 422, 431) }) },
    Field { name: "timestamp", key: Place(7, 440, 449), shape: &S146, optional: false, default: Some(Default { value: Literal::Text("1970-01-01T00:00:00Z"), place: Place(7, 554, 576) }) },
]);
static S148: Shape = Shape::Record(&[
    Field { name: "agent-orchestrator", key: Place(7, 1118, 1136), shape: &S79, optional: false, default: None },
    Field { name: "model-policy", key: Place(7, 1264, 1276), shape: &S79, optional: false, default: None },
]);
static S149: Shape = Shape::Record(&[
    Field { name: "environment", key: Place(7, 679, 690), shape: &S1, optional: false, default: None },
    Field { name: "region", key: Place(7, 782, 788), shape: &S141, optional: false, default: None },
    Field { name: "api_versions", key: Place(7, 876, 888), shape: &S144, optional: false, default: Some(Default { value: Literal::Array(&[Default { value: Literal::Text("v1"), place: Place(7, 1022, 1026) }]), place: Place(7, 1021, 1027) }) },
    Field { name: "endpoints", key: Place(7, 1036, 1045), shape: &S148, optional: false, default: None },
    Field { name: "build", key: Place(7, 1377, 1382), shape: &S147, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 1466, 1468) }) },
]);
static S150: Shape = Shape::Choice(&[
    ("Environment", Some(&S44)),
    ("Remote", Some(&S149)),
]);
static S151: Shape = Shape::Dict(&S150);
static S152: Shape = Shape::Choice(&[
    ("Issuer", None),
    ("ClusterIssuer", None),
]);
static S153: Shape = Shape::Array(&S23);
static S154: Shape = Shape::Record(&[
    Field { name: "issuer", key: Place(7, 4292, 4298), shape: &S25, optional: false, default: None },
    Field { name: "issuer_kind", key: Place(7, 4406, 4417), shape: &S152, optional: false, default: Some(Default { value: Literal::Tag("Issuer"), place: Place(7, 4587, 4594) }) },
    Field { name: "hosts", key: Place(7, 4613, 4618), shape: &S153, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(7, 4784, 4786) }) },
]);
static S155: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(7, 3235, 3241), shape: &S25, optional: false, default: None },
    Field { name: "certificate", key: Place(7, 3361, 3372), shape: &S11, optional: false, default: Some(Default { value: Literal::Text("tls.crt"), place: Place(7, 3508, 3517) }) },
    Field { name: "private_key", key: Place(7, 3532, 3543), shape: &S11, optional: false, default: Some(Default { value: Literal::Text("tls.key"), place: Place(7, 3679, 3688) }) },
    Field { name: "authority", key: Place(7, 3703, 3712), shape: &S11, optional: false, default: Some(Default { value: Literal::Text("ca.crt"), place: Place(7, 3860, 3868) }) },
    Field { name: "cert_manager", key: Place(7, 3883, 3895), shape: &S154, optional: true, default: None },
]);
static S156: Shape = Shape::Choice(&[
    ("Off", None),
    ("Required", Some(&S155)),
]);
static S157: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(7, 5365, 5371), shape: &S25, optional: false, default: None },
    Field { name: "key", key: Place(7, 5469, 5472), shape: &S11, optional: false, default: Some(Default { value: Literal::Text("jwt.pub"), place: Place(7, 5621, 5630) }) },
]);
static S158: Shape = Shape::Record(&[
    Field { name: "max_attempts", key: Place(7, 5743, 5755), shape: &S55, optional: false, default: Some(Default { value: Literal::Number("3"), place: Place(7, 5863, 5864) }) },
    Field { name: "base_backoff_ms", key: Place(7, 5877, 5892), shape: &S55, optional: false, default: Some(Default { value: Literal::Number("250"), place: Place(7, 6078, 6081) }) },
]);
static S159: Shape = Shape::Record(&[
    Field { name: "stack", key: Place(7, 2071, 2076), shape: &S139, optional: false, default: None },
    Field { name: "region", key: Place(7, 2313, 2319), shape: &S141, optional: false, default: Some(Default { value: Literal::Text("local"), place: Place(7, 2421, 2428) }) },
    Field { name: "api_versions", key: Place(7, 2437, 2449), shape: &S144, optional: false, default: Some(Default { value: Literal::Array(&[Default { value: Literal::Text("v1"), place: Place(7, 2585, 2589) }]), place: Place(7, 2584, 2590) }) },
    Field { name: "build", key: Place(7, 2599, 2604), shape: &S147, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 2693, 2695) }) },
    Field { name: "peers", key: Place(7, 2704, 2709), shape: &S151, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 2795, 2797) }) },
    Field { name: "mtls", key: Place(7, 2806, 2810), shape: &S156, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(7, 4874, 4878) }) },
    Field { name: "jwt", key: Place(7, 4887, 4890), shape: &S157, optional: true, default: None },
    Field { name: "retry", key: Place(7, 5669, 5674), shape: &S158, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(7, 6113, 6115) }) },
    Field { name: "environment", key: Place(7, 2208, 2219), shape: &S1, optional: false, default: Some(Default { value: Literal::Same(Reference(1, "name")), place: Place(6, 6056, 6060) }) },
]);
static S160: Shape = Shape::Choice(&[
    ("DefaultDeny", None),
    ("Off", None),
]);
static P161: Pattern = Pattern::new(64, "^[0-9a-f:.]+/[0-9]+$", true);
static S162: Shape = Shape::Text(&P161, &[Words { message: "expected a network, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not a network", notes: &["write address and prefix length, for example `203.0.113.0/24` or `2001:db8::/32`", "C006"] }]);
static S163: Shape = Shape::Array(&S162);
static S164: Shape = Shape::Dict(&S163);
static S165: Shape = Shape::Array(&S58);
static S166: Shape = Shape::Record(&[
    Field { name: "namespace", key: Place(9, 588, 597), shape: &S1, optional: true, default: None },
    Field { name: "pods", key: Place(9, 733, 737), shape: &S28, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 895, 897) }) },
    Field { name: "networks", key: Place(9, 906, 914), shape: &S163, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(9, 1079, 1081) }) },
    Field { name: "ports", key: Place(9, 1090, 1095), shape: &S165, optional: false, default: Some(Default { value: Literal::Array(&[Default { value: Literal::Number("53"), place: Place(9, 1260, 1262) }]), place: Place(9, 1259, 1263) }) },
]);
static S167: Shape = Shape::Record(&[
    Field { name: "cluster", key: Place(9, 3163, 3170), shape: &S166, optional: false, default: Some(Default { value: Literal::Record(&[("namespace", Place(9, 3185, 3194), Default { value: Literal::Text("kube-system"), place: Place(9, 3197, 3210) }), ("pods", Place(9, 3212, 3216), Default { value: Literal::Record(&[("k8s-app", Place(9, 3221, 3228), Default { value: Literal::Text("kube-dns"), place: Place(9, 3231, 3241) })]), place: Place(9, 3219, 3243) })]), place: Place(9, 3183, 3245) }) },
    Field { name: "node", key: Place(9, 3257, 3261), shape: &S166, optional: false, default: Some(Default { value: Literal::Record(&[("networks", Place(9, 3276, 3284), Default { value: Literal::Array(&[Default { value: Literal::Text("169.254.20.10/32"), place: Place(9, 3288, 3306) }]), place: Place(9, 3287, 3307) })]), place: Place(9, 3274, 3309) }) },
]);
static S168: Shape = Shape::Record(&[
    Field { name: "namespace", key: Place(9, 3439, 3448), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("kube-system"), place: Place(9, 3539, 3552) }) },
    Field { name: "pods", key: Place(9, 3565, 3569), shape: &S28, optional: false, default: Some(Default { value: Literal::Record(&[("k8s-app", Place(9, 3669, 3676), Default { value: Literal::Text("kube-dns"), place: Place(9, 3679, 3689) })]), place: Place(9, 3667, 3691) }) },
]);
static S169: Shape = Shape::Record(&[
    Field { name: "policies", key: Place(9, 2063, 2071), shape: &S160, optional: false, default: Some(Default { value: Literal::Tag("DefaultDeny"), place: Place(9, 2373, 2385) }) },
    Field { name: "callers", key: Place(9, 2394, 2401), shape: &S101, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 2519, 2521) }) },
    Field { name: "peers", key: Place(9, 2530, 2535), shape: &S164, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(9, 2829, 2831) }) },
    Field { name: "resolvers", key: Place(9, 2840, 2849), shape: &S167, optional: false, default: Some(Default { value: Literal::Base, place: Place(9, 3151, 3320) }) },
    Field { name: "dns", key: Place(9, 3329, 3332), shape: &S168, optional: true, default: None },
]);
static P170: Pattern = Pattern::new(8, "^(([1-9]|[1-9][0-9]|1[01][0-9]|120)s|1m([1-5]?[0-9]s)?|2m)$", true);
static S171: Shape = Shape::Text(&P170, &[Words { message: "expected the time between two scrapes, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not the time between two scrapes", notes: &["choose one from `1s` to `2m`: the alerting rules look at five minutes, and two samples have to be in them", "C006"] }]);
static S172: Shape = Shape::Record(&[
    Field { name: "secret", key: Place(10, 140, 146), shape: &S25, optional: false, default: None },
    Field { name: "key", key: Place(10, 224, 227), shape: &S11, optional: false, default: Some(Default { value: Literal::Text("token"), place: Place(10, 313, 320) }) },
]);
static S173: Shape = Shape::Record(&[
    Field { name: "interval", key: Place(10, 703, 711), shape: &S171, optional: false, default: Some(Default { value: Literal::Text("30s"), place: Place(10, 833, 838) }) },
    Field { name: "scrape_token", key: Place(10, 853, 865), shape: &S172, optional: false, default: None },
    Field { name: "namespace", key: Place(10, 1188, 1197), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("monitoring"), place: Place(10, 1351, 1363) }) },
    Field { name: "labels", key: Place(10, 1378, 1384), shape: &S28, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(10, 1548, 1550) }) },
]);
static S174: Shape = Shape::Choice(&[
    ("Off", None),
    ("PrometheusOperator", Some(&S173)),
]);
static S175: Shape = Shape::Record(&[
    Field { name: "metrics", key: Place(10, 409, 416), shape: &S174, optional: false, default: Some(Default { value: Literal::Tag("Off"), place: Place(10, 1596, 1600) }) },
    Field { name: "metrics_auth", key: Place(10, 1609, 1621), shape: &S59, optional: false, default: Some(Default { value: Literal::Bool(true), place: Place(10, 1746, 1750) }) },
    Field { name: "alerts", key: Place(10, 1759, 1765), shape: &S59, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(10, 1870, 1875) }) },
    Field { name: "dashboards", key: Place(10, 1884, 1894), shape: &S59, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(10, 2028, 2033) }) },
]);
static S176: Shape = Shape::Record(&[
    Field { name: "job", key: Place(18, 155, 158), shape: &S59, optional: false, default: Some(Default { value: Literal::Bool(false), place: Place(18, 430, 435) }) },
]);
static S177: Shape = Shape::Any;
static S178: Shape = Shape::Dict(&S177);
static S179: Shape = Shape::Dict(&S178);
static P180: Pattern = Pattern::new(4, "^[A-Z][0-9][0-9][0-9]$", true);
static S181: Shape = Shape::Text(&P180, &[Words { message: "expected the code of a rule, written as a string", notes: &["write it in double quotes", "C005"] }, Words { message: "this is not the code of a rule", notes: &["write a letter and three digits, for example `N006`", "C006"] }]);
static S182: Shape = Shape::Record(&[
    Field { name: "rule", key: Place(6, 7090, 7094), shape: &S181, optional: false, default: None },
    Field { name: "reason", key: Place(6, 7178, 7184), shape: &S32, optional: false, default: None },
]);
static S183: Shape = Shape::Array(&S182);
static S184: Shape = Shape::Record(&[
    Field { name: "name", key: Place(6, 832, 836), shape: &S1, optional: false, default: None },
    Field { name: "profile", key: Place(6, 981, 988), shape: &S2, optional: false, default: None },
    Field { name: "cluster", key: Place(6, 1233, 1240), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("default"), place: Place(6, 1516, 1525) }) },
    Field { name: "namespace", key: Place(6, 1534, 1543), shape: &S1, optional: false, default: Some(Default { value: Literal::Text("agentos"), place: Place(6, 1670, 1679) }) },
    Field { name: "namespaces", key: Place(6, 1688, 1698), shape: &S3, optional: false, default: Some(Default { value: Literal::Tag("Managed"), place: Place(6, 2088, 2096) }) },
    Field { name: "runtime", key: Place(6, 2105, 2112), shape: &S4, optional: false, default: Some(Default { value: Literal::Tag("V1_02"), place: Place(6, 2242, 2248) }) },
    Field { name: "image", key: Place(6, 2257, 2262), shape: &S6, optional: false, default: Some(Default { value: Literal::Text("ghcr.io/nexixai/agentos:latest"), place: Place(6, 2506, 2538) }) },
    Field { name: "pull_policy", key: Place(6, 2547, 2558), shape: &S7, optional: true, default: None },
    Field { name: "pull_secrets", key: Place(6, 2734, 2746), shape: &S9, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3105, 3107) }) },
    Field { name: "provided", key: Place(6, 3116, 3124), shape: &S15, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 3351, 3353) }) },
    Field { name: "services", key: Place(6, 3362, 3370), shape: &S92, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 4197, 4199) }) },
    Field { name: "tenancy", key: Place(6, 4208, 4215), shape: &S120, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 4738, 4740) }) },
    Field { name: "secrets", key: Place(6, 4749, 4756), shape: &S129, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 4935, 4937) }) },
    Field { name: "storage", key: Place(6, 4946, 4953), shape: &S47, optional: false, default: None },
    Field { name: "database", key: Place(6, 5098, 5106), shape: &S105, optional: false, default: Some(Default { value: Literal::Tag("Files"), place: Place(6, 5220, 5226) }) },
    Field { name: "authentication", key: Place(6, 5235, 5249), shape: &S131, optional: false, default: Some(Default { value: Literal::Tag("None"), place: Place(6, 5361, 5366) }) },
    Field { name: "audit", key: Place(6, 5375, 5380), shape: &S132, optional: false, default: Some(Default { value: Literal::Tag("File"), place: Place(6, 5662, 5667) }) },
    Field { name: "audit_shipping", key: Place(6, 5676, 5690), shape: &S137, optional: false, default: Some(Default { value: Literal::Tag("None"), place: Place(6, 5923, 5928) }) },
    Field { name: "federation", key: Place(6, 5937, 5947), shape: &S159, optional: false, default: None },
    Field { name: "network", key: Place(6, 6072, 6079), shape: &S169, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 6156, 6158) }) },
    Field { name: "observability", key: Place(6, 6167, 6180), shape: &S175, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 6273, 6275) }) },
    Field { name: "smoke", key: Place(6, 6284, 6289), shape: &S176, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 6376, 6378) }) },
    Field { name: "labels", key: Place(6, 6387, 6393), shape: &S28, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 6489, 6491) }) },
    Field { name: "annotations", key: Place(6, 6500, 6511), shape: &S45, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 6602, 6604) }) },
    Field { name: "patches", key: Place(6, 6613, 6620), shape: &S179, optional: false, default: Some(Default { value: Literal::Record(&[]), place: Place(6, 6958, 6960) }) },
    Field { name: "allow", key: Place(6, 6969, 6974), shape: &S183, optional: false, default: Some(Default { value: Literal::Array(&[]), place: Place(6, 7312, 7314) }) },
]);
