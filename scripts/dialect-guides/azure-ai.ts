import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "azure-ai",
  title: "Azure AI, Semantic Kernel, Agent Framework",
  recognisedBy:
    "scopes of those libraries, `gen_ai.system` = `az.ai.…`, `gen_ai.thread.run.id`; `execute_tool`, functions traced by Azure's decorator (`code.function.parameter.*`)",
  name: "`gen_ai.tool.name`, span name; a step of a workflow: `executor.id`, `workflow.name`",
  arguments: "`gen_ai.tool.call.arguments`; `code.function.parameter.*`",
  result: "`gen_ai.tool.call.result`, `code.function.return.value`; literals of Python are read",
  callId: "`gen_ai.tool.call.id`, unless it is `unknown`",
  agent: "`gen_ai.agent.name`; of a run of a thread, `gen_ai.agent.id`",
  session: "`gen_ai.thread.id`, `gen_ai.conversation.id`",
  failures:
    "a run whose `gen_ai.thread.run.status` is `failed` or `expired`; one that `requires_action` is `interrupted`",
  limits: [
    "Tools that run in Azure (code interpreter, search) are reported in events of run steps, and are not actions.",
    "The outputs that a program hands in for a run (`submit_tool_outputs`) have no names: only functions with Azure's decorator are tool calls.",
    "Semantic Kernel before 1.31 gave the spans of functions a name and nothing else.",
  ],
};
