import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "any-agent",
  title: "any-agent (Mozilla)",
  recognisedBy: "scope `any_agent`, `gen_ai.tool.args`, `gen_ai.output`, `any_agent.version`; `execute_tool`",
  name: "`gen_ai.tool.name`, span name",
  arguments: "`gen_ai.tool.args`",
  result: "`gen_ai.output`; `{}` is nothing",
  callId: "`gen_ai.tool.call.id`",
  agent: "`gen_ai.agent.name` of the `invoke_agent` span",
  session: "none",
  failures: "status ERROR; the result is then the text of the error",
  limits: [
    "Its runs of Google's kit have spans between a tool and its agent that are not exported: the agent is not known there.",
  ],
};
