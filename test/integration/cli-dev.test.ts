import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { portOpen } from "../../src/internal/ports.js";
import { createDatabase } from "../helpers/stack.js";
import { allGone, cli, descendants, query, stackEnv, startCli } from "./cli-program.js";

const database = await createDatabase();
const given = stackEnv(database);

/** Runs JavaScript as the program of `dev`. */
const program = (script: string): string[] => [
  "--",
  process.execPath,
  "--input-type=module",
  "--eval",
  script,
];

describe("dev with servers of its own", () => {
  test("says in one line of JSON where everything is, serves it, and leaves nothing behind after SIGINT", async (t) => {
    const dev = startCli(t, ["dev", "--json"]);
    const [line] = await dev.said(/^\{.*\}\n/);
    const { kafka, postgres, http, env, topics } = JSON.parse(line);
    expect(kafka).toMatchObject({ external: false });
    expect(postgres).toMatchObject({ external: false, url: env.DATABASE_URL });
    expect(topics.action).toBe("agent-actions");
    const health = await fetch(http.health);
    expect(await health.json()).toMatchObject({ status: "healthy", consumer: "running" });
    expect(await query(postgres.url, "select count(*)::int as rows from agent_actions")).toEqual([
      { rows: 0 },
    ]);
    const servers = await descendants(dev.pid);
    expect(servers.length).toBeGreaterThan(2);

    dev.child.kill("SIGINT");
    expect(await dev.ended).toMatchObject({ code: 0, stdout: line });
    await allGone(servers);
    expect(await portOpen(Number(kafka.bootstrap_servers.split(":")[1]))).toBe(false);
    expect(await portOpen(Number(new URL(postgres.url).port))).toBe(false);
  });

  test("leaves neither servers nor the program behind when it is killed", async (t) => {
    const dev = startCli(t, ["dev", "--json", ...program("setInterval(() => {}, 1000); console.log('up')")]);
    await dev.said(/up/);
    const all = await descendants(dev.pid);
    expect(all.length).toBeGreaterThan(4);
    dev.child.kill("SIGKILL");
    expect(await dev.ended).toMatchObject({ signal: "SIGKILL" });
    await allGone(all);
  });

  test("keeps the data where it is told to, and finds them again", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "agent-actions-keep-"));
    // As root, Postgres runs as another user, who has to get there.
    chmodSync(folder, 0o711);
    t.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const once = (sql: string) =>
      cli(t, [
        ...["dev", "--only", "postgres", "--keep-data", folder],
        ...program(`
          import pg from "pg";
          const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
          await client.connect();
          console.log(JSON.stringify((await client.query(${JSON.stringify(sql)})).rows));
          console.log(process.env.KAFKA_BOOTSTRAP_SERVERS);
          await client.end();`),
      ]);
    const insert =
      "insert into agent_actions (correlation_id, agent_name, action_type, action_name) values (gen_random_uuid(), 'a', 'success', 'kept') returning action_name";
    expect(await once(insert)).toMatchObject({ code: 0, stdout: '[{"action_name":"kept"}]\nundefined\n' });
    expect(existsSync(folder)).toBe(true);
    expect(await once("select action_name from agent_actions")).toMatchObject({
      code: 0,
      stdout: '[{"action_name":"kept"}]\nundefined\n',
    });
  });
});

test.for([["--only", "kafka"], ["--only", "postgres"], ["--no-consumer"]])(
  "dev %s stays until a signal",
  async (args, t) => {
    const dev = startCli(t, ["dev", ...args], given);
    await dev.said(/Ctrl-C ends everything/);
    dev.child.kill("SIGTERM");
    expect(await dev.ended).toMatchObject({ code: 0 });
  },
);

describe("dev with a program", () => {
  test("gives it the environment and passes on its exit code and its output", async (t) => {
    const script = `console.log(JSON.stringify(process.env)); process.exitCode = 7`;
    const { code, stdout } = await cli(t, ["dev", ...program(script)], { ...given, MARK: "kept" });
    expect(code).toBe(7);
    const url = new URL(database);
    expect(JSON.parse(stdout)).toMatchObject({
      MARK: "kept",
      KAFKA_BOOTSTRAP_SERVERS: given.KAFKA_BOOTSTRAP_SERVERS,
      DATABASE_URL: database,
      POSTGRES_HOST: url.hostname,
      POSTGRES_PORT: url.port,
      POSTGRES_DATABASE: url.pathname.slice(1),
      POSTGRES_USER: url.username,
      POSTGRES_PASSWORD: url.password,
      HEALTH_CHECK_PORT: expect.stringMatching(/^[1-9]\d+$/),
    });
  });

  test("waits until its actions are stored", async (t) => {
    const script = `
      import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
      import { ActionLogger } from "otel-agent-actions";
      import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
      const provider = new NodeTracerProvider({ spanProcessors: [new AgentActionSpanProcessor()] });
      provider.register();
      const logger = new ActionLogger({ agentName: "hasty" });
      for (let count = 0; count < 250; count++) logger.logSuccess({ successName: "done " + count });
      await provider.shutdown();`;
    expect(await cli(t, ["dev", ...program(script)], given)).toMatchObject({ code: 0 });
    const rows = await query(
      database,
      "select count(*)::int as rows from agent_actions where agent_name = 'hasty'",
    );
    expect(rows).toEqual([{ rows: 250 }]);
  });

  test.for([
    ["a program that a signal ended", ["sh", "-c", "kill -TERM $$"], 143],
    ["a program that is not there", ["no-such-program"], 127],
    ["a file that may not be run", ["/dev/null"], 126],
  ] as const)("answers for %s as a shell does", async ([, command, code], t) => {
    expect(await cli(t, ["dev", "--no-consumer", "--", ...command], given)).toMatchObject({ code });
  });

  test("says that a program is not there before it starts anything", async (t) => {
    const { stdout, stderr } = await cli(t, ["dev", "--", "no-such-program"]);
    expect({ stdout, stderr }).toEqual({
      stdout: "",
      stderr: "no-such-program could not be run: there is no such program in PATH\n",
    });
  });

  test("passes a signal on and lets the program end as it wants", async (t) => {
    const script = `
      process.on("SIGTERM", () => setTimeout(() => process.exit(3), 100));
      setInterval(() => {}, 1000);
      console.log("up");`;
    const dev = startCli(t, ["dev", "--no-consumer", ...program(script)], given);
    await dev.said(/up/);
    dev.child.kill("SIGTERM");
    expect(await dev.ended).toMatchObject({ code: 3 });
  });

  test("ends at once on a second signal, and takes a program along that heeds none", async (t) => {
    const script = `
      process.on("SIGTERM", () => console.log("no"));
      setInterval(() => {}, 1000);
      console.log("up");`;
    const dev = startCli(t, ["dev", "--no-consumer", ...program(script)], given);
    await dev.said(/up/);
    const all = await descendants(dev.pid);
    dev.child.kill("SIGTERM");
    await dev.said(/no/);
    dev.child.kill("SIGTERM");
    const exited = new Promise((resolve) => dev.child.once("exit", resolve));
    expect(await exited).toBe(143);
    await allGone(all);
  });
});
