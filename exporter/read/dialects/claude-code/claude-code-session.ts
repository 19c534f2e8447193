import type { ReportedSession } from "../../reports/report.js";
import { type Attributes, firstText, textAt } from "../common/attributes.js";
import type { Approval } from "../dialect.js";

/** The agent's name, whichever signal tells of it. */
export const CLAUDE_CODE = "claude-code";

/** What all log records and spans of a session say of it. */
export const claudeSession = (attributes: Attributes, resource: Attributes): ReportedSession => ({
  id: textAt(attributes, "session.id"),
  agentName: CLAUDE_CODE,
  agentVersion: textAt(attributes, "app.version") ?? textAt(resource, "service.version"),
  userId: firstText(attributes, ["user.email", "user.account_uuid", "user.id"]),
  projectPath: firstOfList(attributes["workspace.host_paths"]),
  serviceName: textAt(resource, "service.name"),
  serviceVersion: textAt(resource, "service.version"),
  environment: textAt(resource, "deployment.environment.name"),
});

const firstOfList = (value: unknown): string | undefined => {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" && first !== "" ? first : undefined;
};

/** The model's id of a call names it in every signal. */
export const claudeCallKey = (attributes: Attributes): string | undefined =>
  textAt(attributes, "tool_use_id");

/**
 * Who decided about a call, by the source that Claude Code names: `user_temporary`, `user_permanent`, `user_reject`, `user_abort`, `config`, `hook`, `classifier`,
 * and with what it was after a colon `rule:`, `mode:` and `hook:`.
 */
export function claudeApproval(attributes: Attributes, source: string | undefined): Approval | undefined {
  if (source === undefined) return undefined;
  const [kind = "", ...rest] = source.split(":");
  const policy = rest.length > 0 ? source : undefined;
  if (kind.startsWith("user"))
    return {
      approvedBy: firstText(attributes, ["user.email", "user.account_uuid", "user.id"]),
      method: "human",
    };
  if (kind === "classifier") return { approvedBy: kind, method: "model", policy };
  return { approvedBy: kind, method: kind === "hook" ? "hook" : "rule", policy };
}
