import { relative } from "node:path";
import { isPlainObject } from "../../event/json.js";
import type { FileOperationRow } from "../../store/queries/file-operations-of.js";
import { actionTree, renderTree } from "../actions/action-tree.js";
import { MARK_LEGEND, shownMillis } from "../actions/shown-action.js";
import { renderTable } from "../format/table.js";
import { formatBytes, formatCount, formatDuration, oneLine } from "../format/values.js";
import { wrapText } from "../framework/help.js";
import type { Output } from "../framework/output.js";
import { type DemoResult, deedInWords } from "./demo-result.js";

/** A page of the demo: numbered headings, everything else indented below them. */
export interface Page {
  readonly out: Output;
  /** Width of what stands below a heading. */
  readonly columns: number;
  heading(text: string): void;
  line(text?: string): void;
  /** One point of a list, over as many lines as it takes. */
  item(text: string): void;
}

const INDENT = "   ";

export function createPage(out: Output): Page {
  let headings = 0;
  return {
    out,
    columns: out.columns - INDENT.length,
    heading(text) {
      headings += 1;
      out.result(`\n${out.style.bold(`${headings}  ${text}`)}`);
    },
    line: (text = "") => out.result(text === "" ? "" : INDENT + text),
    item(text) {
      wrapText(text, out.columns - INDENT.length - 2).forEach((line, at) => {
        out.result(`${INDENT}${at === 0 ? out.style.dim("> ") : "  "}${line}`);
      });
    },
  };
}

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

/** What the consumer says of itself over HTTP, as one would ask it by curl. */
export async function showConsumer(page: Page, url: string): Promise<void> {
  const { dim } = page.out.style;
  page.heading("What the consumer says of itself");
  const health = await ask(`${url}/health`);
  page.line(
    `${dim("GET /health ")}  ${pick(health, ["status", "consumer", isPlainObject(health) && "spool" in health ? "spool" : "kafka", "postgres"])}`,
  );
  const metrics = await ask(`${url}/metrics`);
  page.line(`${dim("GET /metrics")}  ${pick(metrics, ["messages_consumed", "messages_inserted"])}`);
  page.line(`              ${pick(metrics, ["messages_duplicate", "messages_dead_lettered", "lag"])}`);
}

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url);
  return response.json();
}

function pick(answer: unknown, names: readonly string[]): string {
  const members = isPlainObject(answer) ? answer : {};
  return names.map((name) => `${name} ${String(members[name])}`).join(", ");
}

/** What was done to files, out of the same tool calls. */
export function showFiles(page: Page, { fileOperations }: DemoResult, folder: string): void {
  const { style } = page.out;
  page.heading("Tool calls on files are rows of agent_file_operations too");
  const rows = fileOperations.map((row) => [
    row.operation_type,
    shownTarget(row, folder),
    row.success === false ? style.bad("failed") : sizeOf(row),
    shownMillis(row.duration_ms),
  ]);
  const columns = [{}, { maxWidth: page.columns - 32 }, { align: "right" }, { align: "right" }] as const;
  for (const line of renderTable(rows, columns)) page.line(line);
}

/** Of a search what was looked for, of everything else the file. */
function shownTarget(row: FileOperationRow, folder: string): string {
  const { operation_params, file_path, file_name } = row;
  if (typeof operation_params?.pattern === "string") return oneLine(operation_params.pattern);
  if (file_path === null) return "";
  const inside = relative(folder, file_path);
  return oneLine(inside === "" ? "." : inside.startsWith("..") ? (file_name ?? file_path) : inside);
}

function sizeOf({ bytes_read, bytes_written }: FileOperationRow): string {
  const bytes = bytes_read ?? bytes_written;
  return bytes === null ? "" : formatBytes(bytes);
}

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

/** Whether everything arrived, and what did not. */
export function showVerdict(
  page: Page,
  { complete, comparison, agent, metrics }: DemoResult,
  millis: number,
): void {
  const { style } = page.out;
  page.line();
  if (complete) {
    const { bold, good } = style;
    const done = formatCount(agent.deeds.length, "thing");
    page.line(good(bold(`All ${done} that the agent did are rows: none is missing, none is`)));
    page.line(good(bold(`there twice, and nothing was dead-lettered. ${formatDuration(millis)} in all.`)));
    return;
  }
  const { missing, surplus } = comparison;
  page.line(style.bad("The rows are not what the agent did."));
  for (const deed of missing) page.line(style.bad(`  missing: ${deedInWords(deed)}`));
  for (const deed of surplus) page.line(style.bad(`  too many: ${deedInWords(deed)}`));
  if (metrics.messages_dead_lettered > 0)
    page.line(style.bad(`  ${formatCount(metrics.messages_dead_lettered, "dead letter")}`));
}

/** Three commands that work where the demo worked. */
export function showNextSteps(page: Page, program: string): void {
  const { accent, bold } = page.out.style;
  page.line();
  page.line(bold("Try next"));
  const steps = [
    [`${program} demo --stay`, "the same, then look around in it with psql, tail and curl"],
    [`${program} dev`, "the same servers for your own agent, until Ctrl-C"],
    [`${program} dev -- ${program} doctor`, "looks at everything between an agent and its rows"],
  ];
  for (const [command = "", does = ""] of steps) {
    page.line(`  ${accent(command)}`);
    page.line(`      ${does}`);
  }
}
