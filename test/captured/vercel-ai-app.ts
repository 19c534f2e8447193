import type { Capture } from "./capture.js";
import { IDS_5, IDS_5_OI, IDS_6, IDS_6_OI, IDS_7, IDS_LEGACY } from "./vercel-ai/app-ids.js";
import { modelsOf } from "./vercel-ai/app-models.js";
import { rowsOf, type Variant } from "./vercel-ai/app-rows.js";

// What test/capture/ai-sdk-app.mjs does, in each version of the AI SDK: as it is, with its content hidden, and behind the span
// processor of @arizeai/openinference-vercel, which renames spans and smears the status of the first failure over later ones.

const wentWell = "a call of a model that went well";
const OTHERS_LEGACY = {
  "ai.generateText.doGenerate": wentWell,
  "ai.streamText.doStream": wentWell,
  "ai.generateObject.doGenerate": wentWell,
  "ai.generateText": "a plain call of a model without a name",
};
const renamed = (functionIds: readonly string[]) =>
  Object.fromEntries([
    ...functionIds.map((id) => [`ai.generateText.doGenerate ${id}`, wentWell]),
    ["ai.streamText.doStream streaming", wentWell],
    ["ai.generateObject.doGenerate extract", wentWell],
    ["ai.generateText.doGenerate", wentWell],
    ["ai.generateText", "a plain call of a model without a name"],
  ]);
const OTHERS_7 = {
  ...Object.fromEntries(
    ["main", "ask", "gate", "stream", "object", "loop", "plain"].map((name) => [
      `chat mock-${name}`,
      wentWell,
    ]),
  ),
  "step 1": "agent_step is a step of a run",
  "step 2": "agent_step is a step of a run",
  "step 3": "agent_step is a step of a run",
  "invoke_agent mock-plain": "a plain call of a model without a name",
};

const capture = (variant: Variant, others: Readonly<Record<string, string>>): Capture => ({
  file: variant.file,
  source: "vercel-ai",
  rows: rowsOf(variant),
  models: modelsOf(variant),
  others,
});

export const CAPTURES: readonly Capture[] = [
  capture({ file: "vercel-ai-5", ids: IDS_5, major: 5 }, OTHERS_LEGACY),
  capture({ file: "vercel-ai-5-hidden", ids: IDS_5, major: 5, isHidden: true }, OTHERS_LEGACY),
  capture(
    { file: "vercel-ai-5-openinference", ids: IDS_5_OI, major: 5 },
    renamed(["support-agent", "asking"]),
  ),
  capture({ file: "vercel-ai-6", ids: IDS_6, major: 6 }, OTHERS_LEGACY),
  capture({ file: "vercel-ai-6-hidden", ids: IDS_6, major: 6, isHidden: true }, OTHERS_LEGACY),
  capture(
    { file: "vercel-ai-6-openinference", ids: IDS_6_OI, major: 6 },
    renamed(["support-agent", "asking", "gated"]),
  ),
  capture({ file: "vercel-ai-7", ids: IDS_7, major: 7 }, OTHERS_7),
  capture({ file: "vercel-ai-7-hidden", ids: IDS_7, major: 7, isHidden: true }, OTHERS_7),
  capture({ file: "vercel-ai-7-openinference", ids: IDS_7, major: 7 }, OTHERS_7),
  capture({ file: "vercel-ai-7-legacy", ids: IDS_LEGACY, major: 7, isLegacy: true }, OTHERS_LEGACY),
  capture(
    { file: "vercel-ai-7-legacy-hidden", ids: IDS_LEGACY, major: 7, isLegacy: true, isHidden: true },
    OTHERS_LEGACY,
  ),
];
