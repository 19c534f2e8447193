import { isPlainObject } from "../../../../src/event/json.js";
import type { AnsweredCall, RequestedCall } from "../dialect.js";

/**
 * Puts into answers that say of a failure or a denial what the model had asked for. A model is given the whole conversation, so this is
 * known without the span of the model that asked.
 *
 * @param before the calls of the turns before, the last one last; read only when somebody needs them
 */
export function withAsked(
  answers: readonly AnsweredCall[],
  before: () => readonly RequestedCall[],
): AnsweredCall[] {
  if (!answers.some(wentWrong)) return [...answers];
  const calls = before();
  return answers.map((answer) => {
    const asked = wentWrong(answer) ? calls.findLast(({ callId }) => callId === answer.callId) : undefined;
    return asked === undefined || !tellsMore(asked, answer) ? answer : { ...answer, asked };
  });
}

// Of a conversation that was shortened, the names and ids of calls are left, with arguments that are empty.
const tellsMore = ({ parameters }: RequestedCall, { name }: AnsweredCall): boolean =>
  name === undefined || !isPlainObject(parameters) || Object.keys(parameters).length > 0;

const wentWrong = ({ outcome, callId }: AnsweredCall): boolean =>
  callId !== undefined && (outcome === "error" || outcome === "denied");
