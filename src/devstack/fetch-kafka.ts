import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { setInterval as every } from "node:timers";
import { DevStackError } from "../errors.js";
import type { Guard, GuardedCommand } from "./guard.js";
import { KAFKA_LIBRARIES, KAFKA_VERSION, type Library } from "./kafka-libraries.js";
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

/** What is wrong with the files of `folder` when it should hold `libraries`; an empty list when nothing is. */
export async function checkLibraries(
  folder: string,
  libraries: readonly Library[],
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const library of libraries) {
    const problem = await checkLibrary(join(folder, library.name), library);
    if (problem) problems.push(`${library.name}: ${problem}`);
  }
  return problems;
}

async function checkLibrary(file: string, { bytes, sha256 }: Library): Promise<string | undefined> {
  const size = await stat(file).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) return "is missing";
  if (size !== bytes) return `has ${size} bytes, should have ${bytes}`;
  const digest = createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
  return digest === sha256 ? undefined : `has the SHA-256 ${digest}, should have ${sha256}`;
}

/**
 * A Maven project that stands for "a Kafka broker that can be started with java": the broker with what it needs, and
 * an slf4j binding, without which its log stays empty and a crash cannot be explained.
 */
export const KAFKA_POM = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>otel-agent-actions</groupId>
  <artifactId>devstack-kafka</artifactId>
  <version>${KAFKA_VERSION}</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

/** Named in full, so that no other version of the plugin, and no plugin of the default life cycle, is fetched. */
export const COPY_DEPENDENCIES = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";

/**
 * Where fetched files are kept between runs: `AGENT_ACTIONS_CACHE_DIR`, else `otel-agent-actions` in the user's cache
 * folder as each system has it (XDG Base Directory on Linux, Library/Caches on macOS, LOCALAPPDATA on Windows).
 */
export function cacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  if (env.AGENT_ACTIONS_CACHE_DIR) return resolve(env.AGENT_ACTIONS_CACHE_DIR);
  return join(userCacheFolder(env, platform), "otel-agent-actions");
}

function userCacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME;
  const home = env.HOME || homedir();
  if (platform === "darwin") return join(home, "Library", "Caches");
  if (platform === "win32") return env.LOCALAPPDATA || join(homedir(), "AppData", "Local");
  return join(home, ".cache");
}
