import { expect, test } from "vitest";
import { EXIT_CONFIGURATION, EXIT_UNAVAILABLE } from "../../../src/cli/framework/exit-codes.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { captureOutput, quietContext } from "./captured-output.js";

async function run(args: string[], env: NodeJS.ProcessEnv) {
  const out = captureOutput();
  const exitCode = await runCli(args, quietContext(out, env));
  return { exitCode, results: out.results, progress: out.progressLines.join("\n") };
}

const FILE = "test/fixtures/spans/azure-python.otlp.json";

test.each([["map", FILE], ["import", "--dry-run", FILE], ["dev"], ["dev", "--", "node", "--version"]])(
  "%s %s refuses what the environment says wrongly of the exporter, before it does anything",
  async (...args) => {
    const env = { PATH: process.env.PATH, AGENT_ACTIONS_EXPORTER_LINGER_MS: "soon" };
    const { exitCode, results, progress } = await run(args, env);
    expect({ exitCode, results }).toEqual({ exitCode: EXIT_CONFIGURATION, results: [] });
    expect(progress).toContain("AGENT_ACTIONS_EXPORTER_LINGER_MS has to be");
  },
);

test("a variable that Kubernetes has set is passed over, and said", async () => {
  const env = { POSTGRES_HOST: "127.0.0.1", POSTGRES_PORT: "tcp://10.0.0.1:5432", PGPORT: "1" };
  const { exitCode, progress } = await run(["migrate"], env);
  expect(exitCode).toBe(EXIT_UNAVAILABLE);
  expect(progress).toMatch(/^POSTGRES_PORT holds the address of a Kubernetes service/);
  expect(progress).toContain("ECONNREFUSED 127.0.0.1:1. Start Postgres there, or set DATABASE_URL");
});
