import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "google-adk",
  title: "Google ADK (Python, JavaScript)",
  recognisedBy: "scope or `gen_ai.system` = `gcp.vertex.agent`, `gcp.vertex.agent.event_id`; `execute_tool`",
  name: "`gen_ai.tool.name`, span name; `transfer_to_agent` is a hand-off",
  arguments: "`gen_ai.tool.call.arguments`, `gcp.vertex.agent.tool_call_args`",
  result:
    "`gen_ai.tool.call.result`, `gcp.vertex.agent.tool_response`, out of its `result` (JavaScript: also `results`) or its MCP content",
  callId: "`gen_ai.tool.call.id`",
  agent: "`gen_ai.agent.name`, the span names `invoke_agent X` and `agent_run [X]`",
  session: "`gcp.vertex.agent.session_id`, `gen_ai.conversation.id`",
  failures:
    "an answer with `error`; a tool's span without attributes was left by an exception; a refused call is an `approval` decision, one that waits for a person `interrupted`",
  limits: [
    "With content hidden the values are `{}`, as they are for a tool that is given nothing and gives nothing: only the model's span around it tells them apart.",
    "JavaScript: no span says that a model or a run failed, nor why a tool did.",
    "`execute_tool (merged)` repeats several calls, and is none.",
  ],
};
