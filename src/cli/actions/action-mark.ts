import type { Style } from "../framework/style.js";
import { failed } from "./describe-action.js";
import type { ShownAction } from "./shown-action.js";

const MARKS: Readonly<Record<string, string>> = { tool_call: "●", decision: "◆", success: "✔" };
const FAILED = "✖";
const UNKNOWN = "○";

/** What the marks mean, for below a tree. */
export const MARK_LEGEND = `${MARKS.tool_call} tool call   ${MARKS.decision} decision   ${MARKS.success} success   ${FAILED} error, or a tool call that failed`;

/** One sign for an action, which says the same without colours. */
export function actionMark(action: ShownAction, style: Style): string {
  if (failed(action)) return style.bad(FAILED);
  const mark = MARKS[action.action_type] ?? UNKNOWN;
  if (action.action_type === "success") return style.good(mark);
  return action.action_type === "decision" ? style.warn(mark) : style.accent(mark);
}
