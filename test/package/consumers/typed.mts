import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { type ActionEvent, ActionLogger, traceTool, traceTools } from "otel-agent-actions";
import { startConsumer } from "otel-agent-actions/consumer";
import { type Validated, validateEvent } from "otel-agent-actions/event";
import { AgentActionSpanProcessor, publishActionEvent } from "otel-agent-actions/exporter";

const logger = new ActionLogger({ agentName: "typed" });
const length: number = logger.toolCall("length", { text: "abc" }, () => 3);
const later: Promise<string> = logger.toolCall("later", {}, async (action) => {
  action.setResult({ ok: true });
  return "done";
});
const read: (path: string) => Promise<Buffer> = traceTool("Read", async (path: string) => Buffer.from(path));
const { add } = traceTools({ add: (one: number, other: number) => one + other });
const sum: number = add(1, 2);

const event: ActionEvent = { agent_name: "a", action_type: "tool_call", action_name: "Read" };
const published: Promise<boolean> = publishActionEvent(event);
const checked: Validated<"action"> = validateEvent("action", event, {
  topic: "t",
  partition: 0,
  offset: "0",
  timestampMillis: 0,
});
new NodeTracerProvider({ spanProcessors: [new AgentActionSpanProcessor()] });

// @ts-expect-error a misspelt action type does not compile
const wrong: ActionEvent = { agent_name: "a", action_type: "toolcall", action_name: "Read" };

export { checked, later, length, published, read, startConsumer, sum, wrong };
