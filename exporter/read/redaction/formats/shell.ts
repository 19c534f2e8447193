import { startsWord } from "../escapes.js";
import { isPlaceholder, isSentenceWord, looksMadeUp } from "../plausible-secret.js";
import type { Hide, SearchedText, TextRule } from "../text-rule.js";
import { hideSecond } from "./keys.js";

/** A program that takes a secret on its command line. */
interface Command {
  readonly names: readonly string[];
  /** The first group stays, the second is the secret. Looked for from the name to the end of the line. */
  readonly secrets: readonly RegExp[];
}

/** Between a flag and its value, also where both are items of a list in JSON. */
const QUOTE = `(?:\\x01{0,63}["'])?`;
const GAP = `(?:[ \\t]{0,4}${QUOTE},?[ \\t]{0,4}${QUOTE}|=${QUOTE})`;
const VALUE = `[^\\s"'\`,|;&<>\\x01]{2,512}`;

/** `-p secret` and `-psecret`. */
const short = (flags: string) => new RegExp(`([\\s"']-(?:${flags})${GAP})(${VALUE})`, "g");
/** `-u user:secret`: the user stays. */
const user = (flags: string, separator = ":") =>
  new RegExp(`([\\s"'](?:${flags})${GAP}[^\\s:"'\`${separator}]{0,128}${separator})(${VALUE})`, "g");

const COMMANDS: readonly Command[] = [
  {
    names: ["curl", "http", "https", "xh"],
    secrets: [user("-u|--user|--proxy-user|-U|-a|--auth"), user("-b|--cookie", "=")],
  },
  { names: ["wget"], secrets: [short("-password|-http-password|-ftp-password")] },
  {
    names: ["mysql", "mariadb", "mysqldump", "mysqladmin"],
    secrets: [new RegExp(`([\\s"']-p${QUOTE})(${VALUE})`, "g")],
  },
  { names: ["mongo", "mongosh", "mongodump", "mongorestore"], secrets: [short("p")] },
  {
    names: ["sshpass", "docker login", "podman login", "helm registry login", "buildah login"],
    secrets: [short("p")],
  },
  { names: ["az login", "az acr login", "oc login", "ldapsearch"], secrets: [short("p|w")] },
  { names: ["redis-cli"], secrets: [short("a"), user("-u")] },
  { names: ["sqlcmd", "bcp", "zip", "unzip"], secrets: [short("P")] },
  { names: ["ldapsearch", "ldapadd", "ldapmodify", "ldapwhoami"], secrets: [short("w")] },
  { names: ["7z", "7za"], secrets: [/([\s"']-p)([^\s"'`,|;&<>\x01]{2,512})/g] },
  { names: ["smbclient", "rpcclient", "net rpc"], secrets: [user("-U|--user", "%")] },
  { names: ["lftp", "ncftp"], secrets: [user("-u", ","), short("p")] },
  { names: ["openssl"], secrets: [/(pass:)([^\s"'`,|;&<>\x01]{2,512})/g, short("k|K")] },
  {
    names: ["xfreerdp", "rdesktop", "mstsc"],
    secrets: [/([\s"']\/p:)([^\s"'`,|;&<>\x01]{2,512})/g, short("p")],
  },
  {
    names: ["sqlplus", "impdp", "expdp"],
    secrets: [/(\s["']?\w{1,64}\/)([^\s"'`@|;&<>/\x01]{2,512})(?=@|[\s"']|$)/g],
  },
  {
    names: ["vault login", "fly auth token", "snyk auth", "ngrok authtoken", "add-authtoken"],
    secrets: [/(\s)([A-Za-z0-9][\w.-]{15,512})/g],
  },
  {
    names: ["aws configure set", "npm config set", "yarn config set", "pip config set", "composer config"],
    secrets: [
      /([\s:.](?:\w{0,40}(?:secret|token|password|_auth|key)\w{0,20})[ =]["']?)([^\s"'`|;&<>\x01]{4,512})/gi,
    ],
  },
  {
    names: ["setx"],
    secrets: [/(\s\w{0,60}(?:KEY|TOKEN|SECRET|PASSWORD|PASS|PWD)\s{1,4}["']?)([^\s"'`|;&<>\x01]{4,512})/gi],
  },
  {
    names: ["htpasswd"],
    secrets: [/(\s-\w{0,4}b\w{0,4}\s{1,4}[^\s]{1,256}\s{1,4}\S{1,128}\s{1,4})([^\s"'`|;&<>\x01]{2,512})/g],
  },
  {
    names: ["net use", "net user"],
    secrets: [
      /(\/user:\S{1,128}\s{1,4})([^\s"'`|;&<>/\x01]{2,512})/gi,
      /(user\s{1,4}[\w.-]{1,64}\s{1,4})([^\s"'`|;&<>/\x01]{4,512})/gi,
    ],
  },
];

const PROGRAMS = new Set(COMMANDS.flatMap(({ names }) => names.map((name) => name.split(" ", 1)[0] ?? "")));

/** Whether it is one of the programs above, by its name or its path. */
export const isCommand = (program: unknown): boolean =>
  typeof program === "string" && PROGRAMS.has(program.slice(program.lastIndexOf("/") + 1));

const commandRules: readonly TextRule[] = COMMANDS.map(({ names, secrets }) => ({
  name: names.join(", ").trim(),
  literals: names,
  find(text, hide) {
    for (const name of names) {
      let from = 0;
      for (let at = text.plain.indexOf(name); at >= 0; at = text.plain.indexOf(name, from)) {
        from = at + name.length;
        if (!startsWord(text.raw, at) || /[\w.]/.test(text.plain.charAt(from))) continue;
        const line = lineFrom(text.plain, from);
        for (const pattern of secrets) hideSecond(line, pattern, shifted(hide, from, line));
        from += line.length;
      }
    }
  },
}));

const MAX_COMMAND_LENGTH = 4096;

function lineFrom(text: string, from: number): string {
  const piece = text.slice(from, from + MAX_COMMAND_LENGTH);
  const end = piece.search(/(?<!\\)[\r\n]/);
  return end < 0 ? piece : piece.slice(0, end);
}

const shifted =
  (hide: Hide, by: number, line: string): Hide =>
  (start, end) => {
    if (!isPlaceholder(line.slice(start, end))) hide(start + by, end + by);
  };

const FLAG =
  /--?([A-Za-z][\w-]{1,63})(?:(\x01{0,63}["'][ \t]{0,4},[ \t]{0,4}\x01{0,63}["'])([^"'\n]{1,1024})|([ \t]{1,8})("[^"\n]{1,1024}"|'[^'\n]{1,1024}'|\x01{1,63}["'][^"'\n]{1,1024}|[^\s"'$<[{\x01-][^\s"'`\x01]{0,1024}))/g;

/** `--password x`, `-Token x`, `"--password", "x"`. */
const FLAG_RULE: TextRule = {
  name: "flag with a secret name",
  literals: [],
  find({ plain, isSecretKey }: SearchedText, hide) {
    for (const { index, 0: whole, 1: flag = "", 3: item, 5: given = item ?? "" } of plain.matchAll(FLAG)) {
      const before = plain.charAt(index - 1);
      if (/[\w-]/.test(before) || (item !== undefined && !/["']/.test(before)) || !isSecretKey(flag))
        continue;
      const value = given.replace(/^["'\x01]+|["'\x01]+$/g, "");
      if (
        isPlaceholder(value) ||
        isSentenceWord(value.replace(/[.,;:!?)]+$/, "")) ||
        METAVARIABLE.test(value)
      )
        continue;
      const end = index + whole.length;
      // Quotes that are escaped belong to the text around, and stay.
      hide(end - given.length + (/^\x01+["']/.exec(given)?.[0].length ?? 0), end);
    }
  },
};

/** `the password is hunter2`: what looks made up, where a sentence says what it is. */
const SAID =
  /((?<![\w-])(?:[Pp]ass(?:word|phrase|code)|[Tt]oken|[Ss]ecret|(?:[Aa]pi|API|[Aa]ccess|[Ll]icense)[ _-][Kk]ey|[Cc]redentials?)(?: for [\w.-]{1,32})?(?: is| are| was| will be| to)?(?: now)?:?[ \t\x01]{1,4}["'`]?)([^\s"'`,;<>=:\x01]{8,512})/g;

const SAID_RULE: TextRule = {
  name: "secret that a sentence gives",
  literals: [],
  find: ({ plain }, hide) =>
    hideSecond(plain, SAID, (start, end) => {
      const value = plain.slice(start, end).replace(/[.!?)]+$/, "");
      if (looksMadeUp(value) && !isPlaceholder(value)) hide(start, start + value.length);
    }),
};

/** As a help text names what is to be given: `--password TEXT`. */
const METAVARIABLE = /^[A-Z][A-Z_]{1,23}[\],;:.)]?$/;

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
      /(<(?:\w{1,32}:)?\w{0,32}(?:password|passwd|passphrase|secret|token|apikey|api_key|api-key|privatekey|accesskey|secretkey)(?:\s[^<>]{0,200})?>)([^<>]{1,4096})(?=<\/)/gi,
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
    literals: ["--password-stdin", "sudo -S", "--stdin", "--with-token", "chpasswd"],
    pattern:
      /((?:echo|printf)\s{1,4}(?:-n\s{1,4}|-e\s{1,4})?\x01{0,63}["']?(?:[\w.-]{1,64}:(?=[^|]{1,200}chpasswd))?)([^\s"'|$\x01]{2,512})(?=\x01{0,63}["']?\s{0,4}\|\s{0,4}(?:sudo|docker|podman|passwd|helm|gh|crane|oras|chpasswd))/g,
  },
  {
    name: "password of a server",
    literals: ["requirepass", "masterauth"],
    pattern: /(\b(?:requirepass|masterauth)\s{1,4}["']?)([^\s"'$]{2,512})/g,
  },
  {
    name: "seed phrase of a wallet",
    literals: ["phrase", "mnemonic"],
    ignoreCase: true,
    pattern:
      /(\b(?:(?:seed|recovery|secret)[ _]?phrase|mnemonic)(?: is)?\s{0,2}[:=]?\s{0,2}\x01{0,63}["']?)((?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})/gi,
  },
  {
    name: "network key",
    literals: ["nmcli", "wpa_passphrase"],
    pattern: /(\b(?:password|wpa_passphrase\s{1,4}\S{1,64})\s{1,4}["']?)([^\s"'$]{4,128})/g,
  },
];

export const SHELL_RULES: readonly TextRule[] = [
  ...commandRules,
  ...OTHER_FORMS.map(
    ({ name, literals, ignoreCase, pattern }): TextRule => ({
      name,
      literals,
      ...(ignoreCase && { ignoreCase }),
      find: ({ plain }, hide) => hideSecond(plain, pattern, shifted(hide, 0, plain)),
    }),
  ),
];

/** They go by names, as what is named does. */
export const FLAGS_AND_SENTENCES: readonly TextRule[] = [FLAG_RULE, SAID_RULE];
