import { looksMadeUp, saysNothing } from "../plausible-secret.js";
import type { TextRule } from "../text-rule.js";

interface Form {
  /** A text without any of them has none. */
  readonly hints: readonly string[];
  /** The first group is the name, the second the value, which ends the match. It begins with what is rare, and looks back for the name. */
  readonly pattern: RegExp;
  /** The value is one whatever it looks like; otherwise it has to look made up. */
  readonly isAssigned?: true;
}

/** `"x"`, `b'x'`, `@"x"`, also where the quote is escaped. */
const QUOTE = `[rbuf@N]?\\x01{0,63}["']`;
const VALUE = `[^"'\\r\\n\\x01]{4,512}`;
/** A function that is asked for a secret, or what is made of one, is given its name. */
const ASKS = "get|has|is|find|read|fetch|load|remove|delete|require|check|validate|verify|test|describe|it";

/** Programs, commands and documents in which a name is given a value by something else than a sign. */
const FORMS: readonly Form[] = [
  // `config.setPassword("x")`, `.password("x")`, `SecretStr("x")`, `.bearer_auth("x")`
  {
    hints: ["("],
    pattern: new RegExp(
      `\\((?=\\s{0,4}(?:Some\\(|Secret\\w{0,8}\\()?${QUOTE})(?<=(?:^|[^\\w$])(?!${ASKS})([A-Za-z_]\\w{2,48})\\()\\s{0,4}(?:Some\\(|Secret\\w{0,8}\\()?${QUOTE}(${VALUE})(?=\\x01{0,63}["'] {0,2}\\))`,
      "g",
    ),
  },
  // `process.env.DB_PASSWORD || "x"`, `ENV["DB_PASSWORD"] ?? 'x'`, `os.getenv("API_KEY") or "x"`
  ...[["||", "\\|\\|"] as const, ["??", "\\?\\?"] as const, [" or ", " or "] as const].map(
    ([hint, sign]): Form => ({
      hints: [hint],
      pattern: new RegExp(
        `${sign}(?= {0,2}${QUOTE})(?<=(?:^|\\W)([A-Za-z_]\\w{2,64})\\x01{0,63}["']?[\\])]{0,2} {0,2}${sign}) {0,2}${QUOTE}(${VALUE})`,
        "g",
      ),
      isAssigned: true,
    }),
  ),
  {
    hints: ["#define"],
    pattern: /#define[ \t]{1,8}(\w{2,64})[ \t]{1,32}\x01{0,63}"([^"\r\n\x01]{4,512})/g,
    isAssigned: true,
  },
  // `ENV API_KEY x`, `setenv API_KEY x`, `set -gx API_KEY x`, `netlify env:set API_KEY x`, `dotnet user-secrets set "Db:Password" "x"`
  {
    hints: ["ENV "],
    pattern:
      /ENV[ \t]{1,8}\x01{0,63}["']?([A-Za-z_][\w:.]{2,64})\x01{0,63}["']?[ \t]{1,8}\x01{0,63}["']?([^\s"'=$<\x01]{4,512})/g,
    isAssigned: true,
  },
  {
    hints: ["setenv ", "env:set ", "secrets set ", "variables set ", "set -"],
    pattern:
      /set(?:env| -\w{1,4}|(?<=(?:env:|secrets |variables )set))[ \t]{1,8}\x01{0,63}["']?([A-Za-z_][\w:.]{2,64})\x01{0,63}["']?[ \t]{1,8}\x01{0,63}["']?([^\s"'=$<\x01]{4,512})/g,
    isAssigned: true,
  },
  // PHP: `s:8:"password";s:6:"secret"`, `["password"]=> string(6) "secret"`
  {
    hints: ['";s:', "string("],
    pattern:
      /(?:s:\d{1,3}:|\[)\x01{0,63}"([\w.-]{2,64})\x01{0,63}"(?:;s:\d{1,4}:|\]=>\s{1,32}\x01{0,63}\s{0,32}string\(\d{1,4}\) )\x01{0,63}"([^"\r\n\x01]{1,512})/g,
    isAssigned: true,
  },
  // A part of a form: `name="password"`, an empty line, the value.
  {
    hints: ["form-data;"],
    pattern:
      /form-data;\s{0,4}name=\x01{0,63}"([\w.[\]-]{2,64})\x01{0,63}"[ \t]{0,8}(?:\x01{0,63}\r)?\x01{0,63}\n(?:\x01{0,63}\r)?\x01{0,63}\n([^\s\x01]{1,512})/g,
    isAssigned: true,
  },
  // `**Password:** x`, `*password*: x`
  {
    hints: ["**", "*:"],
    pattern:
      /\*{1,2}:?[ \t]{1,4}`?(?<=(?:^|[\s(>*_"'-])([A-Za-z][A-Za-z_ -]{1,40}):?\*{1,2}:?[ \t]{1,4}`?)([^\s`*"'\x01]{6,512})/g,
  },
  // `api key -> x`
  {
    hints: ["->"],
    pattern:
      /->[ \t]{1,4}`?(?<=(?:^|[\s(>*_"'-])([A-Za-z][A-Za-z_ -]{1,40}?) {0,2}->[ \t]{1,4}`?)([^\s`*"'\x01]{6,512})/g,
  },
  // `Password for 'https://jo@h': x`, `Enter passphrase for key '/home/jo/k': x`
  {
    hints: ["word for ", "phrase for ", "code for "],
    pattern:
      /ass(?:word|phrase|code) for (?<=\b([Pp]ass(?:word|phrase|code)) for )[^\r\n]{1,128}?["'\w]: ([^\s"'\x01]{4,512})/g,
  },
  // `<key>Password</key> <string>x</string>`, `<property name="a.password">x</property>`, `<password><![CDATA[x]]>`
  {
    hints: ["<key>"],
    pattern: /<key>([\w .-]{2,64})<\/key>[\s\x01]{0,64}<string>([^<>]{1,4096})/g,
    isAssigned: true,
  },
  {
    hints: [" name="],
    pattern:
      /<\w{1,32} name=\x01{0,63}["']([\w.-]{2,64})\x01{0,63}["'](?: content=\x01{0,63}["']|>)([^<>"']{1,4096})/g,
    isAssigned: true,
  },
  {
    hints: ["<![CDATA["],
    pattern: /<(?:\w{1,32}:)?([\w.-]{2,64})(?:\s[^<>]{0,200})?><!\[CDATA\[([^\]]{1,4096})/g,
    isAssigned: true,
  },
  // YAML: `password: &name x`, `password: !str x`
  {
    hints: [": &", ": !"],
    pattern:
      /:(?<=(?:^|[\s{"'-])([\w.-]{2,64})["']?:) {1,4}[&!][\w!-]{1,32} {1,4}["']?([^\s"',}\x01]{1,4096})/g,
    isAssigned: true,
  },
];

/** What speaks of a secret: `TokenError`, `tokenMode`. */
const OTHER_NAME = /(?:[Ee]rror|[Ee]xception|[Mm]ode|[Kk]ind|[Tt]ype|[Nn]ame|[Ii]d|[Ss]tate|[Ss]tatus|_id)$/;

export const DECLARATIONS: TextRule = {
  name: "value that a program or a command gives to a secret name",
  literals: [],
  find({ plain, isSecretKey }, hide) {
    for (const { hints, pattern, isAssigned } of FORMS) {
      if (!hints.some((hint) => plain.includes(hint))) continue;
      for (const { index, 0: whole, 1: name = "", 2: value = "" } of plain.matchAll(pattern)) {
        if (!isSecretKey(name) || OTHER_NAME.test(name) || saysNothing(value)) continue;
        if (!looksMadeUp(value) && (!isAssigned || /\s|^[A-Za-z_]+$/.test(value))) continue;
        // A sentence is no value: `new TokenError("unexpected token2")`.
        if (/\s/.test(value.trim())) continue;
        const end = index + whole.length;
        hide(end - value.length, end);
      }
    }
  },
};
