import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type BuildOptions, build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);

/** An agent that records one call and hands it to a transport of its own. */
const AGENT = `
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { ActionLogger } from "./src/index.js";
import { AgentActionSpanProcessor } from "./exporter/index.js";
const sent = [];
const transport = { async send(records) { sent.push(...records); return { status: "sent" }; }, async close() {} };
const processor = new AgentActionSpanProcessor({ flushOnExit: false, transport });
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
await new ActionLogger({ agentName: "a" }).logToolCall({ toolName: "Read", toolResult: 1 });
await processor.forceFlush();
console.log(sent.map(({ value }) => JSON.parse(value).action_name).join());
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function bundled(options: BuildOptions, outfile = join(folder, "agent.mjs")): Promise<string> {
  await build({
    stdin: { contents: AGENT, resolveDir: resolve("dist"), loader: "js" },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "silent",
    ...options,
  });
  const { stdout } = await run(process.execPath, [outfile]);
  return stdout.trim();
}

const BANNER = /--banner:js="(?<js>[^"]+)"/.exec(readFileSync("docs/bundlers.md", "utf8"))?.groups?.js;

test("an agent in one file records its calls with the banner of docs/bundlers.md", async () => {
  expect(await bundled({ banner: { js: BANNER ?? "" } })).toBe("Read");
});

test("without it, the bundle ends as the page says", async () => {
  await expect(bundled({})).rejects.toThrow(/Dynamic require of "\w+" is not supported/);
});

test("a bundle without packages records its calls beside node_modules", async () => {
  // Packages are looked up from where the bundle is.
  const outfile = resolve("dist", "bundle-test.mjs");
  try {
    expect(await bundled({ packages: "external" }, outfile)).toBe("Read");
  } finally {
    await rm(outfile, { force: true });
  }
});
