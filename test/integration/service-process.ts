import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { topicVariable } from "../../src/config/topic-settings.js";
import type { TopicNames } from "../../src/event/index.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import type { ConsumerHarness } from "./consumer-harness.js";

export interface ServiceProcess {
  readonly child: ChildProcess;
  /** Where its HTTP server listens. */
  readonly url: string;
  /** Everything that it wrote to standard output. */
  readonly lines: string[];
  /** Exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

/** The service in a process of its own, set up by the environment alone. It ends with the test at the latest. */
export async function startServiceProcess(
  harness: Pick<ConsumerHarness, "groupId" | "databaseUrl" | "topics">,
  env: NodeJS.ProcessEnv = {},
  program = fileURLToPath(new URL("./service-program.ts", import.meta.url)),
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", program], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env.PATH,
      KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(),
      KAFKA_GROUP_ID: harness.groupId,
      DATABASE_URL: harness.databaseUrl,
      HEALTH_CHECK_PORT: "0",
      ...topicVariables(harness.topics),
      ...env,
    },
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const exited = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  const url = new Promise<string>((resolve) => {
    reader.on("line", (line) => {
      lines.push(line);
      const { url: address } = JSON.parse(line) as { url?: string };
      if (address !== undefined) resolve(address);
    });
  });
  const early = exited.then((code) => {
    throw new Error(`The service ended with ${code}:\\n${lines.join("\\n")}`);
  });
  early.catch(() => undefined);
  return { child, url: await Promise.race([url, early]), lines, exited };
}

export async function getJson(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function topicVariables(topics: TopicNames): Record<string, string> {
  const entries = Object.entries(topics) as [keyof TopicNames, string][];
  return Object.fromEntries(entries.map(([role, name]) => [topicVariable(role), name]));
}
