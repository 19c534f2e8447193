/**
 * BeeAI under OpenInference's instrumentation: beside runs, tools and models there are spans of the framework's own events (`init`, `error`,
 * `final_answer`), which have the event's path; and errors are written with all their causes.
 */
import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { scopeName, textAt } from "../common/attributes.js";
import type { Captured } from "../common/captured.js";
import type { Failure } from "../common/failure.js";

const isBeeAi = (span: ReadableSpan): boolean => /openinference.instrumentation.beeai$/.test(scopeName(span));

/** Neither a run nor a tool nor a model has the path of an event. */
export const isEventSpan = (span: ReadableSpan): boolean =>
  isBeeAi(span) && textAt(span.attributes, "metadata.path") !== undefined;

/** What the model gave stands beside the options of the run: `{input, options}`. */
export function beeAiArguments(span: ReadableSpan, given: Captured): Captured {
  if (!isPlainObject(given) || !("input" in given && "options" in given)) return given;
  return isBeeAi(span) && Object.keys(given).length === 2 ? given.input : given;
}

/** An error of the framework, and what caused it: `ToolError(beeai_framework.tools.errors): Tool Error`, then its context and causes. */
const WRITTEN = /^ *([A-Za-z_]\w{0,80})\(([\w.]{1,200})\): ([^\n]*)/;

/**
 * The failure that a text of the framework tells. An error that only says of what kind it is stands for the one that caused it; any other
 * is told with its cause.
 */
export function beeAiFailure(span: ReadableSpan, output: Captured): Failure | undefined {
  if (!isBeeAi(span) || span.status.code !== 2 || typeof output !== "string") return undefined;
  const errors = output.split("\n").flatMap((line) => {
    const [text, type, module, message] = WRITTEN.exec(line) ?? [];
    return type === undefined || module === undefined || text === undefined
      ? []
      : [{ type: module === "builtins" ? type : `${module}.${type}`, message: message ?? "", text }];
  });
  const [first, cause] = errors;
  if (first === undefined) return undefined;
  if (cause === undefined) return { type: first.type, message: first.message || undefined };
  const saysNothing = /^(?:Tool|Agent|Framework|Workflow) Error$/i.test(first.message);
  if (saysNothing) return { type: cause.type, message: cause.message || undefined };
  return { type: first.type, message: `${first.message}\n${cause.text}` };
}
