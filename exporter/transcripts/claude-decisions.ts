import { claudeApproval } from "../read/dialects/claude-code/claude-code-session.js";
import type { Approval } from "../read/dialects/dialect.js";
import type { ActionReport } from "../read/reports/report.js";
import { type Members, membersOf, textOf } from "./members.js";
import { decisionReport, type TranscriptCall } from "./session-reports.js";

/** How the words begin that Claude Code tells a model of a call that nobody made. */
const REFUSALS: readonly (readonly [RegExp, Approval])[] = [
  [/^The user doesn't want to (?:proceed with|take) this /, { approvedBy: "user", method: "human" }],
  [/^Permission to use .{1,300} has been denied/s, { method: "rule" }],
  [/^Claude requested permissions? to .{1,500}, but you haven't granted it yet/s, { method: "rule" }],
  [/^This command requires approval$/, { method: "rule" }],
  [/^PreToolUse:\S{1,200} hook error: /, { approvedBy: "hook", method: "hook" }],
];

/**
 * Whether a call was refused, and by whom: newer versions say who beside the result, whatever the words of a person are.
 *
 * @param decision `permissionDecision` of the line
 */
export function claudeRefusal(
  told: string,
  decision: Members,
): { readonly reason: string; readonly approval: Approval } | undefined {
  const source = decision.decision === "reject" ? textOf(decision.source) : undefined;
  if (source?.startsWith("user")) return { reason: told, approval: { approvedBy: "user", method: "human" } };
  const approval = claudeApproval({}, source);
  if (approval !== undefined) return { reason: told, approval };
  const words = told.replace(/^<tool_use_error>/, "").trim();
  const refusal = REFUSALS.find(([begin]) => begin.test(words));
  return refusal && { reason: told, approval: refusal[1] };
}

/** What was decided by a call of one of the tools that ask a person, or another agent. */
export function claudeDecision(
  call: TranscriptCall,
  endMillis: number,
  raw: unknown,
  told: string | undefined,
  failed: boolean,
): readonly ActionReport[] {
  const result = membersOf(raw);
  const parameters = membersOf(call.parameters);
  switch (call.name) {
    case "ExitPlanMode":
      return [
        decisionReport(call, endMillis, {
          type: "plan",
          name: "plan_approval",
          context: { plan: result.plan ?? parameters.plan },
          result: { approved: !failed, answer: told },
          approval: { approvedBy: "user", method: "human" },
        }),
      ];
    case "AskUserQuestion":
      return [
        decisionReport(call, endMillis, {
          type: "elicitation",
          name: "user_question",
          context: { questions: parameters.questions },
          result: failed ? undefined : (result.answers ?? told),
          approval: { approvedBy: "user", method: "human" },
        }),
      ];
    case "Agent":
    case "Task":
      return [
        decisionReport(call, endMillis, {
          type: "handoff",
          name: String(parameters.subagent_type ?? "general-purpose"),
          context: { description: parameters.description, prompt: parameters.prompt },
          result: { agent_id: result.agentId, status: result.status },
        }),
      ];
    default:
      return [];
  }
}
