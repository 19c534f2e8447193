import { ACTIONS } from "../collections/actions.js";
import { DECISIONS } from "../collections/decisions.js";
import { FILES } from "../collections/files.js";
import { AGENTS, ERRORS, SESSIONS, TOOLS } from "../collections/groups.js";
import { LABELS } from "../collections/labels.js";
import { PRODUCERS } from "../collections/producers.js";
import { RUNS } from "../collections/runs.js";
import type { Route } from "../route.js";
import { ACTIVITY_ROUTE } from "./activity-route.js";
import { DEAD_LETTER_ROUTES } from "./dead-letter-routes.js";
import { EXPECTED_CHANGE_ROUTES } from "./expected-change-routes.js";
import { LABEL_ROUTES } from "./label-routes.js";
import { listRoute } from "./list-route.js";
import { NOTICE_ROUTES } from "./notice-routes.js";
import { NOTICE_STREAM_ROUTE } from "./notice-stream-route.js";
import { ACTION_ROUTE, RUN_ROUTE } from "./one-row.js";
import { RUN_ACTIONS_ROUTE, SKELETON_ROUTE } from "./run-tree-routes.js";
import { SESSION_ROUTES } from "./session-routes.js";
import { SHARE_ROUTES } from "./share-routes.js";
import { STATISTICS_ROUTE } from "./statistics-route.js";
import { STREAM_ROUTE } from "./stream-route.js";
import { VIEW_ROUTES } from "./view-routes.js";
import { WHOLE_CONTENT_ROUTE } from "./whole-content-route.js";

const SHARED = { isShared: true };

/** Every operation of the API. */
export const ROUTES: readonly Route[] = [
  listRoute("/runs", "listRuns", "Runs, those with the latest action first.", RUNS),
  ACTIVITY_ROUTE,
  RUN_ROUTE,
  SKELETON_ROUTE,
  RUN_ACTIONS_ROUTE,
  listRoute("/actions", "listActions", "Actions, the latest first.", ACTIONS, SHARED),
  ACTION_ROUTE,
  WHOLE_CONTENT_ROUTE,
  STREAM_ROUTE,
  STATISTICS_ROUTE,
  listRoute("/tools", "listTools", "Tools, the most called first.", TOOLS),
  listRoute("/agents", "listAgents", "Agents, the busiest first.", AGENTS),
  listRoute("/sessions", "listSessions", "Sessions, those with the latest action first.", SESSIONS),
  listRoute(
    "/decisions",
    "listDecisions",
    "Decisions of agents and routers, the latest first.",
    DECISIONS,
    SHARED,
  ),
  listRoute("/files", "listFileOperations", "What tools did to files, the latest first.", FILES, SHARED),
  listRoute(
    "/errors",
    "listErrors",
    "Failures as the errors that they are, the most frequent first.",
    ERRORS,
  ),
  listRoute("/labels", "listLabels", "What was said of runs and actions, the latest first.", LABELS),
  ...LABEL_ROUTES,
  ...NOTICE_ROUTES,
  NOTICE_STREAM_ROUTE,
  ...EXPECTED_CHANGE_ROUTES,
  ...SESSION_ROUTES,
  ...SHARE_ROUTES,
  ...VIEW_ROUTES,
  ...DEAD_LETTER_ROUTES,
  listRoute("/producers", "listProducers", "Starts of producers, the latest seen first.", PRODUCERS),
];
