import { type Judgement, leastReversible, type Reversibility } from "./reversibility.js";

/**
 * What programs do, by their name, or by their name and first word. It is a list of those whose effect is known by that: a program that is not
 * among them may do anything.
 */
const PROGRAMS: readonly (readonly [Reversibility, string, readonly string[]])[] = [
  [
    "reads",
    "it only reads",
    (
      "cat ls pwd echo printf grep rg egrep fgrep find head tail wc sort uniq cut diff cmp file stat which type whoami id date env " +
      "printenv du df ps uname hostname basename dirname realpath readlink jq tree less more test true false sleep cd ag fd bat"
    ).split(" "),
  ],
  [
    "reads",
    "it only reads",
    [
      ..."status log diff show blame describe rev-parse ls-files shortlog grep"
        .split(" ")
        .map((word) => `git ${word}`),
      ..."list ls view outdated".split(" ").map((word) => `npm ${word}`),
      ..."get describe logs".split(" ").map((word) => `kubectl ${word}`),
      ..."ps images logs inspect".split(" ").map((word) => `docker ${word}`),
      "terraform plan",
      "terraform show",
      "helm list",
    ],
  ],
  ["yes", "the commit before is still there", ["git commit", "git merge", "git rebase", "git cherry-pick"]],
  ["yes", "what was made can be removed", ["mkdir", "git branch", "git tag"]],
  ["yes", "it is undone by its opposite", ["git add", "git fetch", "git switch"]],
  ["no", "what it removes is not recorded", ["rm", "rmdir", "shred", "unlink", "truncate", "dd", "mkfs"]],
  [
    "no",
    "what it removes is not recorded",
    ["git clean", "git reset", "git restore", "docker rm", "docker rmi"],
  ],
  [
    "no",
    "others may have it already",
    ["git push", "npm publish", "docker push", "twine upload", "cargo publish"],
  ],
  [
    "no",
    "it changes another system",
    ["kubectl delete", "kubectl apply", "terraform apply", "terraform destroy"],
  ],
  ["no", "it changes another system", ["helm install", "helm upgrade", "helm uninstall", "mail", "sendmail"]],
];

const BY_NAME = new Map<string, Judgement>(
  PROGRAMS.flatMap(([reversible, why, names]) => names.map((name) => [name, { reversible, why }] as const)),
);

/** Programs that run another one. */
const RUNNERS = new Set(["sudo", "time", "nice", "nohup", "exec", "command", "env", "xargs"]);

/** Whether what a line of a shell did can be undone: the least of its commands. */
export function commandJudgement(line: string): Judgement {
  const judged = commandsOf(line).map(judgementOf);
  return leastReversible(judged) ?? { reversible: "not_said", why: "the command is not recorded" };
}

function judgementOf(command: string): Judgement {
  const words = command.split(/\s+/).filter((word) => word !== "" && !/^\w+=/.test(word));
  while (words.length > 1 && RUNNERS.has(words[0] ?? "")) words.shift();
  const program = (words[0] ?? "").replace(/^.*\//, "");
  // Behind options such as -C DIR of git and -n NAME of kubectl nothing is looked for: it is not known then.
  const known = BY_NAME.get(`${program} ${words[1] ?? ""}`) ?? BY_NAME.get(program);
  const judgement = known ?? { reversible: "not_said", why: `what ${program || "it"} does is not said` };
  if (/^git (branch|tag)$/.test(`${program} ${words[1]}`) && /\s(-[dDfM]|--delete|--force)\b/.test(command))
    return { reversible: "no", why: "what it removes is not recorded" };
  return judgement.reversible === "reads" && changesAnyway(command)
    ? { reversible: "not_said", why: "it writes or runs something" }
    : judgement;
}

/** A reading program that writes to a file, or runs another one. */
const changesAnyway = (command: string): boolean =>
  withoutQuoted(command).replaceAll(HARMLESS, "").includes(">") ||
  /\$\(|`/.test(command) ||
  /\s(-delete|-exec|-execdir|-ok|-x|-X|--exec|--pre|-o|--output)\b/.test(withoutQuoted(command));

/** Streams that go together, or nowhere. */
const HARMLESS = /\d>&\d|[\d&]?>\s?\/dev\/null/g;

const withoutQuoted = (command: string): string => command.replaceAll(/"(?:\\.|[^"\\])*"|'[^']*'/g, '""');

/** Quoted, escaped, the end of a command, or any other character. */
const PARTS = /"(?:\\[\s\S]|[^"\\])*"|'[^']*'|\\[\s\S]|(&&|\|\||[;|\n]|(?<![>&])&(?![>&]))|[\s\S]/g;

/** The commands of a line, split where the shell does: outside of quotes. */
function commandsOf(line: string): string[] {
  const commands: string[] = [];
  let command = "";
  for (const [part, end] of line.matchAll(PARTS)) {
    if (end === undefined) command += part;
    else {
      commands.push(command);
      command = "";
    }
  }
  commands.push(command);
  return commands.map((text) => text.trim()).filter((text) => text !== "" && !text.startsWith("#"));
}
