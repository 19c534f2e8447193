/** Runs that are made: ordinary work with a loop of each kind in it. `null-runs.ts` has those without. */
import { randomFrom } from "../../src/analysis/series/random.js";
import type { Call, Run } from "./runs.js";

export type Random = () => number;

export const pick = <Item>(items: readonly Item[], random: Random): Item =>
  items[Math.floor(random() * items.length)] as Item;
export const number = (random: Random, below: number): number => Math.floor(random() * below);
const WORDS =
  "parse token cache index login order basket price route socket buffer schema filter worker metric".split(
    " ",
  );
export const text = (random: Random, words: number): string =>
  Array.from({ length: words }, () => pick(WORDS, random)).join(" ");
export const FILES = Array.from(
  { length: 30 },
  (_, index) => `src/${WORDS[index % WORDS.length]}-${index}.ts`,
);
/** The time between calls of a model that thinks: log-normal around two seconds. */
const pause = (random: Random): number =>
  Math.min(
    15_000,
    Math.exp(7.6 + 0.7 * Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(6.283 * random())),
  );

/** A coding agent at work: reads, searches, edits, runs tests, some of it more than once. */
export function work(random: Random, count: number): Call[] {
  return Array.from({ length: count }, (): Call => {
    const common = { pauseMillis: pause(random), tookMillis: 20 + number(random, 400) };
    const dice = random();
    const file = pick(FILES, random);
    if (dice < 0.35)
      return { tool: "Read", args: { file_path: file }, result: `${file}: ${text(random, 40)}`, ...common };
    if (dice < 0.55)
      return {
        tool: "Grep",
        args: { pattern: pick(WORDS, random) },
        result: random() < 0.3 ? "No matches found" : text(random, 12),
        ...common,
      };
    if (dice < 0.75)
      return {
        tool: "Edit",
        args: { file_path: file, old_string: text(random, 4), new_string: text(random, 5) },
        result: `The file ${file} has been updated.`,
        ...common,
      };
    if (dice < 0.95) {
      const failed = random() < 0.3;
      const command = pick(["npm test", "git status", "git diff", "ls src", "npx tsc --noEmit"], random);
      return failed
        ? { tool: "Bash", args: { command }, error: `exit code 1: ${text(random, 8)}`, ...common }
        : { tool: "Bash", args: { command }, result: text(random, 15), ...common };
    }
    return { tool: "web_search", args: { query: text(random, 3) }, result: text(random, 60), ...common };
  });
}

export type Maker = (random: Random) => readonly Call[];
export const times = <Item = Call>(count: number, of: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => of(index));
export const rounds = (count: number): number[] => [...Array(count).keys()];
export const paced = (random: Random) => ({
  pauseMillis: pause(random),
  tookMillis: 20 + number(random, 300),
});

/** Twenty calls and more of every kind of loop; results differ in ids and times as those of real tools do, other than `exact`. */
export const LOOPS: Readonly<Record<string, Maker>> = {
  exact: (random) => {
    const args = { file_path: pick(FILES, random) };
    return times(20, () => ({ tool: "Read", args, result: "File not found", ...paced(random) }));
  },
  same_call: (random) => {
    const args = { file_path: pick(FILES, random) };
    return times(20, (index) => ({
      tool: "Read",
      args,
      result: { content: "File not found", request_id: `r${index}`, took: `${number(random, 90)} ms` },
      ...paced(random),
    }));
  },
  same_call_failed: (random) => {
    const args = { command: `node ${pick(FILES, random)}` };
    return times(20, () => ({
      tool: "Bash",
      args,
      error: `Cannot find module, pid ${number(random, 99_999)}`,
      ...paced(random),
    }));
  },
  same_call_varying: (random) => {
    const args = { query: text(random, 4) };
    return times(40, () => ({ tool: "web_search", args, result: text(random, 50), ...paced(random) }));
  },
  same_result: (random) => {
    const page = `<html>Please enable JavaScript ${text(random, 20)}</html>`;
    return times(30, () => ({
      tool: "fetch_url",
      args: { url: `https://shop.example/${text(random, 2)}/${number(random, 9_999)}` },
      result: page,
      ...paced(random),
    }));
  },
  same_result_of_commands: (random) => {
    const file = pick(FILES, random);
    const listing = `${file}: ${text(random, 12)}`;
    return times(20, (index) => ({
      tool: "Bash",
      args: { command: `${pick(["grep -rn", "rg", "git grep -n"], random)} ${text(random, 1)}${index} src` },
      result: listing,
      ...paced(random),
    }));
  },
  same_error: (random) =>
    times(20, (index) => ({
      tool: "sql_query",
      args: { query: `select ${text(random, 2)} from t${index}` },
      error: `relation "t${index}" does not exist at character ${number(random, 80)}`,
      ...paced(random),
    })),
  ...Object.fromEntries(
    [2, 3, 4, 5, 6, 7, 8].map((period) => [`cycle_${period}`, (random: Random) => cycle(random, period)]),
  ),
  interrupted: (random) => {
    const args = { file_path: pick(FILES, random) };
    return rounds(30).flatMap((index): Call[] => [
      { tool: "Read", args, result: "File not found", ...paced(random) },
      ...(index % 3 === 2 ? work(random, 1) : []),
    ]);
  },
  no_order: (random) =>
    times(20, () => {
      const failing = { command: pick(["cat a.txt", "cat ./a.txt", "head a.txt"], random) };
      return random() < 0.6
        ? { tool: "Bash", args: failing, error: "No such file or directory", ...paced(random) }
        : { tool: "Bash", args: { command: "ls" }, result: "b.txt", ...paced(random) };
    }),
  file_ping_pong: (random) => {
    const file = pick(FILES, random);
    const contents = [text(random, 30), text(random, 31)];
    return rounds(12).flatMap((index): Call[] => [
      {
        tool: "Write",
        args: { file_path: file, content: contents[index % 2] },
        result: `written, ${number(random, 999)}`,
        ...paced(random),
      },
      {
        tool: "Bash",
        args: { command: "npm test" },
        error: `${number(random, 9)} failed: ${text(random, 5)}`,
        ...paced(random),
      },
    ]);
  },
};

function cycle(random: Random, period: number): Call[] {
  const round = times(period, (index) => ({
    tool: pick(["Read", "Grep", "list_dir"], random),
    args: { path: FILES[index] },
    result: text(random, 20),
  }));
  return times(period * 6, (index) => ({ ...(round[index % period] as Call), ...paced(random) }));
}

/** Runs with a loop of one kind in the middle of work. */
export function loopRuns(kind: string, count: number): readonly Run[] {
  return times(count, (index) => {
    const random = randomFrom(1_000 * hash(kind) + index);
    const before = work(random, 5 + number(random, 30));
    const loop = LOOPS[kind]?.(random) ?? [];
    return {
      name: `${kind} ${index}`,
      calls: [...before, ...loop, ...work(random, 5)],
      loopFrom: before.length,
    };
  });
}

export const hash = (name: string): number =>
  [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 99_991, 7);
