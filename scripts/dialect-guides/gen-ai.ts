import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "gen-ai",
  title: "GenAI semantic conventions",
  recognisedBy: "`gen_ai.operation.name` = `execute_tool`, `retrieval`, `search_memory`...",
  name: "`gen_ai.tool.name`, `gen_ai.data_source.id`, span name",
  arguments:
    "`gen_ai.tool.call.arguments`, `ai.toolCall.args`, `input.value`; `gen_ai.retrieval.query.text`; `gen_ai.memory.*`",
  result: "`gen_ai.tool.call.result`, `ai.toolCall.result`, `output.value`; `gen_ai.retrieval.documents`",
  callId: "`gen_ai.tool.call.id`",
  agent: "`gen_ai.agent.name`",
  session: "`gen_ai.conversation.id`, `session.id`",
  failures: "the general rules",
  limits: ["Arguments and results are opt-in and often absent."],
};
