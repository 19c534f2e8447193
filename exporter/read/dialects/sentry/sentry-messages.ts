import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, firstPresent } from "../common/attributes.js";
import { captured, HIDDEN } from "../common/captured.js";
import { readMessages } from "../common/gen-ai-messages.js";
import { answersIn, callsIn } from "../common/model-messages.js";
import type { ModelMessages } from "../dialect.js";

/** Messages as the provider has them; texts and calls of the answer stand under keys of their own, before version 11. */
export function readSentryMessages(span: ReadableSpan): ModelMessages {
  const { attributes } = span;
  const messages = readMessages(span);
  const input = captured(firstPresent(attributes, INPUT_KEYS));
  const calls = captured(firstPresent(attributes, CALL_KEYS));
  const text = captured(attributes[TEXT]);
  const requested = callsIn(calls);
  return {
    requested: requested.length > 0 ? requested : messages.requested,
    answered: input === undefined ? messages.answered : answersIn(input),
    context: input ?? messages.context,
    result: messages.result === HIDDEN ? (calls ?? text ?? HIDDEN) : messages.result,
  };
}

const TEXT = "gen_ai.response.text";
const INPUT_KEYS = ["gen_ai.input.messages", "gen_ai.request.messages", "gen_ai.embeddings.input"];
const CALL_KEYS = ["gen_ai.response.tool_calls", "vercel.ai.response.toolCalls"];

/** The model answered: an exception on the way was caught. */
export const hasAnswer = (attributes: Attributes): boolean =>
  firstPresent(attributes, ["gen_ai.response.finish_reasons", "gen_ai.output.messages", TEXT]) !== undefined;
