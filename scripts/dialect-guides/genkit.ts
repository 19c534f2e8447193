import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "genkit",
  title: "Genkit (its own spans)",
  recognisedBy: "`genkit:type` = `action` with `genkit:metadata:subtype` = `tool`, `tool.v2`, `retriever`",
  name: "`genkit:name`, span name",
  arguments: "`genkit:input`",
  result: "`genkit:output`",
  callId: "by the model's request: none on the span",
  agent: "the name of a `flow` or an `agent`",
  session: "`genkit:metadata:agent:sessionId`, `genkit:sessionId`",
  failures:
    "the general rules; a type that is a number is the code of an error, and the class is taken from the stack; `ToolInterruptError` waits for a person and is none",
  testedWith: "genkit 1.42.0",
  limits: [
    "A prompt that the model calls as a tool is a `handoff` decision: the talk goes on with its text and its tools.",
    "Whatever a program began with (`genkit:isRoot`) is a run; `run(...)` inside a flow is a step.",
    "A tool that does not exist and arguments that do not fit fail the whole run, whose error tells of them.",
  ],
};
