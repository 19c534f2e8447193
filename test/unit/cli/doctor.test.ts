import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import manifest from "../../../package.json" with { type: "json" };
import { apiCopies } from "../../../src/cli/doctor/api-copies.js";
import { reach } from "../../../src/cli/doctor/check-brokers.js";
import { checkPostgresClock, checkRecordClock } from "../../../src/cli/doctor/check-clock.js";
import { checkHealth } from "../../../src/cli/doctor/check-health.js";
import { checkRuntime, MINIMUM_NODE } from "../../../src/cli/doctor/check-runtime.js";
import { checkGroup, checkTopics, LAG_TO_WARN_AT } from "../../../src/cli/doctor/check-topics.js";
import { type Finding, fail, ok, renderFindings, skipped, warn } from "../../../src/cli/doctor/findings.js";
import { createStyle } from "../../../src/cli/framework/output.js";
import { DEFAULT_TOPICS, RECORD_KINDS } from "../../../src/event/topics.js";
import type { KafkaAdmin } from "../../../src/kafka/admin.js";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "agent-actions-doctor-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function installApi(modules: string, version: string): string {
  const folder = join(modules, "@opentelemetry", "api");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "@opentelemetry/api", version }));
  return folder;
}

/** A cluster that answers as it is told to. */
function cluster(answers: Partial<KafkaAdmin>): KafkaAdmin {
  return {
    brokers: async () => [],
    topicNames: async () => new Set(),
    createTopic: async () => false,
    ready: async () => undefined,
    topics: async (names) => new Map(names.map((name) => [name, { partitions: 6, replicationFactor: 1 }])),
    group: async () => ({ state: "Stable", members: 1 }),
    lag: async () => new Map(),
    ends: async () => new Map(),
    committed: async () => new Map(),
    offsetsAt: async () => new Map(),
    retention: async () => new Map(),
    recordsStampedAfter: async () => 0,
    close: async () => undefined,
    ...answers,
  };
}

const statuses = (findings: readonly Finding[]): Record<string, string> =>
  Object.fromEntries(findings.map(({ check, status }) => [check, status]));

describe("the runtime", () => {
  test("the oldest Node is the one that the package asks for", () => {
    expect(manifest.engines.node).toBe(`>=${MINIMUM_NODE.major}.${MINIMUM_NODE.minor}`);
  });

  test.each([
    ["20.19.0", "ok"],
    ["20.18.9", "fail"],
    ["18.20.0", "fail"],
    ["22.0.0", "ok"],
  ])("Node %s: %s", (version, status) => {
    expect(statuses(checkRuntime(temporaryFolder(), version)).node).toBe(status);
  });

  test("finds copies of the API in packages, in pnpm's store and in folders above, each once", () => {
    const root = temporaryFolder();
    const folder = join(root, "packages", "agent");
    const own = installApi(join(folder, "node_modules"), "1.9.0");
    const nested = installApi(join(folder, "node_modules", "@vendor", "sdk", "node_modules"), "1.4.1");
    const stored = installApi(join(root, "node_modules", ".pnpm", "api@1.8.0", "node_modules"), "1.8.0");
    symlinkSync(stored, join(root, "node_modules", "linked"));
    mkdirSync(join(root, "node_modules", "@opentelemetry"), { recursive: true });
    symlinkSync(stored, join(root, "node_modules", "@opentelemetry", "api"));
    const found = apiCopies(folder).filter(({ path }) => path.includes("agent-actions-doctor-"));
    expect(found.map(({ version }) => version).sort()).toEqual(["1.4.1", "1.8.0", "1.9.0"]);
    expect(found.map(({ path }) => path).some((path) => path.endsWith(own.slice(-20)))).toBe(true);
    expect(found.map(({ path }) => path).some((path) => path.endsWith(nested.slice(-20)))).toBe(true);
  });

  test("a package that links to itself ends the search", () => {
    const root = temporaryFolder();
    mkdirSync(join(root, "node_modules", "self"), { recursive: true });
    symlinkSync(root, join(root, "node_modules", "self", "again"));
    symlinkSync(join(root, "node_modules"), join(root, "node_modules", "self", "node_modules"));
    expect(apiCopies(root).filter(({ path }) => path.startsWith(root))).toEqual([]);
  });

  test("copies of different versions are warned of, equal ones are not, and none is told", () => {
    const root = temporaryFolder();
    const check = () => checkRuntime(root).find((finding) => finding.check === "otel-api");
    expect(check()).toMatchObject({ status: "warn", remedy: expect.stringContaining("npm install") });
    installApi(join(root, "node_modules"), "1.9.0");
    expect(check()).toMatchObject({ status: "ok" });
    installApi(join(root, "node_modules", "sdk", "node_modules"), "1.9.0");
    expect(check()).toMatchObject({ status: "ok" });
    installApi(join(root, "node_modules", "other", "node_modules"), "1.4.0");
    expect(check()).toMatchObject({ status: "warn", message: expect.stringContaining("1.4.0 in ") });
  });
});

describe("Kafka and the consumer", () => {
  test("missing topics are named", async () => {
    const admin = cluster({
      topics: async () => new Map([["agent-actions", { partitions: 6, replicationFactor: 1 }]]),
    });
    const [finding] = await checkTopics(admin, DEFAULT_TOPICS);
    expect(finding).toMatchObject({
      status: "fail",
      message: expect.stringContaining("9 topics of 10 missing"),
    });
    expect(finding?.message).not.toContain("agent-actions,");
  });

  test.each(["span_attribution", "producer_heartbeat"] as const)(
    "the topic of %s is not needed: without it there is a warning",
    async (kind) => {
      const there = new Map(
        Object.values(DEFAULT_TOPICS).map((name) => [name, { partitions: 6, replicationFactor: 1 }]),
      );
      there.delete(DEFAULT_TOPICS[kind]);
      const [finding] = await checkTopics(cluster({ topics: async () => there }), DEFAULT_TOPICS);
      expect(finding).toMatchObject({
        status: "warn",
        message: expect.stringContaining(`${DEFAULT_TOPICS[kind]} is missing`),
      });
    },
  );

  test.each<[string, Partial<KafkaAdmin>, Record<string, string>]>([
    ["a group that works", {}, { group: "ok", lag: "ok" }],
    [
      "nobody, and nothing waits",
      { group: async () => ({ state: "Empty", members: 0 }) },
      { group: "fail", lag: "ok" },
    ],
    [
      "nobody, and something waits",
      {
        group: async () => ({ state: "Empty", members: 0 }),
        lag: async () => new Map([["agent-actions", 1]]),
      },
      { group: "fail", lag: "warn" },
    ],
    [
      "a group that sorts itself",
      { group: async () => ({ state: "PreparingRebalance", members: 2 }) },
      { group: "warn", lag: "ok" },
    ],
    [
      "a group far behind",
      { lag: async () => new Map([["agent-actions", LAG_TO_WARN_AT]]) },
      { group: "ok", lag: "warn" },
    ],
  ])("%s", async (_, answers, expected) => {
    expect(statuses(await checkGroup(cluster(answers), "group", DEFAULT_TOPICS))).toEqual(expected);
  });

  test("the dead-letter topic, which nobody consumes, does not count as lag", async () => {
    const asked: string[][] = [];
    await checkGroup(
      cluster({
        lag: async (_group, topics) => {
          asked.push([...topics]);
          return new Map();
        },
      }),
      "group",
      DEFAULT_TOPICS,
    );
    expect(asked).toEqual([expect.not.arrayContaining([DEFAULT_TOPICS.dead_letter])]);
    expect(asked[0]).toHaveLength(RECORD_KINDS.length);
  });

  test.each([
    [200, "application/json", '{"status":"healthy","lag":0}', "ok", "status healthy, lag 0"],
    [503, "application/json", '{"status":"unhealthy"}', "fail", "status unhealthy"],
    [200, "text/plain", "somebody else", "ok", "somebody else"],
  ])("health %i %s %s is %s", async (code, type, body, status, words) => {
    const server = createServer((_request, response) => {
      response.writeHead(code, { "content-type": type }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await checkHealth(`http://127.0.0.1:${port}/health`)).toMatchObject({
      status,
      message: expect.stringContaining(words),
    });
  });

  test("a consumer that does not answer may be elsewhere: a warning", async () => {
    expect(await checkHealth("http://127.0.0.1:9/health")).toMatchObject({ check: "health", status: "warn" });
    expect(await reach({ host: "127.0.0.1", port: 9 }, 1_000)).toEqual({
      reached: false,
      reason: "nobody listens there (ECONNREFUSED)",
    });
  });
});

describe("clocks", () => {
  const at = (millis: number) => new Date(1_700_000_000_000 + millis);

  test.each([
    ["the same", 5, 0, 10, "ok"],
    ["a slow answer that explains it", 2_400, 0, 5_000, "ok"],
    ["ahead", 3_000, 0, 10, "warn"],
    ["behind", -3_000, 0, 10, "warn"],
    ["minutes ahead", 400_000, 0, 10, "fail"],
  ])("%s", (_, theirs, asked, responded, status) => {
    const reading = { theirs: at(theirs), asked: at(asked), responded: at(responded) };
    expect(checkPostgresClock(reading).status).toBe(status);
  });

  test("records from the future are named by their topic", async () => {
    const admin = cluster({ recordsStampedAfter: async (topic) => (topic === "agent-actions" ? 3 : 0) });
    expect(await checkRecordClock(admin, ["agent-actions", "other"], at(0))).toMatchObject({
      status: "warn",
      message: expect.stringMatching(/agent-actions 3 records$/),
    });
    expect(await checkRecordClock(cluster({}), ["agent-actions"], at(0))).toMatchObject({ status: "ok" });
  });
});

test("findings stand below their area with remedies below them, and are counted at the end", () => {
  const findings = [
    ok("kafka", "topics", "all there"),
    warn("runtime", "otel-api", "two copies", "npm dedupe"),
    fail("database", "migrations", `missing: ${"0001_something ".repeat(12)}`, "apply them"),
    skipped("clock", "records", "not asked"),
  ];
  const lines = renderFindings(findings, { style: createStyle(false, {}), columns: 80 });
  expect(lines.slice(0, 7)).toEqual([
    "This machine",
    "  warn     otel-api    two copies",
    "                       -> npm dedupe",
    "",
    "Kafka",
    "  ok       topics      all there",
    "",
  ]);
  expect(lines.at(-1)).toBe("1 ok, 1 warning, 1 failure, 1 skipped");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
