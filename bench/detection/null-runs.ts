/** Runs that are made: ordinary work that looks like a loop and is none. */
import { randomFrom } from "../../src/analysis/series/random.js";
import { FILES, hash, type Maker, number, paced, pick, rounds, text, times, work } from "./planted.js";
import type { Call, Run } from "./runs.js";

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
  searches_that_find: (random) =>
    times(15, (index) => ({
      tool: "web_search",
      args: { query: `${text(random, 2)} ${index}` },
      result: text(random, 40),
      ...paced(random),
    })),
  commands_that_say_done: (random) =>
    FILES.map((file) => ({
      tool: "Bash",
      args: {
        command: pick([`npx prettier --write ${file}`, `git add ${file}`, `chmod 644 ${file}`], random),
      },
      result: "ok, nothing else to do",
      ...paced(random),
    })),
  checks_of_files: (random) =>
    FILES.slice(0, 11).map((file) => ({
      tool: "Bash",
      args: { command: `npx eslint ${file}` },
      result: "no problems found in 1 file",
      ...paced(random),
    })),
  status_between_steps: (random) =>
    work(random, 30).flatMap((call) => [
      call,
      { tool: "Bash", args: { command: "git status" }, result: "nothing to commit", ...paced(random) },
    ]),
};

/** Runs without a loop. */
export function nullRuns(kind: string, count: number): readonly Run[] {
  return times(count, (index) => {
    const random = randomFrom(7_000 * hash(kind) + index);
    const calls = [...work(random, 10), ...(NULLS[kind]?.(random) ?? []), ...work(random, 10)];
    return { name: `${kind} ${index}`, calls, loopFrom: undefined };
  });
}
