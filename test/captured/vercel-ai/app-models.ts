import type { ModelTold } from "../capture.js";
import { DECLINED, type Variant, weather } from "./app-rows.js";

/** What the calls of the model after the first two steps, and after the approvals, say. */
export function modelsOf({ ids, major, isHidden, isLegacy }: Variant): Readonly<Record<string, ModelTold>> {
  const [first, second] = ids.mainModels;
  if (first === undefined || second === undefined) return {};
  if (isHidden) return { [first]: { requested: [["tool_calls"]], answered: [] } };
  const isTyped = major < 7 || isLegacy === true;
  const named = (name: string): [string?] => (isTyped ? [name] : []);
  const ok = isTyped ? "ok" : "unknown";
  const prefix = (type: string) => (major === 7 ? `${type}: ` : "");
  const UNKNOWN_TOOL =
    "Model tried to call unavailable tool 'noSuchTool'. Available tools: getWeather, charge, jsonText, list, nothing, progress, mcpTool, dynamic, askUser, pay.";
  const UNFIT = `Invalid input for tool getWeather: ${prefix("AI_TypeValidationError")}Type validation failed: Value: {"city":5}.\nError message: ${prefix("Error")}does not fit the schema`;
  const made: ModelTold["answered"] = [
    ["call_1", ok, weather("Paris"), ...named("getWeather")],
    ["call_2", "error", `${prefix("TypeError")}${DECLINED}`, ...named("charge")],
  ];
  const impossible: ModelTold["answered"] = [
    ["call_3", "error", `${prefix("AI_NoSuchToolError")}${UNKNOWN_TOOL}`, ...named("noSuchTool")],
    ["call_4", "error", `${prefix("AI_InvalidToolInputError")}${UNFIT}`, ...named("getWeather")],
  ];
  const [, refused, , allowed] = ids.gateModels;
  return {
    [first]: {
      requested: [
        ["getWeather", "call_1", { city: "Paris" }],
        ["charge", "call_2", { amount: 3 }],
        ["noSuchTool", "call_3", { x: 1 }],
        ["getWeather", "call_4", { city: 5 }],
      ],
      answered: [],
    },
    [second]: {
      requested: [
        ["jsonText", "call_5", {}],
        ["list", "call_6", { q: "a" }],
        ["nothing", "call_7", {}],
        ["progress", "call_8", { steps: 2 }],
        ["mcpTool", "call_9", { city: "Atlantis" }],
        ["dynamic", "call_10", { any: [1] }],
      ],
      answered: major === 5 ? [...impossible, ...made] : [...made, ...impossible],
    },
    ...(refused !== undefined &&
      allowed !== undefined && {
        [refused]: {
          requested: [],
          answered: [
            [
              "call_50",
              "denied",
              isTyped ? "too much" : { denied: true, reason: "too much" },
              ...named("pay"),
            ],
          ],
        },
        [allowed]: {
          requested: [],
          answered: [["call_51", ok, { paid: 100 }, ...named("pay")]],
        },
      }),
  };
}
