import { CAPTURE_CONTENT_OPTION } from "./capture-content.js";
import { text } from "./option.js";

/** Options of reading spans, which are resolved where spans are read. */
export const READING_OPTIONS = {
  captureContent: CAPTURE_CONTENT_OPTION,
  dialects: text({
    env: "AGENT_ACTIONS_EXPORTER_DIALECTS_FILE",
    defaultText: "the built-in ones",
    unit: "a JSON file",
    placeholder: "FILE",
    description:
      "[Dialects of your own](own-dialect.md), which are asked before the built-in ones. In code: a list that stands in place of them.",
  }),
} as const;
