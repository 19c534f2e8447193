import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "openinference",
  title: "OpenInference (Arize)",
  recognisedBy: "`openinference.span.kind` = `TOOL`, `RETRIEVER`",
  name: "LangChain's message, `tool.name`, span name",
  arguments: "`input.value` by its mime type",
  result: "`output.value`, unwrapped; `retrieval.documents.*`",
  callId: "`tool_call.id`, `tool.id`, LangChain's message",
  agent:
    "`agent.name`; an `AGENT`'s `graph.node.id`, `graph.node.name` or span name; LangChain's `lc_agent_name`",
  session: "`session.id`, LangChain's `thread_id`",
  failures: "the general rules; LangChain: a tool message whose status is `error`",
  limits: [
    "LangChain: a tool with one argument loses the argument's name; a failed call has no call id; unknown tools and arguments that fail their schema have no span.",
    "OpenAI Agents: no call ids, no session. The trace itself is a run too, with the workflow's name.",
  ],
};
