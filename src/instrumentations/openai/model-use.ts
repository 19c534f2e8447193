import type { Attributes } from "@opentelemetry/api";
import { guarded } from "../../tracing/guard.js";
import { type Members, membersOf } from "../../tracing/tool-shapes/members.js";
import { modelUseAttributes } from "../base/agent-run.js";

/** The tokens of all completions of a run. A streaming run has them only where the host asked for `include_usage`. */
export function modelUseOf(runner: Members): Attributes {
  return guarded("the completions of a run could not be read", () => sumOf(runner)) ?? {};
}

function sumOf(runner: Members): Attributes {
  const completions = (runner.allChatCompletions as () => readonly Members[]).call(runner);
  const used = completions.flatMap(({ usage }) => (usage ? [membersOf(usage)] : []));
  const sum = (key: string) => used.reduce((total, usage) => total + Number(usage[key] ?? 0), 0);
  const [choice] = (completions.at(-1)?.choices ?? []) as readonly Members[];
  return modelUseAttributes({
    inputTokens: used.length > 0 ? sum("prompt_tokens") : undefined,
    outputTokens: used.length > 0 ? sum("completion_tokens") : undefined,
    finishReason: choice?.finish_reason,
  });
}
