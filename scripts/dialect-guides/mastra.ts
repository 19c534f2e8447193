import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "mastra",
  title: "Mastra (otel-exporter, otel-bridge)",
  recognisedBy:
    "`mastra.span.type` = `tool_call`, `mcp_tool_call`, `provider_tool_call`, `client_tool_call`, `mcp_server_request`, `rag_vector_operation`",
  name: "`gen_ai.tool.name`, span name; a step: `mastra.workflow_step.step_id`; a branch: the steps that it chose",
  arguments:
    "`gen_ai.tool.call.arguments`; others: `mastra.<type>.input`; a client's tool: `mastra.metadata.args`",
  result: "`gen_ai.tool.call.result`; others: `mastra.<type>.output`",
  callId: "`gen_ai.tool.call.id`, `mastra.metadata.toolCallId`",
  agent: "`gen_ai.agent.name`, the span's name; while the bridge's span is open, the agent's id in its name",
  session: "`gen_ai.conversation.id`, `mastra.metadata.threadId`, `.sessionId`, `.conversationId`",
  failures:
    "a result with `error: true` (arguments that fail the schema); a model whose finish reason is `error`. The status of a `workflow_conditional` is that of the steps inside, and is not taken where the choice is known",
  limits: [
    "Every processor is a `guardrail` decision; one that stops the run and one that breaks look the same.",
    "A run that goes on after a person refused a tool is the `approval` decision; one that waits is a success with `interrupted`.",
    "The type of an error is mostly `unknown` in the span, so `Error` here.",
    "Which tools a model asked for is only recorded by exporters before 1.4; before that version a step is named after its workflow.",
    "A text that is JSON, a number or a boolean cannot be distinguished from the value: both are written alike.",
  ],
};
