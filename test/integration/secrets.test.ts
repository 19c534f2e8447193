/**
 * Every option that is a secret is set to a text of its own, and nothing that the package says has one of them: logs, errors, `--json`, `inspect()`, responses, process titles. Which
 * options are secrets, the option tables say.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format, inspect } from "node:util";
import { afterAll, expect, test } from "vitest";
import { OPTION_SECTIONS } from "../../scripts/configuration-docs.js";
import type { Option } from "../../src/config/option.js";
import { Secret } from "../../src/config/secret.js";
import { resolveService } from "../../src/service-settings.js";
import { createDatabase, kafkaBootstrap } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { plainEnv, startCli } from "./cli-program.js";

const SECRETS = Object.values(OPTION_SECTIONS)
  .flat()
  .flatMap(([, table]) => Object.values(table) as Option[])
  .filter((option) => option.fromCode("text") instanceof Secret)
  .flatMap(({ env }) => env);

const folder = mkdtempSync(join(tmpdir(), "agent-actions-secrets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const alerts = join(folder, "alerts.yaml");

const markOf = (variable: string): string => `mark-of-${variable.toLowerCase().replaceAll("_", "-")}-x7`;
/** The secret itself, or an address that has it as its password. */
const textOf = (variable: string): string =>
  variable.endsWith("_URL") ? `postgres://user:${markOf(variable)}@127.0.0.1:1/none` : markOf(variable);
const MARKS = [...SECRETS, "OPS_WEBHOOK"].map(markOf);
const found = (text: string): string[] => MARKS.filter((mark) => text.includes(mark));

/** Everything that is secret, and a Kafka that asks for no login; `DATABASE_URL` stands above the other password. */
const marked = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
  writeFileSync(alerts, "targets:\n  - name: ops\n    webhookEnv: OPS_WEBHOOK\n    allowPrivate: true\n");
  return {
    ...Object.fromEntries(SECRETS.map((variable) => [variable, textOf(variable)])),
    OPS_WEBHOOK: `http://127.0.0.1:1/${markOf("OPS_WEBHOOK")}`,
    AGENT_ACTIONS_ALERTS_FILE: alerts,
    AGENT_ACTIONS_KAFKA_SASL_MECHANISM: "plain",
    AGENT_ACTIONS_KAFKA_SASL_USERNAME: "user",
    AGENT_ACTIONS_OTLP_ENABLED: "true",
    AGENT_ACTIONS_INTAKE_ENABLED: "true",
    KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
    HEALTH_CHECK_PORT: "0",
    LOG_LEVEL: "debug",
    ...more,
  };
};

test("there are secrets, and a mark that is shown would be found", () => {
  expect(SECRETS).toEqual(
    expect.arrayContaining([
      "DATABASE_URL",
      "PGPASSWORD",
      "AGENT_ACTIONS_API_TOKEN",
      "AGENT_ACTIONS_KAFKA_SASL_PASSWORD",
    ]),
  );
  expect(found(`a ${textOf("DATABASE_URL")}`)).toEqual([markOf("DATABASE_URL")]);
});

test("no setting that was resolved shows one, however it is printed", async () => {
  for (const env of [marked(), marked({ DATABASE_URL: undefined })]) {
    const settings = await resolveService({ env });
    const shown = [
      inspect(settings, { depth: null, showHidden: true, getters: true, maxStringLength: null }),
      format("%j %o %O %s", settings, settings, settings, settings),
      JSON.stringify(settings),
      JSON.stringify({ ...settings.settings, ...settings.settings.postgres, ...settings.settings.kafka }),
      `${Object.values(settings.settings.postgres)} ${Object.values(settings.settings.kafka)} ${Object.values(settings.api)}`,
    ].join("\n");
    expect(found(shown)).toEqual([]);
  }
});

test.each(SECRETS)("a %s that cannot be used is not quoted", async (variable) => {
  const mark = markOf(variable);
  for (const wrong of [`postgres://user:${mark}@[bad`, `${mark} \u0000\n`]) {
    const ended = await resolveService({ env: marked({ [variable]: wrong }) }).catch(
      (error: unknown) => error,
    );
    expect(found(inspect(ended, { depth: null, showHidden: true }))).toEqual([]);
  }
});

const COMMANDS = [
  ["doctor"],
  ["doctor", "--json"],
  ["migrate"],
  ["topics"],
  ["runs", "--json"],
  ["verify", "--json"],
  ["retain", "--days", "1", "--json"],
  ["alerts", "test"],
  ["consume", "--no-such-option"],
];

test("no command says one, where nothing that it needs can be reached", async (t) => {
  for (const args of COMMANDS) {
    const program = startCli(t, args, plainEnv(marked()));
    const { stdout, stderr, code } = await program.ended;
    expect(code, args.join(" ")).not.toBe(0);
    expect(stdout + stderr).not.toBe("");
    expect({ args, found: found(stdout + stderr) }).toEqual({ args, found: [] });
  }
});

test("a service that runs says none in its log, its responses, its title and its arguments", async (t) => {
  const url = await createDatabase(t);
  const env = plainEnv(
    marked({
      DATABASE_URL: url,
      KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap(),
      AGENT_ACTIONS_KAFKA_SASL_MECHANISM: "",
      AGENT_ACTIONS_KAFKA_SASL_USERNAME: "",
      AGENT_ACTIONS_KAFKA_SASL_PASSWORD: "",
    }),
  );
  expect((await startCli(t, ["migrate"], env).ended).code).toBe(0);
  const program = startCli(t, ["consume"], env);
  const [, address = ""] = await program.said(/"url":"(http:[^"]+)"/);
  const bodies: string[] = [];
  const ask = async (path: string, init: RequestInit = {}): Promise<number> => {
    const response = await fetch(`${address}${path}`, init);
    bodies.push(inspect([...response.headers]), await response.text());
    return response.status;
  };
  await until(async () => (await ask("/health")) === 200);
  for (const path of ["/ready", "/metrics", "/metrics?format=json", "/api/v1/openapi.json", "/"])
    await ask(path);
  const authorization = `Bearer ${markOf("AGENT_ACTIONS_API_TOKEN")}`;
  expect(await ask("/api/v1/runs", { headers: { authorization } })).toBe(200);
  expect(await ask("/api/v1/runs", { headers: { authorization: `${authorization}0` } })).toBe(401);
  const sent = await ask("/v1/traces", {
    method: "POST",
    body: "{",
    headers: {
      authorization: `Bearer ${markOf("AGENT_ACTIONS_OTLP_TOKEN")}`,
      "content-type": "application/json",
    },
  });
  expect(sent).toBe(400);
  const ofProcess = await Promise.all(
    ["cmdline", "comm"].map((file) => readFile(`/proc/${program.pid}/${file}`, "utf8")),
  );
  program.child.kill("SIGTERM");
  const { stdout, stderr, code } = await program.ended;
  expect(code).toBe(0);
  expect(found([...bodies, ...ofProcess, stdout, stderr].join("\n"))).toEqual([]);
});
