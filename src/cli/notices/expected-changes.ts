/** Marks changes as expected, and lists the marks. */
import { EXPECTED_KINDS } from "../../api/routes/expected-change-routes.js";
import type { JsonObject } from "../../event/json.js";
import { rawItems, rawMembers } from "../../store/raw-members.js";
import type { ApiClient } from "../client/client.js";
import type { NoticeChangeFlags } from "../commands/notices.js";
import { oneLine } from "../format/values.js";
import { UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { type ShownColumn, textOf } from "../lists/list-columns.js";
import { listTable } from "../lists/list-table.js";
import { parsedRow } from "../lists/shown-row.js";
import { shownTime } from "../lists/shown-time.js";
import { any, POST } from "./marks.js";

interface Flags extends NoticeChangeFlags {
  readonly json: boolean;
}

/** Throws `UsageError` where nothing says when the change begins. */
export function checkExpected({ agent, kind, since, until, ...options }: NoticeChangeFlags): void {
  if (options["agent-version"] === undefined && (since === undefined || until === undefined))
    throw new UsageError(
      "Say when it changes: --agent-version VERSION, or --since TIME and --until TIME.",
      "notices",
    );
  if ((agent?.length ?? 0) > 1 || (kind?.length ?? 0) > 1)
    throw new UsageError("An expected change has one agent and one kind: mark several.", "notices");
  const [word] = kind ?? [];
  if (word !== undefined && !EXPECTED_KINDS.includes(word))
    throw new UsageError(`--kind has to be one of ${EXPECTED_KINDS.join(", ")}.`, "notices");
  if (since !== undefined && until !== undefined && Date.parse(since) >= Date.parse(until))
    throw new UsageError("--until has to be later than --since.", "notices");
}

export async function expectChange(
  { agent, tool, kind, since, until, reason, json, ...options }: Flags,
  by: string | undefined,
  client: ApiClient,
  out: Output,
): Promise<void> {
  const body = {
    agent_name: agent?.[0],
    tool_name: tool,
    kind: kind?.[0],
    agent_version: options["agent-version"],
    from_at: since,
    until_at: until,
    reason,
    created_by: by,
  };
  const added = await client.text("/expected-changes", POST(body));
  if (json) out.result(added);
  else show([parsedRow(added)], out);
}

export async function showExpectedChanges(asJson: boolean, client: ApiClient, out: Output): Promise<void> {
  const page = await client.text("/expected-changes");
  const marks = rawItems(rawMembers(page, "containers").get("data") ?? "[]");
  if (marks.length === 0) out.progress(out.progressStyle.dim("No change is expected."));
  else if (asJson) for (const each of marks) out.result(each);
  else show(marks.map(parsedRow), out);
}

const COLUMNS: readonly ShownColumn[] = [
  { head: "NUMBER", of: (row) => textOf(row.id), align: "right" },
  { head: "AGENT", of: (row) => any(row.agent_name), maxWidth: 20 },
  { head: "TOOL", of: (row) => any(row.tool_name), maxWidth: 20 },
  { head: "KIND", of: (row) => any(row.kind) },
  { head: "VERSION", of: (row) => any(row.agent_version), maxWidth: 16 },
  { head: "FROM", of: (row) => shownTime(row.from_at) || "any" },
  { head: "UNTIL", of: (row) => shownTime(row.until_at) || "any" },
  { head: "BY", of: (row) => textOf(row.created_by), maxWidth: 16 },
  { head: "REASON", of: (row) => oneLine(textOf(row.reason)), takesRest: true },
];

function show(marks: readonly JsonObject[], out: Output): void {
  for (const line of listTable(marks, COLUMNS, out)) out.result(line);
}
