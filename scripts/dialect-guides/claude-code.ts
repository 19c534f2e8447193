import type { DialectGuide } from "./dialect-guide.js";

export const GUIDE: DialectGuide = {
  dialect: "claude-code",
  title: "Claude Code (its own spans, beta)",
  recognisedBy: "a name that begins with `claude_code.`; `claude_code.tool`",
  name: "`tool_name`",
  arguments: "none: `command` and `file_path` as details of their own, because its logs have all arguments",
  result: "the span event `tool.output` (`OTEL_LOG_TOOL_CONTENT`)",
  callId: "`tool_use_id`, which is the call key",
  agent: "`claude-code`",
  session: "`session.id`, also the run",
  testedWith: "Claude Code 2.1.197, against a scripted model",
  failures: "`success` and `error` of the span `tool.execution` inside the call",
  limits: [
    "A call is refused where `tool.blocked_on_user` says `reject` and nothing was executed; without a prompt (`-p`) only a span tells of it, and no log record.",
    "What came in another request than the end of its call is not known of the call: its log record says it.",
  ],
};
