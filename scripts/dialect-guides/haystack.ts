import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "haystack",
  title: "Haystack (its own tracing)",
  recognisedBy:
    "spans whose name and keys begin with `haystack.`; `haystack.agent.step.tool`, and a `haystack.component.run` of a retriever",
  name: "`haystack.tool.name`, `haystack.component.name`",
  arguments: "`haystack.agent.step.tool.input`, `haystack.component.input`",
  result:
    "`haystack.agent.step.tool.output`, of an agent as a tool its last message; `haystack.component.output`",
  callId: "`haystack.tool.call.id` of an approval; else by the model's request",
  agent:
    "`haystack.component.name` of a component of the type `Agent`, else the tool that the agent is of another one; `Pipeline`",
  session: "not written",
  failures:
    "`haystack.tool.error`, with the framework's words in place of a result; the general rules. A person's decision is an `approval`",
  testedWith: "opentelemetry-haystack 2.0.0 with haystack-ai 3.4.1",
  limits: [
    "Without `HAYSTACK_CONTENT_TRACING_ENABLED` there are no values.",
    "The type of what a tool raised is not written.",
    "A pipeline has no name: its run is called `Pipeline`. One inside another span of Haystack is a step.",
  ],
};
