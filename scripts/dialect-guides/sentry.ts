import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "sentry",
  title: "Sentry (AI integrations)",
  recognisedBy:
    "`sentry.origin` = `auto.ai.…`, `auto.vercelai.…`, or `sentry.op` = `gen_ai.…`; `execute_tool`. Spans of the AI SDK itself are `vercel-ai`, those of MCP servers `mcp`",
  name: "`gen_ai.tool.name`, `vercel.ai.tool.name`, span name",
  arguments: "`gen_ai.tool.call.arguments`, `gen_ai.tool.input`, `vercel.ai.toolCall.args`",
  result:
    "`gen_ai.tool.call.result`, `gen_ai.tool.output`, `vercel.ai.toolCall.result`; out of the AI SDK's `tool-result`",
  callId: "`gen_ai.tool.call.id`, `vercel.ai.tool.callId`",
  agent:
    "`gen_ai.agent.name`, `gen_ai.function_id`; of a run that is no chain of LangChain's, `gen_ai.pipeline.name`",
  session: "`gen_ai.conversation.id`, `vercel.ai.telemetry.metadata.*`, `vercel.ai.settings.context.*`",
  failures: "status ERROR, whose message is only a category; a result that is a `tool-error`",
  limits: [
    "The message of an error is an event of Sentry's, and on no span.",
    "Version 11 has spans of its own: `readSentrySpans` shows them ([existing setups](existing-setup.md)); its rules come from its source.",
    "Messages of tools that a model was given have lost the ids of their calls (LangChain).",
  ],
};
