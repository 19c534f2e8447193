import { MARK_LEGEND } from "../../actions/action-mark.js";
import { actionTree } from "../../actions/action-tree.js";
import { renderTree } from "../../actions/render-tree.js";
import type { DemoResult } from "../demo-result.js";
import type { Page } from "./page.js";

/** The run as a tree: an action stands below the one that it happened in. */
export function showActions(page: Page, { actions, agent }: DemoResult): void {
  const { style } = page.out;
  page.heading("Every action is a row of agent_actions");
  page.line(style.dim(`correlation id ${agent.correlationId}`));
  page.line();
  for (const line of renderTree(actionTree(actions), { columns: page.columns, style })) page.line(line);
  page.line();
  page.line(style.dim(MARK_LEGEND));
}
