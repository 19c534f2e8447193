import { pageAnswer } from "../answer.js";
import { askObject } from "../api.js";
import { readArguments } from "../arguments.js";
import type { Tool } from "../tool.js";

const FIELDS = [
  "correlation_id",
  "correlation_text",
  "title",
  "state",
  "started_at",
  "duration_ms",
  "actions",
  "failed_actions",
  "agents",
  "project_name",
  "environment",
  "labels",
];

/** Arguments that many tools have. */
export const LAST = {
  type: "string",
  description: "Time range back from now: 30m, 24h, 7d, 90d or all.",
  default: "24h",
} as const;

export const CURSOR = {
  type: "string",
  description: "next of the answer before, for the rows after it.",
} as const;

const PARAMETERS = {
  last: LAST,
  agent: { type: "string", description: "Name of an agent." },
  project: { type: "string", description: "Name of a project." },
  session: { type: "string", description: "Id of a session." },
  tool: { type: "string", description: "Runs in which this tool was called." },
  text: { type: "string", description: "Text in names or details of actions, in any case." },
  file: { type: "string", description: "Path of a file that an action touched." },
  label: { type: "string", description: "Name of a label, such as a verdict." },
  failed: { type: "boolean", description: "true: runs in which an action failed." },
  limit: { type: "integer", description: "Most runs.", minimum: 1, maximum: 100, default: 25 },
  cursor: CURSOR,
} as const;

export const findRuns: Tool = {
  name: "find_runs",
  title: "Find runs",
  description:
    "Lists runs of agents, those with the latest action first, with counts, state, agents and labels. All filters that are given have to fit one action of the run.",
  parameters: PARAMETERS,
  async call(given, { ask, maxCharacters }) {
    const filters = readArguments(PARAMETERS, given);
    const body = await askObject(ask, "/runs", { ...filters, fields: FIELDS.join(",") });
    return pageAnswer("runs", body, maxCharacters);
  },
};
