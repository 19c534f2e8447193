import { ACTIONS } from "../collections/actions.js";
import { RUNS } from "../collections/runs.js";
import type { Route } from "../route.js";
import { listRoute } from "./list-route.js";
import { ACTION_ROUTE, RUN_ROUTE } from "./one-row.js";
import { RUN_ACTIONS_ROUTE, SKELETON_ROUTE } from "./run-tree-routes.js";
import { STREAM_ROUTE } from "./stream-route.js";

/** Every operation of the API. */
export const ROUTES: readonly Route[] = [
  listRoute("/runs", "listRuns", "Runs, those with the latest action first.", RUNS),
  RUN_ROUTE,
  SKELETON_ROUTE,
  RUN_ACTIONS_ROUTE,
  listRoute("/actions", "listActions", "Actions, the latest first.", ACTIONS),
  ACTION_ROUTE,
  STREAM_ROUTE,
];
