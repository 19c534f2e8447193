import { describe, expect, test } from "vitest";
import { createDatabase } from "../helpers/stack.js";
import { cli, query, stackEnv, startCli } from "./cli-program.js";

const NOBODY = {
  KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9",
  DATABASE_URL: "postgres://postgres@127.0.0.1:9/none",
};

const lines = (text: string): unknown[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

describe("topics", () => {
  test("tells what is missing, makes it, and tells how it differs from what is asked for", async (t) => {
    const env = stackEnv("");
    const before = await cli(t, ["topics", "--json"], env);
    expect(before.code).toBe(1);
    expect(lines(before.stdout)).toHaveLength(10);
    expect(lines(before.stdout)).toContainEqual({
      carries: "action",
      topic: env.AGENT_ACTIONS_TOPIC_ACTION,
      exists: false,
      partitions: null,
      replication_factor: null,
      differences: ["missing"],
    });

    const made = await cli(t, ["topics", "--create", "--partitions", "2", "--json"], env);
    expect(made).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Made /) });
    expect(lines(made.stdout)).toContainEqual({
      carries: "action",
      topic: env.AGENT_ACTIONS_TOPIC_ACTION,
      exists: true,
      partitions: 2,
      replication_factor: 1,
      differences: [],
    });

    const again = await cli(t, ["topics", "--create", "--partitions", "3"], env);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout.match(/partitions 2, not 3/g)).toHaveLength(9);
    expect(await cli(t, ["topics"], env)).toMatchObject({ code: 0, stderr: "" });
  });

  test("ends with 69 when there is no Kafka", async (t) => {
    const { code, stdout, stderr } = await cli(t, ["topics"], NOBODY);
    expect({ code, stdout }).toEqual({ code: 69, stdout: "" });
    expect(stderr).toContain("Kafka at 127.0.0.1:9 does not respond");
  });
});

describe("migrate", () => {
  test("tells what is missing, applies it once, and is done", async (t) => {
    const env = { DATABASE_URL: await createDatabase(t) };
    const before = await cli(t, ["migrate", "--status", "--json"], env);
    expect(before.code).toBe(1);
    const [status] = lines(before.stdout) as [{ pending: string[]; applied: unknown[]; up_to_date: boolean }];
    expect(status).toMatchObject({ up_to_date: false, applied: [] });
    expect(status.pending[0]).toBe("0001_agent_actions");

    const made = await cli(t, ["migrate", "--json"], env);
    expect(made.code).toBe(0);
    expect(lines(made.stdout)).toEqual([{ applied: status.pending, current: status.pending.at(-1) }]);
    expect(made.stderr).toContain("Applied 0001_agent_actions");
    expect(await query(env.DATABASE_URL, "select count(*)::int as rows from agent_actions")).toEqual([
      { rows: 0 },
    ]);

    expect(await cli(t, ["migrate"], env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("is up to date"),
      stderr: "",
    });
    expect(await cli(t, ["migrate", "--status"], env)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/0001_agent_actions +applied +\d{4}-/),
    });
  });

  test.for([["migrate"], ["migrate", "--status"], ["tail"]])(
    "%j ends with 69 when there is no Postgres",
    async (args, t) => {
      const { code, stdout, stderr } = await cli(t, args, NOBODY);
      expect({ code, stdout }).toEqual({ code: 69, stdout: "" });
      expect(stderr).toMatch(
        /ECONNREFUSED .*Start Postgres there, or set DATABASE_URL.*agent-actions dev\n$/,
      );
    },
  );

  test("ends with 78 when the environment makes no configuration, and names everything that is wrong", async (t) => {
    const env = { KAFKA_BOOTSTRAP_SERVERS: "kafka", DATABASE_URL: "mysql://x", BATCH_SIZE: "many" };
    for (const command of ["migrate", "topics", "tail", "doctor", "consume"]) {
      const { code, stdout, stderr } = await cli(t, [command], env);
      expect({ command, code, stdout }).toEqual({ command, code: 78, stdout: "" });
      expect(stderr).toContain("KAFKA_BOOTSTRAP_SERVERS has to be");
      expect(stderr).toContain("DATABASE_URL has to be");
      if (command === "consume") expect(stderr).toContain("BATCH_SIZE has to be");
    }
  });

  test("ends with 78 when Postgres does not let it in", async (t) => {
    const url = new URL(await createDatabase(t));
    url.password = "wrong";
    for (const args of [["tail"], ["migrate"], ["migrate", "--status"]]) {
      const { code, stderr } = await cli(t, args, { DATABASE_URL: url.href });
      expect({ args, code }).toEqual({ args, code: 78 });
      expect(stderr).toContain("Check user and password");
      expect(stderr).not.toContain("wrong");
    }
  });

  test("says nothing but its own sentence when the URL asks for TLS that the server has not", async (t) => {
    const url = `${await createDatabase(t)}?sslmode=require`;
    const { code, stderr } = await cli(t, ["tail", "--no-follow"], { DATABASE_URL: url });
    expect(code).toBe(69);
    expect(stderr).toMatch(/^agent-actions: [^\n]*SSL[^\n]*\n$/);
  });
});

describe("consume", () => {
  test.for(["SIGTERM", "SIGINT"] as const)(
    "serves health and metrics until %s and then exits with 0",
    async (signal, t) => {
      const env = stackEnv(await createDatabase(t));
      expect((await cli(t, ["migrate"], env)).code).toBe(0);
      expect((await cli(t, ["topics", "--create"], env)).code).toBe(0);
      const consume = startCli(t, ["consume", "--port", "0"], env);
      const [, url] = await consume.said(/"url":"(http:[^"]+)"/);
      await expect.poll(async () => (await fetch(`${url}/ready`)).status, { timeout: 60_000 }).toBe(200);
      expect(await (await fetch(`${url}/metrics`)).json()).toMatchObject({ messages_consumed: 0 });
      consume.child.kill(signal);
      const { code, stdout } = await consume.ended;
      expect(code).toBe(0);
      expect(() => lines(stdout)).not.toThrow();
    },
  );

  test("ends with 78 when its port is taken, and says so", async (t) => {
    const env = stackEnv(await createDatabase(t));
    const port = new URL(env.DATABASE_URL ?? "").port;
    const { code, stderr } = await cli(t, ["consume", "--port", port], env);
    expect(code).toBe(78);
    expect(stderr).toContain(`HEALTH_CHECK_PORT ${port} is taken`);
  });
});

describe("map", () => {
  const file = "test/fixtures/spans/vercel-ai-v7.otlp.json";

  test("writes one event a line, and the same from standard input", async (t) => {
    const { code, stdout, stderr } = await cli(t, ["map", file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const events = lines(stdout) as { action_name?: string; id: string }[];
    expect(events.map(({ action_name }) => action_name)).toContain("getWeather");
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  test("explains every span: an event of a dialect, or the reason why it is none", async (t) => {
    const events = lines((await cli(t, ["map", file])).stdout);
    const spans = lines((await cli(t, ["map", "--explain", "--json", file])).stdout) as Record<
      string,
      string
    >[];
    // A call that was only reported to a model has a line of its own, and no span.
    const told = spans.filter(({ without_span }) => without_span);
    expect(told).toHaveLength(3);
    expect(spans.filter(({ outcome }) => outcome === "event")).toHaveLength(events.length);
    for (const { outcome, dialect, reason } of spans) {
      expect(outcome === "event" ? dialect : reason).toMatch(/\w/);
    }
    const { stdout } = await cli(t, ["map", "--explain", file]);
    expect(stdout).toContain(`${spans.length - told.length} spans, ${events.length} events`);
    expect(stdout).toMatch(/execute_tool getWeather +-> tool_call getWeather \(vercel-ai\)/);
  });

  test("has the transform's options", async (t) => {
    const plain = await cli(t, ["map", file]);
    const hidden = await cli(t, ["map", "--capture-content", "false", file]);
    expect(plain.stdout).toContain("Paris");
    expect(hidden.stdout).not.toContain("Paris");
    const all = await cli(t, ["map", "--llm-calls", "all", file]);
    expect(lines(all.stdout).length).toBeGreaterThan(lines(plain.stdout).length);
  });

  test("says what is wrong with what it was given", async (t) => {
    expect(await cli(t, ["map", "no-such-file.json"])).toMatchObject({ code: 66, stdout: "" });
    const { code, stderr } = await cli(t, ["map", "package.json"]);
    expect(code).toBe(1);
    expect(stderr).toContain("Known are OTLP/JSON");
  });
});
