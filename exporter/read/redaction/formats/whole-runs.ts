import { type CharacterSet, characterSet, eachRun } from "../character-runs.js";
import { isOpaque } from "../credential-format.js";
import type { TextRule } from "../text-rule.js";

/**
 * Formats with no literal that could be looked for: their prefix is in too many words, or they have none. Looked at is each long run of characters,
 * from its start to its end and with what stands right before it.
 */
interface RunFormats {
  readonly of: CharacterSet;
  /** Of the shortest run that is looked at. */
  readonly length: number;
  /** What has to stand before the run, where something has to: the pattern then begins there. */
  readonly after?: RegExp;
  /** What is found is hidden where it has a digit, or letters of both cases. */
  readonly patterns: readonly string[];
}

/** No letter or digit before it, or the end of a terminal's colour. */
const START = "(?:(?<![\\w-])|(?<=\\[[\\d;]{0,8}m))";
const BASE58 = "[1-9A-HJ-NP-Za-km-z]";
const BASE32 = "[A-Z2-7]";

const RUN_FORMATS: readonly RunFormats[] = [
  {
    of: characterSet(/[A-Za-z0-9+/]/),
    length: 24,
    patterns: [
      "oy2[a-z0-9]{43}", // NuGet
      "cio[A-Za-z0-9]{32}", // crates.io
      "SK[a-f0-9]{32}", // Twilio
      "sk[A-Za-z0-9]{100,200}", // Sanity
      "cs[a-f0-9]{36,38}", // Contentstack
      `5[HJK]${BASE58}{49}`, // wallets
      `S[UANOC]${BASE32}{56}`, // NATS
      `S${BASE32}{55}`, // Stellar
      "[a-f0-9]{32}\\.[A-Za-z0-9]{16}", // Zhipu
      "[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}", // Mailgun
      "[a-f0-9]{24}:[a-f0-9]{64}", // Ghost
    ],
  },
  {
    of: characterSet(/[A-Za-z0-9_-]/),
    length: 20,
    after: /[.:|]/,
    patterns: [
      "s\\.[A-Za-z0-9]{24}", // Vault, before 1.10
      "o\\.[A-Za-z0-9]{32}", // Pushbullet
      "pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}", // Airtable
      "[ps]at\\.[\\w-]{22}\\.[A-Za-z0-9]{24}\\.[A-Za-z0-9]{20}", // Harness
      "st\\.[a-f0-9]{24}\\.[a-f0-9]{32}\\.[a-f0-9]{32}", // Infisical
      "\\d/\\d{10,20}(?:/\\d{0,20})?:[a-f0-9]{32}", // Asana
      "[\\w-]{6}\\.[\\w-]{6}:[\\w-]{43}", // Ably
      "\\d{14,16}\\|[\\w-]{27,40}", // Facebook
    ],
  },
];

const LONGEST = 320;
/** Of what follows a run. */
const MAX_TAIL = 72;
/** Of what stands before a run. */
const MAX_LEAD = 48;

export const WHOLE_RUNS: TextRule = {
  name: "run of characters that is a credential",
  literals: [],
  longRuns: true,
  find({ plain }, hide) {
    for (const { of, length, after, pattern } of COMPILED)
      eachRun(plain, of, length, (start, end) => {
        if (end - start > LONGEST || (after !== undefined && !after.test(plain.charAt(start - 1)))) return;
        const from = after === undefined ? Math.max(0, start - 8) : startOfLead(plain, start);
        for (const { index, 0: value } of plain.slice(from, end + MAX_TAIL).matchAll(pattern))
          if (isOpaque(value)) hide(from + index, from + index + value.length);
      });
  },
};

/** Of the words, numbers and signs that lead to a run. */
const OF_A_LEAD = characterSet(/[\w.[/:|-]/);

function startOfLead(text: string, end: number): number {
  let start = end;
  while (end - start < MAX_LEAD && OF_A_LEAD[text.charCodeAt(start - 1)] === 1) start--;
  return start;
}

const COMPILED = RUN_FORMATS.map(({ patterns, ...rest }) => ({
  ...rest,
  pattern: new RegExp(`${START}(?:${patterns.join("|")})(?![\\w-])`, "g"),
}));
