import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { pythonVenv } from "../../../test/helpers/python-venv.js";
import type { MeasuredChild } from "../measured-child.js";
import { readingOf } from "../process-reading.js";

/** The argument of consumer.py. */
export interface PredecessorOrder {
  readonly brokers: string;
  readonly topic: string;
  readonly groupId: string;
  readonly databaseUrl: string;
  /** Whether it writes rows of `agent_file_operations`. */
  readonly fileOperations: boolean;
}

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const LOOK_MILLIS = 10;

/**
 * The predecessor's consumer, in Python. Resolves when it has its partitions. Its libraries are installed from PyPI the first time, into an
 * environment of its own in the cache folder; rejects with what is missing where there is no `python3` with `venv`.
 */
export async function startPredecessor(order: PredecessorOrder): Promise<MeasuredChild> {
  const python = await pythonVenv(FOLDER);
  const program = spawn(python, [`${FOLDER}consumer.py`, JSON.stringify(order)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(program, "close");
  const { pid } = program;
  if (pid === undefined) throw new Error(`${python} did not start`);
  let lines = 0;
  let committed = 0;
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: program.stdout }).on("line", (line) => {
      if (lines++ === 0) resolve();
      else committed = (JSON.parse(line) as { committed: number }).committed;
    });
    ended.then(() => reject(new Error(`The predecessor ended with ${program.exitCode}`)), reject);
  });
  // That it ends is said by whoever waits for it next.
  ready.catch(() => undefined);
  await ready;
  return {
    read: () => readingOf(pid, committed),
    async reach(records) {
      while (committed < records) {
        if (program.exitCode !== null)
          throw new Error(
            `The predecessor ended with ${program.exitCode} after ${committed} of ${records} records`,
          );
        await sleep(LOOK_MILLIS);
      }
    },
    async stop() {
      program.stdin.end();
      await ended;
    },
  };
}
