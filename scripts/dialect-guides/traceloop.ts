import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "traceloop",
  title: "Traceloop OpenLLMetry (JavaScript and Python)",
  recognisedBy:
    "scope `@traceloop/*`, `traceloop.span.kind`, `llm.request.type`, `gen_ai.prompt.N.role`; a tool: kind `tool`, `gen_ai.operation.name` = `execute_tool`, LangChain's `task`, LlamaIndex's `task` with `tool.name` or of a class of tools",
  name: "LangChain's message, `gen_ai.tool.name`, `tool.name`, `traceloop.entity.name`, span name",
  arguments:
    "`gen_ai.tool.call.arguments`, `traceloop.entity.input`: `{args, kwargs}`, `{tool_name, arguments}`, `{inputs}`; `tool.arguments`",
  result:
    "`gen_ai.tool.call.result`, `traceloop.entity.output`: LangChain's message, `{result}` of MCP, LlamaIndex's `raw_output`, Agno's `result=`",
  callId: "`gen_ai.tool.call.id`, LangChain's message, LlamaIndex's `tool_id`",
  agent:
    "`gen_ai.agent.name`, LangChain's `traceloop.association.properties.lc_agent_name`, an `agent`'s `traceloop.entity.name`, `agno.team.name`, `crewai.task.agent`, LlamaIndex's `current_agent_name` in its steps",
  session:
    "`gen_ai.conversation.id`, `traceloop.association.properties.` + `session_id`, `conversation_id`, `thread_id`, `chat_id` (also `sessionId`...)",
  failures:
    "the general rules; MCP: `is_error` in the output; guards: `gen_ai.guardrail.error.type`; Agno: `status='failure'` in the output; Agno, CrewAI: neither status nor output means that it was cut off; LlamaIndex: `is_error`",
  limits: [
    "JavaScript: a function in `withTool` that throws leaves no span, nor do those around it that the error passes.",
    "LangChain in JavaScript: the name of a tool stands only in what it gave, so that one that failed is `unnamed` (its class is in `tool_class`); a graph's run has the name of the agent around it.",
    "There an unknown tool and arguments that fail the schema are told by the step that answered them, as a call that failed with `invalid_tool_call`.",
    "LlamaIndex: what throws leaves no span, and a run that was cancelled looks like one that went well.",
    "CrewAI: no tool has a span; calls are known by what the models were told.",
    "MCP: of several items of content only the first is written.",
  ],
};
