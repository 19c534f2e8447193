import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "vercel-ai",
  title: "AI SDK of Vercel",
  recognisedBy: "`ai.operationId` = `ai.toolCall`; scope `gen_ai` with `execute_tool`; `ai.toolCall.*`",
  name: "`ai.toolCall.name`, `gen_ai.tool.name`",
  arguments: "`ai.toolCall.args`, `gen_ai.tool.call.arguments`",
  result: "`ai.toolCall.result`, `gen_ai.tool.call.result`; a tool that streams: its last value",
  callId: "`ai.toolCall.id`, `gen_ai.tool.call.id`",
  agent: "`ai.telemetry.functionId`; 7: `gen_ai.agent.name` around it",
  session:
    "`gen_ai.conversation.id`; `ai.telemetry.metadata.*` or `ai.settings.context.*` named `sessionId`, `conversationId`, `threadId`, `chatId` (also with `_`)",
  failures:
    "the general rules; a finish reason `error`, of a run also `content-filter`; a run that ended without reason, text or usage, and a tool of 7 that ended without its duration, were cut off; a status that `@arizeai/openinference-vercel` smeared does not count",
  limits: [
    "Denied approvals, unknown tools and arguments that fail their schema have no span; what the model is told of them in its next call has.",
    "Nobody writes the `id` of an agent of the SDK: without a `functionId` it has the service's name.",
    "With its content hidden, version 7 also drops the message of an error. A tool that returns nothing, and one whose output alone is hidden, look alike.",
    "Version 5 gives the run of generateText the tokens of its last step. Version 7 with its legacy integration has no span of a call that was approved.",
    "Why a stream died or who aborted it is not on its spans. A tool that version 7 cut off under its legacy integration looks like one that returned nothing.",
    "A run without a name is known by the tools inside it, which have to be read before it.",
  ],
};
