import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "mcp",
  title: "Model Context Protocol",
  recognisedBy: "`mcp.method.name` = `tools/call`, `resources/read`",
  name: "`gen_ai.tool.name`, `mcp.tool.name`, span name",
  arguments: "`gen_ai.tool.call.arguments`; Sentry: `mcp.request.argument.*`",
  result: "`gen_ai.tool.call.result`; Sentry: `mcp.tool.result.content`, `.N.content`",
  callId: "none: the request's id counts up in one connection (`mcp_request_id` in the details)",
  agent: "from around",
  session: "from around, else `mcp.session.id`",
  failures: "Sentry: `mcp.tool.result.is_error`",
  limits: [
    "No JavaScript library follows the conventions by the letter yet.",
    "A server's span inside its client's (same request id) is folded into it; in another process both are rows.",
  ],
};
