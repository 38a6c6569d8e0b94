//! Tokens and addresses that are known by their parts, not by how they begin.

use super::formats::{Body, length_of};
use super::words::{is_readable, is_stand_in, is_uuid};
use super::{Hit, Kind, Letters, base64, boundary, is_url_safe, positions, run, run_back, slice};
use std::ops::Range;

/// A kind, what finds it, and the letters that a text must have for it.
struct Shape {
    kind: Kind,
    sign: Letters,
    find: fn(&str) -> Vec<Range<usize>>,
}

const fn shape(kind: &'static str, sign: &'static str, find: fn(&str) -> Vec<Range<usize>>) -> Shape {
    Shape { kind: Kind(kind), sign: Letters::of(sign), find }
}

const SHAPES: &[Shape] = &[
    shape("the address of a Slack webhook", "hooks.slack/", slack_webhooks),
    shape("the address of a Discord webhook", WEBHOOKS_OF_DISCORD, discord_webhooks),
    shape("the address of a webhook", "://", webhooks),
    shape("a Terraform Cloud token", ".atlasv1.", |text| around(text, ".atlasv1.", 14, 60)),
    shape("a secret of Microsoft Entra", "Q~", |text| around(text, "Q~", 4, 31)),
    shape("an Azure key", "JQQJ9", |text| around(text, "JQQJ9", 52, 27)),
    shape("an Azure key", "A", azure),
    shape("a Telegram bot token", ":A", telegram),
    shape("a Discord bot token", ".", discord_tokens),
    shape("a Mailchimp key", "-us", mailchimp),
    shape("a New Relic licence key", "NRAL", |text| around(text, "NRAL", 36, 0)),
    shape("a New Relic licence key", "nral", |text| around(text, "nral", 36, 0)),
    shape("a MaxMind key", "_mmk", |text| around(text, "_mmk", 36, 0)),
    shape("a DeepL key", ":fx", deepl),
    shape("a Salesforce token", "!0", salesforce),
    shape("an access token of a Facebook app", "|", facebook),
];

/// How the host of a webhook ends, and how its path begins.
const WEBHOOKS: &[(&str, &str)] = &[
    (".office.com", "/webhook"),
    ("hooks.zapier.com", "/hooks/"),
    ("open.feishu.cn", "/open-apis/bot/"),
    ("open.larksuite.com", "/open-apis/bot/"),
    ("maker.ifttt.com", "/"),
    ("qyapi.weixin.qq.com", "/cgi-bin/webhook/"),
    ("hooks.airtable.com", "/workflows/"),
    (".make.com", "/"),
    ("events.pagerduty.com", "/integration/"),
    ("thingsboard.cloud", "/api/v1/"),
];

/// What Azure's services put into their keys, and how many letters stand before and at least after it.
const OF_AZURE: &[(&str, usize, usize)] = &[
    ("AzSe", 42, 6),
    ("AzCa", 33, 5),
    ("AzFu", 44, 5),
    ("+ASt", 76, 6),
    ("+ABa", 76, 6),
    ("+AEh", 33, 5),
    ("+ASb", 33, 5),
    ("+ACR", 42, 6),
    ("ACDb", 76, 6),
    ("APIM", 76, 6),
    ("AIoT", 33, 5),
    ("AZDO", 76, 4),
];

const WEBHOOKS_OF_DISCORD: &str = "/api/webhooks/";

pub(super) fn hits(text: &str, letters: Letters) -> Vec<Hit> {
    let possible = SHAPES.iter().filter(|shape| letters.has(shape.sign));
    possible.flat_map(|shape| (shape.find)(text).into_iter().map(|range| Hit { kind: shape.kind, range })).collect()
}

/// `hooks.slack.com/services/T…/B…/…`, and the addresses that start workflows.
fn slack_webhooks(text: &str) -> Vec<Range<usize>> {
    let after = |host: &'static str| positions(text, host).map(move |at| at + host.len());
    let paths = after("hooks.slack.com/").chain(after("hooks.slack-gov.com/"));
    let webhook = |start: usize| {
        let path = slice(text, start..text.len());
        let path = slice(path, 0..run(path, |byte| is_url_safe(byte) || byte == b'/'));
        let mut parts = path.split('/');
        let kind = parts.next()?;
        let secret = parts.next_back()?;
        let known = matches!(kind, "services" | "workflows" | "triggers");
        (known && secret.len() >= 16 && path.contains("/T") && !is_stand_in(secret)).then(|| start..start + path.len())
    };
    paths.filter_map(webhook).collect()
}

/// `discord.com/api/webhooks/<id>/<token>`.
fn discord_webhooks(text: &str) -> Vec<Range<usize>> {
    let webhook = |at: usize| {
        let start = at + WEBHOOKS_OF_DISCORD.len();
        let host = slice(text, 0..at);
        let path = slice(text, start..text.len());
        let id = run(path, |byte| byte.is_ascii_digit());
        let token = slice(path, id..path.len()).strip_prefix('/')?;
        let length = run(token, is_url_safe);
        let known = host.ends_with("discord.com") || host.ends_with("discordapp.com");
        (known && id >= 15 && length >= 50 && !is_stand_in(slice(token, 0..length)))
            .then(|| start..start + id + 1 + length)
    };
    positions(text, WEBHOOKS_OF_DISCORD).filter_map(webhook).collect()
}

/// An address that is known to hold a secret in its path.
fn webhooks(text: &str) -> Vec<Range<usize>> {
    let webhook = |at: usize| {
        let start = at + "://".len();
        let rest = slice(text, start..text.len());
        let host = run(rest, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        let (host, path) = (slice(rest, 0..host), slice(rest, host..rest.len()));
        let is_known = |(of, begins): &(&str, &str)| host.ends_with(of) && path.starts_with(begins);
        let (_, begins) = WEBHOOKS.iter().find(|known| is_known(known))?;
        let length = run(path, |byte| is_url_safe(byte) || matches!(byte, b'/' | b'@' | b'%' | b'?' | b'=' | b'.'));
        let secret = slice(path, begins.len()..length);
        let from = start + host.len() + begins.len();
        let is_secret = secret.len() >= 15 && secret.bytes().any(|byte| byte.is_ascii_digit());
        (is_secret && !is_stand_in(secret)).then(|| from..from + secret.len())
    };
    positions(text, "://").filter_map(webhook).collect()
}

/// A key with the mark of one of Azure's services in it.
fn azure(text: &str) -> Vec<Range<usize>> {
    let key = |letter: usize| {
        OF_AZURE.iter().find_map(|(mark, before, after)| {
            let at = letter.checked_sub(mark.find('A')?)?;
            let is_marked = text.get(at..).is_some_and(|rest| rest.starts_with(mark));
            is_marked.then(|| token_around(text, at, mark, *before, *after)).flatten()
        })
    };
    positions(text, "A").filter_map(key).collect()
}

/// A token with a mark inside it: so many letters before the mark, and at least so many after it.
fn around(text: &str, mark: &'static str, before: usize, after: usize) -> Vec<Range<usize>> {
    positions(text, mark).filter_map(|at| token_around(text, at, mark, before, after)).collect()
}

fn token_around(text: &str, at: usize, mark: &str, before: usize, after: usize) -> Option<Range<usize>> {
    let is_front = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'~' | b'_' | b'+' | b'/');
    let is_rest = |byte: u8| is_url_safe(byte) || matches!(byte, b'~' | b'.' | b'+' | b'/' | b'=');
    let end = at + mark.len();
    let front = slice(text, boundary(text, at.saturating_sub(before + 1))..at);
    // Of a path or a name, the last part may be the token's.
    let whole = run_back(front, is_front);
    let last = run_back(front, |byte| byte.is_ascii_alphanumeric());
    let dotted = run_back(front, |byte| is_front(byte) || byte == b'.');
    let front = [whole, last, dotted].into_iter().find(|length| *length == before)?;
    let length = run(slice(text, end..text.len()), is_rest);
    let fits = length >= after && (after > 0 || length == 0);
    (fits && !is_stand_in(slice(text, at - front..end + length))).then(|| at - front..end + length)
}

/// The bot's number, `:`, and 35 letters.
fn telegram(text: &str) -> Vec<Range<usize>> {
    let token = |at: usize| {
        let body = slice(text, at + 1..text.len());
        if !body.starts_with('A') {
            return None;
        }
        let number = run_back(slice(text, 0..at), |byte| byte.is_ascii_digit());
        let lengths = if body.starts_with("AA") { (34, 35) } else { (35, 35) };
        let length = length_of(Body::RandomUrlSafe, lengths, body, true)?;
        let fits = (5..=16).contains(&number);
        (fits && !is_stand_in(slice(body, 0..length))).then(|| at - number..at + 1 + length)
    };
    positions(text, ":").filter_map(token).collect()
}

/// A UUID, and `:fx` for a free account.
fn deepl(text: &str) -> Vec<Range<usize>> {
    let key = |at: usize| {
        let start = at - run_back(slice(text, 0..at), |byte| byte.is_ascii_hexdigit() || byte == b'-');
        let ends = text.as_bytes().get(at + 3).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        (ends && is_uuid(slice(text, start..at))).then_some(start..at + 3)
    };
    positions(text, ":fx").filter_map(key).collect()
}

/// The organisation's id, `!`, and 96 letters.
fn salesforce(text: &str) -> Vec<Range<usize>> {
    let token = |at: usize| {
        let start = at.checked_sub(15)?;
        let is_id = slice(text, start..at).starts_with("00")
            && run_back(slice(text, 0..at), |byte| byte.is_ascii_alphanumeric()) == 15;
        let length = run(slice(text, at + 1..text.len()), |byte| is_url_safe(byte) || byte == b'.');
        (is_id && length >= 90).then(|| start..at + 1 + length)
    };
    positions(text, "!").filter_map(token).collect()
}

/// The app's number, `|`, and its secret.
fn facebook(text: &str) -> Vec<Range<usize>> {
    let token = |at: usize| {
        let number = run_back(slice(text, 0..at), |byte| byte.is_ascii_digit());
        let secret = slice(text, at + 1..text.len());
        let length = length_of(Body::UrlSafe, (27, 40), secret, true)?;
        ((15..=16).contains(&number) && !is_readable(slice(secret, 0..length))).then(|| at - number..at + 1 + length)
    };
    positions(text, "|").filter_map(token).collect()
}

/// The bot's number in base64, a time, and a signature, with dots between them.
fn discord_tokens(text: &str) -> Vec<Range<usize>> {
    let token = |at: usize| {
        let number = run_back(slice(text, 0..at), is_url_safe);
        if !(22..=30).contains(&number) {
            return None;
        }
        let start = at - number;
        let rest = slice(text, at + 1..text.len());
        let (time, signature) = rest.split_once('.')?;
        let length = run(signature, is_url_safe);
        if !(5..=8).contains(&time.len()) || !(25..=45).contains(&length) {
            return None;
        }
        let is_number = base64::decode(slice(text, start..at))?.iter().all(u8::is_ascii_digit);
        is_number.then(|| start..at + 1 + time.len() + 1 + length)
    };
    positions(text, ".").filter_map(token).collect()
}

/// 32 hexadecimal digits, and the data centre.
fn mailchimp(text: &str) -> Vec<Range<usize>> {
    let key = |at: usize| {
        let front = run_back(slice(text, 0..at), |byte| byte.is_ascii_hexdigit());
        let digits = run(slice(text, at + 3..text.len()), |byte| byte.is_ascii_digit());
        (front == 32 && (1..=3).contains(&digits)).then(|| at - front..at + 3 + digits)
    };
    positions(text, "-us").filter_map(key).collect()
}
