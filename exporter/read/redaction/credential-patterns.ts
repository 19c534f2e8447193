/**
 * Credential formats that can be told by their looks. Each is linear: it starts at a fixed text, has no repetition inside a
 * repetition, and what it repeats has an upper bound or is followed by something that always comes. So each character is
 * looked at a limited number of times. A test grows hostile texts and compares.
 */
import { REDACTED, type TextRule } from "./redaction-options.js";

/** Providers' keys: a prefix that nobody uses by accident, then enough of the key's own characters. */
const PROVIDER_KEYS = [
  "gh[pousr]_[A-Za-z0-9]{30,255}", // GitHub
  "github_pat_\\w{22,255}",
  "glpat-[\\w-]{20,255}", // GitLab
  "xox[a-z]-[\\w-]{10,255}", // Slack
  "xapp-[\\w-]{10,255}",
  "[sr]k_(?:live|test)_[A-Za-z0-9]{10,255}", // Stripe
  "whsec_[A-Za-z0-9+/=]{20,255}",
  "sk-[\\w-]{20,512}", // OpenAI (sk-proj-...), Anthropic (sk-ant-...) and those who took over their form
  "AIza[\\w-]{35}", // Google
  "ya29\\.[\\w-]{20,2048}",
  "GOCSPX-[\\w-]{20,255}",
  "npm_[A-Za-z0-9]{30,255}",
  "pypi-[\\w-]{40,1024}",
  "hf_[A-Za-z0-9]{30,255}", // Hugging Face
  "SG\\.[\\w-]{16,64}\\.[\\w-]{16,128}", // SendGrid
  "do[opr]_v1_[a-f0-9]{64}", // DigitalOcean
];

const AWS_KEY_ID = /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g;
// 40 characters of base64 are also many other things, so they count only beside a key id.
const AWS_SECRET = /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])/g;

export const CREDENTIAL_RULES: readonly TextRule[] = [
  {
    name: "private-key",
    condition: (text) => text.includes("PRIVATE KEY"),
    // One that was cut off before its end is hidden to the end of the text.
    action: replacing(
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,60}-----|$)/g,
    ),
  },
  {
    name: "provider-key",
    condition: (text) => PROVIDER_HINT.test(text),
    action: replacing(new RegExp(`(?<![A-Za-z0-9_])(?:${PROVIDER_KEYS.join("|")})`, "g")),
  },
  {
    name: "aws",
    condition: (text) => text.search(AWS_KEY_ID) >= 0,
    action: (text) => text.replace(AWS_KEY_ID, REDACTED).replace(AWS_SECRET, REDACTED),
  },
  {
    name: "jwt",
    condition: (text) => text.includes("eyJ"),
    action: replacing(/(?<![\w-])eyJ[\w-]{8,8192}\.[\w-]{8,8192}(?:\.[\w-]{0,8192})?/g),
  },
  {
    name: "authorization",
    condition: (text) => SCHEME_HINT.test(text),
    action: (text) =>
      text.replace(SCHEME, (whole, scheme, space, value) =>
        isCredential(scheme, value) ? `${scheme}${space}${REDACTED}` : whole,
      ),
  },
  {
    name: "url-password",
    condition: (text) => text.includes("://"),
    action: (text) => text.replace(/(:\/\/[^\s/:@"'<>]{0,256}:)[^\s/@"'<>]{1,256}@/g, `$1${REDACTED}@`),
  },
  {
    name: "webhook",
    condition: (text) => text.includes("hooks.slack.com/"),
    action: (text) => text.replace(/(hooks\.slack\.com\/)[\w/-]{10,255}/g, `$1${REDACTED}`),
  },
];

/** Off by default: an address is often what a tool is about. */
export const EMAIL_RULE: TextRule = {
  name: "email",
  condition: (text) => text.includes("@"),
  action: replacing(/(?<![\w.%+-])[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g),
};

/** True for every text in which one of the rules above could find anything: most texts are done with this one look. */
export const CREDENTIAL_HINT =
  /PRIVATE KEY|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|xapp-|[sr]k_(?:live|test)_|whsec_|sk-|AIza|ya29\.|GOCSPX-|npm_|pypi-|hf_|SG\.|do[opr]_v1_|A(?:KI|SI|BI|CC)A|eyJ|[Bb]earer|BEARER|[Bb]asic|BASIC|:\/\/|hooks\.slack/;

const PROVIDER_HINT =
  /gh[pousr]_|github_pat_|glpat-|xox[a-z]-|xapp-|[sr]k_(?:live|test)_|whsec_|sk-|AIza|ya29\.|GOCSPX-|npm_|pypi-|hf_|SG\.|do[opr]_v1_/;

const SCHEME_HINT = /[Bb]earer|BEARER|[Bb]asic|BASIC/;
const SCHEME = /(?<![\w-])(Bearer|bearer|BEARER|Basic|basic|BASIC)(\s{1,8})([\w.~+/=-]{8,8192})/g;

// "Basic understanding" and "bearer certificates" are words. Basic credentials are base64 of user:password; a bearer token
// has a digit or a dot somewhere, or is longer than any word.
function isCredential(scheme: string, value: string): boolean {
  if (scheme.toLowerCase() === "basic") return Buffer.from(value, "base64").includes(":");
  return value.length > 32 || /[\d.]/.test(value);
}

function replacing(pattern: RegExp): (text: string) => string {
  return (text) => text.replace(pattern, REDACTED);
}
