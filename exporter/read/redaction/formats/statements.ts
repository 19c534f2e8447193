import { hideSecond } from "../hide-second.js";
import { isPlaceholder, looksMadeUp } from "../plausible-secret.js";
import type { TextRule } from "../text-rule.js";

/** Statements, files and documents in which no sign stands between a name and its secret. */
const OTHER_FORMS: readonly {
  name: string;
  literals: readonly string[];
  ignoreCase?: true;
  pattern: RegExp;
}[] = [
  {
    name: "password in SQL",
    literals: ["identified", "password"],
    ignoreCase: true,
    pattern:
      /(\b(?:IDENTIFIED\s{1,4}(?:WITH\s{1,4}\S{1,64}\s{1,4})?BY|PASSWORD)\s{1,4}(?:=\s{0,4})?\x01{0,63}["'])([^"'\r\n]{1,512})/gi,
  },
  {
    name: ".netrc",
    literals: ["machine", "login"],
    pattern: /(\blogin\s{1,8}\S{1,128}[\s\x01]{1,64}password\s{1,8})([^\s"'\x01]{1,512})/g,
  },
  {
    name: "element of XML",
    literals: ["</"],
    pattern:
      /(<(?:\w{1,32}:)?\w{0,32}(?:password|passwd|passphrase|pass|secret|token|apikey|api_key|api-key|privatekey|accesskey|secretkey)(?:\s[^<>]{0,200})?>)([^<>]{1,4096})(?=<\/)/gi,
  },
  {
    name: "attribute of XML",
    literals: ["value="],
    ignoreCase: true,
    pattern:
      /((?:name|key)=\x01{0,63}"[^"<>]{0,64}(?:password|passwd|secret|token|apikey|api_key|api-key|connectionstring)[^"<>]{0,32}"\s{1,8}value=\x01{0,63}")([^"<>]{1,4096})/gi,
  },
  {
    name: "environment in YAML",
    literals: ["value:"],
    pattern:
      /(name:[ \t]{1,4}\x01{0,63}["']?\w{0,64}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY)\w{0,16}\x01{0,63}["']?[ \t\x01]{0,63}\s[\s\x01]{0,64}value:[ \t]{1,4}\x01{0,63}["']?)([^\s"'$\x01]{1,4096})/gi,
  },
  {
    name: "password to sudo or a login",
    literals: [
      "--password-stdin",
      "sudo -S",
      "--stdin",
      "--with-token",
      "passwd",
      " secret",
      "secret-tool",
      "kinit",
      "cryptsetup",
      "env add",
      "pass insert",
    ],
    pattern:
      /((?:echo|printf)\s{1,4}(?:-n\s{1,4}|-e\s{1,4})?\x01{0,63}["']?(?:[\w.-]{1,64}:(?=[^|]{1,200}chpasswd))?)([^\s"'|$\x01]{2,512})(?=(?:\x01{0,63}\\?n?[\n\x01][^\s"'|$\x01]{2,512})?\x01{0,63}["']?\s{0,4}\|\s{0,4}(?:sudo|docker|podman|passwd|vncpasswd|helm|gh|glab|crane|oras|chpasswd|gcloud|kubectl|wrangler|vercel|fly|flyctl|vault|openssl|kinit|cryptsetup|secret-tool|pass)\b)/g,
  },
  {
    name: "line of .pgpass",
    literals: [":5432:", ":5433:", ":6432:", ":*:"],
    pattern:
      /((?<![\w.*:/-])[\w.*-]{1,253}:(?:\d{2,5}|\*):[^:\s"']{1,64}:[^:\s"']{1,64}:)([^\s:"'*\x01][^\s:"'\x01]{2,512})/g,
  },
  {
    name: "text given to a program",
    literals: ["<<<"],
    pattern:
      /((?:passw|sudo -S|login|--stdin)[^\r\n<]{0,128}<<<\s{0,4}\x01{0,63}["']?)([^\s"'$\x01]{2,512})/g,
  },
  {
    name: "what a script sends for a password",
    literals: ["send "],
    pattern:
      /(assword[:?]?[^\r\n]{0,16}[\s\x01]{1,64}(?:exp_)?send (?:-- )?\x01{0,63}["'])([^\s"'$\\\x01]{2,512})/g,
  },
  {
    name: "login of a protocol",
    literals: [" LOGIN ", "PASS ", "IDENTIFY "],
    pattern:
      /((?:\b[A-Za-z]{0,4}\d{1,6} LOGIN \S{1,128} \x01{0,63}"?|\bUSER \S{1,128}[\s\x01]{1,64}(?:[+\d][^\r\n]{0,128}[\s\x01]{1,64})?(?:quote )?PASS |NickServ[^\r\n]{0,16}[ :]IDENTIFY (?:[\w-]{1,64} (?=\w))?))([^\s"'\x01]{2,512})/g,
  },
  {
    name: "credentials of Bundler",
    literals: ["BUNDLE_"],
    pattern: /(\bBUNDLE_[A-Z0-9_]{3,64}["']?\s{0,2}[=:]\s{0,2}\x01{0,63}["']?)([\w.-]{1,128}:[\w.-]{4,256})/g,
  },
  {
    name: "field of a form",
    literals: ["<input"],
    ignoreCase: true,
    pattern:
      /(<input\b(?=[^<>]{0,512}type=\x01{0,63}["']?password)[^<>]{0,512}?\bvalue=\x01{0,63}["'])([^"'<>\x01]{2,512})/gi,
  },
  {
    name: "secure string of PowerShell",
    literals: ["ConvertTo-SecureString"],
    pattern: /(ConvertTo-SecureString\s{1,4}(?:-String\s{1,4})?\x01{0,63}["'])([^"'$\r\n\x01]{2,512})/g,
  },
  {
    name: "secret number of a key in JSON",
    literals: ["kty"],
    pattern:
      /((?:\x01{0,63}["'])(?:d|k|p|q|dp|dq|qi)\x01{0,63}["']\s{0,4}:\s{0,4}\x01{0,63}["'])([\w-]{16,1024})(?=\x01{0,63}["'])/g,
  },
  {
    name: "users and passwords of cloud-init",
    literals: ["chpasswd"],
    pattern: /([\r\n][ \t]{1,16}(?:- )?[\w-]{1,32}:(?<=chpasswd[\s\S]{0,564}))([^\s:|>"']{4,256})(?=\s)/g,
  },
  {
    name: "password of a server",
    literals: ["requirepass", "masterauth", "rootpw", "AUTH "],
    pattern:
      /((?:\b(?:requirepass|masterauth|rootpw(?: --plaintext| --iscrypted)?)|(?:^|[\r\n>]) ?AUTH(?: [\w-]{1,64}(?= [^\s]{6}))?)\s{1,4}["']?)([^\s"'$-][^\s"'$\x01]{1,512})/g,
  },
  {
    name: "seed phrase of a wallet",
    literals: ["phrase", "mnemonic"],
    ignoreCase: true,
    pattern:
      /(\b(?:(?:seed|recovery|secret)[ _]?phrase|mnemonic)(?: is)?\s{0,2}[:=]?\s{0,2}\x01{0,63}["']?)((?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})/gi,
  },
  {
    name: "password in base64 of a directory",
    literals: ["assword:: "],
    pattern: /(assword:: )([A-Za-z0-9+/]{4,512}={0,2})/g,
  },
  {
    name: "password that a test types",
    literals: [".fill(", ".type(", "send_keys(", "sendKeys("],
    pattern:
      /((?:[Pp]assword|[Pp]asswd)[^\r\n]{0,80}?(?:(?:fill|type|send_keys|sendKeys)\(\s{0,4}\x01{0,63}["']|["']\s{0,4},\s{0,4}\x01{0,63}["']))([^"'\r\n\x01]{1,512})(?=\x01{0,63}["'])/g,
  },
  {
    name: "password of a proxy",
    literals: ["stats auth ", "login=", "insecure-password "],
    pattern:
      /((?:stats auth [\w.-]{1,64}:|cache_peer [^\r\n]{1,200}login=[\w.-]{1,64}:|insecure-password ))([^\s"'\x01]{2,512})/g,
  },
  {
    name: "network key",
    literals: ["nmcli", "wpa_passphrase"],
    pattern: /(\b(?:password|wpa_passphrase\s{1,4}\S{1,64})\s{1,4}["']?)([^\s"'$]{4,128})/g,
  },
];

export const STATEMENT_RULES: readonly TextRule[] = OTHER_FORMS.map(({ pattern, ...rule }) => ({
  ...rule,
  find: ({ plain }, hide) => hideSecond(plain, pattern, hide),
}));

/** `the password is hunter2`: what looks made up, where a sentence says what it is. */
const SAID =
  /((?<![\w-])(?:[Pp]ass(?:word|phrase|code)|[Tt]oken|[Ss]ecret|(?:[Aa]pi|API|[Aa]ccess|[Ll]icense)[ _-][Kk]ey|[Cc]redentials?)(?: for [\w.-]{1,32})?(?: is| are| was| will be| to)?(?: now)?:?[ \t\x01]{1,4}["'`]?)([^\s"'`,;<>=:\x01]{8,512})/g;

/** `Login: jo / hunter2`, `credentials are jo:hunter2`, and the answer to "What is the password?". */
const SAID_AS_PAIR =
  /(\b(?:[Ll]ogin|[Cc]redentials?|[Cc]reds)(?: is| are)?:?[ \t]{1,4}[\w.@+-]{1,64}[ \t]?[:/][ \t]?)([^\s"'`,;<>/\x01]{6,128})/g;
const ANSWERED =
  /(\b(?:[Pp]ass(?:word|phrase|code)|PIN)\?[\s\x01]{1,64}(?:[\w .-]{1,32}:[ \t]{1,4})?(?:[Ii]t(?:'s| is) )?["'`]?)([^\s"'`,;<>\x01]{6,128})/g;

/** A user and a password as a person writes them down. */
export const PAIRS: TextRule = {
  name: "user and password in a sentence",
  literals: ["login", "credentials", "creds"],
  ignoreCase: true,
  find: ({ plain }, hide) =>
    hideSecond(plain, SAID_AS_PAIR, (start, end) => {
      const value = plain.slice(start, end).replace(/[.!?)]+$/, "");
      if (looksMadeUp(value)) hide(start, start + value.length);
    }),
};

export const SENTENCES: TextRule = {
  name: "secret that a sentence gives",
  literals: [],
  find({ plain }, hide) {
    for (const [hint, pattern] of SAYINGS) {
      if (hint !== undefined && !hint.test(plain)) continue;
      hideSecond(plain, pattern, (start, end) => {
        const value = plain.slice(start, end).replace(/[.!?)]+$/, "");
        if (looksMadeUp(value) && !isPlaceholder(value)) hide(start, start + value.length);
      });
    }
  },
};

const SAYINGS = [
  [undefined, SAID],
  [/(?:word|phrase|code|PIN)\?/, ANSWERED],
] as const;
