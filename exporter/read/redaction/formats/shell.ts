import { startsWord } from "../escapes.js";
import { hideSecond } from "../hide-second.js";
import { isPlaceholder, isSentenceWord } from "../plausible-secret.js";
import type { Hide, SearchedText, TextRule } from "../text-rule.js";

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
  { names: ["gh secret set", "gh variable set"], secrets: [short("b|-body")] },
  { names: ["az keyvault secret set", "aws ssm put-parameter"], secrets: [short("-value")] },
  { names: ["aws secretsmanager"], secrets: [short("-secret-string|-secret-binary")] },
  { names: ["ssh-keygen"], secrets: [short("N|P")] },
  {
    names: ["cypher-shell", "clickhouse-client", "mqttx", "mosquitto_pub", "mosquitto_sub"],
    secrets: [short("p|P")],
  },
  {
    names: ["mc alias set", "mc config host add"],
    secrets: [/(\s\S{1,64}\s{1,4}https?:\S{1,256}\s{1,4}\S{1,128}\s{1,4})([^\s"'`|;&<>\x01]{2,512})/g],
  },
  {
    names: [
      "secretsdump.py",
      "psexec.py",
      "wmiexec.py",
      "smbexec.py",
      "GetUserSPNs.py",
      "evil-winrm",
      "crackmapexec",
      "netexec",
    ],
    secrets: [/(\s(?:[\w.-]{1,64}\/)?[\w.-]{1,64}:)([^\s"'`@|;&<>\x01]{2,256})(?=@)/g, short("p")],
  },
  {
    names: ["cqlsh", "twine", "crane", "dotnet nuget", "supabase", "ncftpput", "ncftpget", "oras login"],
    secrets: [short("p")],
  },
  { names: ["hydra", "nxc", "useradd", "usermod"], secrets: [short("p")] },
  { names: ["ipmitool"], secrets: [short("P")] },
  { names: ["doctl auth init"], secrets: [short("t|-access-token")] },
  { names: ["pdftotext", "pdftoppm", "pdfinfo"], secrets: [short("upw|opw")] },
  { names: ["snmpwalk", "snmpget", "snmpset", "snmpbulkwalk"], secrets: [short("A|X|c")] },
  { names: ["security add-generic-password", "security add-internet-password"], secrets: [short("w")] },
  { names: ["cmdkey"], secrets: [/([\s"']\/pass:)([^\s"'`,|;&<>\x01]{2,512})/g] },
  {
    names: [
      "bw login",
      "rabbitmqctl add_user",
      "rabbitmqctl change_password",
      "drush user:password",
      "rclone config create",
    ],
    secrets: [
      /(^\s{1,4}["']?[\w.@+-]{1,128}["']?\s{1,4}["']?)([^\s"'`|;&<>\x01-][^\s"'`|;&<>\x01]{3,512})(?=\x01{0,63}["']|\s{0,4}(?:$|[|;&-]))/g,
      /(\spass(?:word)?[ =])([^\s"'`|;&<>\x01]{2,512})/g,
    ],
  },
  {
    names: ["bw unlock", "cargo login"],
    secrets: [/(^\s{1,4}["']?)([^\s"'`|;&<>\x01-][^\s"'`|;&<>\x01]{5,512})/g],
  },
  {
    names: ["poetry config", "composer config"],
    secrets: [
      /(\shttp-basic\.[\w.-]{1,128}\s{1,4}[^\s"']{1,128}\s{1,4}["']?)([^\s"'`|;&<>\x01]{2,512})/g,
      /(\s(?:pypi-token|github-oauth|gitlab-token|bearer)\.[\w.-]{1,128}\s{1,4}["']?)([^\s"'`|;&<>\x01]{2,512})/g,
    ],
  },
  { names: ["redis-cli"], secrets: [short("a"), user("-u")] },
  { names: ["sqlcmd", "bcp", "zip", "unzip"], secrets: [short("P")] },
  { names: ["ldapsearch", "ldapadd", "ldapmodify", "ldapwhoami"], secrets: [short("w")] },
  { names: ["7z", "7za", "rar", "unrar"], secrets: [/([\s"']-p)([^\s"'`,|;&<>\x01]{2,512})/g] },
  { names: ["smbclient", "rpcclient", "net rpc", "net ads"], secrets: [user("-U|--user", "%")] },
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
      /(^\s{1,4}[\w.-]{1,64}\s{1,4})([^\s"'`|;&<>/\x01]{4,512})/gi,
      /(^\s{1,4}(?:[A-Za-z]:\s{1,4})?\\\\\S{1,256}\s{1,4})([^\s"'`|;&<>/\x01]{4,512})/gi,
    ],
  },
];

const PROGRAMS = new Set(COMMANDS.flatMap(({ names }) => names.map((name) => name.split(" ", 1)[0] ?? "")));

/** Whether it is one of the programs above, by its name or its path. */
export const isCommand = (program: unknown): boolean =>
  typeof program === "string" && PROGRAMS.has(program.slice(program.lastIndexOf("/") + 1));

/** The programs above, each with its own flags. */
export const SHELL_RULES: readonly TextRule[] = COMMANDS.map(({ names, secrets }) => ({
  name: names.join(", ").trim(),
  literals: names,
  find(text, hide) {
    for (const name of names) {
      let from = 0;
      for (let at = text.plain.indexOf(name); at >= 0; at = text.plain.indexOf(name, from)) {
        from = at + name.length;
        if (!startsWord(text.raw, at) || !/[\s"'\x01]/.test(text.plain.charAt(from))) continue;
        const line = lineFrom(text.plain, from);
        for (const pattern of secrets) hideSecond(line, pattern, shifted(hide, from));
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
  (hide: Hide, by: number): Hide =>
  (start, end) =>
    hide(start + by, end + by);

const FLAG =
  /--?([A-Za-z][\w-]{1,63})(?:(\x01{0,63}["'][ \t]{0,4},[ \t]{0,4}\x01{0,63}["'])([^"'\n]{1,1024})|([ \t]{1,8})("[^"\n]{1,1024}"|'[^'\n]{1,1024}'|\x01{1,63}["'][^"'\n]{1,1024}|[^\s"'$<[{\x01-][^\s"'`\x01]{0,1024}))/g;

/** `--password x`, `-Token x`, `"--password", "x"`. */
export const FLAGS: TextRule = {
  name: "flag with a secret name",
  literals: [],
  find({ plain, isSecretKey }: SearchedText, hide) {
    FLAG.lastIndex = 0;
    for (let match = FLAG.exec(plain); match !== null; match = FLAG.exec(plain)) {
      const { index, 0: whole, 1: flag = "", 3: item, 5: given = item ?? "" } = match;
      const before = plain.charAt(index - 1);
      const isFlag = item === undefined ? !/[\w-]/.test(before) : /["']/.test(before);
      // What follows another flag may be a command with flags of its own.
      if (!isFlag || !isSecretKey(flag) || !isGiven(given))
        FLAG.lastIndex = index + whole.length - given.length;
      // Quotes that are escaped belong to the text around, and stay.
      else hide(FLAG.lastIndex - given.length + (/^\x01+["']/.exec(given)?.[0].length ?? 0), FLAG.lastIndex);
    }
  },
};

function isGiven(argument: string): boolean {
  const value = argument.replace(/^["'\x01]+|["'\x01]+$/g, "");
  return (
    !isPlaceholder(value) && !isSentenceWord(value.replace(/[.,;:!?)]+$/, "")) && !METAVARIABLE.test(value)
  );
}

/** As a help text names what is to be given: `--password TEXT`. */
const METAVARIABLE = /^[A-Z][A-Z_]{1,23}[\],;:.)]?$/;
