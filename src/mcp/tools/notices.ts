import { pageAnswer } from "../answer.js";
import { askObject } from "../api.js";
import { readArguments } from "../arguments.js";
import type { Tool } from "../tool.js";
import { CURSOR, LAST } from "./find-runs.js";

const PARAMETERS = {
  last: { ...LAST, default: "7d" },
  rule: { type: "string", description: "Name of a rule, such as loop." },
  state: { type: "string", description: "State, such as open, acknowledged or closed." },
  agent: { type: "string", description: "Name of an agent." },
  project: { type: "string", description: "Name of a project." },
  run: { type: "string", description: "A run." },
  limit: { type: "integer", description: "Most notices.", minimum: 1, maximum: 100, default: 25 },
  cursor: CURSOR,
} as const;

export const notices: Tool = {
  name: "notices",
  title: "Notices",
  description:
    "Lists what was noticed, such as loops: what repeats, since when, what it has cost, and ids of actions that show it.",
  parameters: PARAMETERS,
  async call(given, { ask, maxCharacters }) {
    return pageAnswer(
      "notices",
      await askObject(ask, "/notices", readArguments(PARAMETERS, given)),
      maxCharacters,
    );
  },
};
