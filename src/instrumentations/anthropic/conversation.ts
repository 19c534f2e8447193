import { type Members, membersOf } from "../../tracing/tool-shapes/members.js";

export interface RefusedCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  /** What the model was told. */
  readonly message: string;
}

/** The blocks of a type in a runner's conversation, oldest first. */
export function blocksOf(runner: Members, type: "tool_use" | "tool_result"): readonly Members[] {
  const { messages } = membersOf(runner.params);
  if (!Array.isArray(messages)) return [];
  const blocks = messages.flatMap((message) => membersOf(message).content ?? []);
  return blocks.map(membersOf).filter((block) => block.type === type);
}

/** Calls that were answered with an error, but for those with these ids. */
export function refusedCalls(runner: Members, known: ReadonlySet<unknown>): readonly RefusedCall[] {
  const asked = new Map(blocksOf(runner, "tool_use").map((block) => [block.id, block]));
  return blocksOf(runner, "tool_result").flatMap(({ is_error: isError, tool_use_id: id, content }) => {
    const call = asked.get(id);
    if (isError !== true || call === undefined || known.has(id)) return [];
    return { id: String(id), name: String(call.name), input: call.input, message: textOf(content) };
  });
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = [content ?? []].flat().map((part) => membersOf(part).text);
  return parts.filter((text) => typeof text === "string").join("\n");
}
