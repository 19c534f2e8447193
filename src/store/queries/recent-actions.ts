import type pg from "pg";
import { type ActionType, correlationId } from "../../event/index.js";
import { ACTION_COLUMNS, type ActionRow } from "./action-row.js";
import { runQuery } from "./run-query.js";

export interface RecentActionsFilter {
  /** Name or path of the project. */
  readonly project?: string | undefined;
  readonly agentName?: string | undefined;
  readonly actionType?: ActionType | undefined;
  /** A UUID, or the text that the producer gave. */
  readonly correlationId?: string | undefined;
  /** Actions that began at this time or later. */
  readonly since?: Date | undefined;
  /** @default 20 */
  readonly limit?: number | undefined;
}

/** The latest actions that fit every given part of the filter, the last one first. */
export function recentActions(pool: pg.Pool, filter: RecentActionsFilter = {}): Promise<ActionRow[]> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  // Only what is asked for stands in the statement, so that Postgres sees which index serves it.
  const where = (condition: (parameter: string) => string, value: unknown) => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  where((project) => `(project_name = ${project} or project_path = ${project})`, filter.project);
  where((agent) => `agent_name = ${agent}`, filter.agentName);
  where((type) => `action_type = ${type}`, filter.actionType);
  where((since) => `created_at >= ${since}`, filter.since);
  const { correlationId: text } = filter;
  where((id) => `correlation_id = ${id}`, text === undefined ? undefined : correlationId(text).uuid);
  values.push(filter.limit ?? 20);
  return runQuery(
    pool,
    `select ${ACTION_COLUMNS} from agent_actions
     ${conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`}
     order by created_at desc, id desc
     limit $${values.length}`,
    values,
  );
}
