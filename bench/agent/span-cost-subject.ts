/** One subject of span-cost.ts: does its actions when it is asked to, and says what each of them cost. */
import { join } from "node:path";
import { context, type Tracer, trace } from "@opentelemetry/api";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { type Load, pacedLoad } from "./paced-load.js";

export interface SpanCostOrder {
  /** The build that is measured. */
  readonly dist: string;
  /** A tool call by our own API with nothing around it, or one by the GenAI conventions inside an agent's run that is open. */
  readonly work: "own-api" | "gen-ai-in-run";
  /** Whether there is a span processor, or the provider only. */
  readonly processor: boolean;
}

const ARGUMENTS = { file_path: "src/consumer/process-batch.ts", offset: 0, limit: 200 };
const RESULT = {
  line_count: 187,
  first_line: "/** From records to rows, and the promise that goes with it. */",
};

process.once("message", async (order: SpanCostOrder) => {
  const { provider, delivered } = await createProvider(order);
  const act = order.work === "own-api" ? await ownApi(order.dist) : genAiInRun(provider.getTracer("bench"));
  let actions = 0;
  process.on("message", async (load: Load) => {
    const before = process.cpuUsage();
    await pacedLoad(act, load);
    await provider.forceFlush();
    const { user, system } = process.cpuUsage(before);
    actions += load.actions;
    if (order.processor && delivered() !== actions)
      throw new Error(`${delivered()} records instead of ${actions}.`);
    process.send?.((user + system) / load.actions);
  });
  process.send?.("ready");
});

async function createProvider({ dist, processor }: SpanCostOrder) {
  const { AgentActionSpanProcessor }: typeof import("otel-agent-actions/exporter") = await import(
    join(dist, "exporter/index.js")
  );
  let records = 0;
  const transport = {
    send: async (batch: readonly unknown[]) => {
      records += batch.length;
      return { status: "sent" as const };
    },
    close: () => Promise.resolve(),
  };
  const spanProcessors = processor ? [new AgentActionSpanProcessor({ transport, flushOnExit: false })] : [];
  const provider = new NodeTracerProvider({ spanProcessors });
  provider.register();
  return { provider, delivered: () => records };
}

async function ownApi(dist: string): Promise<() => unknown> {
  const { ActionLogger }: typeof import("otel-agent-actions") = await import(join(dist, "src/index.js"));
  const logger = new ActionLogger({
    agentName: "agent-bench",
    projectName: "bench",
    correlationId: crypto.randomUUID(),
  });
  return () => logger.toolCall("Read", ARGUMENTS, async () => RESULT);
}

function genAiInRun(tracer: Tracer): () => unknown {
  const run = tracer.startSpan("invoke_agent bench", {
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "bench",
      "gen_ai.conversation.id": "conversation-1",
      "gen_ai.provider.name": "openai",
    },
  });
  const inRun = trace.setSpan(context.active(), run);
  let calls = 0;
  return () => {
    const attributes = {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "Read",
      "gen_ai.tool.type": "function",
      "gen_ai.tool.call.id": `call_${calls++}`,
      "gen_ai.tool.call.arguments": JSON.stringify(ARGUMENTS),
    };
    const span = tracer.startSpan("execute_tool Read", { attributes }, inRun);
    span.setAttribute("gen_ai.tool.call.result", JSON.stringify(RESULT));
    span.end();
  };
}
