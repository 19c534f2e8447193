/** Tools that agents used, as a beginning for a policy. */
import type { ReportRange } from "../../report/read-report.js";
import type { ApiClient } from "../client/client.js";
import { CommandError } from "../framework/exit-codes.js";
import { parsedRow } from "../lists/shown-row.js";

export interface AllowList {
  readonly since: string;
  readonly until: string;
  readonly agents: readonly {
    readonly agent_name: string;
    /** Names of tools in alphabetical order. */
    readonly allow: readonly string[];
    /** How often each was called, and failed. */
    readonly calls: Readonly<Record<string, { readonly calls: number; readonly failed: number }>>;
  }[];
}

const MOST_GROUPS = 100_000;

/** From the rows, not from statistics: those do not name what is rare on busy days, and what is left out would be forbidden. Throws `CommandError` where there are too many. */
export async function readAllowList(client: ApiClient, range: ReportRange): Promise<AllowList> {
  const { since, until } = range;
  const query = new URLSearchParams({
    group_by: "agent,tool",
    type: "tool_call",
    computed_from: "rows",
    fields: "actions,failed_actions",
    since,
    until,
  });
  for (const agent of range.agents) query.append("agent", agent);
  for (const project of range.projects) query.append("project", project);
  let tooMany = false;
  const tools = new Map<string, Map<string, { calls: number; failed: number }>>();
  for await (const { rows, hasMore } of client.pages("/stats", query, MOST_GROUPS)) {
    tooMany = hasMore;
    for (const row of rows) {
      const { agent, tool, actions, failed_actions: failed } = parsedRow(row);
      if (typeof agent !== "string" || typeof tool !== "string") continue;
      const ofAgent = tools.get(agent) ?? new Map();
      tools.set(agent, ofAgent.set(tool, { calls: Number(actions), failed: Number(failed) }));
    }
  }
  if (tooMany)
    throw new CommandError(
      `There are more than ${MOST_GROUPS} tools of agents in this time: name an agent with --agent, or a shorter time.`,
    );
  const inOrder = <Value>(entries: Iterable<[string, Value]>) =>
    [...entries].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    since,
    until,
    agents: inOrder(tools).map(([agent_name, ofAgent]) => {
      const calls = inOrder(ofAgent);
      return { agent_name, allow: calls.map(([tool]) => tool), calls: Object.fromEntries(calls) };
    }),
  };
}
