//! Credentials that have no mark of their own, such as 32 hexadecimal digits: told from any identifier by the name
//! beside them, which says who issued them, and by the shape that this provider gives them.

use super::formats::Body::{Alphanumeric, Base64, Digits, Dotted, Hex, Lower, Padded, Upper, UrlSafe, Uuid};
use super::formats::{Format, format, part};
use super::words::{is_placeholder, is_readable, is_uuid};
use super::{Kind, Letters, Mark, mark};

/// A provider, as names spell it, in lower case and without separators, and what its credentials look like.
struct Provider {
    word: Mark,
    format: Format,
}

const fn of(word: &'static str, format: Format) -> Provider {
    Provider { word: mark(word), format }
}

/// The shortest and the longest of the table, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 14..=200;

/// Parts of names that speak of a credential, and those that speak as much of an account: an id is a UUID as well.
const CLAIMS: &[Mark] = &[
    mark("key"),
    mark("token"),
    mark("secret"),
    mark("pass"),
    mark("cred"),
    mark("adopat"),
    mark("extpat"),
    mark("devopspat"),
    mark("githubpat"),
    mark("gitlabpat"),
    mark("crumb"),
    mark("gitlabsession"),
    mark("contribsys"),
    mark("twilio"),
    mark("postmark"),
    mark("reporterid"),
];
const WEAK_CLAIMS: &[Mark] = &[mark("api"), mark("auth"), mark("login"), mark("access")];

/// The credential that a value is, for what it is called: the letters and digits of the name in lower case.
pub(super) fn issued(joined: &str, value: &str) -> Option<Kind> {
    let letters = Letters::of(joined);
    let stands = |mark: &Mark| mark.stands_in(joined, letters);
    let is_claim = CLAIMS.iter().any(stands);
    if !is_claim && (is_uuid(value) || !WEAK_CLAIMS.iter().any(stands)) {
        return None;
    }
    let of_name = PROVIDERS.iter().filter(|provider| stands(&provider.word));
    let mut formats = of_name.map(|provider| &provider.format);
    let known = formats.find(|format| format.length_in(value) == Some(value.len()))?;
    (!is_placeholder(value)).then_some(known.kind)
}

/// Whether a name speaks of a credential, as far as its letters tell.
pub(super) fn may_claim(letters: Letters) -> bool {
    claims().any(|claim| letters.has(claim.letters))
}

/// The parts by which a name speaks of a credential.
pub(super) fn claims() -> impl Iterator<Item = &'static Mark> {
    CLAIMS.iter().chain(WEAK_CLAIMS)
}

/// Whether a value may be one that a provider has issued: one word, and not a word of a language.
pub(super) fn may_be_issued(value: &str) -> bool {
    let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
    LENGTHS.contains(&value.len())
        && (has_digit || (value.len() >= 24 && value.bytes().any(|byte| byte.is_ascii_uppercase())))
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.+/=:~".contains(&byte))
        && !is_readable(value)
}

/// Sorted by the word.
const PROVIDERS: &[Provider] = &[
    of("ably", format("an Ably credential", "", Dotted, 50, 60)),
    of("adafruit", format("an Adafruit credential", "", UrlSafe, 32, 32)),
    of("adobe", format("an Adobe credential", "", Hex, 32, 32)),
    of("adopat", format("an Azure DevOps credential", "", Alphanumeric, 52, 52)),
    of("ai21", format("an AI21 credential", "", Alphanumeric, 32, 48)),
    of("airtable", format("an Airtable credential", "", Alphanumeric, 17, 17)),
    of("algolia", format("an Algolia credential", "", Alphanumeric, 32, 32)),
    of("alibaba", format("an Alibaba Cloud credential", "", Alphanumeric, 30, 30)),
    of("alicloud", format("an Alibaba Cloud credential", "", Alphanumeric, 30, 30)),
    of("aliyun", format("an Alibaba Cloud credential", "", Alphanumeric, 30, 30)),
    of("amplitude", format("an Amplitude credential", "", Hex, 32, 32)),
    of("appdynamics", format("an AppDynamics credential", "", UrlSafe, 36, 36)),
    of("artifactory", format("an Artifactory credential", "", Alphanumeric, 64, 73)),
    of("asana", format("an Asana credential", "", Alphanumeric, 32, 32)),
    of("assemblyai", format("an AssemblyAI credential", "", Hex, 32, 32)),
    of("atlas", format("a MongoDB Atlas credential", "", Uuid, 36, 36)),
    of("atlassian", format("an Atlassian credential", "", Alphanumeric, 24, 24)),
    of("auth0", format("an Auth0 credential", "", UrlSafe, 32, 80)),
    of("aws", format("a generated secret of AWS", "", Base64, 40, 40)),
    of("aws", format("a generated secret of AWS", "", Base64, 100, 200)),
    of("azure", format("an Azure credential", "", Hex, 32, 32)),
    of("azure", format("an Azure credential", "", Alphanumeric, 52, 84)),
    of("beamer", format("a Beamer credential", "b_", Padded, 40, 48)),
    of("bing", format("a Bing credential", "", Hex, 32, 32)),
    of("bintray", format("a Bintray credential", "", Alphanumeric, 40, 73)),
    of("bitbucket", format("a Bitbucket credential", "", Alphanumeric, 32, 32)),
    of("bitbucket", format("a Bitbucket credential", "", Padded, 64, 64)),
    of("bitrise", format("a Bitrise credential", "", UrlSafe, 86, 86)),
    of("bittrex", format("a Bittrex credential", "", Alphanumeric, 32, 32)),
    of("blynk", format("a Blynk credential", "", UrlSafe, 32, 40)),
    of("bugsnag", format("a Bugsnag credential", "", Hex, 32, 32)),
    of("buildkite", format("a Buildkite credential", "", Hex, 40, 40)),
    of("cctestreporter", format("a Code Climate credential", "", Hex, 64, 64)),
    of("circleci", format("a CircleCI credential", "", Hex, 40, 40)),
    of("cloudflare", format("a Cloudflare credential", "", UrlSafe, 40, 40)),
    of("cloudflare", format("a Cloudflare credential", "", Hex, 37, 37)),
    of("cloudinary", format("a Cloudinary credential", "", UrlSafe, 27, 27)),
    of("codacy", format("a Codacy credential", "", Hex, 32, 32)),
    of("codeclimate", format("a Code Climate credential", "", Hex, 64, 64)),
    of("codecov", format("a Codecov credential", "", Alphanumeric, 32, 32)),
    of("codecov", format("a Codecov credential", "", Uuid, 36, 36)),
    of("cohere", format("a Cohere credential", "", Alphanumeric, 40, 40)),
    of("coinbase", format("a Coinbase credential", "", UrlSafe, 64, 64)),
    of("confluence", format("a Confluence credential", "", Alphanumeric, 24, 24)),
    of("confluent", format("a Confluent credential", "", Alphanumeric, 16, 16)),
    of("confluent", format("a Confluent credential", "", Base64, 64, 64)),
    of("consul", format("a Consul credential", "", Uuid, 36, 36)),
    of("contentful", format("a Contentful credential", "", Padded, 43, 43)),
    of("contribsys", format("a Sidekiq credential", "", Hex, 8, 8).then(&[part(":", Hex, 8, 8)])),
    of("coveralls", format("a Coveralls credential", "", Alphanumeric, 32, 36)),
    of("datadog", format("a Datadog credential", "", Alphanumeric, 32, 40)),
    of("deepgram", format("a Deepgram credential", "", Hex, 40, 40)),
    of("deepl", format("a DeepL credential", "", Uuid, 36, 36)),
    of("deepl", format("a DeepL credential", "", Uuid, 36, 36).then(&[part(":fx", Alphanumeric, 0, 0)])),
    of("digitalocean", format("a DigitalOcean credential", "", Base64, 43, 64)),
    of("discord", format("a Discord credential", "", Hex, 64, 64)),
    of("discord", format("a Discord credential", "", Padded, 32, 32)),
    of("drone", format("a Drone credential", "", Alphanumeric, 32, 32)),
    of("dropbox", format("a Dropbox credential", "", Alphanumeric, 15, 15)),
    of("dropbox", format("a Dropbox credential", "", UrlSafe, 64, 64)),
    of("elevenlabs", format("an ElevenLabs credential", "", Hex, 32, 32)),
    of("etsy", format("an Etsy credential", "", Alphanumeric, 24, 24)),
    of("facebook", format("a Facebook credential", "", Hex, 32, 32)),
    of("fastly", format("a Fastly credential", "", Padded, 32, 32)),
    of("fbapp", format("a Facebook credential", "", Hex, 32, 32)),
    of("fbclient", format("a Facebook credential", "", Hex, 32, 32)),
    of("fbsecret", format("a Facebook credential", "", Hex, 32, 32)),
    of(
        "figma",
        format("a Figma credential", "", Hex, 4, 4).then(&[
            part("-", Hex, 8, 8),
            part("-", Hex, 4, 4),
            part("-", Hex, 4, 4),
            part("-", Hex, 4, 4),
            part("-", Hex, 12, 12),
        ]),
    ),
    of("finicity", format("a Finicity credential", "", Hex, 32, 32)),
    of("finicity", format("a Finicity credential", "", Alphanumeric, 20, 20)),
    of("finnhub", format("a Finnhub credential", "", Alphanumeric, 20, 20)),
    of("flickr", format("a Flickr credential", "", Alphanumeric, 32, 32)),
    of("freemius", format("a Freemius credential", "", UrlSafe, 32, 32)),
    of("freshbooks", format("a FreshBooks credential", "", Alphanumeric, 64, 64)),
    of("github", format("a GitHub credential", "", Hex, 40, 40)),
    of("gitlab", format("a GitLab credential", "", Lower, 32, 32)),
    of("gitlab", format("a GitLab credential", "", UrlSafe, 20, 20)),
    of("gitter", format("a Gitter credential", "", UrlSafe, 40, 40)),
    of("gocardless", format("a GoCardless credential", "live_", Padded, 40, 40)),
    of("gocardless", format("a GoCardless credential", "sandbox_", Padded, 40, 40)),
    of("google", format("a Google credential", "", UrlSafe, 24, 24)),
    of("heroku", format("a Heroku credential", "", Uuid, 36, 36)),
    of("hubspot", format("a HubSpot credential", "", Uuid, 36, 36)),
    of("infisical", format("an Infisical credential", "", Uuid, 36, 36)),
    of("intercom", format("an Intercom credential", "", Base64, 60, 60)),
    of("jenkins", format("a Jenkins credential", "", Hex, 32, 36)),
    of("jenkins", format("a Jenkins credential", "", Uuid, 36, 36)),
    of("jfrog", format("a JFrog credential", "", Alphanumeric, 64, 73)),
    of("jira", format("a Jira credential", "", Alphanumeric, 24, 24)),
    of("kagi", format("a Kagi credential", "", UrlSafe, 11, 11).then(&[part(".", UrlSafe, 43, 43)])),
    of("kraken", format("a Kraken credential", "", Base64, 80, 90)),
    of("kucoin", format("a KuCoin credential", "", Hex, 24, 24)),
    of("kucoin", format("a KuCoin credential", "", Uuid, 36, 36)),
    of("launchdarkly", format("a LaunchDarkly credential", "", Padded, 40, 40)),
    of("launchdarkly", format("a LaunchDarkly credential", "api-", Uuid, 36, 36)),
    of("linear", format("a Linear credential", "", Hex, 32, 32)),
    of("linkedin", format("a LinkedIn credential", "", Alphanumeric, 14, 16)),
    of("linode", format("a Linode credential", "", Hex, 64, 64)),
    of("lob", format("a Lob credential", "live_", Hex, 35, 35)),
    of("lob", format("a Lob credential", "test_", Hex, 35, 35)),
    of("loggly", format("a Loggly credential", "", Uuid, 36, 36)),
    of("looker", format("a Looker credential", "", Alphanumeric, 20, 24)),
    of("mailchimp", format("a Mailchimp credential", "", Hex, 32, 32)),
    of("mailgun", format("a Mailgun credential", "", Hex, 32, 32).then(&[part("-", Hex, 8, 8), part("-", Hex, 8, 8)])),
    of("mapbox", format("a Mapbox credential", "", Dotted, 80, 100)),
    of("mattermost", format("a Mattermost credential", "", Alphanumeric, 26, 26)),
    of("meraki", format("a Meraki credential", "", Hex, 40, 40)),
    of("messagebird", format("a MessageBird credential", "", Alphanumeric, 25, 25)),
    of("messagebird", format("a MessageBird credential", "", Uuid, 36, 36)),
    of("mistral", format("a Mistral credential", "", Alphanumeric, 32, 32)),
    of("mixpanel", format("a Mixpanel credential", "", Hex, 32, 32)),
    of("mongodb", format("a MongoDB Atlas credential", "", Uuid, 36, 36)),
    of("nasa", format("a NASA credential", "", Alphanumeric, 40, 40)),
    of("netlify", format("a Netlify credential", "", Padded, 40, 46)),
    of("newrelic", format("a New Relic credential", "", Alphanumeric, 40, 40)),
    of("newrelic", format("a New Relic credential", "", Alphanumeric, 64, 64)),
    of("newyorktimes", format("a New York Times credential", "", Padded, 32, 32)),
    of("ngrok", format("an ngrok credential", "", UrlSafe, 43, 49)),
    of("nomad", format("a Nomad credential", "", Uuid, 36, 36)),
    of("nytimes", format("a New York Times credential", "", Padded, 32, 32)),
    of("okta", format("an Okta credential", "00", UrlSafe, 40, 40)),
    of("openai", format("an OpenAI credential", "", Hex, 32, 32)),
    of("openweather", format("an OpenWeather credential", "", Hex, 32, 32)),
    of("opsgenie", format("an Opsgenie credential", "", Uuid, 36, 36)),
    of("pagerduty", format("a PagerDuty credential", "", Base64, 20, 20)),
    of("particle", format("a Particle credential", "", Hex, 40, 40)),
    of("percy", format("a Percy credential", "", Hex, 64, 64)),
    of("plaid", format("a Plaid credential", "", Alphanumeric, 24, 30)),
    of("postmark", format("a Postmark credential", "", Uuid, 36, 36)),
    of("privateai", format("a Private AI credential", "", Alphanumeric, 32, 32)),
    of("provisiondevice", format("a ThingsBoard credential", "", Alphanumeric, 20, 20)),
    of("pusher", format("a Pusher credential", "", Hex, 20, 20)),
    of("rapidapi", format("a RapidAPI credential", "", UrlSafe, 50, 50)),
    of("rollbar", format("a Rollbar credential", "", Hex, 32, 32)),
    of("salesforce", format("a Salesforce credential", "", Base64, 24, 24)),
    of("sauce", format("a Sauce Labs credential", "", Uuid, 36, 36)),
    of("scaleway", format("a Scaleway credential", "", Uuid, 36, 36)),
    of("scw", format("a Scaleway credential", "", Uuid, 36, 36)),
    of("segment", format("a Segment credential", "", Alphanumeric, 32, 32)),
    of("sematext", format("a Sematext credential", "", Uuid, 36, 36)),
    of("sendbird", format("a Sendbird credential", "", Uuid, 36, 36)),
    of("sendbird", format("a Sendbird credential", "", Hex, 40, 40)),
    of("sentry", format("a Sentry credential", "", Hex, 32, 64)),
    of("shodan", format("a Shodan credential", "", Alphanumeric, 32, 32)),
    of("shortcut", format("a Shortcut credential", "", Uuid, 36, 36)),
    of("snyk", format("a Snyk credential", "", Uuid, 36, 36)),
    of("sonar", format("a Sonar credential", "", Padded, 40, 44)),
    of("sourcegraph", format("a Sourcegraph credential", "", Hex, 40, 40)),
    of("splunk", format("a Splunk credential", "", Uuid, 36, 36)),
    of("squarespace", format("a Squarespace credential", "", Uuid, 36, 36)),
    of("statuspage", format("a Statuspage credential", "", Uuid, 36, 36)),
    of("sumo", format("a Sumo Logic credential", "", Alphanumeric, 64, 64)),
    of("sumo", format("a Sumo Logic credential", "su", Alphanumeric, 12, 12)),
    of("telegr", format("a Telegram credential", "", Digits, 5, 16).then(&[part(":A", UrlSafe, 33, 34)])),
    of("thingsboard", format("a ThingsBoard credential", "", Alphanumeric, 20, 20)),
    of("together", format("a Together credential", "", Hex, 64, 64)),
    of("travis", format("a Travis CI credential", "", UrlSafe, 22, 22)),
    of("trello", format("a Trello credential", "", Hex, 32, 64)),
    of("truenas", format("a TrueNAS credential", "", Digits, 1, 4).then(&[part("-", Alphanumeric, 64, 64)])),
    of("twilio", format("a Twilio credential", "AC", Hex, 32, 32)),
    of("twilio", format("a Twilio credential", "", Hex, 32, 32)),
    of("twitch", format("a Twitch credential", "", Alphanumeric, 30, 30)),
    of("twitter", format("a Twitter credential", "", Alphanumeric, 25, 50)),
    of("twitter", format("a Twitter credential", "", Digits, 15, 25).then(&[part("-", Alphanumeric, 20, 40)])),
    of("typeform", format("a Typeform credential", "", Dotted, 40, 64)),
    of("vault", format("a Vault credential", "", Uuid, 36, 36)),
    of("vercel", format("a Vercel credential", "", Alphanumeric, 24, 24)),
    of("virustotal", format("a VirusTotal credential", "", Hex, 64, 64)),
    of("vultr", format("a Vultr credential", "", Upper, 36, 36)),
    of("wandb", format("a Weights & Biases credential", "", Hex, 40, 40)),
    of("weightsandbiases", format("a Weights & Biases credential", "", Hex, 40, 40)),
    of("xray", format("an Xray credential", "", Alphanumeric, 64, 73)),
    of("yandex", format("a Yandex credential", "AQVN", UrlSafe, 35, 38)),
    of("yandex", format("a Yandex credential", "YC", UrlSafe, 38, 38)),
    of("zendesk", format("a Zendesk credential", "", Alphanumeric, 40, 40)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_are_sorted_and_their_lengths_are_those_that_are_looked_at() {
        assert!(PROVIDERS.is_sorted_by_key(|provider| provider.word.text));
        for Provider { word, format } in PROVIDERS {
            let (least, most) = format.lengths();
            assert!(LENGTHS.contains(&least) && LENGTHS.contains(&most), "{}: {least} {most}", word.text);
        }
    }
}
