import type { Judgement, Reversibility } from "./reversibility.js";

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

/** By the name of the program, or its name and first word. */
export const KNOWN_PROGRAMS: ReadonlyMap<string, Judgement> = new Map(
  PROGRAMS.flatMap(([reversible, why, names]) => names.map((name) => [name, { reversible, why }] as const)),
);

/**
 * Options that write, run another program, or change more than the program does without them. Short ones may stand together and have their
 * value attached (`-uofile`), long ones may be abbreviated.
 */
const WRITING: Readonly<Record<string, RegExp>> = {
  find: /^-(delete|exec|ok|fprint|fls)/,
  fd: /^-[^-]*[xX]|^--exec/,
  rg: /^--(pre|hostname-bin)(=|$)/,
  ag: /^--pager/,
  bat: /^--(pager|lessopen|generate)|^cache$/,
  sort: /^-[^-]*o|^--(o|co)/,
  file: /^-[^-]*C|^--co/,
  tree: /^-[^-]*[oR]|^--output/,
  less: /^-[^-]*[oOk]|^--(log|lesskey)|^\+(?!\d*[GF]?$)/i,
  more: /^-[^-]*[oOk]|^--(log|lesskey)|^\+(?!\d*[GF]?$)/i,
  date: /^-[^-Idrfvz]*s|^--s/,
  hostname: /^-[^-]*[Fb]|^--(fi|b)/,
  ...Object.fromEntries(
    ["log", "diff", "show", "blame", "shortlog", "status"].map((word) => [
      `git ${word}`,
      /^--(out(?!put-indicator)|ext-diff)/,
    ]),
  ),
  "git grep": /^-[^-]*O|^--ope/,
  "git rebase": /^-[^-]*x|^--ex/,
  "git branch": /^-[^-]*u|^--(set-u|unset-u|edit)/,
  "git fetch": /^-[^-]*[pPfu]|^--(pru|forc|upl|update-h|dep|sha|uns)|^\+|::/,
  "git switch": /^-[dqt]*m|^--me/,
  "kubectl get": /^--profile/,
  "kubectl describe": /^--profile/,
  "kubectl logs": /^--profile/,
  "terraform plan": /^--?(out|generate-config-out)/,
};

/** Options by which something is removed or overwritten that the program leaves alone without them. */
const REMOVING: Readonly<Record<string, RegExp>> = {
  "git branch": /^-[^-]*[dDfMC]|^--(d|forc)/,
  "git tag": /^-[aslievn\d]*[df]|^--(d|forc)/,
  "git switch": /^-[dqt]*[fC]|^--(di|forc)/,
  "git merge": /^--ab/,
  "git rebase": /^--(ab|sk)/,
  "git cherry-pick": /^--(ab|sk)/,
};

/** Programs that only read as long as they are given at most so many operands: what they write to, or set, is one more. */
const MOST_OPERANDS: Readonly<Record<string, readonly [most: number, withValue: RegExp, harmless?: RegExp]>> =
  {
    uniq: [1, /^-[a-zA-Z]*[fsw]$/],
    hostname: [0, /(?!)/],
    date: [0, /^(-[uRjn]*[drfvz]|--date|--reference|--file)$/, /^\+/],
  };

const WRITES: Judgement = { reversible: "not_said", why: "it writes or runs something" };

/**
 * What the words behind the name of a known program make of it.
 *
 * @param moreWords - whether the program gets words that the command does not show, as from xargs or a variable
 * @returns `undefined`: nothing
 */
export function judgementOfOptions(
  name: string,
  words: readonly string[],
  moreWords: boolean,
): Judgement | undefined {
  const [removing, writing, operands] = [REMOVING[name], WRITING[name], MOST_OPERANDS[name]];
  if (removing !== undefined && words.some((word) => removing.test(word)))
    return { reversible: "no", why: "what it removes is not recorded" };
  if (moreWords) return (removing ?? writing ?? operands) ? WRITES : undefined;
  if (writing !== undefined && words.some((word) => writing.test(word))) return WRITES;
  if (operands === undefined) return undefined;
  const [most, withValue, harmless] = operands;
  return operandsOf(words, withValue).filter((word) => harmless?.test(word) !== true).length > most
    ? WRITES
    : undefined;
}

function operandsOf(words: readonly string[], withValue: RegExp): string[] {
  const last = words.indexOf("--");
  const [before, behind] = last === -1 ? [words, []] : [words.slice(0, last), words.slice(last + 1)];
  const named = before.filter(
    (word, at) => (word === "-" || !word.startsWith("-")) && !withValue.test(before[at - 1] ?? ""),
  );
  return [...named, ...behind];
}
