import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { GuardedProcess } from "../../../src/devstack/guard.js";
import { findKafkaRuntime } from "../../../src/devstack/kafka.js";
import { logTail } from "../../../src/devstack/run-command.js";
import { openStackHome, type StackHome } from "../../../src/devstack/stack-home.js";
import { freePort } from "../../../src/internal/ports.js";
import type { MeasuredChild } from "../measured-child.js";
import { readingOf } from "../process-reading.js";
import { type ConnectOrder, sinkSettings, TASKS, workerSettings } from "./connect-settings.js";
import { connectLibraries } from "./fetch-connect.js";

/** As `connect-standalone` of Kafka's own distribution starts it. */
const JVM_OPTIONS = [
  "-Xms256M",
  "-Xmx2G",
  "-server",
  "-XX:+UseG1GC",
  "-XX:MaxGCPauseMillis=20",
  "-XX:InitiatingHeapOccupancyPercent=35",
  "-Djava.awt.headless=true",
  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
];
const MAIN = "org.apache.kafka.connect.cli.ConnectStandalone";
const LOOK_MILLIS = 10;
/** Asking the worker costs it something. */
const LOOKS_A_CHECK = 500;
const PATIENCE_MILLIS = 300_000;

/**
 * Kafka Connect with Debezium's JDBC sink, in a worker of its own. Resolves when its tasks run.
 *
 * @param onProgress told when it is fetched
 */
export async function startConnect(
  order: ConnectOrder,
  onProgress: (message: string) => void,
): Promise<MeasuredChild> {
  const home = await openStackHome();
  const client = new pg.Client({ connectionString: order.databaseUrl });
  try {
    await client.connect();
    const worker = await Worker.start(order, home, onProgress);
    await worker.running();
    return {
      // Records are not counted: what was written is looked for in the table.
      read: () => readingOf(worker.pid),
      async reach() {
        for (let looks = 1; !(await areThere(client, order.lastIds)); looks++) {
          if (looks % LOOKS_A_CHECK === 0) await worker.isRunning();
          await sleep(LOOK_MILLIS);
        }
      },
      stop: () => end(client, home),
    };
  } catch (error) {
    await end(client, home);
    throw error;
  }
}

async function end(client: pg.Client, home: StackHome): Promise<void> {
  await client.end();
  await home.guard.close();
}

async function areThere(client: pg.Client, ids: readonly string[]): Promise<boolean> {
  const { rows } = await client.query<{ count: number }>({
    name: "look",
    text: "select count(*)::int from agent_actions where id = any($1::uuid[])",
    values: [ids],
  });
  return rows[0]?.count === ids.length;
}

interface TaskState {
  readonly state: string;
  readonly trace?: string;
}

class Worker {
  readonly #process: GuardedProcess;
  readonly #url: string;
  readonly #log: string;
  #ended: string | undefined;

  private constructor(process: GuardedProcess, url: string, log: string) {
    this.#process = process;
    this.#url = url;
    this.#log = log;
    void process.exited.then(({ code, signal }) => {
      this.#ended = `Kafka Connect ended with ${signal ?? code}`;
    });
  }

  static async start(
    order: ConnectOrder,
    { folder, guard }: StackHome,
    onProgress: (message: string) => void,
  ): Promise<Worker> {
    const { worker, plugins } = await connectLibraries(guard, onProgress);
    const runtime = await findKafkaRuntime(process.env);
    if (runtime.kind !== "java") throw new Error("Kafka Connect needs Java 17 or newer, and there is none.");
    const port = await freePort();
    const [settings, sink, logFile] = ["worker.properties", "sink.properties", "connect.log"].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    await writeFile(settings, workerSettings(order, port, plugins, folder));
    await writeFile(sink, sinkSettings(order));
    const started = await guard.spawn({
      command: runtime.java,
      args: [...JVM_OPTIONS, "-cp", join(worker, "*"), MAIN, settings, sink],
      env: process.env,
      cwd: folder,
      logFile,
      endSignal: "SIGKILL",
      graceMillis: 0,
    });
    return new Worker(started, `http://127.0.0.1:${port}/connectors/${order.name}/status`, logFile);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Throws with what it says when it has ended, or one of its tasks has failed. */
  async isRunning(): Promise<boolean> {
    if (this.#ended !== undefined) throw new Error(`${this.#ended}:\n${await logTail(this.#log)}`);
    const tasks = await this.#tasks();
    const failed = tasks.find(({ state }) => state === "FAILED");
    if (failed !== undefined) throw new Error(`A task of Kafka Connect failed: ${failed.trace}`);
    return tasks.length === TASKS && tasks.every(({ state }) => state === "RUNNING");
  }

  async running(): Promise<void> {
    const until = performance.now() + PATIENCE_MILLIS;
    while (!(await this.isRunning())) {
      if (performance.now() > until)
        throw new Error(`The tasks of Kafka Connect do not run after ${PATIENCE_MILLIS / 1_000} s`);
      await sleep(LOOK_MILLIS);
    }
  }

  /** None as long as the worker does not answer. */
  async #tasks(): Promise<readonly TaskState[]> {
    const response = await fetch(this.#url).catch(() => undefined);
    return response?.ok ? ((await response.json()) as { tasks: TaskState[] }).tasks : [];
  }
}
