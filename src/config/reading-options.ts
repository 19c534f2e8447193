import type { EnvReader } from "./env-reader.js";
import { choice, option, text } from "./option.js";
import { resolveOption } from "./resolve-options.js";

/** The newer values say where content may stand; our events are made of spans, so what counts is whether it may stand there. */
const MEANING: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["false", false],
  ["span_only", true],
  ["span_and_event", true],
  ["event_only", false],
  ["no_content", false],
]);

/** The variable by which instrumentations of the GenAI conventions are configured to capture content. */
export const CAPTURE_CONTENT_OPTION = option<boolean, true>(
  {
    env: "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
    default: true,
    description:
      "Whether arguments, results, prompts and messages go into events: [redaction](redaction.md).",
  },
  {
    unit: "`true`, `false`, and the modes of the conventions",
    expected: `one of ${[...MEANING.keys()].join(", ")}`,
    fromText: (text) => MEANING.get(text.toLowerCase()),
    fromCode: (given) => (typeof given === "boolean" ? given : undefined),
  },
);

/**
 * Whether arguments, results, prompts and messages go into events. The option wins over the variable; the default is yes,
 * other than in the conventions: who installs a log of actions wants to see them.
 */
export function resolveCaptureContent(given: boolean | undefined, env: EnvReader): boolean {
  return resolveOption("captureContent", CAPTURE_CONTENT_OPTION, given, { env });
}

/** Which calls of a model become actions, beside those that failed. */
export const LLM_CALLS = ["none", "requesting_tools", "all"] as const;
export type LlmCalls = (typeof LLM_CALLS)[number];

const LLM_CALLS_OPTION = choice({
  env: "AGENT_ACTIONS_EXPORTER_LLM_CALLS",
  of: LLM_CALLS,
  default: "none",
  description:
    "Which calls of a model that went well become a decision, with model and tokens: [costs](model-costs.md). Failed ones are errors in any case.",
});

/** Which calls of a model become actions: the option wins over the variable. */
export function resolveLlmCalls(given: LlmCalls | undefined, env: EnvReader): LlmCalls {
  return resolveOption("llmCalls", LLM_CALLS_OPTION, given, { env });
}

/** Options of reading spans, which are resolved where spans are read. */
export const READING_OPTIONS = {
  captureContent: CAPTURE_CONTENT_OPTION,
  llmCalls: LLM_CALLS_OPTION,
  dialects: text({
    env: "AGENT_ACTIONS_EXPORTER_DIALECTS_FILE",
    defaultText: "the built-in ones",
    unit: "a JSON file",
    placeholder: "FILE",
    description:
      "[Dialects of your own](own-dialect.md), which are asked before the built-in ones. In code: a list that stands in place of them.",
  }),
} as const;
