import { isPlainObject } from "../../src/event/json.js";
import { withoutTag } from "../read/dialects/common/call-outcome.js";
import type { Captured } from "../read/dialects/common/captured.js";
import { type Failure, failureSaying } from "../read/dialects/common/failure.js";
import { whyNeverRan } from "../read/dialects/common/never-ran.js";

/** The words of an answer that a model was given instead of a result; `undefined` where they are hidden or there are none. */
export function wordsOf(answer: Captured): string | undefined {
  if (typeof answer === "string") return answer.trim() === "" ? undefined : withoutTag(answer);
  if (Array.isArray(answer)) return answer.map(wordsOf).filter(Boolean).join("\n") || undefined;
  if (!isPlainObject(answer)) return undefined;
  for (const name of ["message", "error", "reason", "text", "value", "content", "output"]) {
    const words = wordsOf(answer[name]);
    if (words !== undefined) return words;
  }
  return JSON.stringify(answer);
}

/**
 * The failure of a call that no span recorded. A tool that the agent does not have and arguments that do not fit fail before any
 * tool runs, and libraries say so in words of their own.
 */
export function answerFailure(answer: Captured): Failure {
  const words = wordsOf(answer)?.replace(RETRY, "");
  if (words === undefined) return { type: "tool_error", message: undefined };
  const failure = failureSaying(words.trim());
  const message = failure.type === "Error" ? words : failure.message;
  const why = whyNeverRan(words);
  if (why !== undefined) return { type: why, message };
  return failure.type === "Error" ? { type: "tool_error", message: words } : failure;
}

// What smolagents says to the model before and after the error.
const RETRY = /^Error:\n|\nNow let's retry: take care not to repeat previous errors![\s\S]*$/g;

/** The tool that an answer says does not exist; `undefined` where it says nothing of the kind. */
export function unknownToolIn(answer: Captured): string | undefined {
  const named = NAMED_TOOL.exec(wordsOf(answer) ?? "");
  return named?.[1] ?? named?.[2] ?? named?.[3];
}

const NAMED_TOOL =
  /(?:^|\s)["'`]?([\w.:/-]{1,128})["'`]? is not a valid tool|(?:unavailable|unknown|no such) tool(?: name)?:? ["'`]?([\w.:/-]{1,128})|(?:^|\s)tool ["'`]?([\w.:/-]{1,128})["'`]? (?:not found|does not exist|is not available)/i;
