import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import * as protocolModule from "@modelcontextprotocol/sdk/shared/protocol.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { McpInstrumentation } from "../../../src/instrumentations/mcp.js";
import { loadInto, recording } from "./recording.js";

const recorded = recording();

const FILE = "@modelcontextprotocol/sdk/dist/esm/shared/protocol.js";
const { Protocol } = protocolModule;
const before = Object.getOwnPropertyDescriptors(Protocol.prototype);
const instrumentation = new McpInstrumentation();
loadInto(instrumentation, FILE, protocolModule, "1.32.2");
afterAll(() => instrumentation.disable());

interface Pair {
  readonly client: Client;
  readonly close: () => Promise<void>;
  readonly seenMeta: unknown[];
}

async function connected(): Promise<Pair> {
  const seenMeta: unknown[] = [];
  const server = new McpServer({ name: "weather", version: "1.0.0" });
  server.registerTool("forecast", { inputSchema: { city: z.string() } }, async ({ city }, { _meta }) => {
    seenMeta.push(_meta);
    await trace.getTracer("app").startActiveSpan("look up", async (span) => span.end());
    if (city === "Atlantis") throw new Error("no such city");
    return { content: [{ type: "text", text: `sunny in ${city}` }] };
  });
  server.registerTool("confirm", {}, async () => {
    const { action } = await server.server.elicitInput({
      message: "Really?",
      requestedSchema: { type: "object", properties: { sure: { type: "boolean" } } },
    });
    return { content: [{ type: "text", text: action }] };
  });
  server.registerResource("readme", "file:///readme", {}, () => ({
    contents: [{ uri: "file:///readme", text: "hello" }],
  }));
  server.registerPrompt("greet", {}, () => ({
    messages: [{ role: "user", content: { type: "text", text: "hi" } }],
  }));
  const client = new Client({ name: "agent", version: "1.0.0" }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: "accept", content: { sure: true } }));
  const [one, other] = InMemoryTransport.createLinkedPair();
  // As to another process: nothing comes along but the message.
  const send = one.send.bind(one);
  one.send = (...args) => context.with(ROOT_CONTEXT, () => send(...args));
  await Promise.all([server.connect(other), client.connect(one)]);
  // Set before, it would mean a connection that is taken up again.
  one.sessionId = "session-1";
  return { client, close: () => client.close(), seenMeta };
}

describe("a tool call over MCP", () => {
  test("is a span on each side of one trace, by the conventions", async () => {
    const { client, close } = await connected();
    await client.callTool({ name: "forecast", arguments: { city: "Oslo" } });
    await close();
    const [sent, handled] = recorded.spans().filter(({ name }) => name === "tools/call forecast");
    expect(sent).toMatchObject({
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        "mcp.method.name": "tools/call",
        "mcp.protocol.version": "2025-11-25",
        "mcp.session.id": "session-1",
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "forecast",
        "gen_ai.tool.call.arguments": '{"city":"Oslo"}',
        "gen_ai.tool.call.result": '{"content":[{"type":"text","text":"sunny in Oslo"}]}',
      },
    });
    expect(handled).toMatchObject({
      kind: SpanKind.SERVER,
      parentSpanContext: { spanId: sent?.spanContext().spanId },
      attributes: {
        "jsonrpc.request.id": sent?.attributes["jsonrpc.request.id"],
        "mcp.protocol.version": "2025-11-25",
        "gen_ai.tool.call.result": '{"content":[{"type":"text","text":"sunny in Oslo"}]}',
      },
    });
    expect(recorded.named("look up").parentSpanContext?.spanId).toBe(handled?.spanContext().spanId);
    // Both sides say the same; which one is kept is for those who fold layers.
    const row = {
      action_type: "tool_call",
      action_name: "forecast",
      action_details: { tool_parameters: { city: "Oslo" }, success: true },
    };
    expect(recorded.rows()).toMatchObject([row, row]);
  });

  test("brings the trace along in _meta, beside what the host has there", async () => {
    const { client, close, seenMeta } = await connected();
    const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    const baggage = propagation.createBaggage({ customer: { value: "7" } });
    await context.with(propagation.setBaggage(context.active(), baggage), async () => {
      await client.callTool({ name: "forecast", arguments: { city: "Oslo" }, _meta: { mine: 1 } });
      await client.callTool({ name: "forecast", arguments: { city: "Oslo" }, _meta: { traceparent } });
    });
    await close();
    const { traceId, spanId } = recorded
      .spans()
      .find(({ name }) => name === "tools/call forecast")!
      .spanContext();
    expect(seenMeta).toEqual([
      { mine: 1, traceparent: `00-${traceId}-${spanId}-01`, baggage: "customer=7" },
      { traceparent },
    ]);
  });

  test("that fails inside the tool is an error of the tool, with what it says", async () => {
    const { client, close } = await connected();
    await client.callTool({ name: "forecast", arguments: { city: "Atlantis" } });
    await close();
    const [sent] = recorded.spans().filter(({ name }) => name === "tools/call forecast");
    expect(sent?.attributes["error.type"]).toBe("tool_error");
    expect(sent?.status).toEqual({ code: SpanStatusCode.ERROR, message: "no such city" });
    const row = { action_name: "forecast", error_type: "tool_error", error_message: "no such city" };
    expect(recorded.rows()).toMatchObject([row, row]);
  });

  test("of a connection that ends meanwhile fails with what the client was told", async () => {
    const client = new Client({ name: "agent", version: "1.0.0" });
    const [one, other] = InMemoryTransport.createLinkedPair();
    const server = new McpServer({ name: "slow", version: "1.0.0" });
    server.registerTool("wait", {}, () => new Promise(() => {}));
    await Promise.all([server.connect(other), client.connect(one)]);
    const call = client.callTool({ name: "wait" });
    await client.close();
    await expect(call).rejects.toThrow("Connection closed");
    const [sent] = recorded.spans().filter(({ name }) => name === "tools/call wait");
    expect(sent?.attributes).toMatchObject({ "error.type": "-32000" });
    expect(sent?.attributes).not.toHaveProperty("rpc.response.status_code");
  });
});

describe("other requests over MCP", () => {
  test("name what they are about", async () => {
    const { client, close } = await connected();
    await client.readResource({ uri: "file:///readme" });
    await client.getPrompt({ name: "greet" });
    await close();
    const sent = recorded.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
    expect(sent.map(({ name }) => name)).toEqual(["initialize", "resources/read", "prompts/get greet"]);
    expect(sent[1]?.attributes["mcp.resource.uri"]).toBe("file:///readme");
    expect(sent[2]?.attributes["gen_ai.prompt.name"]).toBe("greet");
  });

  test("that the server does not know carry the code of the answer", async () => {
    const { client, close } = await connected();
    await expect(
      client.complete({ ref: { type: "ref/prompt", name: "greet" }, argument: { name: "a", value: "" } }),
    ).rejects.toThrow();
    await expect(client.request({ method: "nonsense" }, z.object({}))).rejects.toThrow("Method not found");
    await close();
    for (const span of recorded.spans().filter(({ name }) => name === "nonsense")) {
      expect(span.attributes).toMatchObject({ "error.type": "-32601", "rpc.response.status_code": "-32601" });
    }
    expect(recorded.spans().filter(({ name }) => name === "nonsense")).toHaveLength(2);
  });

  test("that the protocol refuses before it asks a handler are refused, and not left open", () => {
    class Refusing {
      _requestHandlers = new Map([["tools/list", () => ({})]]);
      _requestHandlerAbortControllers = new Map();
      _onrequest(_request: unknown): void {}
    }
    loadInto(instrumentation, FILE, { Protocol: Refusing }, "1.32.2");
    const refusing = new Refusing();
    const handlers = refusing._requestHandlers;
    refusing._onrequest({ method: "tools/list", id: 1 });
    expect(recorded.named("tools/list").attributes).toMatchObject({
      "error.type": "-32600",
      "rpc.response.status_code": "-32600",
    });
    expect(refusing._requestHandlers).toBe(handlers);
  });

  test("of a server to a person are a decision, inside the tool's call", async () => {
    const { client, close } = await connected();
    await client.callTool({ name: "confirm" });
    await close();
    const [asked, answered] = recorded.spans().filter(({ name }) => name === "elicitation/create");
    const [, handled] = recorded.spans().filter(({ name }) => name === "tools/call confirm");
    expect(asked?.parentSpanContext?.spanId).toBe(handled?.spanContext().spanId);
    expect(answered?.parentSpanContext?.spanId).toBe(asked?.spanContext().spanId);
    expect(recorded.rows().find(({ action_name }) => action_name === "elicitation/create")).toMatchObject({
      action_type: "decision",
      action_details: {
        decision_type: "elicitation",
        decision_context: { message: "Really?" },
        decision_result: { action: "accept", content: { sure: true } },
      },
    });
  });
});

describe("the MCP instrumentation", () => {
  test("writes no content where it may not", async () => {
    instrumentation.setConfig({ captureContent: false });
    const { client, close } = await connected();
    await client.callTool({ name: "forecast", arguments: { city: "Oslo" } });
    await close();
    instrumentation.setConfig({});
    const keys = recorded.spans().flatMap(({ attributes }) => Object.keys(attributes));
    expect(keys).toContain("gen_ai.tool.name");
    expect(keys).not.toContain("gen_ai.tool.call.arguments");
    expect(keys).not.toContain("gen_ai.tool.call.result");
  });

  test("keeps quiet inside a span that another instrumentation has made for the same request", async () => {
    const { client, close } = await connected();
    const attributes = { "mcp.method.name": "tools/call", "mcp.tool.name": "forecast" };
    const tracer = trace.getTracer("another");
    await tracer.startActiveSpan("theirs", { kind: SpanKind.CLIENT, attributes }, async (span) => {
      await client.callTool({ name: "forecast", arguments: { city: "Oslo" } });
      span.end();
    });
    await close();
    const sent = recorded
      .spans()
      .filter(({ name, kind }) => name.startsWith("tools/call") && kind === SpanKind.CLIENT);
    expect(sent).toEqual([]);
  });

  test("puts everything back, and does it again", async () => {
    instrumentation.disable();
    expect(Object.getOwnPropertyDescriptors(Protocol.prototype)).toEqual(before);
    const off = await connected();
    await off.client.callTool({ name: "forecast", arguments: { city: "Oslo" } });
    await off.close();
    expect(recorded.spans().filter(({ name }) => name !== "look up")).toEqual([]);
    instrumentation.enable();
    expect(Protocol.prototype.request).not.toBe(before.request.value);
    const on = await connected();
    await on.client.callTool({ name: "forecast", arguments: { city: "Oslo" } });
    await on.close();
    expect(recorded.rows()).toHaveLength(2);
  });
});
