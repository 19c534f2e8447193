import type { Random } from "./random.js";
import type { SecretGroup, SecretMaker } from "./secrets.js";

/**
 * Keys of services that gave them no form of their own: nothing tells them from a checksum but the name that stands beside them.
 * Lengths and alphabets are what the services hand out.
 */
const hex =
  (length: number): SecretMaker =>
  (r: Random) =>
    r.hex(length);
const lower =
  (length: number): SecretMaker =>
  (r: Random) =>
    r.lower(length);
const alnum =
  (length: number): SecretMaker =>
  (r: Random) =>
    r.alnum(length);
const urlSafe =
  (length: number): SecretMaker =>
  (r: Random) =>
    `${r.letters(1)}${r.urlSafe(length - 2)}${r.digits(1)}`;
const base64 =
  (bytes: number): SecretMaker =>
  (r: Random) =>
    r.base64(bytes);
const upper =
  (length: number): SecretMaker =>
  (r: Random) =>
    r.upper(length);

/** In pairs: of each two the first was there to choose the rules by, the second was looked at only afterwards. */
export const SERVICES: SecretGroup = {
  ...{ datadog: hex(32), algolia: hex(32), asana: hex(32), bittrex: hex(32), coinbase: urlSafe(64) },
  ...{
    confluent: base64(48),
    contentful: urlSafe(43),
    drone: alnum(32),
    etsy: lower(24),
    fastly: urlSafe(32),
  },
  ...{ finnhub: lower(20), flickr: hex(32), freshbooks: lower(64), gitter: lower(40), intercom: base64(45) },
  ...{ jfrog: alnum(73), kraken: base64(64), kucoin: hex(24), linkedin: alnum(16), looker: lower(24) },
  ...{ mattermost: lower(26), messagebird: alnum(25), netlify: urlSafe(43), nytimes: alnum(32) },
  ...{ okta: (r: Random) => `00${r.urlSafe(40)}`, rapidapi: lower(50), sendbird: hex(40), sentry: hex(64) },
  ...{ sumologic: alnum(64), travis: alnum(22), trello: hex(32), twitch: lower(30), twitter: alnum(50) },
  ...{
    zendesk: alnum(40),
    openweathermap: hex(32),
    cohere: alnum(40),
    mistral: alnum(32),
    deepgram: hex(40),
  },
  ...{ assemblyai: hex(32), ai21: alnum(32), serpapi: hex(64), serper: hex(40), mapquest: alnum(32) },
  ...{ abuseipdb: hex(80), virustotal: hex(64), shodan: alnum(32), securitytrails: alnum(32) },
  ...{ pagerduty: (r: Random) => `u+${r.alnum(18)}`, bugsnag: hex(32), rollbar: hex(32), logdna: hex(32) },
  ...{ papertrail: alnum(20), pusher: hex(20), segment: alnum(32), mixpanel: hex(32), amplitude: hex(32) },
  ...{ pexels: alnum(56), unsplash: urlSafe(43), giphy: alnum(32), vimeo: hex(32), spotify: hex(32) },
  ...{ twilio: hex(32), plivo: alnum(40), vonage: alnum(16), mandrill: urlSafe(22), sparkpost: hex(40) },
  ...{ mailjet: hex(32), braintree: hex(32), paypal: urlSafe(80), razorpay: alnum(24), binance: alnum(64) },
  ...{
    alphavantage: upper(16),
    polygon: alnum(32),
    etherscan: upper(34),
    infura: hex(32),
    alchemy: urlSafe(32),
  },
  ...{ moralis: alnum(64), quicknode: hex(40), todoist: hex(40), toggl: hex(32), clockify: alnum(48) },
  ...{ ifttt: urlSafe(43), pushover: lower(30), coveralls: alnum(32), codeclimate: hex(64), linode: hex(64) },
  ...{ vultr: upper(36), hetzner: alnum(64), ovh: alnum(32), cloudflare: urlSafe(40), wasabi: alnum(40) },
  ...{ hasura: alnum(64), storyblok: alnum(24), auth0: urlSafe(64), onelogin: hex(64), kakao: hex(32) },
  ...{ wechat: hex(32), baidu: alnum(32), tencent: alnum(32), alibaba: alnum(30), cloudinary: urlSafe(27) },
  ...{ bitrise: urlSafe(86), appveyor: lower(20), instagram: hex(32), facebook: hex(32), strava: hex(40) },
  ...{
    foursquare: upper(48),
    lastfm: hex(32),
    tmdb: hex(32),
    omdb: hex(8),
    newsapi: hex(32),
    guardian: hex(36),
  },
  ...{ zoho: hex(42), freshdesk: alnum(20), helpscout: alnum(32), livechat: lower(32), kayako: alnum(40) },
  ...{ bitly: hex(40), rebrandly: hex(32), tinypng: alnum(32), cloudconvert: alnum(64), deepl: hex(32) },
  ...{ lokalise: hex(40), crowdin: hex(80), transifex: alnum(40), phrase: hex(64), opencage: hex(32) },
  ...{ locationiq: hex(32), mapbox: alnum(60), positionstack: hex(32), ipstack: hex(32), fixer: hex(32) },
};
