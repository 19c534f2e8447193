import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "langsmith",
  title: "LangSmith (`LANGSMITH_OTEL_ENABLED`, JavaScript and Python)",
  recognisedBy: "`langsmith.span.kind`; a tool: `tool`, `retriever` (whose operation says `embeddings`)",
  name: "LangChain's message, `gen_ai.tool.name`, `langsmith.trace.name`, span name",
  arguments: "`gen_ai.tool.call.arguments`, `gen_ai.prompt`: the object, or out of `{input}`, `{args}`",
  result:
    "`gen_ai.tool.call.result`, `gen_ai.completion`: the object, or out of `{outputs}`; LangChain's message",
  callId: "`gen_ai.tool.call.id`, `langsmith.metadata.tool_call_id`, LangChain's message",
  agent:
    "`langsmith.metadata.` + `lc_agent_name`, `agent_name`, `agentName`; a chain with `langsmith.metadata.ls_agent_type` or that is `langsmith.traceable`; the name of a graph of LangGraph",
  session:
    "`langsmith.metadata.` + `session_id`, `thread_id`, `conversation_id`; `langsmith.trace.session_name` is the project",
  failures:
    "an exception event, whatever the status (which is OK), whose message is the error as its language writes it; `langsmith.metadata.is_error`. `invalid_tool_call`: LangGraph has no such tool",
  limits: [
    "No type of run means an agent: the nearest `chain` that is `langsmith.traceable` counts as the one at work, be it an agent or a helper of one.",
    "What is hidden and what is empty are both written as `{}`; content beside it, or on a span around it, tells.",
    "JavaScript: LangChain's runs have no spans of their own, and overwrite those of the `traceable` around them.",
  ],
};
