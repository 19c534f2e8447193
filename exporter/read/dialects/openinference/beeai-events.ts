/**
 * The first instrumentations for BeeAI, in JavaScript and in Python (up to 0.1.5): a span for each event of the framework's emitter, named
 * by the event's path and a number (`tool.search.wikipedia.success-12`), and all of them written when the run is over.
 */
import type { ReadableSpan } from "../../sdk-types.js";
import { type Attributes, textAt } from "../common/attributes.js";
import type { Reading } from "../dialect.js";

const EVENT = /^[\w-]+(?:\.[\w-]+)+$/;

/** Whether the span is that of an event: it has the path of the event as its target, and the id of the framework's own trace. */
export const isBeeAiEvent = (attributes: Attributes): boolean =>
  "traceId" in attributes && EVENT.test(textAt(attributes, "target") ?? "");

/** Of the events of a tool or a model, the one that has what came of it; how a run ended, its own span says. */
export const isBeeAiEnd = (attributes: Attributes): boolean =>
  /\.(?:success|error)$/.test(textAt(attributes, "target") ?? "") &&
  /^(?:tool|llm)$/i.test(textAt(attributes, "openinference.span.kind") ?? "");

export const BEEAI_EVENT: Reading = {
  is: "ignored",
  reason: "an event of BeeAI on the way to what another of its spans records",
};

/** The class of the agent whose run the span is. */
export const beeAiAgent = (attributes: Attributes): string | undefined =>
  "beeai.version" in attributes ? textAt(attributes, "source") : undefined;

/** The tool's name, which the agent's event around it has, else its name in the path: `tool.search.wikipedia.success`. */
export function beeAiTool(
  { attributes }: ReadableSpan,
  parent: ReadableSpan | undefined,
): string | undefined {
  if (!isBeeAiEvent(attributes)) return undefined;
  const named =
    parent && isBeeAiEvent(parent.attributes) ? textAt(parent.attributes, "tool.name") : undefined;
  return named ?? textAt(attributes, "target")?.split(".").at(-2);
}
