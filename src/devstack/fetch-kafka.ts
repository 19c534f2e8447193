import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setInterval as every } from "node:timers";
import { DevStackError } from "../errors.js";
import { checkLibraries } from "./check-libraries.js";
import type { Guard } from "./guard.js";
import type { GuardedCommand } from "./guarded-command.js";
import { KAFKA_LIBRARIES, KAFKA_VERSION } from "./kafka-libraries.js";
import { COPY_DEPENDENCIES, KAFKA_POM } from "./kafka-pom.js";
import { runCommand } from "./run-command.js";

const PROGRESS_MILLIS = 2_000;
const LOG_NAME = "maven.log";
const FETCH_PREFIX = "fetch-";
const ABANDONED_MILLIS = 3_600_000;

/** Where the libraries are kept below the cache folder. */
export function kafkaLibraryFolder(cache: string): string {
  return join(cache, `kafka-${KAFKA_VERSION}`);
}

export interface FetchKafkaOptions {
  readonly cache: string;
  readonly env: NodeJS.ProcessEnv;
  readonly guard: Guard;
  readonly onProgress: (message: string) => void;
}

/**
 * Fetches Kafka with Maven into the cache folder.
 *
 * Maven writes into a folder beside the final one. Only when every file there is the one that was reviewed does the
 * folder get its final name, in one step, so an interrupted fetch leaves nothing that could be taken for a whole one,
 * and of two fetches at the same time one wins. Maven's local store lies in that folder as well: the user's own may be
 * damaged, locked or not writable. Mirrors and proxies of the user's settings are honoured.
 */
export async function fetchKafka({ cache, env, guard, onProgress }: FetchKafkaOptions): Promise<void> {
  await mkdir(cache, { recursive: true });
  await sweepAbandoned(cache);
  const folder = await mkdtemp(join(cache, FETCH_PREFIX));
  const stopProgress = reportProgress(join(folder, LOG_NAME), onProgress);
  try {
    await runCommand(guard, `Fetching Kafka ${KAFKA_VERSION} with Maven`, await mavenCommand(folder, env));
    const problems = await checkLibraries(join(folder, "libs"), KAFKA_LIBRARIES);
    if (problems.length > 0) {
      throw new DevStackError(
        `Maven fetched something else than Kafka ${KAFKA_VERSION}:\n  ${problems.join("\n  ")}`,
      );
    }
    await publish(join(folder, "libs"), kafkaLibraryFolder(cache));
  } finally {
    stopProgress();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Removes what fetches have left that were killed. One that may still go on is spared. */
async function sweepAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith(FETCH_PREFIX)) continue;
    const folder = join(cache, name);
    const began = await stat(folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - began > ABANDONED_MILLIS) await rm(folder, { recursive: true, force: true });
  }
}

async function mavenCommand(folder: string, env: NodeJS.ProcessEnv): Promise<GuardedCommand> {
  await writeFile(join(folder, "pom.xml"), KAFKA_POM);
  const windows = process.platform === "win32";
  return {
    command: windows ? "mvn.cmd" : "mvn",
    shell: windows,
    // The working folder holds the project, so no path has to pass through a command interpreter.
    args: [
      "--batch-mode",
      "--strict-checksums",
      "-Dmaven.repo.local=repository",
      COPY_DEPENDENCIES,
      "-DincludeScope=runtime",
      "-DoutputDirectory=libs",
    ],
    cwd: folder,
    env,
    logFile: join(folder, LOG_NAME),
    endSignal: "SIGKILL",
    graceMillis: 0,
  };
}

function reportProgress(logFile: string, onProgress: (message: string) => void): () => void {
  const began = performance.now();
  onProgress(
    `Kafka ${KAFKA_VERSION}: fetching ${KAFKA_LIBRARIES.length} libraries with Maven, this first time only`,
  );
  const timer = every(async () => {
    const seconds = Math.round((performance.now() - began) / 1_000);
    const log = await readFile(logFile, "utf8").catch(() => "");
    const done = KAFKA_LIBRARIES.filter(({ name }) => isFetched(log, name)).length;
    onProgress(`Kafka ${KAFKA_VERSION}: ${done} of ${KAFKA_LIBRARIES.length} libraries, ${seconds} s`);
  }, PROGRESS_MILLIS);
  return () => clearInterval(timer);
}

function isFetched(log: string, name: string): boolean {
  return log.split("\n").some((line) => line.includes("Downloaded from") && line.includes(`/${name} `));
}

/** Puts the checked folder in its place. A whole one that another process has put there meanwhile is left alone. */
async function publish(checked: string, destination: string): Promise<void> {
  if ((await checkLibraries(destination, KAFKA_LIBRARIES)).length === 0) return;
  await rm(destination, { recursive: true, force: true, maxRetries: 5 });
  try {
    await rename(checked, destination);
  } catch (cause) {
    const problems = await checkLibraries(destination, KAFKA_LIBRARIES);
    if (problems.length > 0) {
      throw new DevStackError(`Kafka could not be put into ${destination}: ${String(cause)}`, { cause });
    }
  }
}
