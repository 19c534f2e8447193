import { hideSecond } from "../hide-second.js";
import { looksGenerated, looksMadeUp } from "../plausible-secret.js";
import type { TextRule } from "../text-rule.js";

/** Credentials in URLs, and the schemes of HTTP. */
export const URL_AND_HEADER_RULES: readonly TextRule[] = [
  {
    name: "password in a URL",
    literals: ["://"],
    // A password may have an `@` of its own: the last one before the host ends it. Not a port with a query.
    find: ({ plain }, hide) =>
      hideSecond(
        plain,
        /(:\/\/[^\s/:@"'`<>\x01]{0,256}:)(?!\d{1,5}[/?#])([^\s/"'`<>\x01]{1,512})(?=@)/g,
        hide,
      ),
  },
  {
    name: "token in a URL",
    literals: ["://"],
    find({ plain }, hide) {
      for (const { index, 1: token = "" } of plain.matchAll(/:\/\/([\w.~-]{16,512})(?=@)/g))
        if (looksGenerated(token)) hide(index + 3, index + 3 + token.length);
    },
  },
  {
    name: "password of a data source",
    literals: ["@tcp(", "@unix(", "@(", "jdbc:", ":thin:"],
    find({ plain }, hide) {
      hideSecond(plain, /((?<![\w.-])[\w.-]{1,64}:)([^\s/"'`<>:]{1,256})(?=@(?:tcp|unix)?\()/g, hide);
      hideSecond(plain, /(:thin:[\w.-]{1,64}\/)([^\s/"'`<>@]{1,256})(?=@)/g, hide);
    },
  },
  {
    name: "user, password and host without a scheme",
    literals: ["@"],
    find({ plain }, hide) {
      for (let at = plain.indexOf("@"); at >= 0; at = plain.indexOf("@", at + 1)) {
        if (!/[A-Za-z]/.test(plain.charAt(at + 1))) continue;
        const password = USER_AND_PASSWORD.exec(plain.slice(Math.max(0, at - 193), at))?.[1] ?? "";
        if (looksMadeUp(password)) hide(at - password.length, at);
      }
    },
  },
  {
    name: "Bearer and Basic",
    literals: ["bearer", "basic"],
    ignoreCase: true,
    find({ plain }, hide) {
      for (const { index, 1: scheme = "", 2: space = "", 3: value = "" } of plain.matchAll(SCHEME)) {
        const start = index + scheme.length + space.length;
        if (isCredential(scheme, value)) hide(start, start + value.length);
      }
    },
  },
];

const USER_AND_PASSWORD =
  /(?<![\w./:@%+-])(?!mailto|npm|sip|acct|xmpp)[\w.-]{1,64}:([^\s/:"'`<>,;()]{5,128})$/;
const SCHEME = /(?<![\w-])(Bearer|bearer|BEARER|Basic|basic|BASIC)(\s{1,8}|:\s{0,4}|\+)([\w.~+/=-]{8,8192})/g;

// "Basic understanding" and "bearer certificates" are words. Basic credentials are base64 of user:password; a bearer token
// has a digit or a dot somewhere, or is longer than any word.
function isCredential(scheme: string, value: string): boolean {
  if (scheme.toLowerCase() === "basic") return Buffer.from(value, "base64").includes(":");
  return value.length > 32 || /\d|\.[\w-]/.test(value);
}
