import { readDialects } from "../../../exporter/read/dialects/custom/resolve-dialects.js";
import { DIALECTS } from "../../../exporter/read/dialects/index.js";
import type { TransformOptions } from "../../../exporter/read/transform.js";
import type { MAPPING_OPTIONS } from "../commands/map.js";
import type { OptionValues } from "../framework/command.js";

/** How the command line wants spans to be read; what it does not say is left to the environment. */
export function mappingOptions(options: OptionValues<typeof MAPPING_OPTIONS>): TransformOptions {
  const {
    dialects,
    "agent-name": agentName,
    "llm-calls": llmCalls,
    "capture-content": captureContent,
  } = options;
  return {
    ...(agentName !== undefined && { agentName }),
    ...(llmCalls !== undefined && { llmCalls }),
    ...(captureContent !== undefined && { captureContent }),
    ...(dialects !== undefined && { dialects: [...readDialects(dialects), ...DIALECTS] }),
  };
}
