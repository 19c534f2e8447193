import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { traceTools as trace } from "otel-agent-actions";
import { ReplayRun, recordedAction, replayTools } from "otel-agent-actions/replay";

const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();

/** What was recorded since the last time, as the rows would say it. */
export function recorded() {
  const spans = exporter.getFinishedSpans().map(({ attributes, status }) => ({
    tool: attributes["gen_ai.tool.name"],
    arguments: parsed(attributes["gen_ai.tool.call.arguments"]),
    result: parsed(attributes["gen_ai.tool.call.result"]),
    callId: attributes["gen_ai.tool.call.id"],
    session: attributes["gen_ai.conversation.id"],
    error: status.code === 2 ? status.message : undefined,
    errorType: attributes["error.type"],
  }));
  exporter.reset();
  return spans;
}

const parsed = (text) => (text === undefined ? undefined : JSON.parse(text));

let run;

/** Traced tools while a program is recorded, replayed ones while it is replayed. */
export const traceTools = (tools) => (run === undefined ? trace(tools) : replayTools(tools, { run }));

/** Runs a program once more on what was recorded of it. */
export async function replayed(name, program, calls) {
  const actions = calls.map((call, index) =>
    recordedAction({
      id: String(index),
      action_type: "tool_call",
      action_name: call.tool,
      started_at: index * 10,
      duration_ms: 1,
      tool_call_id: call.callId,
      status: call.errorType === undefined ? "ok" : "error",
      error_type: call.errorType,
      error_message: call.error,
      action_details: { tool_parameters: call.arguments ?? null, tool_result: call.result ?? null },
    }),
  );
  run = new ReplayRun(name, actions, { mode: "reorder" });
  const saw = await program();
  const report = run.report();
  run = undefined;
  return { saw, report };
}
