import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

// Law 2: the agent pays for the API only. Each entry is loaded in a process of its own, from the built package.
test.each([
  ["otel-agent-actions", ["@opentelemetry/api"]],
  ["otel-agent-actions/event", []],
  // What reads a run from a database is loaded when one is asked.
  ["otel-agent-actions/replay", ["@opentelemetry/api"]],
  // Kafka's client is loaded with the first record.
  ["otel-agent-actions/exporter", ["@opentelemetry/api"]],
  ["otel-agent-actions/consumer", ["kafkajs", "pg", "pino"]],
])("%s loads exactly %j, and what these load", async (entry, packages) => {
  expect(await loadedBy(entry)).toEqual(packages);
});

// Most programs load no package that is instrumented.
test.each(["require", "import"])(
  "register loads instrumentations with what they instrument, by %s",
  async (how) => {
    const base = ["@opentelemetry/instrumentation"];
    expect(await loadedBefore("0")).not.toEqual(expect.arrayContaining(base));
    const load =
      how === "require"
        ? 'require("@modelcontextprotocol/sdk/shared/protocol.js")'
        : 'await import("@modelcontextprotocol/sdk/shared/protocol.js")';
    expect(await loadedBefore(load)).toEqual(expect.arrayContaining(base));
  },
);

// What a program loads that records nothing; its own packages are CommonJS, which Node lists.
test("register loads neither the SDK nor Kafka's client before there is a span", async () => {
  expect(await loadedBefore("0")).not.toEqual(expect.arrayContaining(["kafkajs"]));
  expect(await loadedBefore("0")).not.toEqual(expect.arrayContaining(["@opentelemetry/sdk-trace-node"]));
  const span = 'require("@opentelemetry/api").trace.getTracer("a").startSpan("b")';
  expect(await loadedBefore(span)).toEqual(expect.arrayContaining(["@opentelemetry/sdk-trace-node"]));
});

async function loadedBefore(program: string): Promise<string[]> {
  const list = "console.log(JSON.stringify(Object.keys(require.cache)))";
  const script = `(async () => { ${program}; ${list} })()`;
  const args = ["--import", "otel-agent-actions/register", "--eval", script];
  const { stdout } = await run(process.execPath, args);
  const files = JSON.parse(stdout) as string[];
  const names = files.map((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file);
  return [...new Set(names)];
}

/** npm packages whose files our own files load, by a resolve hook; what those packages load themselves is theirs. */
async function loadedBy(entry: string): Promise<string[]> {
  const script = `
    import { register } from "node:module";
    import { MessageChannel } from "node:worker_threads";
    const { port1, port2 } = new MessageChannel();
    const seen = new Set();
    port1.on("message", (name) => seen.add(name));
    register(${JSON.stringify(RESOLVE_HOOK)}, { data: { port: port2 }, transferList: [port2] });
    await import(${JSON.stringify(entry)});
    setTimeout(() => { console.log(JSON.stringify([...seen].sort())); process.exit(0); }, 100);
  `;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script]);
  return JSON.parse(stdout) as string[];
}

const RESOLVE_HOOK = `data:text/javascript,${encodeURIComponent(`
  let port;
  export const initialize = ({ port: given }) => { port = given; };
  export async function resolve(specifier, context, next) {
    const resolved = await next(specifier, context);
    const ours = context.parentURL?.includes("/dist/") && !context.parentURL.includes("/node_modules/");
    const name = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(resolved.url)?.[1];
    if (ours && name) port.postMessage(name);
    return resolved;
  }
`)}`;
