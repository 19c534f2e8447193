import type { EnvReader } from "./env-reader.js";

/** The variable by which the GenAI conventions' instrumentations are told whether to capture content. */
export const ENV_CAPTURE_CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

/** The newer values say where content may stand; our events are made of spans, so what counts is whether it may stand there. */
const MEANING = {
  true: true,
  false: false,
  span_only: true,
  span_and_event: true,
  event_only: false,
  no_content: false,
} as const;

const VALUES = Object.keys(MEANING) as (keyof typeof MEANING)[];

/**
 * Whether arguments, results, prompts and messages go into events. The option wins over the variable; the default is yes,
 * other than in the conventions: who installs a log of actions wants to see them.
 */
export function resolveCaptureContent(option: boolean | undefined, env: EnvReader): boolean {
  if (option !== undefined) return option;
  const value = env.choice(ENV_CAPTURE_CONTENT, VALUES);
  return value === undefined ? true : MEANING[value];
}
