import { BASE64, type CredentialFormat, prefixed, run } from "../credential-format.js";
import { startsWord, WORD_START } from "../escapes.js";
import { hideSecond } from "../hide-second.js";
import type { Hide, TextRule } from "../text-rule.js";

const BASE58 = "1-9A-HJ-NP-Za-km-z";
const BCRYPT = "A-Za-z0-9./";

export const KEYS: readonly CredentialFormat[] = [
  ...prefixed("age", ["AGE-SECRET-KEY-1"], "A-Za-z0-9", 20, 80),
  ...prefixed("Nostr", ["nsec1"], "a-z0-9", 58),
  ...prefixed("wallet, extended key", ["xprv", "yprv", "zprv", "tprv"], BASE58, 100, 112),
  // Hashes of passwords are broken at leisure.
  ...["$1$", "$5$", "$6$", "$y$", "$apr1$", "$2a$", "$2b$", "$2y$"].map(
    (prefix): CredentialFormat => ({
      name: "hash of a password",
      parts: [prefix, run(`${BCRYPT}$=,`, 24, 160)],
    }),
  ),
  ...["$argon2id$", "$argon2i$", "$argon2d$", "$scrypt$", "$pbkdf2-sha256$", "$pbkdf2-sha512$"].map(
    (prefix): CredentialFormat => ({
      name: "hash of a password",
      parts: [prefix, run(`${BASE64}$=,.v`, 24, 256)],
    }),
  ),
  ...["pbkdf2_sha256$", "bcrypt_sha256$", "scrypt:"].map(
    (prefix): CredentialFormat => ({
      name: "hash of a password",
      parts: [prefix, run(`${BASE64}$=:`, 40, 256)],
    }),
  ),
];

/** Keys and tokens that are more than a prefix and a run. Each pattern is linear: it starts at a fixed text and takes nothing back. */
export const KEY_RULES: readonly TextRule[] = [
  {
    name: "private key in PEM",
    literals: ["PRIVATE KEY"],
    find({ raw }, hide) {
      const begins = [...raw.matchAll(PEM_BEGIN)];
      hideTail(raw.slice(0, begins[0]?.index), hide);
      for (const [nth, { index, 0: begin }] of begins.entries()) {
        const rest = raw.slice(index + begin.length, begins[nth + 1]?.index);
        const end = PEM_END.exec(rest);
        // One that was cut off ends with what can be its lines.
        const length = end === null ? (PEM_LINES.exec(rest)?.[0].length ?? 0) : end.index + end[0].length;
        hide(index, index + begin.length + length);
      }
    },
  },
  {
    name: "PuTTY key",
    literals: ["Private-Lines"],
    find: ({ plain }, hide) =>
      hideSecond(
        plain,
        /(Private-Lines:[ \t]{0,8}\d{1,4}[\s\x01]{1,64})([A-Za-z0-9+/=\s\x01]{16,16384})/g,
        hide,
      ),
  },
  {
    name: "Ansible vault",
    literals: ["$ANSIBLE_VAULT;"],
    find: ({ plain }, hide) =>
      hideSecond(plain, /(\$ANSIBLE_VAULT;[\w.;-]{1,64}[\s\x01]{1,64})([a-f0-9\s\x01]{32,262144})/g, hide),
  },
  {
    name: "JSON Web Token",
    literals: ["eyJ"],
    find({ raw }, hide) {
      for (const { index, 0: token } of raw.matchAll(JWT)) hide(index, index + token.length);
    },
  },
  {
    name: "AWS key id, and secrets in the same text",
    literals: ["AKIA", "ASIA", "ABIA", "ACCA"],
    find({ raw }, hide) {
      let found = false;
      for (const { index, 0: id } of raw.matchAll(AWS_KEY_ID)) {
        if (!startsWord(raw, index)) continue;
        hide(index, index + id.length);
        found = true;
      }
      // 40 characters of base64 are also many other things, so they count only beside a key id.
      if (found)
        for (const { index, 0: secret } of raw.matchAll(AWS_SECRET)) hide(index, index + secret.length);
    },
  },
  {
    name: "Discord bot token",
    literals: [],
    longRuns: true,
    find({ raw }, hide) {
      for (const { index, 0: token } of raw.matchAll(DISCORD))
        if (startsWord(raw, index)) hide(index, index + token.length);
    },
  },
];

const PEM_BEGIN = /-----? ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10} ?-----?/g;
const PEM_END = /-----? ?END [A-Z0-9 ]{0,60} ?-----?/;
const PEM_LINES = /^[A-Za-z0-9+/=\s\\:,-]*/;
// Not in the middle of a word, but for a word that is an escape: otherwise each of many beginnings would be read to the end.
const JWT = new RegExp(`${WORD_START}eyJ[\\w-]{8,8192}\\.[\\w-]{8,8192}(?:\\.[\\w-]{0,8192}){0,3}`, "g");
const AWS_KEY_ID = /(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g;
const AWS_SECRET = /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])/g;
// Its first part is base64 of digits.
const DISCORD =
  /[MNO][DTjz][AEIMQUYcgk][w-z0-5](?:[MNO][DTjz][AEIMQUYcgk][w-z0-5]){4,6}[\w-]{0,4}\.[\w-]{6}\.[\w-]{27,40}/g;

// A key whose beginning was cut off: its last line, and before that what can be its lines.
function hideTail(text: string, hide: Hide): void {
  const end = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----/.exec(text);
  if (end === null) return;
  const lines = /[A-Za-z0-9+/=\s\\]*$/.exec(text.slice(Math.max(0, end.index - 8192), end.index));
  hide(end.index - (lines?.[0].length ?? 0), end.index + end[0].length);
}
