//! Tokens that begin as their provider has published, so that they can be told from anything else.

use super::words::{is_random, is_stand_in, is_uuid};
use super::{Hit, Kind, Letters, is_url_safe, run, run_to_end, slice, word_starts};

/// What a token has after its prefix.
#[derive(Clone, Copy)]
enum Body {
    /// Hexadecimal digits in lower case.
    Hex,
    /// Letters and digits.
    Alphanumeric,
    /// Capitals and digits.
    Upper,
    /// Letters and digits, `_` and `-`.
    UrlSafe,
    /// As `UrlSafe`, and `.`.
    Dotted,
    /// As `Dotted`, and the rest of base64: `+`, `/` and `=`.
    Base64,
    /// Letters and digits that are mixed well: the prefix alone is too weak.
    Random,
    /// A UUID.
    Uuid,
}

struct Format {
    kind: Kind,
    prefix: &'static str,
    body: Body,
    /// How long the rest is, in bytes: at least, and at most.
    length: (usize, usize),
}

/// The shortest token of the table, in bytes: words below that are dismissed at once.
const SHORTEST: usize = 16;

/// Tokens without a published greatest length.
const OPEN: usize = 4096;

const fn format(kind: &'static str, prefix: &'static str, body: Body, least: usize, most: usize) -> Format {
    Format { kind: Kind(kind), prefix, body, length: (least, most) }
}

/// Of two prefixes that begin alike the longer one comes first, so that the message names the right provider.
const FORMATS: &[Format] = &[
    format("an AWS access key id", "AKIA", Body::Upper, 16, 16),
    format("an AWS access key id", "ASIA", Body::Upper, 16, 16),
    format("an AWS bearer token", "ABIA", Body::Upper, 16, 16),
    format("a key of Amazon Bedrock", "ABSK", Body::Base64, 109, 269),
    format("a GitHub token", "github_pat_", Body::UrlSafe, 36, 255),
    format("a GitHub token", "ghp_", Body::UrlSafe, 30, 255),
    format("a GitHub token", "gho_", Body::UrlSafe, 30, 255),
    format("a GitHub token", "ghu_", Body::UrlSafe, 30, 255),
    format("a GitHub token", "ghs_", Body::Dotted, 30, 1024),
    format("a GitHub token", "ghr_", Body::UrlSafe, 30, 255),
    format("a GitLab token", "glpat-", Body::Dotted, 20, 300),
    format("a GitLab token", "gldt-", Body::UrlSafe, 20, 300),
    format("a GitLab token", "glrt-", Body::Dotted, 20, 300),
    format("a GitLab token", "glptt-", Body::UrlSafe, 20, 300),
    format("a GitLab token", "glcbt-", Body::UrlSafe, 20, 300),
    format("a GitLab token", "glft-", Body::UrlSafe, 20, 300),
    format("a GitLab token", "glsoat-", Body::UrlSafe, 20, 300),
    format("a GitLab token", "glimt-", Body::UrlSafe, 20, 300),
    format("a GitLab token", "glagent-", Body::UrlSafe, 20, 300),
    format("a GitLab token", "gloas-", Body::UrlSafe, 20, 300),
    format("a GitLab token", "GR1348941", Body::UrlSafe, 20, 20),
    format("a Slack token", "xoxa-", Body::UrlSafe, 20, 300),
    format("a Slack token", "xoxb-", Body::UrlSafe, 20, 300),
    format("a Slack token", "xoxc-", Body::UrlSafe, 20, 300),
    format("a Slack token", "xoxe-", Body::UrlSafe, 20, 300),
    format("a Slack token", "xoxp-", Body::UrlSafe, 20, 300),
    format("a Slack token", "xoxr-", Body::UrlSafe, 20, 300),
    format("a Slack token", "xoxs-", Body::UrlSafe, 20, 300),
    format("a Slack token", "xapp-", Body::UrlSafe, 20, 300),
    format("a Google API key", "AIza", Body::UrlSafe, 35, 35),
    format("a Google OAuth secret", "GOCSPX-", Body::UrlSafe, 28, 28),
    format("a Google access token", "ya29.", Body::UrlSafe, 40, OPEN),
    format("a Stripe key", "sk_live_", Body::Alphanumeric, 16, 255),
    format("a Stripe key", "sk_test_", Body::Alphanumeric, 16, 255),
    format("a Stripe key", "rk_live_", Body::Alphanumeric, 16, 255),
    format("a Stripe key", "rk_test_", Body::Alphanumeric, 16, 255),
    format("a Stripe webhook secret", "whsec_", Body::Base64, 32, 255),
    format("a Twilio API key", "SK", Body::Hex, 32, 32),
    format("a SendGrid key", "SG.", Body::Dotted, 60, 72),
    format("a Mailgun key", "key-", Body::Hex, 32, 32),
    format("a Brevo key", "xkeysib-", Body::UrlSafe, 64, 90),
    format("an npm token", "npm_", Body::Alphanumeric, 36, 36),
    format("a PyPI token", "pypi-AgE", Body::UrlSafe, 40, OPEN),
    format("a RubyGems key", "rubygems_", Body::Hex, 48, 48),
    format("a crates.io token", "cio", Body::Random, 32, 32),
    format("a Docker token", "dckr_pat_", Body::UrlSafe, 20, 64),
    format("a Docker token", "dckr_oat_", Body::UrlSafe, 20, 64),
    format("a Vault token", "hvs.", Body::UrlSafe, 24, OPEN),
    format("a Vault token", "hvb.", Body::UrlSafe, 24, OPEN),
    format("a Vault token", "hvr.", Body::UrlSafe, 24, OPEN),
    format("a Vault token", "s.", Body::Random, 24, 24),
    format("a DigitalOcean token", "dop_v1_", Body::Hex, 64, 64),
    format("a DigitalOcean token", "doo_v1_", Body::Hex, 64, 64),
    format("a DigitalOcean token", "dor_v1_", Body::Hex, 64, 64),
    format("a Heroku key", "HRKU-", Body::UrlSafe, 36, 80),
    format("an Anthropic key", "sk-ant-", Body::UrlSafe, 24, 200),
    format("an OpenAI key", "sk-proj-", Body::UrlSafe, 24, 300),
    format("an OpenAI key", "sk-svcacct-", Body::UrlSafe, 24, 300),
    format("an OpenAI key", "sk-admin-", Body::UrlSafe, 24, 300),
    format("an OpenRouter key", "sk-or-v1-", Body::Hex, 64, 64),
    format("an OpenAI key", "sk-", Body::Random, 20, 100),
    format("a Hugging Face token", "hf_", Body::Alphanumeric, 30, 40),
    format("a Groq key", "gsk_", Body::Alphanumeric, 48, 60),
    format("a Replicate token", "r8_", Body::Alphanumeric, 37, 37),
    format("a Perplexity key", "pplx-", Body::Alphanumeric, 48, 56),
    format("an xAI key", "xai-", Body::Alphanumeric, 80, 80),
    format("a Databricks token", "dapi", Body::Hex, 32, 32),
    format("a Shopify token", "shpat_", Body::Hex, 32, 32),
    format("a Shopify token", "shpca_", Body::Hex, 32, 32),
    format("a Shopify token", "shppa_", Body::Hex, 32, 32),
    format("a Shopify secret", "shpss_", Body::Hex, 32, 32),
    format("a Square token", "sq0atp-", Body::UrlSafe, 22, 22),
    format("a Square secret", "sq0csp-", Body::UrlSafe, 43, 43),
    format("a Square token", "EAAA", Body::UrlSafe, 60, 60),
    format("a Cloudflare token", "cfut_", Body::Alphanumeric, 40, 64),
    format("a Cloudflare token", "cfat_", Body::Alphanumeric, 40, 64),
    format("a Cloudflare key", "cfk_", Body::Alphanumeric, 40, 64),
    format("a Cloudflare origin key", "v1.0-", Body::UrlSafe, 160, 200),
    format("an age identity", "AGE-SECRET-KEY-1", Body::Upper, 58, 58),
    format("an age identity", "AGE-SECRET-KEY-PQ-1", Body::Upper, 58, OPEN),
    format("a Linear key", "lin_api_", Body::Alphanumeric, 32, 64),
    format("a Linear token", "lin_oauth_", Body::Alphanumeric, 32, 64),
    format("a Postman key", "PMAK-", Body::UrlSafe, 59, 59),
    format("a New Relic key", "NRAK-", Body::Upper, 27, 27),
    format("a New Relic key", "NRII-", Body::UrlSafe, 32, 32),
    format("a Grafana token", "glsa_", Body::UrlSafe, 41, 41),
    format("a Grafana token", "glc_", Body::Base64, 32, 400),
    format("a Doppler token", "dp.pt.", Body::Alphanumeric, 40, 44),
    format("a Doppler token", "dp.ct.", Body::Alphanumeric, 40, 44),
    format("a Doppler token", "dp.sa.", Body::Alphanumeric, 40, 44),
    format("a Doppler token", "dp.st.", Body::Dotted, 40, 80),
    format("a Doppler token", "dp.scim.", Body::Alphanumeric, 40, 44),
    format("a Doppler token", "dp.audit.", Body::Alphanumeric, 40, 44),
    format("a Fly.io token", "fo1_", Body::UrlSafe, 43, 43),
    format("a Fly.io token", "fm1r_", Body::Base64, 100, OPEN),
    format("a Fly.io token", "fm2_", Body::Base64, 100, OPEN),
    format("an Atlassian token", "ATATT3xFfGF0", Body::Base64, 50, 400),
    format("an Atlassian token", "ATCTT3xFfGF0", Body::Base64, 50, 400),
    format("a Bitbucket password", "ATBB", Body::Random, 32, 32),
    format("a Notion token", "ntn_", Body::Alphanumeric, 40, 50),
    format("an Airtable token", "pat", Body::Dotted, 79, 79),
    format("a Figma token", "figd_", Body::UrlSafe, 40, 64),
    format("a Netlify token", "nfp_", Body::Alphanumeric, 36, 40),
    format("a Pulumi token", "pul-", Body::Hex, 40, 40),
    format("a Sentry token", "sntrys_", Body::Base64, 60, 400),
    format("a Sentry token", "sntryu_", Body::Hex, 64, 64),
    format("a Dynatrace token", "dt0c01.", Body::Dotted, 80, 100),
    format("a PlanetScale token", "pscale_tkn_", Body::Dotted, 32, 64),
    format("a PlanetScale password", "pscale_pw_", Body::Dotted, 32, 64),
    format("a Supabase token", "sbp_", Body::Hex, 40, 40),
    format("a Supabase key", "sb_secret_", Body::UrlSafe, 22, 64),
    format("a Facebook token", "EAACEdEose0cBA", Body::Alphanumeric, 20, OPEN),
    format("an Alibaba Cloud key id", "LTAI", Body::Random, 17, 24),
    format("an Artifactory key", "AKCp", Body::Alphanumeric, 60, 80),
    format("a 1Password token", "ops_eyJ", Body::Base64, 200, OPEN),
    format("a Buildkite token", "bkua_", Body::Hex, 40, 40),
    format("a CircleCI token", "CCIPAT_", Body::UrlSafe, 40, 100),
    format("a LaunchDarkly key", "sdk-", Body::Uuid, 36, 36),
];

/// The second letters of the prefixes, by the first: they dismiss nearly every word.
static SECONDS: [Letters; 128] = {
    let mut seconds = [Letters::NONE; 128];
    let mut index = 0;
    while index < FORMATS.len() {
        let prefix = FORMATS[index].prefix.as_bytes();
        let known = &mut seconds[prefix[0] as usize];
        *known = known.and(Letters::of_byte(prefix[1]));
        index += 1;
    }
    seconds
};

pub(super) fn hits(text: &str) -> Vec<Hit> {
    if text.len() < SHORTEST {
        return Vec::new();
    }
    super::hits_at(word_starts(text), |start| token(text, start)).collect()
}

fn token(text: &str, start: usize) -> Option<Hit> {
    let rest = slice(text, start..text.len());
    let [first, second, ..] = rest.as_bytes() else { return None };
    let seconds = SECONDS.get(usize::from(*first))?;
    if !seconds.has(Letters::of_byte(*second))
        || run(slice(rest, 0..SHORTEST), |byte| allows(Body::Base64, byte)) < SHORTEST
    {
        return None;
    }
    let (format, length) = FORMATS.iter().find_map(|format| {
        let after = rest.strip_prefix(format.prefix)?;
        Some((format, body(format, after)?))
    })?;
    Some(Hit { kind: format.kind, range: start..start + format.prefix.len() + length })
}

/// How long the rest of a token is, if it is one.
fn body(format: &Format, after: &str) -> Option<usize> {
    // Where the text goes on in the token's own letters, it is another word, or a digest; a full stop ends a sentence.
    let allowed = |byte| allows(format.body, byte);
    let length = run(after, allowed);
    let is_open = format.length.1 == OPEN;
    let length = if is_open { run_to_end(after, length, allowed) } else { length };
    let body = slice(after, 0..length).trim_end_matches(['.', '-']);
    let goes_on = after.as_bytes().get(body.len()).is_some_and(u8::is_ascii_alphanumeric);
    let (least, most) = format.length;
    let is_formed = match format.body {
        Body::Random => is_random(body),
        Body::Uuid => is_uuid(body),
        Body::UrlSafe | Body::Dotted | Body::Base64 | Body::Hex | Body::Alphanumeric | Body::Upper => true,
    };
    let fits = (least..=most).contains(&body.len()) && !goes_on && is_formed && !is_stand_in(body);
    fits.then_some(body.len())
}

fn allows(body: Body, byte: u8) -> bool {
    match body {
        Body::Hex => byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'),
        Body::Alphanumeric | Body::Random => byte.is_ascii_alphanumeric(),
        Body::Upper => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
        Body::UrlSafe | Body::Uuid => is_url_safe(byte),
        Body::Dotted => is_url_safe(byte) || byte == b'.',
        Body::Base64 => is_url_safe(byte) || matches!(byte, b'.' | b'+' | b'/' | b'='),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_prefix_comes_first_and_no_token_is_below_the_shortest() {
        for (index, format) in FORMATS.iter().enumerate() {
            assert!(format.prefix.len() + format.length.0 >= SHORTEST, "{}", format.prefix);
            assert!(format.length.0 <= format.length.1, "{}", format.prefix);
            let hidden = FORMATS.iter().skip(index + 1).find(|later| later.prefix.starts_with(format.prefix));
            assert!(hidden.is_none(), "{} hides another", format.prefix);
        }
    }
}
