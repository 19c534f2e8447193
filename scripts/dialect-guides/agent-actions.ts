import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "agent-actions",
  title: "this package's own API",
  recognisedBy:
    "scope `otel-agent-actions`, or `agent_actions.action.type` or `agent_actions.kind` on a span made by hand",
  name: "`agent_actions.action.name`, `gen_ai.tool.name`",
  arguments: "`gen_ai.tool.call.arguments`, decoded once",
  result: "`gen_ai.tool.call.result`, decoded once",
  callId: "`gen_ai.tool.call.id`",
  agent: "`gen_ai.agent.name`",
  session: "`gen_ai.conversation.id`",
  failures: "an action of the type `error` needs no status",
  testedWith: "this package",
  limits: [],
};
