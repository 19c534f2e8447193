import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "traceloop",
  title: "Traceloop OpenLLMetry (JavaScript and Python)",
  recognisedBy:
    "scope `@traceloop/*`, `traceloop.span.kind`, `llm.request.type`, `gen_ai.prompt.N.role`; a tool: kind `tool`, `gen_ai.operation.name` = `execute_tool`, LangChain's `task`",
  name: "LangChain's message, `gen_ai.tool.name`, `traceloop.entity.name`, span name",
  arguments:
    "`gen_ai.tool.call.arguments`, `traceloop.entity.input`: `{args, kwargs}`, `{tool_name, arguments}`, `{inputs}`",
  result: "`gen_ai.tool.call.result`, `traceloop.entity.output`: LangChain's message, `{result}` of MCP",
  callId: "`gen_ai.tool.call.id`, LangChain's message",
  agent:
    "`gen_ai.agent.name`, LangChain's `traceloop.association.properties.lc_agent_name`, an `agent`'s `traceloop.entity.name`",
  session:
    "`gen_ai.conversation.id`, `traceloop.association.properties.` + `session_id`, `conversation_id`, `thread_id`, `chat_id` (also `sessionId`...)",
  failures: "the general rules; MCP: `is_error` in the output; guards: `gen_ai.guardrail.error.type`",
  limits: [
    "JavaScript: a function in `withTool` that throws leaves no span, nor do those around it that the error passes.",
    "LangChain in JavaScript: the name of a tool stands only in what it gave, so that one that failed is `unnamed` (its class is in `tool_class`); a graph's run has the name of the agent around it.",
    "There an unknown tool and arguments that fail the schema are told by the step that answered them, as a call that failed with `invalid_tool_call`.",
    "MCP: of several items of content only the first is written.",
  ],
};
