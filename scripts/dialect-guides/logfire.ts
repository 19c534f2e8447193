import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "logfire",
  title: "Pydantic Logfire (Python), its spans of the OpenAI Agents SDK",
  recognisedBy: "scope logfire.openai_agents; `logfire.msg_template` = `Function: {name}`",
  name: "`name`; a hand-off: `to_agent`; a model's call: `gen_ai.request.model`",
  arguments: "`input`",
  result: "`output`, decoded where `logfire.json_schema` says that it is JSON",
  callId: "by the model's request: none on the span",
  agent: "`name` of `Agent run` and of `OpenAI Agents trace`, `agent_name` of a turn",
  session: "`group_id`, on the span of the trace",
  failures:
    "`error` = `{message, data: {error}}`; a turn with an error is the failure of the run around it, whose own span is OK; a person's no is the `approval` decision",
  testedWith: "logfire 5.4.0 with openai-agents 0.24.0",
  limits: [
    "What a tool raised is redacted by the SDK: the message says no more than that.",
    "A run that waits for a person or was cut off looks like one that went well.",
    "A run that goes on after an approval is outside of the trace that names the session.",
  ],
};
