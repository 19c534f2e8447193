import { expect, test } from "vitest";
import { AgentActionSpanProcessor } from "../../../../exporter/index.js";
import type { ExporterOptions } from "../../../../exporter/options.js";
import { resolveExporterOptions } from "../../../../exporter/resolve-exporter-options.js";
import { optionsOfThread, reasonAgainstThread } from "../../../../exporter/thread/thread-for.js";
import { diagLines, textsAt } from "../../../helpers/diag-lines.js";
import { FakeTransport } from "../fake-transport.js";

const lines = diagLines();

const reason = (options: ExporterOptions) =>
  reasonAgainstThread(options, resolveExporterOptions(options, {}));

test("a thread can do what is no function of the agent's thread", () => {
  expect(reason({})).toBeUndefined();
  expect(
    reason({ redaction: { patterns: [/a/], keys: ["b"] }, ssl: { ca: Buffer.from("c") } }),
  ).toBeUndefined();
  expect(reason({ spoolDirectory: "/var/spool/agents" })).toBeUndefined();
});

test("a function or an object of the agent's thread, and a spool that comes first, are said as the reason", () => {
  const token = async () => "token";
  expect(reason({ transport: new FakeTransport() })).toContain("transport");
  expect(reason({ onLoop: () => undefined })).toContain("onLoop");
  expect(reason({ redaction: { redact: ({ value }) => value } })).toContain("redaction.redact");
  expect(reason({ dialects: [] })).toContain("dialects");
  expect(reason({ sasl: { mechanism: "oauthbearer", token } })).toContain("functions");
  expect(reason({ spoolDirectory: "/var/spool/agents", spool: "always" })).toContain("always");
});

test("the processor says it once, and works in the agent's thread", async () => {
  const transport = new FakeTransport();
  await new AgentActionSpanProcessor({ transport, spanThread: true, flushOnExit: false }).shutdown();
  expect(textsAt(lines, "info")).toEqual([
    expect.stringContaining("spanThread has no effect: transport is an object of this thread."),
  ]);
  expect(transport.closed).toBeDefined();
});

test("the thread starts none of its own, hears no signals, and has room for what was accepted", () => {
  const resolved = resolveExporterOptions({ spanThread: true, lingerMillis: 10, maxQueueSize: 100 }, {});
  expect(optionsOfThread({ sender: "tenant" }, resolved)).toMatchObject({
    sender: "tenant",
    spanThread: false,
    flushOnExit: false,
    lingerMillis: 5,
    maxQueueSize: 200,
  });
  const spooling = resolveExporterOptions({ spanThread: true, spoolDirectory: "/var/spool/agents" }, {});
  expect(optionsOfThread({}, spooling)).not.toHaveProperty("maxQueueSize");
});
