import { describe, expect, test } from "vitest";
import { OPTION_SECTIONS } from "../../../scripts/configuration-docs.js";
import type { Option } from "../../../src/config/option.js";
import { topicOptions } from "../../../src/config/topic-settings.js";
import { ConfigError } from "../../../src/errors.js";
import { DEFAULT_TOPICS } from "../../../src/event/index.js";
import { startService } from "../../../src/service.js";

const WRONG = "with space";

// A hook is a program of its own.
const { hook: _, ...SERVICE_SECTIONS } = OPTION_SECTIONS;

const variables = [
  ...Object.values(SERVICE_SECTIONS)
    .flat()
    .flatMap(([, table]) => Object.values(table)),
  ...Object.values(topicOptions(DEFAULT_TOPICS)),
]
  .filter((option: Option) => option.fromText(WRONG) === undefined || option.unit.includes("://"))
  .flatMap(({ env }) => env);

const problemsOf = async (env: NodeJS.ProcessEnv): Promise<readonly string[]> => {
  const error: unknown = await startService({ env: { HEALTH_CHECK_PORT: "0", ...env } }).catch(
    (thrown) => thrown,
  );
  if (error instanceof ConfigError) return error.problems;
  throw error;
};

describe("the service refuses to start, before anything connects,", () => {
  test.each(variables)("with a wrong %s", async (variable) => {
    const intake = { AGENT_ACTIONS_OTLP_ENABLED: "true" };
    const problems = await problemsOf({ ...intake, [variable]: WRONG });
    expect(problems).toEqual([expect.stringContaining(variable)]);
    expect(problems.join()).not.toContain(WRONG);
  });

  test.each([
    { AGENT_ACTIONS_CONSUMER_FILE_TOOLS: "Read,Bash" },
    { AGENT_ACTIONS_KAFKA_SASL_USERNAME: "agent" },
    { AGENT_ACTIONS_TOPIC_ACTION: "one", AGENT_ACTIONS_TOPIC_EXECUTION: "one" },
    { AGENT_ACTIONS_OTLP_TOPIC: "agent-actions" },
    { AGENT_ACTIONS_OTLP_ENABLED: "true", AGENT_ACTIONS_EXPORTER_DIALECTS_FILE: "/nowhere.json" },
  ])("with %j", async (env) => {
    expect(await problemsOf(env)).toHaveLength(1);
  });

  test("with everything at once", async () => {
    const env = Object.fromEntries(variables.map((variable) => [variable, WRONG]));
    const problems = await problemsOf({ ...env, AGENT_ACTIONS_OTLP_TOPIC: "spans" });
    for (const variable of variables) expect(problems.join("\n")).toContain(variable);
  });
});

test("on this machine alone, spans are taken without a token", async () => {
  const service = await startService({
    env: {
      AGENT_ACTIONS_OTLP_ENABLED: "true",
      HEALTH_CHECK_PORT: "0",
      KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
    },
    postgres: { host: "127.0.0.1", port: 1 },
    logLevel: "silent",
  });
  expect(service.otlpEndpoint).toBe(service.url);
  await service.stop(0).catch(() => undefined);
});
