//! Credentials in environments: every published form is found wherever it stands, nothing else is, and nobody is shown
//! one.
//!
//! No credential stands in this file, not even a false one: each is put together when the tests run.

mod common;

use agentos_cfg::policy::Policy;
use agentos_cfg::render::{Checked, Report, human, json};
use agentos_cfg::scan::find;
use agentos_cfg::{Compiler, Outcome};
use common::{codes_and_lines, compile, compile_shipped, environment, shipped, shown};

/// So many letters and digits that look as if a generator had made them, the same ones each time.
fn letters(alphabet: &str, length: usize) -> String {
    let alphabet: Vec<char> = alphabet.chars().collect();
    let mut state: u64 = 0x9e37_79b9;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        alphabet[(state >> 33) as usize % alphabet.len()]
    };
    (0..length).map(|_| next()).collect()
}

fn hex(length: usize) -> String {
    letters("0123456789abcdef", length)
}

fn alphanumeric(length: usize) -> String {
    letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length)
}

fn upper(length: usize) -> String {
    letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length)
}

fn digits(length: usize) -> String {
    letters("123456789", length)
}

/// Base64: padded or not, of either alphabet.
fn base64(text: &str, url_safe: bool, padded: bool) -> String {
    let last = if url_safe { "-_" } else { "+/" };
    let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(last.chars()).collect();
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        out.extend((0..=chunk.len()).map(|n| alphabet[(bits >> (18 - 6 * n) & 63) as usize]));
        out.extend((chunk.len()..3).filter(|_| padded).map(|_| '='));
    }
    out
}

fn pem(label: &str) -> String {
    format!("-----{} {label}-----\n{}\n{}\n-----{} {label}-----\n", "BEGIN", alphanumeric(64), alphanumeric(40), "END")
}

fn jwt() -> String {
    let part = |text: &str| base64(text, true, false);
    format!("{}.{}.{}", part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), part("{\"sub\":\"agent\"}"), alphanumeric(43))
}

/// What is called how, what it is, and what the message must say of it.
fn corpus() -> Vec<(Option<&'static str>, String, &'static str)> {
    let any = |text: String, kind: &'static str| (None, text, kind);
    let join = |parts: &[&str]| parts.concat();
    let random = alphanumeric(20);
    vec![
        any(join(&["AK", "IA", &upper(16)]), "AWS"),
        any(join(&["AS", "IA", &upper(16)]), "AWS"),
        (Some("aws_secret_access_key"), join(&[&alphanumeric(19), "/", &alphanumeric(19), "+"]), "generated secret"),
        any(join(&["gh", "p_", &alphanumeric(36)]), "GitHub"),
        any(join(&["gh", "o_", &alphanumeric(36)]), "GitHub"),
        any(join(&["gh", "u_", &alphanumeric(36)]), "GitHub"),
        any(join(&["gh", "s_", &alphanumeric(36)]), "GitHub"),
        any(join(&["gh", "r_", &alphanumeric(76)]), "GitHub"),
        any(join(&["github", "_pat_", &alphanumeric(22), "_", &alphanumeric(59)]), "GitHub"),
        any(join(&["gl", "pat-", &random]), "GitLab"),
        any(join(&["gl", "rt-", &random]), "GitLab"),
        any(join(&["xo", "xb-", &digits(12), "-", &digits(12), "-", &alphanumeric(24)]), "Slack"),
        any(join(&["xo", "xp-", &digits(12), "-", &digits(12), "-", &hex(32)]), "Slack"),
        any(
            join(&["https://hooks.slack", ".com/services/T", &upper(8), "/B", &upper(8), "/", &alphanumeric(24)]),
            "Slack",
        ),
        any(join(&["AI", "za", &alphanumeric(35)]), "Google API key"),
        any(join(&["GOC", "SPX-", &alphanumeric(28)]), "Google OAuth"),
        any(join(&["ya", "29.", &alphanumeric(120)]), "Google access token"),
        any(format!("{{\"type\": \"service_account\", \"private_key\": {:?}}}", pem("PRIVATE KEY")), "private key"),
        any(join(&["sk", "_live_", &alphanumeric(24)]), "Stripe"),
        any(join(&["rk", "_live_", &alphanumeric(24)]), "Stripe"),
        any(join(&["sk", "_test_", &alphanumeric(24)]), "Stripe"),
        any(join(&["wh", "sec_", &alphanumeric(32)]), "Stripe"),
        any(join(&["S", "K", &hex(32)]), "Twilio"),
        (Some("twilio_account"), join(&["A", "C", &hex(32)]), "Twilio"),
        (Some("twilio_auth_token"), hex(32), "Twilio"),
        any(join(&["S", "G.", &alphanumeric(22), ".", &alphanumeric(43)]), "SendGrid"),
        any(join(&["np", "m_", &alphanumeric(36)]), "npm"),
        any(join(&["py", "pi-AgEIcHlwaS5vcmc", &alphanumeric(60)]), "PyPI"),
        any(join(&["dckr", "_pat_", &alphanumeric(27)]), "Docker"),
        any(join(&["hv", "s.", &alphanumeric(24)]), "Vault"),
        any(join(&["hv", "b.", &alphanumeric(140)]), "Vault"),
        any(join(&["s", ".", &alphanumeric(24)]), "Vault"),
        any(join(&[&alphanumeric(14), ".atlas", "v1.", &alphanumeric(67)]), "Terraform"),
        any(join(&["dop", "_v1_", &hex(64)]), "DigitalOcean"),
        (Some("HEROKU_API_KEY"), join(&[&hex(8), "-", &hex(4), "-", &hex(4), "-", &hex(4), "-", &hex(12)]), "Heroku"),
        any(
            join(&["AccountName=agents;Account", "Key=", &alphanumeric(86), "==;EndpointSuffix=x"]),
            "generated secret",
        ),
        any(join(&["https://a.blob.example/c?sv=2024-01-01&se=2027&s", "ig=", &alphanumeric(43), "%3D"]), "Azure"),
        any(join(&[&alphanumeric(3), "8", "Q~", &alphanumeric(34)]), "Entra"),
        any(join(&["sk", "-", &alphanumeric(48)]), "OpenAI"),
        any(join(&["sk", "-proj-", &alphanumeric(80)]), "OpenAI"),
        any(join(&["sk", "-ant-", "api03-", &alphanumeric(93), "-AA"]), "Anthropic"),
        any(join(&["h", "f_", &alphanumeric(34)]), "Hugging Face"),
        any(join(&["da", "pi", &hex(32)]), "Databricks"),
        any(join(&["sh", "pat_", &hex(32)]), "Shopify"),
        any(join(&["sq0", "atp-", &alphanumeric(22)]), "Square"),
        any(join(&["ke", "y-", &hex(32)]), "Mailgun"),
        any(join(&[&hex(32), "-u", "s12"]), "Mailchimp"),
        any(join(&[&digits(10), ":", "AA", &alphanumeric(33)]), "Telegram"),
        any(join(&[&base64(&digits(18), true, false), ".", &alphanumeric(6), ".", &alphanumeric(38)]), "Discord"),
        any(join(&["https://discord", ".com/api/webhooks/", &digits(18), "/", &alphanumeric(68)]), "Discord"),
        any(join(&["v1", ".0-", &hex(24), "-", &hex(146)]), "Cloudflare"),
        any(join(&["AGE-SECRET", "-KEY-1", &upper(58)]), "age identity"),
        any(join(&["lin", "_api_", &alphanumeric(40)]), "Linear"),
        any(join(&["PM", "AK-", &hex(24), "-", &hex(34)]), "Postman"),
        any(join(&["NR", "AK-", &upper(27)]), "New Relic"),
        any(join(&["gl", "sa_", &alphanumeric(32), "_", &hex(8)]), "Grafana"),
        any(join(&["gl", "c_", &alphanumeric(60)]), "Grafana"),
        any(join(&["dp", ".pt.", &alphanumeric(43)]), "Doppler"),
        any(join(&["fo", "1_", &alphanumeric(43)]), "Fly.io"),
        any(join(&["ATA", "TT3xFfGF0", &alphanumeric(100)]), "Atlassian"),
        any(join(&["nt", "n_", &alphanumeric(46)]), "Notion"),
        any(pem("RSA PRIVATE KEY"), "private key"),
        any(pem("EC PRIVATE KEY"), "private key"),
        any(pem("OPENSSH PRIVATE KEY"), "private key"),
        any(pem("ENCRYPTED PRIVATE KEY"), "private key"),
        any(pem("PGP PRIVATE KEY BLOCK"), "PGP"),
        any(jwt(), "JSON Web Token"),
        any(format!("token is {}, keep it", jwt()), "JSON Web Token"),
        any(format!("postgres://agent:{}@db:5432/agents", "hunter2"), "URL"),
        any(format!("redis://:{}@cache:6379", "s3cret-pass"), "URL"),
        any(format!("https://robot:{}@registry.example.com/agentos", "pa/ss"), "URL"),
        any(format!("amqps://a:{}@one,amqps://b@two", "p@ss"), "URL"),
        any(format!("Server=db;User Id=sa;Password={};", "sesame"), "connection string"),
        any(format!("host=db user=agent password={} sslmode=require", "sesame"), "connection string"),
        (Some("db_password"), "Tr0ub4dor&3-battery".to_owned(), "password"),
        (Some("apiKey"), random.clone(), "generated secret"),
        (Some("example.com/access-token"), hex(64), "generated secret"),
        any(format!("LOG=info\nAPI_TOKEN={random}\n"), "generated secret"),
        any(format!("{{\"client_secret\": \"{random}\"}}"), "generated secret"),
        any(format!("Authorization: Bearer {random}"), "generated secret"),
        any(format!("Authorization: Basic {}", base64("agent:hunter2", false, true)), "base64"),
        any(format!("{{\"auths\":{{\"r\":{{\"auth\":\"{}\"}}}}}}", base64("robot:hunter2", false, true)), "base64"),
    ]
}

#[test]
fn every_form_is_found_and_called_by_its_name() {
    let corpus = corpus();
    assert!(corpus.len() >= 80);
    for (name, text, kind) in corpus {
        let found = find(name, &text).map(|kind| kind.describe());
        assert!(found.is_some_and(|found| found.contains(kind)), "{kind}: {name:?} {text}: {found:?}");
    }
}

#[test]
fn forms_are_found_in_the_middle_of_a_text() {
    for (name, text, kind) in corpus().into_iter().filter(|(name, ..)| name.is_none()) {
        for around in [format!("see {text} for more"), format!("\"{text}\""), format!("a=1\n{text}\nb=2")] {
            assert!(find(name, &around).is_some(), "{kind}: {around}");
        }
    }
}

#[test]
fn base64_is_read_through_twice() {
    let secrets = corpus().into_iter().filter(|(name, ..)| name.is_none());
    for (_, text, kind) in secrets {
        for (url_safe, padded) in [(false, true), (false, false), (true, true), (true, false)] {
            let once = base64(&text, url_safe, padded);
            assert!(find(None, &once).is_some(), "{kind}, once: {once}");
            let twice = base64(&once, url_safe, padded);
            assert!(find(None, &twice).is_some(), "{kind}, twice: {twice}");
        }
    }
    let wrapped = base64(&pem("PRIVATE KEY"), false, true);
    let wrapped: Vec<&str> =
        (0..wrapped.len()).step_by(60).filter_map(|at| wrapped.get(at..wrapped.len().min(at + 60))).collect();
    assert!(find(None, &wrapped.join("\n")).is_some());
}

/// What is no credential, however much it may look like one.
fn near_misses() -> Vec<(Option<&'static str>, String)> {
    let join = |parts: &[&str]| parts.concat();
    let uuid = join(&[&hex(8), "-", &hex(4), "-", &hex(4), "-", &hex(4), "-", &hex(12)]);
    let plain = |text: &str| (None, text.to_owned());
    vec![
        (Some("AGENTOS_SERVICE_TOKEN"), "fake_service_token_localdev".to_owned()),
        (Some("password"), "changeme-please-1".to_owned()),
        (Some("password"), "example-Password-1".to_owned()),
        (Some("password"), "<your Password here 1>".to_owned()),
        (Some("api_token"), "${AGENTOS_API_TOKEN_V2}".to_owned()),
        (Some("api_token"), "$(AGENTOS_API_TOKEN_V2)".to_owned()),
        (Some("api_token"), "{{ .Values.apiToken2 }}".to_owned()),
        (Some("token"), "x".repeat(40)),
        (Some("token"), "0".repeat(40)),
        (Some("token"), uuid.clone()),
        (Some("secret"), "agentos-federation-jwt".to_owned()),
        (Some("secret"), "agentos-federation-jwt-7d9f8b6c5d".to_owned()),
        (Some("secret"), "prod/agentos/service-token-2024".to_owned()),
        (Some("secretName"), alphanumeric(24)),
        (Some("token_file"), "/var/run/secrets/tokens/Agent0S".to_owned()),
        (Some("checksum/secret"), hex(64)),
        (Some("secret-hash"), hex(64)),
        (Some("image_digest"), format!("sha256:{}", hex(64))),
        (Some("secret"), format!("sha256:{}", hex(64))),
        (Some("git_sha"), hex(40)),
        (Some("tokens"), "15000000000000000".to_owned()),
        (Some("token_expires"), "2026-01-31T12:00:00Z".to_owned()),
        (Some("access_key"), "AGENTOS_ACCESS_KEY_V2".to_owned()),
        (Some("credentials"), "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/agentos-AbC12d".to_owned()),
        (Some("secret"), "vault:secret/data/agentos#Token2024AbCd".to_owned()),
        (Some("tokenizer"), "cl100k_base".to_owned()),
        (Some("sealed"), format!("Ag{}", alphanumeric(200))),
        (Some("pubkey"), format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5{} agent@host", alphanumeric(48))),
        (Some("account"), join(&["A", "C", &hex(32)])),
        (None, hex(32)),
        (None, hex(40)),
        (None, hex(64)),
        (None, uuid),
        (None, alphanumeric(40)),
        (None, join(&["AK", "IA", &upper(15)])),
        (None, join(&["AK", "IA", &upper(20)])),
        (None, join(&["M", "AK", "IA", &upper(16)])),
        (None, join(&["gh", "p_", &"x".repeat(36)])),
        (None, join(&["gh", "p_", &alphanumeric(8)])),
        (None, join(&["gl", "pat-", &"X".repeat(20)])),
        (None, join(&["sk", "_live_", "xxxxxxxxxxxxxxxxxxxxxxxx"])),
        (None, join(&["https://hooks.slack", ".com/services/T00000000/B00000000/", &"X".repeat(24)])),
        (None, format!("ghcr.io/nexixai/agentos:1.0.2@sha256:{}", hex(64))),
        (None, format!("registry.example.com:5000/agentos@sha256:{}", hex(64))),
        (None, format!("pub{}", join(&["key-", &hex(32)]))),
        (None, format!("https://example.com/commit/{}", hex(40))),
        (None, pem("CERTIFICATE")),
        (None, pem("PUBLIC KEY")),
        (None, pem("RSA PUBLIC KEY")),
        (None, pem("PGP PUBLIC KEY BLOCK")),
        (None, format!("-----{} PRIVATE KEY-----\n…\n-----{} PRIVATE KEY-----", "BEGIN", "END")),
        (Some("private_key"), base64(&pem("PUBLIC KEY"), false, true)),
        (None, base64(&pem("CERTIFICATE"), false, true)),
        (None, base64("plain words, and nothing else", false, true)),
        (None, format!("{}.{}.{}", base64("{\"typ\":\"x\",\"a\":1}", true, false), alphanumeric(20), alphanumeric(20))),
        plain("eyes.wide.shut"),
        plain("postgres://agent@db:5432/agents"),
        plain("postgres://agent:@db:5432/agents"),
        plain("postgres://agent:${DB_PASSWORD}@db:5432/agents"),
        plain("postgres://agent:$DB_PASSWORD@db:5432/agents"),
        plain("postgres://agent:fake_password@db:5432/agents"),
        plain("postgres://agent:<password>@db:5432/agents"),
        plain("https://agentos.example.com:8443/path/@scope/package"),
        plain("https://[fd00::1]:8443/a@b"),
        plain("http://agentos-agent-orchestrator.agentos-node-b.svc:50081"),
        plain("Server=db;User Id=sa;Password=${PASSWORD};"),
        plain("stk_local_node_a"),
        plain("tnt_customer_0123456789abcdef"),
        plain("task-manager-for-agents-in-production"),
        plain("sk-learn-style-estimators-for-agents"),
        plain("dapi-server-of-the-platform-team-0001"),
        plain("hf_transfer_enabled_for_all_models"),
        plain("1000000Ki"),
        plain("200MiB"),
        plain("1970-01-01T00:00:00Z"),
        plain("the password is kept in the vault, and the token too"),
        plain("password: see the runbook; token: none"),
        plain("app.kubernetes.io/managed-by"),
        plain("arn:aws:iam::123456789012:role/agentos-production"),
        plain("fake_signing_key_material_localdev"),
    ]
}

#[test]
fn what_is_no_credential_is_left_alone() {
    let misses = near_misses();
    assert!(misses.len() >= 70);
    for (name, text) in misses {
        assert_eq!(find(name, &text).map(|kind| kind.describe()), None, "{name:?} {text}");
    }
}

/// An environment that is sound, but for a credential at the place that `more` has for it, with the line of it.
fn with_secret(more: &str, secret: &str) -> String {
    environment(&more.replace("SECRET", secret))
}

fn token() -> String {
    ["gh", "p_", &alphanumeric(36)].concat()
}

#[test]
fn every_place_of_an_environment_is_looked_at() {
    let token = token();
    let places = [
        ("  annotations.note = \"SECRET\",", "annotations.note"),
        ("  annotations.\"SECRET\" = \"x\",", "annotations"),
        ("  labels.note = \"SECRET\",", "labels.note"),
        ("  labels.SECRET = \"x\",", "labels"),
        ("  image = \"ghcr.io/nexixai/agentos:SECRET\",", "image"),
        ("  image = \"https://SECRET@ghcr.io/agentos\",", "image"),
        (
            "  federation.peers.stk_b = 'Remote { environment = \"b\", region = \"b\", endpoints = {\n    \
             agent-orchestrator = \"https://a.example/SECRET\", model-policy = \"https://b.example\" } },",
            "federation.peers.stk_b.endpoints.agent-orchestrator",
        ),
        ("  patches.Deployment.a.spec.containers = [{ args = [\"--token\", \"SECRET\"] }],", "patches.Deployment.a"),
        ("  patches.Deployment.a.\"SECRET\" = 1,", "patches.Deployment.a"),
        ("  patches.Deployment.a.tag = 'Tag \"SECRET\",", "patches.Deployment.a.tag"),
        ("  allow = [{ rule = \"N006\", reason = \"SECRET\" }],", "allow[0].reason"),
        ("  secrets = { backend = 'Placeholder, keys.AGENTOS_SIGNING_KEY.placeholder = \"SECRET\" },", "secrets.keys"),
        ("  services.federation.annotations.note = \"SECRET\",", "services.federation.annotations.note"),
        ("  tenancy.tenants.tnt_a = { name = \"SECRET\" },", "tenancy.tenants.tnt_a.name"),
        ("  services.federation.storage = 'Persistent { class = \"SECRET\" },", "services.federation.storage.class"),
        ("  annotations.note = m%\"\n    first\n    SECRET\n  \"%,", "annotations.note"),
        ("  annotations = let t = \"SECRET\" in { note = \"see %{t}\" },", "annotations.note"),
    ];
    for (more, place) in places {
        let (compiler, outcome) = compile(&with_secret(more, &token));
        let found = outcome.findings.iter().find(|finding| finding.code.0 == "S001");
        let Some(found) = found else { panic!("{more}\n{}", shown(&compiler, &outcome)) };
        assert!(found.path.to_string().starts_with(place), "{more}: {}", found.path);
        assert!(found.span().is_some() && found.message.contains("a GitHub token"), "{more}: {}", found.message);
        assert!(outcome.objects.is_empty());
        hides(&token, &compiler, &outcome);
    }
}

/// Asserts that nobody is shown a credential, nor a good part of it.
fn hides(secret: &str, compiler: &agentos_cfg::Compiler, outcome: &agentos_cfg::Outcome) {
    let human = shown(compiler, outcome);
    let colored = human::render(&outcome.findings, compiler.sources(), human::Style { color: true });
    let json = as_json(compiler, outcome);
    let debug: String = outcome.findings.iter().map(|finding| format!("{finding:?}")).collect();
    for shown in [human, colored, json, debug] {
        for start in (0..secret.len().saturating_sub(8)).step_by(4) {
            let part = &secret[start..start + 8];
            assert!(!shown.contains(part), "{part} of {secret} is shown:\n{shown}");
        }
    }
}

#[test]
fn no_finding_of_any_code_shows_a_credential() {
    let random = alphanumeric(24);
    let url = format!("postgres://agent:{}@db/agents", "hunter2-but-longer");
    let faults = [
        // Another fault on the line, on the value, on the name, around it.
        "  annotations = { note = \"SECRET\", api_token = \"RANDOM\", other = 5 },",
        "  services.federation.replicas = \"SECRET\",",
        "  profile = 'Prod | String, annotations.note = \"SECRET\",",
        "  nothing.api_token = \"RANDOM\", no-such-field = \"SECRET\",",
        "  nothing.\"SECRET\" = 1,",
        "  labels.\"SECRET bad\" = \"x\",",
        "  annotations.note = \"SECRET\" & \"other\",",
        "  annotations.note = \"SECRET\" + 1,",
        "  name = \"SECRET\",",
        "  federation.stack = \"SECRET\", tenancy.default = \"SECRET\",",
        "  federation.peers.stk_b = 'Environment \"URL\",",
        "  federation.peers.\"URL\" = 'Environment \"x.ncl\",",
        "  annotations.note = SECRET,",
        "  annotations.note = 'SECRET,",
        // Faults that keep the file from being evaluated.
        "  annotations.note = \"SECRET\" = 1, api_token = \"RANDOM\"",
        "  annotations = { note = \"SECRET\", url = \"URL\", api_token = \"RANDOM\"",
        "  annotations.x = (import \"SECRET.ncl\"),",
    ];
    for fault in faults {
        let text = environment(&fault.replace("SECRET", &token()).replace("RANDOM", &random).replace("URL", &url));
        let (compiler, outcome) = compile(&text);
        assert!(!outcome.findings.is_empty(), "{fault}");
        for secret in [&token(), &random, "hunter2-but-longer"] {
            hides(secret, &compiler, &outcome);
        }
    }
}

#[test]
fn a_credential_by_its_name_is_hidden_where_it_comes_from() {
    let random = alphanumeric(24);
    let more = "  annotations = let t = \"RANDOM\" in let u = 5 in { note = u, api_token = \"%{t}\" },";
    let (compiler, outcome) = compile(&environment(&more.replace("RANDOM", &random)));
    assert_eq!(codes_and_lines(&compiler, &outcome).len(), 2, "{}", shown(&compiler, &outcome));
    hides(&random, &compiler, &outcome);
}

#[test]
fn lines_keep_their_width_and_their_words() {
    let text = with_secret("  annotations = { \"a.example/b\" = \"SECRET\" },\n  labels.a = 5,", &token());
    let (compiler, outcome) = compile(&text);
    insta::assert_snapshot!(shown(&compiler, &outcome));
}

#[test]
fn keys_and_long_values_are_hidden_too() {
    let text = environment(&format!(
        "  annotations.\"{}\" = \"x\",\n  annotations.key = m%\"\n    {}\"%,",
        token(),
        pem("RSA PRIVATE KEY").replace('\n', "\n    ")
    ));
    let (compiler, outcome) = compile(&text);
    insta::assert_snapshot!(shown(&compiler, &outcome));
    insta::assert_snapshot!(as_json(&compiler, &outcome));
}

#[test]
fn one_value_that_two_fields_use_is_one_mistake() {
    let more = "  annotations = let t = \"SECRET\" in { a = t, b = t },";
    let (compiler, outcome) = compile(&with_secret(more, &token()));
    assert_eq!(codes_and_lines(&compiler, &outcome).len(), 1, "{}", shown(&compiler, &outcome));
}

#[test]
fn shipped_environments_hold_none() {
    for name in shipped() {
        let (compiler, outcome) = compile_shipped(name);
        assert!(outcome.findings.is_empty(), "{}", shown(&compiler, &outcome));
    }
}

#[test]
fn eval_prints_nothing_of_an_environment_with_a_credential() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.ncl"), with_secret("  annotations.note = \"SECRET\",", &token())).unwrap();
    for verb in ["eval", "build", "check"] {
        let output = common::binary().args([verb, "a.ncl"]).current_dir(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{verb}");
        let shown = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!shown.contains(&token()) && shown.contains("S001"), "{verb}: {shown}");
    }
}

fn as_json(compiler: &Compiler, outcome: &Outcome) -> String {
    let checked = [Checked { name: "environment.ncl".to_owned(), findings: outcome.findings.clone() }];
    let policy = Policy::default();
    json::render(&Report { environments: &checked, sources: compiler.sources(), policy: &policy })
}
