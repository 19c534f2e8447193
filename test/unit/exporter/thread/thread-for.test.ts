import { expect, test } from "vitest";
import { AgentActionSpanProcessor } from "../../../../exporter/index.js";
import type { ExporterOptions } from "../../../../exporter/options.js";
import { resolveExporterOptions } from "../../../../exporter/resolve-exporter-options.js";
import { optionsOfThread, reasonAgainstThread } from "../../../../exporter/thread/thread-for.js";
import { diagLines, textsAt } from "../../../helpers/diag-lines.js";
import { FakeTransport } from "../fake-transport.js";

const lines = diagLines();

const reason = (options: ExporterOptions, around?: string) =>
  reasonAgainstThread(options, resolveExporterOptions(options, {}), () => around);

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

test("what speaks against one in the process counts where nobody asked for a thread", () => {
  expect(reason({}, "there is one processor")).toBe("there is one processor");
  expect(reason({ spanThread: true }, "there is one processor")).toBeUndefined();
  expect(reason({ spanThread: false })).toBe("it is switched off");
});

test("a program of which the thread's file is no part has none, and nobody who did not ask is told", async () => {
  const processor = new AgentActionSpanProcessor({ brokers: "127.0.0.1:1", flushOnExit: false });
  await processor.shutdown();
  expect(lines.filter(({ level }) => level !== "debug")).toEqual([]);
  expect(textsAt(lines, "debug")).toContainEqual(expect.stringContaining("There is no thread for spans: "));
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
