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

export const STATEMENT_RULES: readonly TextRule[] = OTHER_FORMS.map(({ pattern, ...rule }) => ({
  ...rule,
  find: ({ plain }, hide) => hideSecond(plain, pattern, hide),
}));

/** `the password is hunter2`: what looks made up, where a sentence says what it is. */
const SAID =
  /((?<![\w-])(?:[Pp]ass(?:word|phrase|code)|[Tt]oken|[Ss]ecret|(?:[Aa]pi|API|[Aa]ccess|[Ll]icense)[ _-][Kk]ey|[Cc]redentials?)(?: for [\w.-]{1,32})?(?: is| are| was| will be| to)?(?: now)?:?[ \t\x01]{1,4}["'`]?)([^\s"'`,;<>=:\x01]{8,512})/g;

export const SENTENCES: TextRule = {
  name: "secret that a sentence gives",
  literals: [],
  find: ({ plain }, hide) =>
    hideSecond(plain, SAID, (start, end) => {
      const value = plain.slice(start, end).replace(/[.!?)]+$/, "");
      if (looksMadeUp(value) && !isPlaceholder(value)) hide(start, start + value.length);
    }),
};
