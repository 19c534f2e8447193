import { SpanStatusCode, trace } from "@opentelemetry/api";
import { ActionLogger } from "otel-agent-actions";

/** The same work for every host: an agent's run with a tool of another instrumentation, one of ours, and one that fails. */
export async function work() {
  const tracer = trace.getTracer("some-instrumentation", "1.0.0");
  const logger = new ActionLogger();
  await tracer.startActiveSpan("invoke_agent host-agent", agentAttributes, async (run) => {
    tracer.startActiveSpan("execute_tool look_up", toolAttributes("look_up", '{"key":"a"}'), (tool) => {
      tool.setAttribute("gen_ai.tool.call.result", '{"value":1}');
      tool.end();
    });
    await logger.toolCall("multiply", { by: 2 }, async () => ({ value: 2 }));
    tracer.startActiveSpan("execute_tool charge", toolAttributes("charge", '{"amount":3}'), (tool) => {
      tool.setAttribute("error.type", "TypeError");
      tool.setStatus({ code: SpanStatusCode.ERROR, message: "card declined" });
      tool.end();
    });
    run.end();
  });
}

const agentAttributes = {
  attributes: {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": "host-agent",
    "gen_ai.conversation.id": "conversation-1",
  },
};

const toolAttributes = (name, args) => ({
  attributes: {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": name,
    "gen_ai.tool.call.arguments": args,
    "gen_ai.tool.call.id": `call_${name}`,
  },
});
