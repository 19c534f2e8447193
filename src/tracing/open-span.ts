import { type Attributes, type Context, isSpanContextValid, type Span, trace } from "@opentelemetry/api";
import { activeContext } from "./active-context.js";
import { type Actor, actorContext, addActorAttributes } from "./actor.js";
import type { Custody } from "./custody.js";
import { quietly } from "./quietly.js";
import { SpanClock } from "./span-clock.js";
import { currentTracer } from "./tracer.js";

export interface SpanSpec {
  readonly spanName: string;
  /** Known before the span starts, so that samplers can see them. An object of its own: the actor's are added to it. */
  readonly attributes: Attributes;
}

export type OpenedSpan<Spec> =
  | {
      readonly records: true;
      readonly spec: Spec;
      readonly span: Span;
      readonly clock: SpanClock;
      readonly context: Context;
    }
  /** `context`: for what happens inside; absent where the one around it serves. */
  | { readonly records: false; readonly context?: Context };

/**
 * Starts a span for something that goes on, and makes the context for what happens inside. The spec is made only when a
 * provider is registered. Never throws.
 */
export function openSpan<Spec extends SpanSpec>(
  actor: Actor,
  makeSpec: () => Spec,
  custody?: Custody,
): OpenedSpan<Spec> {
  return quietly("a span could not be started", () => tryOpen(actor, makeSpec, custody)) ?? UNOPENED;
}

const UNOPENED = { records: false } as const;

function tryOpen<Spec extends SpanSpec>(
  actor: Actor,
  makeSpec: () => Spec,
  custody: Custody | undefined,
): OpenedSpan<Spec> {
  const tracer = currentTracer(actor.provider);
  if (tracer === undefined)
    return actor.propagate ? { records: false, context: actorContext(actor, activeContext()) } : UNOPENED;
  const around = activeContext();
  const spec = makeSpec();
  const attributes = addActorAttributes(spec.attributes, actor, around);
  const clock = new SpanClock();
  const options = { attributes, startTime: clock.startTime };
  const span = tracer.startSpan(spec.spanName, options, custody?.startingIn(around) ?? around);
  const inside = actorContext(actor, around);
  // A span that is not sampled still has to be the parent of what is inside, or that would be sampled by itself.
  const context = isSpanContextValid(span.spanContext()) ? trace.setSpan(inside, span) : inside;
  return span.isRecording() ? { records: true, spec, span, clock, context } : { records: false, context };
}
