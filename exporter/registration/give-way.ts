import { ROOT_CONTEXT } from "@opentelemetry/api";
import type { ApiInstance } from "./register-processor.js";

/** Whether somebody has set up what carries a context from a call into what it calls. */
export function hasContextManager({ context }: Pick<ApiInstance, "context">): boolean {
  const key = Symbol("probe");
  return context.with(ROOT_CONTEXT.setValue(key, true), () => context.active().getValue(key) === true);
}

export const hasPropagator = ({ propagation }: Pick<ApiInstance, "propagation">): boolean =>
  propagation.fields().length > 0;

/**
 * The API takes the first registration and refuses all later ones. What was registered on standby makes room for what the
 * host registers later, once, through whichever copy of the API.
 *
 * @param parts the same part of each copy
 */
export function giveWayLater<Method extends string>(
  parts: readonly ({ disable(): void } & { [Name in Method]: (...args: never[]) => boolean })[],
  method: Method,
): void {
  const originals = parts.map((part) => [part, part[method]] as const);
  for (const [part, original] of originals)
    Reflect.set(part, method, (...args: unknown[]) => {
      for (const [other, before] of originals) Reflect.set(other, method, before);
      part.disable();
      return Reflect.apply(original, part, args);
    });
}
