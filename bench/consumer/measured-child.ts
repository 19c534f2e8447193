import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Fetch } from "./latency/stages.js";

/** What a child returns when it is asked. */
export interface Reading {
  /** Records brought to an end. */
  readonly records: number;
  /** User and system time of its process. */
  readonly cpuSeconds: number;
  /** The most that it ever took of memory. */
  readonly peakBytes: number;
  readonly writes?: Writes | undefined;
  /** All that is there for it is done and committed, as far as it tells. */
  readonly isThrough?: boolean | undefined;
}

/** Transactions with rows, since the start. */
export interface Writes {
  readonly count: number;
  /** How long they took together, from the first statement to the commit. */
  readonly millis: number;
}

export interface MeasuredChild {
  read(): Promise<Reading>;
  /** The fetches that it has noted since this was asked last. */
  fetches?(): Promise<readonly Fetch[]>;
  /** Resolves when the child has brought so many records to an end. */
  reach(records: number): Promise<void>;
  stop(): Promise<void>;
}

/** How exactly the end is met. */
const POLL_MILLIS = 10;
/** Before it is near, a child is asked less often: what it counts for a reading is in its figures. */
const MAX_POLL_MILLIS = 200;

/** Starts a script of this folder in a process of its own, and resolves with it when it has said that it is ready. */
export async function forkChild(file: string, order: object): Promise<ChildProcess> {
  const child = fork(await bundled(file), [JSON.stringify(order)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: [],
  });
  await nextMessage(child);
  return child;
}

/** Sends something to a child, and resolves with what it says next; rejects when it ends instead. */
export function answerOf<Answer>(child: ChildProcess, request: object | string): Promise<Answer> {
  const answer = nextMessage(child);
  child.send(request);
  return answer as Promise<Answer>;
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => {
      child.off("message", told);
      reject(new Error(`${child.spawnargs[1]} ended with ${code}`));
    };
    const told = (message: unknown): void => {
      child.off("exit", ended);
      resolve(message);
    };
    child.once("message", told);
    child.once("exit", ended);
  });
}

/** Has a child end by itself. */
export async function stopChild(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.send("stop");
  await ended;
}

/** Runs one side of the comparison in a process of its own, so that its CPU time is its own. */
export async function startChild(file: string, order: object): Promise<MeasuredChild> {
  const child = await forkChild(file, order);
  let last: Promise<unknown> = Promise.resolve();
  // One request after another: an answer does not say whose it is.
  const ask = <Answer>(request: string): Promise<Answer> => {
    const answer = last.then(() => answerOf<Answer>(child, request));
    last = answer.catch(() => undefined);
    return answer;
  };
  const read = (): Promise<Reading> => ask("read");
  return {
    read,
    fetches: () => ask("fetches"),
    async reach(records) {
      const began = performance.now();
      for (let done = (await read()).records; done < records; done = (await read()).records) {
        const left = ((performance.now() - began) / done) * (records - done);
        const wait = Math.min(Math.max(left / 4, POLL_MILLIS), MAX_POLL_MILLIS);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    },
    stop: () => stopChild(child),
  };
}

/** As one script without types: what translates TypeScript while it is loaded would be in the figures, 34 MB of memory for one. */
async function bundled(file: string): Promise<string> {
  const outfile = fileURLToPath(
    new URL(`../../node_modules/.cache/bench/${basename(file, ".ts")}.mjs`, import.meta.url),
  );
  const entry = fileURLToPath(new URL(file, import.meta.url));
  // Packages are loaded from where they are installed.
  const how = {
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
  } as const;
  await build({ entryPoints: [entry], outfile, ...how });
  return outfile;
}

/** What some children tell beside how far they are. */
interface ChildTold {
  readonly writes?: () => Writes;
  readonly fetches?: () => readonly Fetch[];
  readonly isThrough?: () => boolean;
}

/** The child's end of it. */
export function serveReadings(
  records: () => number,
  stop: () => Promise<void>,
  { writes, fetches, isThrough }: ChildTold = {},
): void {
  process.on("message", async (request) => {
    if (request === "read") {
      const { user, system } = process.cpuUsage();
      const reading: Reading = {
        records: records(),
        cpuSeconds: (user + system) / 1e6,
        peakBytes: peakBytes(),
        writes: writes?.(),
        isThrough: isThrough?.(),
      };
      process.send?.(reading);
    } else if (request === "fetches") {
      process.send?.(fetches?.() ?? []);
    } else {
      await stop();
      process.exit(0);
    }
  });
  process.send?.("ready");
}

/** proc(5); where that is not there, what the system counted for the process, which may begin with that of its parent. */
function peakBytes(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
  return process.resourceUsage().maxRSS * 1024;
}
