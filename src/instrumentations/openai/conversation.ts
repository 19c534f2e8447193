import type { Attributes } from "@opentelemetry/api";
import { guarded } from "../../tracing/guard.js";
import { jsonArguments, type Members, membersOf } from "../../tracing/tool-shapes/members.js";
import { modelUseAttributes } from "../base/agent-run.js";

export interface AskedCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** The calls of functions that a model asked for in these messages, oldest first. */
export function callsIn(messages: unknown): readonly AskedCall[] {
  return listOf(messages).flatMap((message) =>
    listOf(message.tool_calls).map(({ id, function: called }) => {
      const { name, arguments: input } = membersOf(called);
      return { id: String(id), name: String(name), input: jsonArguments(input) };
    }),
  );
}

/** Calls that were answered, but for those with these ids: the runner gave them to no tool, and said to the model why. */
export function refusedCalls(
  messages: unknown,
  known: ReadonlySet<unknown>,
): readonly (AskedCall & { readonly message: string })[] {
  const answers = new Map(
    listOf(messages)
      .filter(({ role }) => role === "tool")
      .map(({ tool_call_id: id, content }) => [id, content]),
  );
  return callsIn(messages)
    .filter(({ id }) => answers.has(id) && !known.has(id))
    .map((call) => ({ ...call, message: String(answers.get(call.id)) }));
}

const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? value.map(membersOf) : []);

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
