/** What sends recorded sessions of coding agents by each of their ways to a service of its own, with Kafka and Postgres. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { topicVariable } from "../../src/config/topic-settings.js";
import { nameUuid, type TopicNames } from "../../src/event/index.js";
import { HOOK_AGENTS, type HookAgent } from "../../src/hook/payloads/index.js";
import { startService } from "../../src/service.js";
import { kafkaBootstrap } from "../helpers/stack.js";
import { captureOutput, quietContext } from "../unit/cli/captured-output.js";
import { createHarness } from "./consumer-harness.js";

export const harness = await createHarness();
const service = await startService({
  ...harness.options(),
  http: { port: 0 },
  otlp: { enabled: true },
  intake: { enabled: true },
});
afterAll(() => service.stop());

/** When the hooks of Codex ran, whose payloads have no time. */
const HOOKS_AT = Date.parse("2026-11-29T17:32:38.000Z");

/** Of an agent whose session is more than one file. */
const TRANSCRIPTS: Readonly<Record<string, readonly string[]>> = {
  opencode: ["session.json", "subagent.json"],
};

/** The recording as another session: ids of sessions, traces and calls have another letter. */
export const another = (text: string, letter: string): string =>
  text
    .replace(/ses_d/g, `ses_${letter}`)
    .replace(/\bd94b9dcc/g, `${letter}94b9dcc`)
    .replace(/\b87972e9e/g, `${letter}7972e9e`)
    .replace(/\b01a2285d/g, `${letter}1a2285d`)
    .replace(/\b93d398e2/g, `${letter}3d398e2`)
    .replace(/("traceId":")[0-9a-f]/g, `$1${letter}`);

const fixture = async (agent: string, name: string, letter: string): Promise<string> =>
  another(await readFile(`test/fixtures/coding-agents/${agent}/${name}`, "utf8"), letter);

async function sendOtlp(agent: string, name: string, letter: string): Promise<void> {
  for (const line of (await fixture(agent, name, letter)).trim().split("\n")) {
    const { path, body } = JSON.parse(line) as { path: string; body: unknown };
    const response = await fetch(`${service.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect([response.status, await response.json()]).toEqual([200, {}]);
  }
}

export const environment = (): Record<string, string> => ({
  DATABASE_URL: harness.databaseUrl,
  KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(),
  KAFKA_GROUP_ID: harness.groupId,
  ...Object.fromEntries(
    (Object.entries(harness.topics) as [keyof TopicNames, string][]).map(([role, topic]) => [
      topicVariable(role),
      topic,
    ]),
  ),
});

async function importTranscripts(agent: string, letter: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), "spans-"));
  try {
    const files: string[] = [];
    for (const name of TRANSCRIPTS[agent] ?? ["session.jsonl"]) {
      files.push(join(folder, name));
      await writeFile(files.at(-1) ?? "", await fixture(agent, name, letter));
    }
    const out = captureOutput();
    expect(await runCli(["import", "--json", ...files], { ...quietContext(out), env: environment() })).toBe(
      0,
    );
    return JSON.parse(out.results.join("\n"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function sendHooks(agent: HookAgent, letter: string): Promise<void> {
  const payloads = (await fixture(agent, "hooks.jsonl", letter)).trim().split("\n");
  // A hook gives an id to what has no key, and keeps it for when it sends the event again.
  const events = payloads.flatMap((payload, at) =>
    HOOK_AGENTS[agent](JSON.parse(payload) as Record<string, unknown>, HOOKS_AT + at).map((event) => ({
      ...event,
      id: nameUuid(`${agent} ${letter} ${at}`),
    })),
  );
  const response = await fetch(`${service.url}/v1/actions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(events),
  });
  expect(await response.json()).toMatchObject({ accepted: events.length, rejected_count: 0 });
}

/** Sends what one way told of a recorded session, as the session that a letter names. */
export async function send(agent: string, way: string, letter: string): Promise<unknown> {
  if (way === "spans") return sendOtlp(agent, "traces.otlp.jsonl", letter);
  if (way === "logs") return sendOtlp(agent, "logs.otlp.jsonl", letter);
  if (way === "hooks") return sendHooks(agent as HookAgent, letter);
  return importTranscripts(agent, letter);
}
