import { jsonArguments, type Members, membersOf } from "../../tracing/tool-shapes/members.js";

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

/** Calls that were answered, but for those with these ids: the runner gave them to no tool, and told the model why. */
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
