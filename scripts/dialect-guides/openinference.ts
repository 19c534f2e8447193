import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "openinference",
  title: "OpenInference (Arize), JavaScript and Python",
  recognisedBy:
    "`openinference.span.kind` = `TOOL`, `RETRIEVER`; LangGraph's `tools` step, where no tool ran for its call",
  name: "LangChain's message, `tool.name`, span name; a framework's run: the span's name without the method",
  arguments:
    "`gen_ai.tool.call.arguments`, `input.value` by its mime type, also as Python writes values; the model's call on LangGraph's step around it; `tool.parameters` where that is no schema",
  result:
    "`output.value`, unwrapped (LangChain's message, LlamaIndex's `raw_output`); `retrieval.documents.*`",
  callId:
    "`tool_call.id`, `tool.id`, `tool.call_id`, LangChain's message, LangGraph's and LlamaIndex's step around it",
  agent:
    "`agent.name`; an `AGENT`'s `graph.node.name`, `graph.node.id` or span name; LangChain's `lc_agent_name`; the name of a graph; LlamaIndex's `current_agent_name` in its steps; CrewAI's `coworker`; the outermost chain of a framework",
  session: "`session.id`, LangChain's `thread_id`",
  failures:
    "the general rules; LangChain: a tool message whose status is `error`. `invalid_tool_call`: no such tool, or arguments that do not fit. LlamaIndex: `is_error` in the output, the event `span.cancelled`. OpenAI Agents: the turn inside a run. BeeAI: the cause in the output. Python: neither status nor output means that it was cut off",
  limits: [
    "LangChain in JavaScript: the names of single arguments, the ids of calls that failed, and calls for which no tool ran are on the step around the tool, which ends after it: a file has both, a program that sends its spans one by one has not.",
    "LangGraph: of a step with several calls, one for which no tool ran is told by the model's next call. The instrumentation for Python takes steps, tools and models for agents whose names have the word in them: what they are says their metadata.",
    "With content hidden, a hand-off is known by its name only.",
    "OpenAI Agents: no call ids, no session. The trace itself is a run too, with the workflow's name.",
    "The outermost chain of CrewAI, DSPy, Haystack, LlamaIndex, AutoGen and Agno is a run; steps inside are none, but for those of Agno's workflows.",
    "Haystack: tools have no spans.",
    "smolagents, Agno: results that are objects are texts where Python's own writing of them cannot be read back.",
  ],
};
