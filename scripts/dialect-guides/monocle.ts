import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "monocle",
  title: "Monocle",
  recognisedBy: "`span.type` = `agentic.tool.invocation`, `agentic.mcp.invocation`, `retrieval`",
  name: "`entity.1.name`; a hand-off (`agentic.delegation`): `entity.1.to_agent`",
  arguments: "`input` of the event `data.input`: JSON, or a literal of Python",
  result: "`response` or `output` of the event `data.output`; an item of MCP content stands for its text",
  callId: "none",
  agent:
    "`entity.2.name` where `entity.2.type` begins with `agent.`; a run's `entity.1.name`; `entity.1.from_agent`",
  session: "`scope.agentic.session`, `scope.session_id`, `scope.session`, `session.id`",
  failures: "the general rules",
  limits: [
    "A call over MCP inside a tool's span, and a provider's call inside a framework's, are the same call and one row.",
    "Python writes values as `str(value)`; what is no literal stays a text.",
  ],
};
