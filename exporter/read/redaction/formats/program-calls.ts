import { isPlaceholder, looksMadeUp } from "../plausible-secret.js";
import type { TextRule } from "../text-rule.js";

/** Functions of programs that take a password by its place, and which argument it is. */
const CALLS: readonly (readonly [name: string, argument: number])[] = [
  ["PDO", 3],
  ["mysqli_connect", 3],
  ["mysql_connect", 3],
  ["mysqli", 3],
  ["oci_connect", 2],
  ["ftp_login", 3],
  ["ldap_bind", 3],
  ["getConnection", 3],
  ["NetworkCredential", 2],
  ["PasswordAuthentication", 2],
  ["UsernamePasswordCredentials", 2],
  ["HTTPBasicAuth", 2],
  ["HTTPDigestAuth", 2],
  ["BasicAuth", 2],
  ["setBasicAuth", 2],
  ["basic_auth", 2],
  ["basicAuth", 2],
  ["PlainAuth", 3],
  ["login", 2],
  ["auth=", 2],
  ["simple_bind_s", 2],
  ["SignIn", 2],
  ["signInWithEmailAndPassword", 2],
];

/** `connect("host", "jo", "secret")`: nothing names the password but its place. */
export const CALL_RULES: readonly TextRule[] = CALLS.map(([name, wanted]) => ({
  name: `argument of ${name}`,
  literals: [`${name}(`],
  find({ plain }, hide) {
    const open = `${name}(`;
    for (let at = plain.indexOf(open); at >= 0; at = plain.indexOf(open, at + 1)) {
      ARGUMENT.lastIndex = at + open.length;
      for (let nth = 1; nth <= wanted; nth++) {
        const argument = ARGUMENT.exec(plain);
        if (argument === null || (nth < wanted && argument[4] !== ",")) break;
        const [, before = "", , value] = argument;
        if (nth < wanted || value === undefined || isPlaceholder(value) || !looksMadeUp(value)) continue;
        const start = argument.index + before.length;
        hide(start, start + value.length);
      }
    }
  },
}));

/** A text in quotes, or an expression without brackets; then a comma, or the end of the call. */
const ARGUMENT =
  /(\s{0,16}(?:[rbuf]?\x01{0,63}(["']))?)(?:(?<=["'])([^"'\r\n\x01]{0,512})\x01{0,63}\2|[^"'(),\r\n\x01]{0,128})\s{0,16}(,|\)|$)/y;
