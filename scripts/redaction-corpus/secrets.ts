import type { Random } from "./random.js";

/** How services write the credentials that they give out, taken from their documentation and not from the rules of the code. */
export type SecretMaker = (random: Random) => string;
export type SecretGroup = Readonly<Record<string, SecretMaker>>;

const jwt = (r: Random): string => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub: r.digits(10), iat: 1_700_000_000, jti: r.hex(16) })}.${r.urlSafe(43)}`;
};

const pem =
  (kind: string) =>
  (r: Random): string => {
    const lines = Array.from({ length: 6 }, () => r.base64(48));
    return `-----BEGIN ${kind}-----\n${lines.join("\n")}\n-----END ${kind}-----`;
  };

const encoded =
  (maker: SecretMaker, before = "", after = "") =>
  (r: Random): string =>
    Buffer.from(before + maker(r) + after).toString("base64");

const github: SecretMaker = (r) => `ghp_${r.alnum(36)}`;
const privateKey = pem("RSA PRIVATE KEY");

export const SECRETS: Readonly<Record<string, SecretGroup>> = {
  "code hosts, packages, builds": {
    github,
    "github oauth": (r) => `gho_${r.alnum(36)}`,
    "github app": (r) => `ghs_${r.alnum(36)}`,
    "github fine-grained": (r) => `github_pat_${r.alnum(22)}_${r.alnum(59)}`,
    gitlab: (r) => `glpat-${r.urlSafe(20)}`,
    "gitlab routable": (r) => `glpat-${r.urlSafe(27)}.${r.lower(2)}${r.lower(7)}`,
    "gitlab deploy": (r) => `gldt-${r.urlSafe(20)}`,
    "gitlab runner": (r) => `glrt-${r.urlSafe(20)}`,
    "gitlab job": (r) => `glcbt-${r.alnum(2)}_${r.urlSafe(20)}`,
    "gitlab trigger": (r) => `glptt-${r.hex(40)}`,
    "gitlab feed": (r) => `glft-${r.urlSafe(20)}`,
    "gitlab mail": (r) => `glimt-${r.lower(25)}`,
    "gitlab agent": (r) => `glagent-${r.urlSafe(50)}`,
    "gitlab oauth": (r) => `gloas-${r.hex(64)}`,
    "gitlab scim": (r) => `glsoat-${r.urlSafe(20)}`,
    "gitlab feature flags": (r) => `glffct-${r.urlSafe(20)}`,
    "gitlab registration": (r) => `GR1348941${r.urlSafe(20)}`,
    bitbucket: (r) => `ATBB${r.alnum(32)}`,
    npm: (r) => `npm_${r.alnum(36)}`,
    pypi: (r) => `pypi-AgEIcHlwaS5vcmc${r.urlSafe(120)}`,
    rubygems: (r) => `rubygems_${r.hex(48)}`,
    nuget: (r) => `oy2${r.lower(43)}`,
    crates: (r) => `cio${r.alnum(32)}`,
    "docker hub": (r) => `dckr_pat_${r.urlSafe(27)}`,
    artifactory: (r) => `AKCp${r.alnum(69)}`,
    circleci: (r) => `CCIPAT_${r.alnum(22)}_${r.hex(40)}`,
    buildkite: (r) => `bkua_${r.hex(40)}`,
    sonarqube: (r) => `squ_${r.hex(40)}`,
    sourcegraph: (r) => `sgp_${r.hex(16)}_${r.hex(40)}`,
    postman: (r) => `PMAK-${r.hex(24)}-${r.hex(34)}`,
    pulumi: (r) => `pul-${r.hex(40)}`,
    octopus: (r) => `API-${r.upper(26)}`,
  },
  "clouds, databases, secret stores": {
    "aws key id": (r) => `AKIA${r.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)}`,
    "aws session key id": (r) => `ASIA${r.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)}`,
    "aws bedrock": (r) => `ABSK${r.base64(96)}`,
    "azure client secret": (r) => `${r.alnum(3)}8Q~${r.urlSafe(34)}`,
    "azure devops": (r) => `${r.alnum(76)}AZDO${r.alnum(4)}`,
    "azure openai": (r) => `${r.alnum(52)}JQQJ99${r.alnum(26)}`,
    "azure storage": (r) => `${r.alnum(76)}+ASt${r.alnum(6)}==`,
    "google api": (r) => `AIza${r.urlSafe(35)}`,
    "google oauth": (r) => `ya29.${r.urlSafe(120)}`,
    "google refresh": (r) => `1//0${r.urlSafe(90)}`,
    "google client secret": (r) => `GOCSPX-${r.urlSafe(28)}`,
    digitalocean: (r) => `dop_v1_${r.hex(64)}`,
    alibaba: (r) => `LTAI5t${r.alnum(18)}`,
    tencent: (r) => `AKID${r.alnum(32)}`,
    heroku: (r) => `HRKU-AA${r.urlSafe(58)}`,
    fly: (r) => `fm2_${r.base64(180)}`,
    "fly oauth": (r) => `fo1_${r.urlSafe(43)}`,
    vercel: (r) => `vcp_${r.alnum(56)}`,
    netlify: (r) => `nfp_${r.alnum(36)}`,
    supabase: (r) => `sbp_${r.hex(40)}`,
    "supabase secret": (r) => `sb_secret_${r.urlSafe(31)}`,
    planetscale: (r) => `pscale_tkn_${r.urlSafe(43)}`,
    "planetscale password": (r) => `pscale_pw_${r.urlSafe(43)}`,
    neon: (r) => `napi_${r.lower(64)}`,
    cloudflare: (r) => `cfut_${r.alnum(40)}${r.hex(8)}`,
    databricks: (r) => `dapi${r.hex(32)}`,
    "databricks, second": (r) => `dapi${r.hex(32)}-2`,
    dropbox: (r) => `sl.${r.urlSafe(135)}`,
    vault: (r) => `hvs.${r.urlSafe(90)}`,
    "vault batch": (r) => `hvb.${r.urlSafe(150)}`,
    terraform: (r) => `${r.alnum(14)}.atlasv1.${r.alnum(67)}`,
    doppler: (r) => `dp.pt.${r.alnum(43)}`,
    "doppler service": (r) => `dp.st.prd.${r.alnum(40)}`,
    "1password": (r) => `ops_eyJ${r.base64(300)}`,
    openshift: (r) => `sha256~${r.urlSafe(43)}`,
    tailscale: (r) => `tskey-auth-${r.alnum(17)}-${r.alnum(32)}`,
  },
  "AI services": {
    openai: (r) => `sk-${r.alnum(20)}T3BlbkFJ${r.alnum(20)}`,
    "openai project": (r) => `sk-proj-${r.urlSafe(74)}T3BlbkFJ${r.urlSafe(74)}`,
    anthropic: (r) => `sk-ant-api03-${r.urlSafe(93)}AA`,
    openrouter: (r) => `sk-or-v1-${r.hex(64)}`,
    deepseek: (r) => `sk-${r.hex(32)}`,
    langfuse: (r) => `sk-lf-${r.uuid()}`,
    groq: (r) => `gsk_${r.alnum(52)}`,
    replicate: (r) => `r8_${r.alnum(37)}`,
    xai: (r) => `xai-${r.alnum(80)}`,
    perplexity: (r) => `pplx-${r.alnum(48)}`,
    nvidia: (r) => `nvapi-${r.urlSafe(64)}`,
    gemini: (r) => `AQ.Ab8RN6${r.urlSafe(44)}`,
    langsmith: (r) => `lsv2_pt_${r.hex(32)}_${r.hex(10)}`,
    tavily: (r) => `tvly-dev-${r.alnum(32)}`,
    pinecone: (r) => `pcsk_${r.alnum(6)}_${r.alnum(63)}`,
    "hugging face": (r) => `hf_${r.letters(34)}`,
    fireworks: (r) => `fw_${r.alnum(24)}`,
    together: (r) => `tgp_v1_${r.urlSafe(43)}`,
    cerebras: (r) => `csk-${r.lower(48)}`,
    voyage: (r) => `pa-${r.urlSafe(43)}`,
    jina: (r) => `jina_${r.hex(32)}${r.urlSafe(28)}`,
    elevenlabs: (r) => `sk_${r.hex(48)}`,
    firecrawl: (r) => `fc-${r.hex(32)}`,
    e2b: (r) => `e2b_${r.hex(40)}`,
    llamacloud: (r) => `llx-${r.alnum(48)}`,
    runpod: (r) => `rpa_${r.upper(46)}`,
    apify: (r) => `apify_api_${r.alnum(36)}`,
    logfire: (r) => `pylf_v1_us_${r.alnum(44)}`,
    zhipu: (r) => `${r.hex(32)}.${r.alnum(16)}`,
  },
  "payment, chat, mail, monitoring": {
    "slack bot": (r) => `xoxb-${r.digits(12)}-${r.digits(13)}-${r.alnum(24)}`,
    "slack user": (r) => `xoxp-${r.digits(12)}-${r.digits(12)}-${r.digits(12)}-${r.hex(32)}`,
    "slack app": (r) => `xapp-1-A${r.upper(10)}-${r.digits(13)}-${r.hex(64)}`,
    "slack webhook": (r) => `https://hooks.slack.com/services/T${r.upper(10)}/B${r.upper(10)}/${r.alnum(24)}`,
    "discord bot": (r) =>
      `${Buffer.from(`1${r.digits(17)}`).toString("base64url")}.${r.urlSafe(6)}.${r.urlSafe(38)}`,
    "discord webhook": (r) => `https://discord.com/api/webhooks/${r.digits(19)}/${r.urlSafe(68)}`,
    telegram: (r) => `${r.digits(10)}:AA${r.urlSafe(33)}`,
    stripe: (r) => `sk_live_51${r.alnum(97)}`,
    "stripe restricted": (r) => `rk_live_51${r.alnum(97)}`,
    "stripe webhook": (r) => `whsec_${r.alnum(32)}`,
    square: (r) => `sq0atp-${r.urlSafe(22)}`,
    "square oauth": (r) => `EAAAE${r.urlSafe(59)}`,
    shopify: (r) => `shpat_${r.hex(32)}`,
    twilio: (r) => `SK${r.hex(32)}`,
    sendgrid: (r) => `SG.${r.urlSafe(22)}.${r.urlSafe(43)}`,
    mailgun: (r) => `key-${r.hex(32)}`,
    "mailgun of today": (r) => `${r.hex(32)}-${r.hex(8)}-${r.hex(8)}`,
    mailchimp: (r) => `${r.hex(32)}-us12`,
    brevo: (r) => `xkeysib-${r.hex(64)}-${r.alnum(16)}`,
    resend: (r) => `re_${r.alnum(8)}_${r.alnum(24)}`,
    linear: (r) => `lin_api_${r.alnum(40)}`,
    notion: (r) => `ntn_${r.digits(11)}${r.alnum(35)}`,
    "notion, before 2024": (r) => `secret_${r.alnum(43)}`,
    figma: (r) => `figd_${r.urlSafe(40)}`,
    atlassian: (r) => `ATATT3xFfGF0${r.urlSafe(174)}=${r.upper(8)}`,
    airtable: (r) => `pat${r.alnum(14)}.${r.hex(64)}`,
    hubspot: (r) => `pat-na1-${r.uuid()}`,
    typeform: (r) => `tfp_${r.alnum(44)}_${r.alnum(14)}`,
    sentry: (r) => `sntrys_eyJ${r.base64(90)}_${r.base64(32).slice(0, 43)}`,
    "sentry user": (r) => `sntryu_${r.hex(64)}`,
    grafana: (r) => `glsa_${r.alnum(32)}_${r.hex(8)}`,
    "grafana cloud": (r) => `glc_${r.base64(90)}`,
    "new relic": (r) => `NRAK-${r.upper(27)}`,
    dynatrace: (r) => `dt0c01.${r.upper(24)}.${r.upper(64)}`,
    posthog: (r) => `phx_${r.alnum(43)}`,
    launchdarkly: (r) => `sdk-${r.uuid()}`,
    plaid: (r) => `access-production-${r.uuid()}`,
  },
  "keys, certificates, tokens": {
    jwt,
    "rsa key": privateKey,
    "pkcs8 key": pem("PRIVATE KEY"),
    "encrypted key": pem("ENCRYPTED PRIVATE KEY"),
    "ec key": pem("EC PRIVATE KEY"),
    "openssh key": pem("OPENSSH PRIVATE KEY"),
    "pgp key": pem("PGP PRIVATE KEY BLOCK"),
    "key cut off at its end": (r) => privateKey(r).slice(0, 200),
    "key cut off at its start": (r) => privateKey(r).slice(120),
    putty: (r) =>
      `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: key\nPublic-Lines: 2\n${r.base64(48)}\n${r.base64(20)}\nPrivate-Lines: 1\n${r.base64(36)}\nPrivate-MAC: ${r.hex(64)}`,
    age: (r) => `AGE-SECRET-KEY-1${r.text("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)}`,
    "base64 of a private key": encoded(privateKey),
    "base64 of a token": encoded(github),
    "base64 of a user and a token": encoded(github, "x-access-token:"),
    "base64 of a file of settings": encoded((r) => `DB_PASSWORD=${r.alnum(14)}`, "HOST=db\n", "\nPORT=1\n"),
  },
};

/** What no format tells: only the name before it, or the command around it, does. */
export const PASSWORDS: SecretGroup = {
  "letters and digits": (r) => `${r.letters(5)}${r.digits(3)}${r.letters(2)}`,
  "with symbols": (r) => `${r.letters(6)}!${r.digits(2)}#${r.letters(3)}`,
  generated: (r) => r.alnum(24),
  "generated, hex": (r) => r.hex(40),
  "generated, base64": (r) => `${r.alnum(10)}/${r.alnum(20)}+${r.alnum(10)}`,
  "a word": (r) => r.pick(["hunterxyz", "Winterabend", "correcthorse", "letmeinnow"]),
};
