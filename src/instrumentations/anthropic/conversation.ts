import type { Attributes } from "@opentelemetry/api";
import { guarded } from "../../tracing/guard.js";
import { type Members, membersOf } from "../../tracing/tool-shapes/members.js";
import { modelUseAttributes } from "../base/agent-run.js";

export interface RefusedCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  /** The error as it was reported to the model. */
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

/** The tokens of all answers of a run. */
export class ModelUseSum {
  readonly #answers: unknown[] = [];

  /** @param answer a message, or the stream of one, which knows its message by the end of the run */
  add(answer: unknown): void {
    this.#answers.push(answer);
  }

  attributes(): Attributes {
    return guarded("the answers of a model could not be read", () => this.#sum()) ?? {};
  }

  #sum(): Attributes {
    const messages = this.#answers.map(messageOf);
    const sum = (key: string) =>
      messages.reduce((total, { usage }) => total + Number(membersOf(usage)[key] ?? 0), 0);
    return modelUseAttributes({
      inputTokens: sum("input_tokens"),
      outputTokens: sum("output_tokens"),
      finishReason: messages.at(-1)?.stop_reason,
    });
  }
}

function messageOf(answer: unknown) {
  const { receivedMessages } = membersOf(answer);
  return membersOf(Array.isArray(receivedMessages) ? receivedMessages.at(-1) : answer);
}
