/** The lists of the API that have a command. */
import { collectionParameters } from "../../api/collection.js";
import { ACTIONS } from "../../api/collections/actions.js";
import { DECISIONS } from "../../api/collections/decisions.js";
import { FILES } from "../../api/collections/files.js";
import { ERRORS, SESSIONS } from "../../api/collections/groups.js";
import { MEASURE_COLUMNS } from "../../api/collections/measures.js";
import { LOOPS, NOTICES } from "../../api/collections/notices.js";
import { RUNS } from "../../api/collections/runs.js";
import { STATISTICS_PARAMETERS } from "../../api/collections/statistics.js";
import type { ParameterTable } from "../../api/query/parameter.js";

export interface List {
  /** Below `/api/v1`. */
  readonly path: string;
  readonly parameters: ParameterTable;
  /** Names of the columns of its rows, in their order. */
  readonly columns: readonly string[];
  /** Filters that bound it by themselves: with one of these it is of all times. */
  readonly boundedBy: readonly string[];
}

const listOf = (path: string, collection: typeof RUNS): List => ({
  path,
  parameters: collectionParameters(collection),
  columns: Object.keys(collection.columns),
  boundedBy: collection.boundedBy ?? [],
});

export const LISTS = {
  runs: listOf("/runs", RUNS),
  actions: listOf("/actions", ACTIONS),
  // What they are grouped by stands before these.
  stats: {
    path: "/stats",
    parameters: STATISTICS_PARAMETERS,
    columns: Object.keys(MEASURE_COLUMNS),
    boundedBy: [],
  },
  decisions: listOf("/decisions", DECISIONS),
  sessions: listOf("/sessions", SESSIONS),
  errors: listOf("/errors", ERRORS),
  files: listOf("/files", FILES),
  notices: listOf("/notices", NOTICES),
  loops: listOf("/loops", LOOPS),
} as const satisfies Readonly<Record<string, List>>;

export type ListName = keyof typeof LISTS;
