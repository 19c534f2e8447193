import type { Attributes } from "@opentelemetry/api";
import { guarded } from "../../tracing/guard.js";
import { membersOf } from "../../tracing/tool-shapes/members.js";
import { modelUseAttributes } from "../base/agent-run.js";

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
