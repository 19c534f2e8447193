/** What the files of deploy/ say of this program has to be true: names of variables, paths, commands, exit codes. */
import { readFileSync } from "node:fs";
import { validate } from "dockerfile-utils";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { OPTION_SECTIONS } from "../../../scripts/configuration-docs.js";
import { COMMANDS } from "../../../src/cli/commands/index.js";
import { EXIT_CONFIGURATION } from "../../../src/cli/framework/exit-codes.js";
import { createApp, type ServiceProbes } from "../../../src/http/app.js";

const read = (name: string) => readFileSync(new URL(`../../../deploy/${name}`, import.meta.url), "utf8");
const VARIABLES = new Set(
  Object.values(OPTION_SECTIONS).flatMap((tables) =>
    tables.flatMap(([, table]) => Object.values(table).flatMap(({ env }) => env)),
  ),
);
const COMMAND_NAMES = COMMANDS.map(({ name }) => name);
const EXECUTABLE = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")).bin[
  "agent-actions"
];

describe("Dockerfile", () => {
  const text = read("Dockerfile");

  test("is one that Docker takes", () => {
    expect(validate(text)).toEqual([]);
    expect(validate("FORM node")).not.toEqual([]);
  });

  test("names variables and a program that there are, and is not root", () => {
    const [, set = ""] = /^ENV (AGENT.+)$/m.exec(text) ?? [];
    const names = set.split(" ").map((pair) => pair.split("=")[0]);
    expect(names).toHaveLength(2);
    expect(names.filter((name) => !VARIABLES.has(name ?? ""))).toEqual([]);
    expect(text).toContain(`/otel-agent-actions/${EXECUTABLE}"]`);
    expect(text).toMatch(/^USER node$/m);
    expect(COMMAND_NAMES).toContain(/^CMD \["(\w+)"\]$/m.exec(text)?.[1]);
  });
});

interface Container {
  readonly args: readonly string[];
  readonly ports?: readonly { name: string; containerPort: number }[];
  readonly env?: readonly { name: string }[];
  readonly [probe: `${string}Probe`]: { httpGet: { path: string; port: string } } | undefined;
}

describe("Kubernetes", () => {
  const documents = ["consumer.yaml", "migrate.yaml"].flatMap((name) =>
    parseAllDocuments(read(`kubernetes/${name}`)).map((document) => document.toJS()),
  );
  const pods = documents
    .filter(({ kind }) => kind === "Deployment" || kind === "Job")
    .map(({ spec }) => spec.template.spec);
  const containers: Container[] = pods.flatMap((pod) => [...(pod.initContainers ?? []), ...pod.containers]);

  test("names variables and commands that there are", () => {
    const config = documents.find(({ kind }) => kind === "ConfigMap");
    const names = [
      ...Object.keys(config.data),
      ...containers.flatMap(({ env = [] }) => env.map(({ name }) => name)),
    ];
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !VARIABLES.has(name))).toEqual([]);
    expect(containers.map(({ args }) => args[0])).toEqual(["consume", "topics", "migrate"]);
    expect(containers.filter(({ args }) => !COMMAND_NAMES.includes(args[0] ?? ""))).toEqual([]);
  });

  test("probes paths that the service has, and leaves it time to stop", async () => {
    const [consumer] = containers;
    const probes = [consumer?.startupProbe, consumer?.livenessProbe, consumer?.readinessProbe];
    const app = createApp(probesOf("healthy"));
    const statuses = await Promise.all(
      probes.map(async (probe) => (await app.request(probe?.httpGet.path ?? "none")).status),
    );
    expect(statuses).toEqual([200, 200, 200]);
    const config = documents.find(({ kind }) => kind === "ConfigMap");
    expect(String(consumer?.ports?.[0]?.containerPort)).toBe(config.data.HEALTH_CHECK_PORT);
    const deadline = Number(config.data.AGENT_ACTIONS_CONSUMER_SHUTDOWN_DEADLINE_MS) / 1_000;
    expect(pods[0].terminationGracePeriodSeconds).toBeGreaterThan(deadline);
  });

  test("a restart is for a process that hangs, not for an outage of Kafka or Postgres", async () => {
    const app = createApp(probesOf("unhealthy"));
    const { path } = containers[0]?.livenessProbe?.httpGet ?? { path: "" };
    expect((await app.request("/health")).status).toBe(503);
    expect((await app.request(path)).status).toBe(200);
  });
});

test("systemd: the program, and not to be started again for settings that cannot be used", () => {
  const unit = read("systemd/agent-actions.service");
  expect(unit).toContain(`/otel-agent-actions/${EXECUTABLE} consume\n`);
  expect(unit).toContain(`RestartPreventExitStatus=${EXIT_CONFIGURATION}\n`);
});

/** The paths alone matter here; what they say has tests of its own. */
const probesOf = (status: "healthy" | "unhealthy"): ServiceProbes =>
  ({
    health: () => ({ status }),
    readiness: () => ({ ready: true }),
    metrics: () => ({}),
    families: () => [],
  }) as unknown as ServiceProbes;
