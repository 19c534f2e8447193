import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "mcp",
  title: "Model Context Protocol",
  recognisedBy: "`mcp.method.name` = `tools/call`, `resources/read`",
  name: "`gen_ai.tool.name`, `mcp.tool.name`, span name",
  arguments: "`gen_ai.tool.call.arguments`; Sentry: `mcp.request.argument.*`",
  result:
    "`gen_ai.tool.call.result`, out of its content or structured content; Sentry: `mcp.tool.result.content`, `.N.content`; other content by its type and size",
  callId: "none: the request's id counts up in one connection (`mcp_request_id` in the details)",
  agent: "from around",
  session: "from around, else `mcp.session.id`",
  failures:
    "an answer with `isError`; Sentry: `mcp.tool.result.is_error`, whose status has only a category for its message",
  limits: [
    "Sentry writes the names of arguments in lower case.",
    "No JavaScript library follows the conventions by the letter yet.",
    "Client and server of one call are [one row](layers.md) where the same process or the same request to the service has both spans; else both are rows, linked by their parent.",
  ],
};
