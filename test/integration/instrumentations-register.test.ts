import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { runNode } from "../helpers/run-node.js";

const app = (name: string): string => `./test/fixtures/register/${name}`;

const REGISTER = "otel-agent-actions/register";

/** What a program says that looks whether MCP is instrumented, with these loaded before it. */
async function look(
  env: Readonly<Record<string, string>> = {},
  program = "patched.mjs",
  imports: readonly string[] = [REGISTER],
) {
  const args = imports.flatMap((name) => ["--import", name]);
  const { code, stdout, stderr } = await runNode([...args, app(program)], env);
  expect(code, stderr).toBe(0);
  return { ...JSON.parse(stdout), stderr };
}

test.each([
  ["patched.mjs", {}, true],
  ["patched.cjs", {}, true],
  ["patched.mjs", { AGENT_ACTIONS_INSTRUMENTATIONS: "none" }, false],
  ["patched.cjs", { AGENT_ACTIONS_INSTRUMENTATIONS: "none" }, false],
  ["patched.mjs", { AGENT_ACTIONS_INSTRUMENTATIONS: "langchain" }, false],
  ["patched.mjs", { AGENT_ACTIONS_INSTRUMENTATIONS: "all" }, true],
  ["patched.mjs", { OTEL_NODE_DISABLED_INSTRUMENTATIONS: "mcp" }, false],
  ["patched.mjs", { OTEL_NODE_ENABLED_INSTRUMENTATIONS: "http,mcp" }, true],
  ["patched.mjs", { OTEL_NODE_ENABLED_INSTRUMENTATIONS: "http" }, false],
  ["patched.mjs", { OTEL_SDK_DISABLED: "true" }, false],
])("%s under %j is instrumented: %s", async (program, env, patched) => {
  expect(await look(env, program)).toEqual({ patched, stderr: "" });
});

test("a name that nobody knows is told, and the others are on", async () => {
  const env = { AGENT_ACTIONS_INSTRUMENTATIONS: "mcp,lanchain", OTEL_LOG_LEVEL: "info" };
  const { patched, stderr } = await look(env);
  expect(patched).toBe(true);
  expect(stderr).toContain("AGENT_ACTIONS_INSTRUMENTATIONS names lanchain, which is none of");
  expect(stderr).toContain("Instrumentations that are on: mcp.");
});

test.each([
  ["before", [app("own-hook.mjs"), REGISTER]],
  ["after", [REGISTER, app("own-hook.mjs")]],
])(
  "a host that has registered the loader's hook %s us keeps it, and nothing is said",
  async (_when, imports) => {
    expect(await look({}, "patched.mjs", imports)).toEqual({
      patched: true,
      // All that the host's own hook looks at, also what none of our instrumentations does.
      seen: expect.arrayContaining(["protocol", "zod"]),
      stderr: "",
    });
  },
);

test("without the base package the program runs, and one warning says what to install", async () => {
  const { patched, stderr } = await look({}, "patched.mjs", [app("without-instrumentation.mjs"), REGISTER]);
  expect(patched).toBe(false);
  expect(stderr).toContain("npm install @opentelemetry/instrumentation");
  expect(stderr.split("AGENT_ACTIONS_REGISTER")).toHaveLength(2);
});

test("without the base package nothing is said where no instrumentation is wanted", async () => {
  const env = { AGENT_ACTIONS_INSTRUMENTATIONS: "none" };
  const imports = [app("without-instrumentation.mjs"), REGISTER];
  expect(await look(env, "patched.mjs", imports)).toEqual({ patched: false, stderr: "" });
});

test("a version of a library that was never tested is left alone, and that is said once", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "untested-"));
  t.onTestFinished(() => rm(folder, { recursive: true }));
  const library = join(folder, "node_modules/@modelcontextprotocol/sdk");
  await mkdir(join(library, "dist/esm/shared"), { recursive: true });
  const exports = { "./*": { import: "./dist/esm/*" } };
  const manifest = { name: "@modelcontextprotocol/sdk", version: "9.1.0", type: "module", exports };
  await writeFile(join(library, "package.json"), JSON.stringify(manifest));
  await writeFile(join(library, "dist/esm/shared/protocol.js"), "export class Protocol { request() {} }");
  await writeFile(
    join(folder, "agent.mjs"),
    `import { Protocol } from "@modelcontextprotocol/sdk/shared/protocol.js";
     console.log(String(Protocol.prototype.request));`,
  );
  await symlink(resolve("."), join(folder, "node_modules/otel-agent-actions"));
  const env = { OTEL_LOG_LEVEL: "warn" };
  const { code, stdout, stderr } = await runNode(["--import", REGISTER, "agent.mjs"], env, { cwd: folder });
  expect([code, stdout]).toEqual([0, "request() {}\n"]);
  expect(stderr.trim()).toBe(
    "warn otel-agent-actions/instrumentations/mcp @modelcontextprotocol/sdk 9.1.0 is left alone: " +
      "this instrumentation is tested with >=1.10.0 <2.0.0",
  );
});
