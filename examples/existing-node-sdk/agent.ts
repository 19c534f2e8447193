import { SpanStatusCode, trace } from "@opentelemetry/api";
import { ActionLogger } from "otel-agent-actions";

const tracer = trace.getTracer("shop");
const logger = new ActionLogger({ agentName: "agent-refunds", correlationId: "refund-4711" });

/** A request of the shop with an agent in it. */
export async function handleRefund(): Promise<void> {
  await tracer.startActiveSpan("POST /refunds", async (request) => {
    await lookUpOrder("4711");
    await logger.logDecision({ decisionName: "refund", decisionResult: { approved: true } });
    request.end();
  });
}

// Written long before, by the GenAI conventions. It is an action all the same.
async function lookUpOrder(id: string): Promise<void> {
  const span = tracer.startSpan("execute_tool look_up_order", {
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "look_up_order",
      "gen_ai.agent.name": "agent-refunds",
      "gen_ai.tool.call.arguments": JSON.stringify({ id }),
    },
  });
  span.setStatus({ code: SpanStatusCode.ERROR, message: `No order ${id}` }).end();
}
