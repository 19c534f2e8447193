import { judgementOfOptions, KNOWN_PROGRAMS } from "./known-programs.js";
import { type Judgement, leastReversible } from "./reversibility.js";
import { commandsOf, hasUnknownWords, shellDoesMore, wordsOf } from "./shell-line.js";

/** Programs that run another one. */
const RUNNERS = new Set(["sudo", "time", "nice", "nohup", "exec", "command", "env", "xargs"]);

const ASSIGNMENT = /^\w+=/;

/** Variables that say which programs are run, with a value other than one that runs none. */
const CHOOSES_PROGRAM =
  /^(PATH|(LD|DYLD|GIT)_\w+|\w*PAGER|\w*EDITOR|LESS\w*|BASH_ENV|ENV|IFS)=(?!(cat|\d*)$)/;

/** Where the programs of a system are. One of the same name elsewhere may be any. */
const SYSTEM_DIRECTORY = /^(\/usr(\/local)?|\/opt\/homebrew)?\/s?bin\//;

/** Whether what a line of a shell did can be undone: the least of its commands. */
export function commandJudgement(line: string): Judgement {
  const judged = commandsOf(line).map(judgementOf);
  return leastReversible(judged) ?? { reversible: "not_said", why: "the command is not recorded" };
}

function judgementOf(command: string): Judgement {
  const all = wordsOf(command);
  // A runner with nothing but assignments behind it runs none: `env A=1` shows the variables.
  const last = all.findLastIndex((word) => !ASSIGNMENT.test(word));
  const start = all.findIndex((word, at) => !ASSIGNMENT.test(word) && (at === last || !RUNNERS.has(word)));
  const [before, words] = start === -1 ? [all, []] : [all.slice(0, start), all.slice(start)];
  const program = (words[0] ?? "").replace(SYSTEM_DIRECTORY, "");
  // Behind options such as -C DIR of git and -n NAME of kubectl nothing is looked for: it is not known then.
  const name = KNOWN_PROGRAMS.has(`${program} ${words[1]}`) ? `${program} ${words[1]}` : program;
  const known = KNOWN_PROGRAMS.get(name);
  if (known === undefined) return { reversible: "not_said", why: `what ${program || "it"} does is not said` };
  if (known.reversible === "no") return known;
  const behind = words.slice(name === program ? 1 : 2);
  const changed = judgementOfOptions(name, behind, before.includes("xargs") || hasUnknownWords(command));
  if (changed !== undefined && changed.reversible === "no") return changed;
  return shellDoesMore(command) || before.some(writesOrChooses)
    ? { reversible: "not_said", why: "it writes or runs something" }
    : (changed ?? known);
}

/** Output of what nohup runs goes to a file. */
const writesOrChooses = (word: string): boolean => word === "nohup" || CHOOSES_PROGRAM.test(word);
