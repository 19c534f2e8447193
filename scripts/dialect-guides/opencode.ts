import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "opencode",
  title: "OpenCode (its own spans, and those of the AI SDK in it)",
  recognisedBy: "the scope `opencode`; `ai.toolCall`, and `Tool.execute` of the tool `task`",
  name: "`ai.toolCall.name`, `tool.name`",
  arguments: "`ai.toolCall.args`",
  result: "`output` in `ai.toolCall.result`, of a command with its exit code",
  callId: "`ai.toolCall.id`, `tool.call_id`, which is the call key",
  agent: "`opencode`",
  session: "`session.id`; the run is the session, of a sub-agent the one around it",
  testedWith: "OpenCode 1.18.33, against a scripted model",
  failures:
    "status ERROR; a command that exits with another code than 0. `PermissionDeniedError` is a refused call",
  limits: [
    "The calls are on the AI SDK's spans, which `experimental.openTelemetry` of its configuration switches on; without it no row is made.",
    "Everything else of its call graph, some 2,000 spans for a short session, is a step of the program and no row.",
  ],
};
