import { describe, expect, test } from "vitest";
import type { Finding } from "../../src/cli/doctor/findings.js";
import { createDatabase, kafkaBootstrap, type TestLifetime } from "../helpers/stack.js";
import { advertising, startTcpProxy } from "../helpers/tcp-proxy.js";
import { cli, MAIN, stackEnv } from "./cli-program.js";

interface Report {
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
}

async function examine(t: TestLifetime, env: NodeJS.ProcessEnv) {
  const { code, stdout } = await cli(t, ["doctor", "--json"], env);
  const report = JSON.parse(stdout) as Report;
  const find = (check: string) => report.findings.find((finding) => finding.check === check);
  return { code, ...report, find };
}

describe("doctor", () => {
  test("finds nothing wrong with a stack that runs", async (t) => {
    const env = stackEnv(await createDatabase(t));
    const { code, stdout } = await cli(t, ["dev", "--", process.execPath, MAIN, "doctor", "--json"], env);
    expect(code).toBe(0);
    const { healthy, findings } = JSON.parse(stdout) as Report;
    expect(healthy).toBe(true);
    expect(findings.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(findings.map(({ check }) => check).sort()).toEqual(
      [
        ...["node", "otel-api", "bootstrap", "protocol", "advertised", "topics", "group", "lag", "health"],
        ...["connection", "migrations", "postgres", "records"],
      ].sort(),
    );
  });

  test("says what is missing where nothing is set up, each with its remedy", async (t) => {
    const { code, healthy, find, findings } = await examine(t, stackEnv(await createDatabase(t)));
    expect({ code, healthy }).toEqual({ code: 1, healthy: false });
    expect(find("topics")).toMatchObject({
      status: "fail",
      remedy: expect.stringContaining("topics --create"),
    });
    expect(find("migrations")).toMatchObject({
      status: "fail",
      remedy: expect.stringContaining("agent-actions migrate"),
    });
    expect(find("group")).toMatchObject({
      status: "fail",
      remedy: expect.stringContaining("agent-actions consume"),
    });
    for (const { status, remedy } of findings) {
      expect(remedy !== undefined).toBe(status === "warn" || status === "fail");
      expect(remedy ?? "").not.toContain("\n");
    }
  });

  test("names both addresses when Kafka advertises one that cannot be reached", async (t) => {
    const nowhere = "127.0.0.1:9";
    const proxy = await startTcpProxy(kafkaBootstrap(), () => advertising(kafkaBootstrap(), nowhere));
    t.onTestFinished(() => proxy.close());
    const env = { ...stackEnv(await createDatabase(t)), KAFKA_BOOTSTRAP_SERVERS: proxy.address };
    const { code, find } = await examine(t, env);
    expect(code).toBe(1);
    expect(find("bootstrap")).toMatchObject({ status: "ok" });
    const finding = find("advertised");
    expect(finding?.status).toBe("fail");
    expect(finding?.message).toContain(proxy.address);
    expect(finding?.message).toContain(nowhere);
    expect(finding?.remedy).toContain("advertised.listeners");
    expect(find("topics")).toMatchObject({ status: "skipped" });
  });

  test("has no objection to another address that can be reached", async (t) => {
    const proxy = await startTcpProxy(kafkaBootstrap());
    t.onTestFinished(() => proxy.close());
    const env = { ...stackEnv(await createDatabase(t)), KAFKA_BOOTSTRAP_SERVERS: proxy.address };
    expect((await examine(t, env)).find("advertised")).toMatchObject({
      status: "ok",
      message: expect.stringContaining(`advertises ${kafkaBootstrap()}, which is reachable too`),
    });
  });

  test("tells a port where something else listens from one where nobody does", async (t) => {
    const postgres = new URL(await createDatabase(t)).host;
    const { code, find } = await examine(t, {
      KAFKA_BOOTSTRAP_SERVERS: postgres,
      DATABASE_URL: "postgres://postgres@127.0.0.1:9/none",
      AGENT_ACTIONS_KAFKA_REQUEST_TIMEOUT_MS: "1000",
      AGENT_ACTIONS_KAFKA_CONNECTION_TIMEOUT_MS: "1000",
    });
    expect(code).toBe(1);
    expect(find("protocol")).toMatchObject({
      status: "fail",
      message: expect.stringContaining("does not respond as Kafka"),
    });
    expect(find("connection")).toMatchObject({
      status: "fail",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    expect(find("migrations")).toMatchObject({ status: "skipped" });
  });

  test("shows people the same, in 80 columns without colours", async (t) => {
    const { code, stdout } = await cli(t, ["doctor"], { KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9" });
    expect(code).toBe(1);
    expect(stdout).toMatch(/\n {2}fail {5}bootstrap {3}127\.0\.0\.1:9 cannot be reached/);
    expect(stdout).toMatch(/-> start Kafka there/);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).not.toContain("\u001b");
  });
});
