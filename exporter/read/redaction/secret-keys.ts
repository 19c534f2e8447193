/** Whether a name says that what it names is secret. */
export type KeyMatcher = (key: string) => boolean;

export interface KeyMatcherOptions {
  readonly keys?: readonly (string | RegExp)[];
  readonly allowKeys?: readonly string[];
  readonly defaultKeys?: boolean;
}

/** Hidden without being asked for. Words that follow each other anywhere in a name. */
export const SECRET_PHRASES: readonly string[] = [
  "authorization",
  "cookie",
  "cookies",
  "password",
  "passwords",
  "passwd",
  "passphrase",
  "passcode",
  "pwd",
  "pw",
  "db pass",
  "mail pass",
  "smtp pass",
  "user pass",
  "secret",
  "secrets",
  "token",
  "access tokens",
  "auth tokens",
  "api tokens",
  "refresh tokens",
  "session tokens",
  "jwt",
  "bearer",
  "credential",
  "credentials",
  "creds",
  "api key",
  "api keys",
  "apikey",
  "apikeys",
  "access key",
  "access keys",
  "account key",
  "auth key",
  "encryption key",
  "license key",
  "master key",
  "private key",
  "private keys",
  "shared key",
  "signing key",
  "ssh key",
  "subscription key",
  "connection string",
  "client key",
  "deploy key",
  "consumer key",
  "service key",
  "storage key",
  "function key",
  "app key",
  "application key",
  "hmac key",
  "server key",
  "tls key",
  "ssl key",
  "psk",
  "mnemonic",
  "seed phrase",
  "recovery phrase",
  "recovery codes",
  "backup codes",
  "otp",
  "dockerconfigjson",
  "store pass",
  "key pass",
  "authtok",
  "auth ident",
  "nonce salt",
  "auth salt",
];

/** Pieces of which every name above has one. A text without any of them names no secret. */
export const NAME_PIECES: readonly string[] = [
  ...[
    "auth",
    "cookie",
    "pass",
    "pwd",
    "secret",
    "token",
    "jwt",
    "bearer",
    "cred",
    "key",
    "connection",
    "sig",
  ],
  ...[
    "psk",
    "mnemonic",
    "phrase",
    "codes",
    "otp",
    "dockerconfig",
    "salt",
    "sessid=",
    "sessionid=",
    "_session=",
    "connect.sid",
    "pw=",
    "pw:",
    'pw"',
    "pw'",
    "pw ",
  ],
];

/** Names are often written as one word: `authtoken`, `PGPASSWORD`, `clientsecret`. */
const SECRET_ENDINGS = [
  "token",
  "password",
  "passwd",
  "secret",
  "apikey",
  "privatekey",
  "accesskey",
  "cookie",
  "bindpw",
  "rootpw",
  "dbpw",
  "userpw",
  "adminpw",
  "storepass",
  "keypass",
  "passcode",
  "passphrase",
];

/**
 * With one of these after it, a name speaks of something about the secret: `token_count`, `passwordPolicy`, `token_url`,
 * `secret_name`. `max_tokens` and `tokenizer` need no mention: neither of them has the word `token`.
 */
const HARMLESS_NEXT_WORDS = new Set(
  (
    "at budget bytes chars cost count counts details enabled endpoint expiration expired expires expiry file filename format hint in " +
    "index length len limit limits max metadata min name names path policy position present price rate ratio required server servers size strength stdin supported " +
    "ttl type types uri url usage used valid version"
  ).split(" "),
);

/**
 * With one of these before it, a token is no secret: it says where a list goes on, what to stop at, or is a piece of a text that
 * a model reads.
 */
const HARMLESS_TOKENS = new Set(
  (
    "begin bos cancellation cls continuation cursor design eos eot first last mask next pad page paging pagination position sep " +
    "skip special start stop sync unk"
  ).split(" "),
);

/**
 * Names that give a secret away only with a value that looks like one: `PASS=hunter2` and `pass=12`, `STRIPE_KEY=...` and
 * `CACHE_KEY=users`, docker's `auth`.
 */
export function createWeakKeyMatcher({
  allowKeys = [],
  defaultKeys = true,
}: KeyMatcherOptions = {}): KeyMatcher {
  if (!defaultKeys) return () => false;
  const allowed = new Set(allowKeys.map(normal));
  return (name) => isWeakName(name) && !(allowed.size > 0 && allowed.has(normal(name)));
}

/** Names that the user allows: nothing is hidden for them. */
export function createAllowedKeyMatcher({ allowKeys = [] }: KeyMatcherOptions = {}): KeyMatcher {
  const allowed = new Set(allowKeys.map(normal));
  return allowed.size === 0 ? () => false : (name) => allowed.has(normal(name));
}

const isWeakName: KeyMatcher = (name) => {
  const last = name.charCodeAt(name.length - 1) | 0x20; // lower case; digits stay
  return WEAK_LAST_LETTERS.has(last) && WEAK_NAME.test(name) && !OTHER_KEY.test(name);
};

const WEAK_LAST_LETTERS = new Set(Array.from("syhnt0123456789", (letter) => letter.charCodeAt(0)));

const WEAK_NAME =
  /(?:^|[^A-Za-z]|[a-z](?=[A-Z]))(?:pass|PASS|Pass|key|KEY|Key|auth|AUTH|Auth|sas|SAS|dsn|DSN|Dsn|pin|PIN|salt|SALT)\d{0,2}$/;
const OTHER_KEY =
  /(?:public|primary|foreign|sort|partition|cache|index|group|unique|map|object|s3|row|hash|storage|idempotency|translation|i18n|lookup|dict|message)[_.-]?key$/i;

/** Names repeat: a program has some hundreds of them. The bound is for programs that make them up. */
const MAX_REMEMBERED = 5_000;
/** Longer ones are content in the place of a name; their beginning decides. */
const MAX_KEY_LENGTH = 256;

export function createKeyMatcher(options: KeyMatcherOptions = {}): KeyMatcher {
  const { keys = [], allowKeys = [], defaultKeys = true } = options;
  const phrases = (defaultKeys ? SECRET_PHRASES : []).map(normal);
  const ownPhrases = keys.filter((key) => typeof key === "string").map(normal);
  const patterns = keys.filter((key) => key instanceof RegExp);
  const allowed = new Set(allowKeys.map(normal));

  const judge: KeyMatcher = (key) => {
    const words = normal(key);
    if (allowed.has(words)) return false;
    if (patterns.some((pattern) => testAnew(pattern, key)) || ownPhrases.some((own) => has(words, own)))
      return true;
    return defaultKeys && isSecretName(words, phrases);
  };
  return remembering(judge);
}

function isSecretName(words: string, phrases: readonly string[]): boolean {
  if (phrases.some((phrase) => isAbout(words, phrase))) return true;
  return words
    .trim()
    .split(" ")
    .some((word, index, all) => {
      const isHarmless = HARMLESS_NEXT_WORDS.has(all[index + 1] ?? "") || isPlainToken(word, all[index - 1]);
      return !isHarmless && SECRET_ENDINGS.some((ending) => word.endsWith(ending));
    });
}

function isAbout(words: string, phrase: string): boolean {
  for (let at = words.indexOf(phrase); at >= 0; at = words.indexOf(phrase, at + 1)) {
    const [next = ""] = words.slice(at + phrase.length).split(" ", 1);
    const previous = words.slice(0, at).slice(words.lastIndexOf(" ", at - 1) + 1);
    if (!HARMLESS_NEXT_WORDS.has(next) && !isPlainToken(phrase.trim(), previous)) return true;
  }
  return false;
}

function isPlainToken(word: string, previous = ""): boolean {
  return word === "token" && HARMLESS_TOKENS.has(previous);
}

/** With a space at both ends, so that finding one in another finds whole words. */
const has = (words: string, phrase: string): boolean => phrase !== "  " && words.includes(phrase);

const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;

// apiKey, api_key, API-KEY, x.api.key -> " api key "
function normal(key: string): string {
  const words = key.slice(0, MAX_KEY_LENGTH).match(WORD) ?? [];
  return ` ${words.join(" ").toLowerCase()} `;
}

// A pattern with the flag g or y remembers where it stopped, and would match by turns.
function testAnew(pattern: RegExp, key: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(key);
}

function remembering(judge: KeyMatcher): KeyMatcher {
  const judged = new Map<string, boolean>();
  return (key) => {
    const known = judged.get(key);
    if (known !== undefined) return known;
    const isSecret = judge(key);
    if (key.length <= MAX_KEY_LENGTH && judged.size < MAX_REMEMBERED) judged.set(key, isSecret);
    return isSecret;
  };
}
