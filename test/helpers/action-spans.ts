import type { Context, Span, Tracer, TracerProvider } from "@opentelemetry/api";
import { SCOPE_NAME } from "../../src/event/semconv.js";

/** The tracer whose spans are actions for sure: that of our own API. */
export const actionTracer = (provider: TracerProvider): Tracer => provider.getTracer(SCOPE_NAME);

export interface ToolCall {
  readonly arguments?: unknown;
  readonly result?: unknown;
  readonly agent?: string;
  readonly callId?: string;
  readonly correlationId?: string;
  readonly parent?: Context;
}

/** A tool call in the form of our own API; the caller ends it. */
export function startToolCall(tracer: Tracer, tool: string, call: ToolCall = {}): Span {
  const attributes = {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": tool,
    "gen_ai.tool.type": "function",
    "gen_ai.agent.name": call.agent ?? "agent-tester",
    ...(call.callId === undefined ? {} : { "gen_ai.tool.call.id": call.callId }),
    ...(call.correlationId === undefined ? {} : { "agent_actions.correlation_id": call.correlationId }),
    ...(call.arguments === undefined ? {} : { "gen_ai.tool.call.arguments": JSON.stringify(call.arguments) }),
    ...(call.result === undefined ? {} : { "gen_ai.tool.call.result": JSON.stringify(call.result) }),
  };
  return tracer.startSpan(`execute_tool ${tool}`, { attributes }, call.parent);
}

export function recordToolCall(tracer: Tracer, tool: string, call: ToolCall = {}): Span {
  const span = startToolCall(tracer, tool, call);
  span.end();
  return span;
}
