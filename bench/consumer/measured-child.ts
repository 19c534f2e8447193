import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** What a child returns when it is asked. */
export interface Reading {
  /** Records brought to an end. */
  readonly records: number;
  /** User and system time of its process. */
  readonly cpuSeconds: number;
  /** The most that it ever took of memory. */
  readonly peakBytes: number;
  readonly writes?: Writes | undefined;
}

/** Transactions with rows, since the start. */
export interface Writes {
  readonly count: number;
  /** How long they took together, from the first statement to the commit. */
  readonly millis: number;
}

export interface MeasuredChild {
  read(): Promise<Reading>;
  /** Resolves when the child has brought so many records to an end. */
  reach(records: number): Promise<void>;
  stop(): Promise<void>;
}

const POLL_MILLIS = 10;

/** Runs one side of the comparison in a process of its own, so that its CPU time is its own. */
export async function startChild(file: string, order: object): Promise<MeasuredChild> {
  const child = fork(await bundled(file), [JSON.stringify(order)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: [],
  });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`${file} ended with ${code}`);
  });
  failed.catch(() => undefined);
  await Promise.race([once(child, "message"), failed]);

  async function read(): Promise<Reading> {
    const message = once(child, "message");
    child.send("read");
    return (await Promise.race([message, failed]))[0] as Reading;
  }
  return {
    read,
    async reach(records) {
      while ((await read()).records < records)
        await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
    },
    async stop() {
      child.send("stop");
      await failed.catch(() => undefined);
    },
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

/** The child's end of it. */
export function serveReadings(
  records: () => number,
  stop: () => Promise<void>,
  writes: () => Writes | undefined = () => undefined,
): void {
  process.on("message", async (request) => {
    if (request === "read") {
      const { user, system } = process.cpuUsage();
      const reading: Reading = {
        records: records(),
        cpuSeconds: (user + system) / 1e6,
        peakBytes: peakBytes(),
        writes: writes(),
      };
      process.send?.(reading);
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
