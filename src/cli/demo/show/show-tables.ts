import { formatCount } from "../../format/count.js";
import { formatDuration } from "../../format/duration.js";
import { renderTable } from "../../format/table.js";
import type { DemoResult } from "../demo-result.js";
import type { Page } from "./page.js";

const TABLES = {
  action: "agent_actions",
  routing_decision: "agent_routing_decisions",
  transformation: "agent_transformation_events",
  router_performance: "router_performance_metrics",
  detection_failure: "agent_detection_failures",
  execution: "agent_execution_logs",
  file_operation: "agent_file_operations",
} as const;

/** All seven tables, what the agent counted beside what is stored; then the view over them. */
export function showTables(page: Page, { tallies, traces }: DemoResult): void {
  const { style } = page.out;
  page.heading("All six kinds of event, counted twice");
  const rows = Object.entries(TABLES).map(([kind, table]) => {
    const { done, stored } = tallies[kind as keyof typeof TABLES];
    return [table, String(done), String(stored), done === stored ? style.good("same") : style.bad("differs")];
  });
  const head = ["", "by the agent", "in the table", ""].map(style.dim);
  const columns = [{}, { align: "right" }, { align: "right" }, {}] as const;
  for (const line of renderTable([head, ...rows], columns)) page.line(line);

  page.line();
  page.line(style.dim("The view recent_debug_traces, one row a run and agent:"));
  const views = traces.map((trace) => [
    trace.agent_name,
    formatCount(trace.action_count, "action"),
    formatCount(trace.error_count, "error"),
    formatCount(trace.success_count, "success", "successes"),
    formatDuration(trace.trace_ended.getTime() - trace.trace_started.getTime()),
  ]);
  const right = { align: "right" } as const;
  for (const line of renderTable(views, [{}, right, right, right, right])) page.line(line);
}
