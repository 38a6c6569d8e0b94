//! Tokens and addresses that are known by their parts, not by how they begin.

use super::words::{is_stand_in, is_uuid};
use super::{Hit, Kind, Letters, base64, is_url_safe, positions, run, run_back, slice};
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
    shape("a Terraform Cloud token", ".atlasv1.", |text| around(text, ".atlasv1.", 14, 60)),
    shape("a secret of Microsoft Entra", "Q~", |text| around(text, "Q~", 4, 31)),
    shape("a Telegram bot token", ":AA", telegram),
    shape("a Discord bot token", ".", discord_tokens),
    shape("a Mailchimp key", "-us", mailchimp),
    shape("a New Relic licence key", "NRAL", |text| around(text, "NRAL", 36, 0)),
];

const WEBHOOKS_OF_DISCORD: &str = "/api/webhooks/";

pub(super) fn hits(name: Option<&str>, text: &str, letters: Letters) -> Vec<Hit> {
    let possible = SHAPES.iter().filter(|shape| letters.has(shape.sign));
    let found = possible.flat_map(|shape| (shape.find)(text).into_iter().map(|range| Hit { kind: shape.kind, range }));
    found.chain(known_by_its_name(name, text)).collect()
}

/// Credentials that look like any identifier, and are told from one by the provider's name beside them.
fn known_by_its_name(name: Option<&str>, text: &str) -> Option<Hit> {
    let is_short = text.len() <= 36 && !text.contains(['/', '.', ' ']);
    let name = name.filter(|_| is_short)?.to_ascii_lowercase();
    let hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let account = text.strip_prefix("AC").is_some_and(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()));
    let of_key = ["key", "token", "secret"].iter().any(|word| name.contains(word));
    let kind = if name.contains("heroku") && of_key && is_uuid(text) {
        Kind("a Heroku key")
    } else if name.contains("twilio") && (account || (hex && of_key)) {
        Kind("a Twilio credential")
    } else {
        return None;
    };
    (!is_stand_in(text)).then_some(Hit { kind, range: 0..text.len() })
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

/// A token with a mark inside it: so many letters before the mark, and at least so many after it.
fn around(text: &str, mark: &'static str, before: usize, after: usize) -> Vec<Range<usize>> {
    let token = |at: usize| {
        let end = at + mark.len();
        let front = run_back(slice(text, 0..at), |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'~' | b'_'));
        let rest = slice(text, end..text.len());
        let length = run(rest, |byte| is_url_safe(byte) || matches!(byte, b'~' | b'.'));
        let fits = front == before && length >= after && (after > 0 || length == 0);
        (fits && !is_stand_in(slice(text, at - front..end + length))).then(|| at - front..end + length)
    };
    positions(text, mark).filter_map(token).collect()
}

/// The bot's number, `:`, and 35 letters.
fn telegram(text: &str) -> Vec<Range<usize>> {
    let token = |at: usize| {
        let body = slice(text, at + 1..text.len());
        if !body.starts_with("AA") {
            return None;
        }
        let number = run_back(slice(text, 0..at), |byte| byte.is_ascii_digit());
        let length = run(body, is_url_safe);
        let fits = (8..=10).contains(&number) && length == 35;
        (fits && !is_stand_in(slice(body, 0..length))).then(|| at - number..at + 1 + length)
    };
    positions(text, ":").filter_map(token).collect()
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
        (front == 32 && (1..=2).contains(&digits)).then(|| at - front..at + 3 + digits)
    };
    positions(text, "-us").filter_map(key).collect()
}
