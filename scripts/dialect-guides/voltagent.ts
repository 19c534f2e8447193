import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "voltagent",
  title: "VoltAgent (its own spans)",
  recognisedBy: "the scope `@voltagent/core`; `span.type` = `tool`, `retriever`",
  name: "`tool.name`, `retriever.name`; a run: `subagent.name`, `entity.name`; a workflow's step: `voltagent.label`",
  arguments: "`input`",
  result: "`output`",
  callId: "`tool.call.id`",
  agent: "`subagent.name`, `entity.name`, on every span",
  session: "`conversation.id`",
  failures:
    "the general rules; a run whose `ai.response.finish_reason` is `error` or `content-filter`; a workflow with the event `workflow.cancelled`. One with `workflow.suspended` is a success with `interrupted`",
  testedWith: "@voltagent/core 2.10.0",
  limits: [
    "What a tool raised is wrapped: its type is `VoltAgentError`.",
    "A tool that does not exist, arguments that do not fit, and an approval that is asked for are not written.",
    "A guardrail is a `guardrail` decision with what it said, also where it stopped the run.",
  ],
};
