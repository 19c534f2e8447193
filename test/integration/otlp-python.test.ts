import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { readSpanText } from "../../exporter/span-files/read-span-text.js";
import { startService } from "../../src/service.js";
import { pythonVenv } from "../helpers/python-venv.js";
import { createDatabase } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { cli, query, stackEnv } from "./cli-program.js";
import { createHarness } from "./consumer-harness.js";

const run = promisify(execFile);
const FOLDER = "test/capture/python";
const harness = await createHarness();
let python = "";

beforeAll(async () => {
  python = await pythonVenv(FOLDER);
}, 600_000);

/** Written by hand from what agent.py does, in the order in which it does it. */
const ROWS = [
  {
    action_type: "success",
    action_name: "clerk",
    tool_parameters: null,
    tool_result: null,
    success: null,
    source: "gen-ai",
  },
  {
    action_type: "tool_call",
    action_name: "convert",
    tool_parameters: { amount: 21.5, currency: "EUR" },
    tool_result: "43.0 EUR",
    success: true,
    source: "openinference",
  },
  {
    action_type: "tool_call",
    action_name: "charge",
    // The instrumentation keeps the value of a single argument without its name.
    tool_parameters: "4000",
    tool_result: null,
    success: false,
    source: "openinference",
  },
  {
    action_type: "tool_call",
    action_name: "forecast",
    tool_parameters: { city: "Paris", days: 2 },
    tool_result: "sunny in Paris for 2 days",
    success: true,
    source: "traceloop",
  },
  {
    action_type: "tool_call",
    action_name: "forecast",
    tool_parameters: { city: "Atlantis" },
    success: false,
    source: "traceloop",
  },
];

test("what a Python agent does, instrumented by two packages from PyPI, becomes rows", async () => {
  const service = await startService({
    ...harness.options(),
    http: { port: 0 },
    otlp: { enabled: true, token: "s3cret" },
  });
  onTestFinished(() => service.stop());
  await run(python, [`${FOLDER}/agent.py`], {
    env: {
      PATH: process.env.PATH,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${service.otlpEndpoint}/v1/traces`,
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: "Authorization=Bearer%20s3cret",
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: "gzip",
    },
  });
  const rows = () =>
    harness.query(`
      select action_type, action_name, agent_name, service_name, source,
        action_details->'tool_parameters' as tool_parameters, action_details->'tool_result' as tool_result,
        (action_details->>'success')::boolean as success, status_message as problem
      from agent_actions order by created_at`);
  await until(async () => (await rows()).length >= ROWS.length);
  const found = await rows();
  expect(found).toMatchObject(
    ROWS.map((row) => ({ ...row, agent_name: "clerk", service_name: "python-agent" })),
  );
  expect(found[2]?.problem).toContain("card declined: 4000");
  expect(found[4]?.problem).toContain("no such city");
});

test("agent-actions dev leads a Python program's spans to its service, and stores what it did", async (t) => {
  const env = stackEnv(await createDatabase(t));
  const ended = await cli(t, ["dev", "--", python, `${FOLDER}/agent.py`], env);
  expect(ended.code).toBe(0);
  const [count] = await query(env.DATABASE_URL ?? "", "select count(*)::int as rows from agent_actions");
  expect(count).toEqual({ rows: ROWS.length });
});

test("what the Python console exporter prints is read as the same spans", async () => {
  const { stdout } = await run(python, [`${FOLDER}/agent.py`, "--console"], {
    env: { PATH: process.env.PATH },
  });
  const spans = readSpanText(stdout);
  expect(spans.map(({ span }) => span.name)).toEqual([
    "convert",
    "charge",
    "initialize.mcp",
    "forecast.tool",
    "tools/list.mcp",
    "forecast.tool",
    "invoke_agent clerk",
  ]);
  const [convert, charge] = spans;
  expect(convert?.ancestors.map(({ name }) => name)).toEqual(["invoke_agent clerk"]);
  expect(convert?.span.attributes).toMatchObject({ "tool.name": "convert", "output.value": "43.0 EUR" });
  expect(charge?.span).toMatchObject({ status: { code: 2 }, events: [{ name: "exception" }] });
});
