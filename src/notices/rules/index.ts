import type { RuleName } from "../../config/alert-rules.js";
import { createAnomalyRule } from "./anomaly-rule.js";
import { COLLISION_RULE } from "./collision-rule.js";
import { NOVELTY_RULE } from "./novelty-rule.js";
import type { PeriodicRule } from "./periodic-rule.js";
import { PIPELINE_RULE } from "./pipeline-rule.js";
import { createRegressionRule } from "./regression-rule.js";
import { SILENCE_RULE } from "./silence-rule.js";
import { STUCK_RULE } from "./stuck-rule.js";

/** The pipeline first: what it lost makes all others doubtful. Some remember what they found last. */
export const createPeriodicRules = (): readonly (PeriodicRule & { readonly rule: RuleName })[] => [
  { ...PIPELINE_RULE, rule: "pipeline" },
  { ...SILENCE_RULE, rule: "silence" },
  { ...STUCK_RULE, rule: "stuck" },
  { ...COLLISION_RULE, rule: "collision" },
  { ...NOVELTY_RULE, rule: "novelty" },
  { ...createAnomalyRule(), rule: "anomaly" },
  { ...createRegressionRule(), rule: "regression" },
];
