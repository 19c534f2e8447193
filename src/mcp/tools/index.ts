import type { Tool } from "../tool.js";
import { describe } from "./describe.js";
import { diffRuns } from "./diff-runs.js";
import { findRuns } from "./find-runs.js";
import { getActions } from "./get-actions.js";
import { notices } from "./notices.js";
import { querySql } from "./query-sql.js";
import { runSkeleton } from "./run-skeleton.js";

/** In the order in which a model would use them. */
export const TOOLS: readonly Tool[] = [
  describe,
  findRuns,
  runSkeleton,
  getActions,
  diffRuns,
  notices,
  querySql,
];
