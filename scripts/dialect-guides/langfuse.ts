import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "langfuse",
  title: "Langfuse (JavaScript 4 and 5, Python 3 and later)",
  recognisedBy:
    "`langfuse.observation.type`; a tool: `tool`, `retriever`, and of LangChain a `span` that the step around is for; a decision: `guardrail`, `evaluator`, `event`",
  name: "LangChain's message, span name",
  arguments:
    "`langfuse.observation.input`; Python: out of `{args, kwargs}`, and LangChain's `inputs`; the step of LangGraph around it",
  result: "`langfuse.observation.output`, LangChain's message",
  callId:
    "`langfuse.observation.metadata.` + `tool_call_id`, `toolCallId`, `call_id`, `callId`; LangChain's message",
  agent:
    "an `agent`'s span name, LangChain's `langfuse.observation.metadata.lc_agent_name`, the name of a graph",
  session: "`langfuse.session.id`, `session.id`, LangChain's `langfuse.observation.metadata.thread_id`",
  failures:
    "`langfuse.observation.level` = `ERROR` with `langfuse.observation.status_message`, whatever the status; `{error}` that `observe` writes as the output is none",
  limits: [
    "A mask is a function of the program: known forms (`<masked>`, `[REDACTED]`, `***`) count as hidden, others are values.",
    "A tool that takes nothing and gives nothing, and one whose content is not captured, look alike; an input on a span around it tells.",
    "A text that is a number or JSON and the value that it stands for look alike.",
    "A span of another library that has the keys of its own is read by these, also out of Langfuse's exports, which leave out events: the type of an error that only an exception has is lost.",
    "LangChain in JavaScript: unknown tools and arguments that fail their schema have no span.",
  ],
};
