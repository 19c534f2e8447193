import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "copilot-cli",
  title: "GitHub Copilot CLI",
  recognisedBy: "the scope `github.copilot`; `execute_tool`, `invoke_agent`",
  name: "`gen_ai.tool.name`",
  arguments: "`gen_ai.tool.call.arguments`",
  result: "`gen_ai.tool.call.result`, of a command with `process.exit.code`",
  callId: "`gen_ai.tool.call.id`, which is the call key",
  agent: "`gen_ai.agent.name` of a sub-agent, else `copilot-cli`",
  session: "`gen_ai.conversation.id`, also the run",
  testedWith: "Copilot CLI 1.0.102, against a scripted model",
  failures:
    "status ERROR; a command that exits with another code than 0. The error `denied` or `rejected` is a refused call",
  limits: [
    "Contents need `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true`. A scope that `COPILOT_OTEL_SOURCE_NAME` renames is read by the conventions alone: its rows do not meet those of a transcript.",
  ],
};
