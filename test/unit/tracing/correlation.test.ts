import { basename } from "node:path";
import { context, propagation } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import {
  ActionLogger,
  currentCorrelationId,
  outgoingHeaders,
  traceTool,
  withCorrelationId,
  withIncomingContext,
} from "../../../src/index.js";
import { record } from "./recording.js";

const correlationOf = (recording: ReturnType<typeof record>, name: string) =>
  recording.span(name).attributes["agent_actions.correlation_id"];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("the correlation id of an action", () => {
  test("is the logger's, where it was given one, whatever stands in the context", () => {
    const recording = record();
    const logger = new ActionLogger({ agentName: "agent", correlationId: "mine" });
    withCorrelationId("theirs", () => logger.toolCall("Read", {}, () => undefined));
    expect(correlationOf(recording, "execute_tool Read")).toBe("mine");
    expect(logger.correlationId).toBe("mine");
  });

  test("is else that of the context: one logger serves many requests", async () => {
    const recording = record();
    const logger = new ActionLogger({ agentName: "agent" });
    const handle = async (id: string) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await logger.toolCall(`For ${id}`, {}, async () => expect(logger.correlationId).toBe(id));
    };
    await Promise.all(["one", "two"].map((id) => withCorrelationId(id, () => handle(id))));
    expect(correlationOf(recording, "execute_tool For one")).toBe("one");
    expect(correlationOf(recording, "execute_tool For two")).toBe("two");
  });

  test("is else a random UUID, the same for the logger, its children, and what they do inside", () => {
    const recording = record();
    const logger = new ActionLogger({ agentName: "agent" });
    const helper = logger.child({ agentName: "helper" });
    helper.toolCall("A", {}, () => undefined);
    logger.toolCall("B", {}, () => {
      new ActionLogger({ agentName: "other" }).toolCall("C", {}, () => undefined);
      traceTool("D", () => undefined)();
    });
    const ids = ["A", "B", "C", "D"].map((name) => correlationOf(recording, `execute_tool ${name}`));
    expect(ids[0]).toMatch(UUID);
    expect(new Set(ids).size).toBe(1);
    expect(logger.correlationId).toBe(ids[0]);
  });

  test("of a child is its own, where it is given one", () => {
    record();
    const logger = new ActionLogger({ agentName: "agent", correlationId: "parent" });
    expect(logger.child({ agentName: "helper" }).correlationId).toBe("parent");
    expect(logger.child({ correlationId: "own" }).correlationId).toBe("own");
    expect(logger.child({ correlationId: "own" }).agentName).toBe("agent");
  });

  test("is known inside actions and withCorrelationId, and nowhere else", async () => {
    record();
    const logger = new ActionLogger({ agentName: "agent", correlationId: "mine" });
    expect(currentCorrelationId()).toBeUndefined();
    expect(await logger.toolCall("Read", {}, async () => currentCorrelationId())).toBe("mine");
    expect(logger.within(() => currentCorrelationId())).toBe("mine");
    expect(withCorrelationId("given", () => currentCorrelationId())).toBe("given");
    expect(currentCorrelationId()).toBeUndefined();
  });
});

describe("over HTTP", () => {
  test("the id is sent along only where that is asked for", () => {
    record();
    const quiet = new ActionLogger({ agentName: "agent", correlationId: "secret" });
    expect(quiet.toolCall("Fetch", {}, outgoingHeaders)).not.toHaveProperty("baggage");
    const open = quiet.child({ propagateCorrelation: true });
    const headers = open.toolCall("Fetch", {}, () => outgoingHeaders());
    expect(headers.baggage).toBe("agent_actions.correlation_id=secret");
    expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(withCorrelationId("mine", outgoingHeaders, { propagate: true })).toEqual({
      baggage: "agent_actions.correlation_id=mine",
    });
  });

  test.each<[string, (headers: Record<string, string>) => Record<string, string> | Headers]>([
    ["Node's headers", (headers) => headers],
    ["fetch's headers", (headers) => new Headers(headers)],
  ])("the other side takes trace and id from %s", (_, carry) => {
    const recording = record();
    const client = new ActionLogger({
      agentName: "client",
      correlationId: "run 1/ü",
      propagateCorrelation: true,
    });
    const headers = client.toolCall("Ask", {}, () => outgoingHeaders());
    withIncomingContext(carry(headers), () => {
      expect(currentCorrelationId()).toBe("run 1/ü");
      new ActionLogger({ agentName: "server" }).toolCall("Answer", {}, () => undefined);
    });
    const [ask, answer] = ["execute_tool Ask", "execute_tool Answer"].map(recording.span);
    expect(answer?.parentSpanContext?.spanId).toBe(ask?.spanContext().spanId);
    expect(answer?.attributes["agent_actions.correlation_id"]).toBe("run 1/ü");
  });

  test("other baggage stays, and an id in the context goes before one in baggage", () => {
    record();
    const baggage = propagation.createBaggage({
      tenant: { value: "t1" },
      "agent_actions.correlation_id": { value: "incoming" },
    });
    context.with(propagation.setBaggage(context.active(), baggage), () => {
      expect(currentCorrelationId()).toBe("incoming");
      const headers = withCorrelationId("mine", outgoingHeaders, { propagate: true });
      expect(headers.baggage?.split(",").sort()).toEqual(["agent_actions.correlation_id=mine", "tenant=t1"]);
      withCorrelationId("mine", () => expect(currentCorrelationId()).toBe("mine"));
    });
  });

  test("half a surrogate pair in an id does not break the request", () => {
    record();
    const headers = withCorrelationId("\ud800", outgoingHeaders, { propagate: true });
    expect(decodeURIComponent(headers.baggage ?? "")).toBe("agent_actions.correlation_id=\ufffd");
  });
});

describe("the options of a logger", () => {
  const attributesOf = (logger: ActionLogger) => {
    const recording = record();
    logger.toolCall("Read", {}, () => undefined);
    return recording.span("execute_tool Read").attributes;
  };
  const options = {
    agentName: "agent",
    projectPath: "/srv/omniclaude",
    workingDirectory: "/srv/omniclaude/src",
    debugMode: false,
    sessionId: "s1",
  };
  const expected = {
    "gen_ai.agent.name": "agent",
    "gen_ai.conversation.id": "s1",
    "agent_actions.project.path": "/srv/omniclaude",
    "agent_actions.project.name": "omniclaude",
    "agent_actions.working_directory": "/srv/omniclaude/src",
    "agent_actions.debug_mode": false,
  };

  test("have the specification's defaults", () => {
    expect(attributesOf(new ActionLogger({ agentName: "agent" }))).toMatchObject({
      "agent_actions.project.path": process.cwd(),
      "agent_actions.project.name": basename(process.cwd()),
      "agent_actions.working_directory": process.cwd(),
      "agent_actions.debug_mode": true,
    });
  });

  test("are all taken", () => {
    expect(attributesOf(new ActionLogger(options))).toMatchObject(expected);
  });

  test("pass to a child, but for what it changes", () => {
    const changes = { agentName: "helper", projectName: "other", sessionId: undefined };
    expect(attributesOf(new ActionLogger(options).child(changes))).toMatchObject({
      ...expected,
      "gen_ai.agent.name": "helper",
      "agent_actions.project.name": "other",
    });
  });

  test("can name a provider that is registered nowhere", async () => {
    const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = await import(
      "@opentelemetry/sdk-trace-base"
    );
    const exporter = new InMemorySpanExporter();
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    new ActionLogger({ agentName: "agent", tracerProvider }).toolCall("Read", {}, () => undefined);
    traceTool("Grep", () => undefined, { tracerProvider })();
    expect(exporter.getFinishedSpans().map((span) => span.name)).toEqual([
      "execute_tool Read",
      "execute_tool Grep",
    ]);
  });
});
