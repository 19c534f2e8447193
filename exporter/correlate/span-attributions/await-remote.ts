import type { ReadableSpan } from "../../read/sdk-types.js";
import type { ReadSpan, SpanNames, SpanReader } from "../../read/span-reader.js";
import { actionOf } from "../folding/recorded-call.js";
import { inferredFields } from "./inferred-fields.js";
import { nearestNames } from "./nearest-names.js";

/**
 * An action that no agent of this process is around, in a trace that came from another process, waits for the span that it was called
 * from: whoever exports that one may know the agent. Should nobody ever tell, the action is what it was.
 *
 * @param ancestors nearest first, all that this process has
 */
export function awaitRemote(
  { transformed }: ReadSpan,
  span: ReadableSpan,
  ancestors: readonly ReadableSpan[],
  reader: SpanReader,
): void {
  const caller = (ancestors.at(-1) ?? span).parentSpanContext;
  if (caller?.isRemote !== true) return;
  const event = actionOf(transformed);
  if (event === undefined || reader.knowsAgent(span, ancestors)) return;
  const names = [span, ...ancestors].reduce<SpanNames>(
    (nearer, around) => nearestNames(nearer, reader.namesOf(around)),
    {},
  );
  event.inferred_fields = inferredFields(event, names, () => reader.isNamelessRun(span));
  event.unresolved_parent_span_id = caller.spanId;
}
