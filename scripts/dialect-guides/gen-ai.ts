import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "gen-ai",
  title:
    "GenAI semantic conventions, and libraries that follow them: Pydantic AI, Strands, Spring AI, AG2 and others",
  recognisedBy:
    "`gen_ai.operation.name` = `execute_tool`, `retrieval`, `search_memory`, `memory.search`...; `gen_ai.tool.name` with `gen_ai.tool.call.id`; `spring.ai.kind` = `tool_call`, `vector_store`",
  name: "`gen_ai.tool.name`, `spring.ai.tool.definition.name`, `gen_ai.data_source.id`, span name",
  arguments:
    "`gen_ai.tool.call.arguments`, `tool_arguments`, `gen_ai.tool.args`, `gen_ai.tool.input`, `spring.ai.tool.call.arguments`, `ai.toolCall.args`, `input.value`; the event `gen_ai.tool.message`; `gen_ai.retrieval.query.text`, `db.vector.query.content`; `gen_ai.memory.*`",
  result:
    "`gen_ai.tool.call.result`, `tool_response`, `gen_ai.tool.output`, `spring.ai.tool.call.result`, `ai.toolCall.result`, `output.value`; the event `gen_ai.choice`; `gen_ai.retrieval.documents`, `db.vector.query.response.documents`",
  callId: "`gen_ai.tool.call.id`, `spring.ai.tool.call.id`",
  agent: "`gen_ai.agent.name`; of a run also its span name or `gen_ai.agent.id`",
  session: "`gen_ai.conversation.id`, `session.id`, `spring.ai.chat.client.conversation.id`",
  failures:
    "the general rules; Strands: `gen_ai.tool.status`. No failures: `ApprovalRequired` and `CallDeferred` of Pydantic AI",
  limits: [
    "Arguments and results are opt-in and often absent.",
    "Guardrails (`gen_ai.security.*`, `gen_ai.guardian.name`, `gen_ai.guardrail.name`) and `gen_ai.agent.tool.disposition` are proposals.",
    "An answer to a call does not say whether the call went well, except in the forms of Anthropic and Bedrock and by texts that frameworks write.",
  ],
};
