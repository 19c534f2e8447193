import { isChange } from "../../effects/file-effects.js";
import {
  EVIDENCE,
  type Evidence,
  evidenceOf,
  isSamePath,
  searchedText,
  type Target,
  targetOf,
} from "../../effects/origin.js";
import { recordedAction } from "../../recorded/recorded-action.js";
import type { ApiClient } from "../client/client.js";
import { parsedRow } from "../lists/shown-row.js";
import { wholeRowsBy } from "../recorded/whole-rows.js";

/** A run, by the action of it that shows the effect best. */
export interface Origin {
  /** Its correlation id. */
  readonly run: string;
  readonly how: Evidence["how"];
  readonly evidence: string;
  readonly action_id: string;
  /** ISO 8601. */
  readonly started_at: string;
  readonly agent_name: string;
  readonly action_name: string;
  /** How many actions of the run show it. */
  readonly actions: number;
}

/** Most rows of a list that are looked at. */
export const MAX_ROWS = 5_000;

/**
 * The runs that brought a target about, the surest first, then the latest.
 *
 * @param query what narrows the actions, with a time range
 */
export async function findOrigins(
  text: string,
  query: URLSearchParams,
  client: ApiClient,
): Promise<{ readonly origins: readonly Origin[]; readonly isWhole: boolean }> {
  const target = targetOf(text);
  const byRun = new Map<string, Origin>();
  const add = (origin: Omit<Origin, "actions">): void => {
    const known = byRun.get(origin.run);
    const isBetter = known === undefined || rank(origin) < rank(known);
    byRun.set(origin.run, { ...(isBetter ? origin : known), actions: (known?.actions ?? 0) + 1 });
  };
  const seen = new Set<string>();
  let rows = 0;
  if (target.kind === "path")
    for await (const origin of writersOf(target.path, query, client)) {
      rows++;
      if (origin === undefined || seen.has(origin.action_id)) continue;
      seen.add(origin.action_id);
      add(origin);
    }
  let found = 0;
  for await (const origin of actionsWith(target, query, client)) {
    found++;
    if (origin !== undefined && !seen.has(origin.action_id)) add(origin);
  }
  const origins = [...byRun.values()].sort(
    (one, other) => rank(one) - rank(other) || (one.started_at < other.started_at ? 1 : -1),
  );
  return { origins, isWhole: rows < MAX_ROWS && found < MAX_ROWS };
}

const rank = ({ how }: Pick<Origin, "how">): number => EVIDENCE.indexOf(how);

type Found = Omit<Origin, "actions"> | undefined;

/** Operations that changed a file of that name, by the last part of its path: tools are given whole paths. */
async function* writersOf(path: string, query: URLSearchParams, client: ApiClient): AsyncGenerator<Found> {
  const name = path.split(/[\\/]/).findLast((part) => part !== "") ?? path;
  const wanted = new URLSearchParams(query);
  wanted.set("name", name);
  for (const operation of ["write", "edit", "create", "delete"]) wanted.append("operation", operation);
  for await (const { rows } of client.pages("/files", wanted, MAX_ROWS))
    for (const row of rows) {
      const operation = parsedRow(row);
      const { file_path: written, success } = operation;
      const fits =
        typeof written === "string" &&
        success !== false &&
        isChange({ ...operation, file_path: written } as never) &&
        isSamePath(path, written);
      yield fits
        ? {
            run: String(operation.correlation_id),
            how: "wrote",
            evidence: `${operation.operation_type} ${written}`,
            action_id: String(operation.action_id),
            started_at: String(operation.started_at),
            agent_name: String(operation.agent_name),
            action_name: String(operation.tool_name),
          }
        : undefined;
    }
}

async function* actionsWith(
  target: Target,
  query: URLSearchParams,
  client: ApiClient,
): AsyncGenerator<Found> {
  const wanted = new URLSearchParams(query);
  wanted.set("type", "tool_call");
  // As it stands in the text of JSON.
  wanted.set("text", JSON.stringify(searchedText(target)).slice(1, -1));
  for await (const row of wholeRowsBy(wanted, client, { most: MAX_ROWS })) {
    if (row === undefined) continue;
    const members = parsedRow(row);
    const action = recordedAction(members);
    const evidence = action === undefined || action.failed ? undefined : evidenceOf(target, action);
    yield evidence === undefined
      ? undefined
      : {
          run: String(members.correlation_id),
          how: evidence.how,
          evidence: evidence.excerpt,
          action_id: String(members.id),
          started_at: String(members.started_at),
          agent_name: String(members.agent_name),
          action_name: String(members.action_name),
        };
  }
}
