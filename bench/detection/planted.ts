/** Runs that are made: ordinary work with a loop of each kind in it, and ordinary work that looks like one and is none. */
import { randomFrom } from "../../src/analysis/series/random.js";
import type { Call, Run } from "./runs.js";

type Random = () => number;

const pick = <Item>(items: readonly Item[], random: Random): Item =>
  items[Math.floor(random() * items.length)] as Item;
const number = (random: Random, below: number): number => Math.floor(random() * below);
const WORDS =
  "parse token cache index login order basket price route socket buffer schema filter worker metric".split(
    " ",
  );
const text = (random: Random, words: number): string =>
  Array.from({ length: words }, () => pick(WORDS, random)).join(" ");
const FILES = Array.from({ length: 30 }, (_, index) => `src/${WORDS[index % WORDS.length]}-${index}.ts`);
/** The time between calls of a model that thinks: log-normal around two seconds. */
const pause = (random: Random): number =>
  Math.min(
    15_000,
    Math.exp(7.6 + 0.7 * Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(6.283 * random())),
  );

/** A coding agent at work: reads, searches, edits, runs tests, some of it more than once. */
function work(random: Random, count: number): Call[] {
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

type Maker = (random: Random) => readonly Call[];
const times = <Item = Call>(count: number, of: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => of(index));
const rounds = (count: number): number[] => [...Array(count).keys()];
const paced = (random: Random) => ({ pauseMillis: pause(random), tookMillis: 20 + number(random, 300) });

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
  same_error: (random) =>
    times(20, (index) => ({
      tool: "sql_query",
      args: { query: `select ${text(random, 2)} from t${index}` },
      error: `relation "t${index}" does not exist at character ${number(random, 80)}`,
      ...paced(random),
    })),
  cycle_2: (random) => cycle(random, 2),
  cycle_3: (random) => cycle(random, 3),
  cycle_5: (random) => cycle(random, 5),
  cycle_8: (random) => cycle(random, 8),
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

/** Work that repeats itself, and is none the worse for it. */
export const NULLS: Readonly<Record<string, Maker>> = {
  work: (random) => work(random, 80),
  polling_by_tool: (random) =>
    times(30, (index) =>
      index % 2 === 0
        ? { tool: "get_job", args: { id: 7 }, result: "running", ...paced(random) }
        : { tool: "sleep", args: { seconds: 5 }, result: "done", tookMillis: 5_000 },
    ),
  polling_by_command: (random) =>
    times(20, () => ({
      tool: "Bash",
      args: { command: "sleep 10; gh run view 7" },
      result: "in_progress",
      ...paced(random),
      tookMillis: 10_400,
    })),
  polling_by_host: (random) =>
    times(20, () => ({
      tool: "get_job",
      args: { id: 7 },
      result: "running",
      pauseMillis: 25_000 + number(random, 20_000),
    })),
  polling_with_progress: (random) =>
    times(11, (index) => ({ tool: "get_job", args: { id: 7 }, result: `${index * 9} %`, ...paced(random) })),
  batch_edits: (random) =>
    FILES.map((file) => ({
      tool: "Edit",
      args: { file_path: file, old_string: "var", new_string: "let" },
      result: "ok",
      ...paced(random),
    })),
  batch_writes: (random) =>
    FILES.map((file) => ({
      tool: "create_record",
      args: { name: file },
      result: { status: "created" },
      ...paced(random),
    })),
  batch_reads: (random) =>
    FILES.map((file) => ({
      tool: "Read",
      args: { file_path: file },
      result: text(random, 30),
      ...paced(random),
    })),
  test_fix_test: (random) =>
    rounds(14).flatMap((index): Call[] => [
      {
        tool: "Bash",
        args: { command: "npm test" },
        error: "1 failed: expected true to be false",
        ...paced(random),
      },
      {
        tool: "Read",
        args: { file_path: "src/login.ts" },
        result: `version ${index} ${text(random, 20)}`,
        ...paced(random),
      },
      {
        tool: "Edit",
        args: { file_path: "src/login.ts", old_string: text(random, 5), new_string: text(random, 6) },
        result: "ok",
        ...paced(random),
      },
    ]),
  one_undo: (random) => {
    const contents = ["a", "b", "a", "c", "d"].map((name) => `${name} ${text(random, 1)}`);
    contents[2] = contents[0] as string;
    return contents.map((content) => ({
      tool: "Write",
      args: { file_path: "src/a.ts", content },
      result: "ok",
      ...paced(random),
    }));
  },
  backoff: (random) =>
    times(8, (index) => ({
      tool: "fetch_url",
      args: { url: "https://api.example/x" },
      error: "429 Too Many Requests",
      pauseMillis: 500 * 2 ** index * (0.9 + 0.2 * random()),
    })),
  retry_three: (random) =>
    times(3, () => ({
      tool: "fetch_url",
      args: { url: "https://api.example/x" },
      error: "502 Bad Gateway",
      ...paced(random),
    })),
  paging: (random) =>
    times(25, (index) => ({
      tool: "list_orders",
      args: { page: index },
      result: text(random, 40),
      ...paced(random),
    })),
  next_item: (random) =>
    times(25, () => ({ tool: "next_item", args: {}, result: text(random, 20), ...paced(random) })),
  read_again: (random) => {
    const reads = times(10, (index) => ({
      tool: "Read",
      args: { file_path: FILES[index] },
      result: text(random, 30),
      ...paced(random),
    }));
    return [...reads, ...reads];
  },
  test_fix_test_by_shell: (random) =>
    rounds(14).flatMap((index): Call[] => [
      { tool: "Bash", args: { command: "npm test" }, error: "1 failed", ...paced(random) },
      { tool: "Bash", args: { command: `sed -i s/a/${index}/ src/login.ts` }, result: "", ...paced(random) },
    ]),
  searches_without_match: (random) =>
    times(9, () => ({
      tool: "Grep",
      args: { pattern: text(random, 2) },
      result: "No matches found",
      ...paced(random),
    })),
  status_between_steps: (random) =>
    work(random, 30).flatMap((call) => [
      call,
      { tool: "Bash", args: { command: "git status" }, result: "nothing to commit", ...paced(random) },
    ]),
};

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

/** Runs without a loop. */
export function nullRuns(kind: string, count: number): readonly Run[] {
  return times(count, (index) => {
    const random = randomFrom(7_000 * hash(kind) + index);
    const calls = [...work(random, 10), ...(NULLS[kind]?.(random) ?? []), ...work(random, 10)];
    return { name: `${kind} ${index}`, calls, loopFrom: undefined };
  });
}

const hash = (name: string): number =>
  [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 99_991, 7);
