import { context, propagation, ROOT_CONTEXT } from "@opentelemetry/api";

/** Whether somebody has set up what carries a context from a call into what it calls. */
export function hasContextManager(): boolean {
  const key = Symbol("probe");
  return context.with(ROOT_CONTEXT.setValue(key, true), () => context.active().getValue(key) === true);
}

export const hasPropagator = (): boolean => propagation.fields().length > 0;

/**
 * The API takes the first registration and refuses all later ones. What was registered on standby makes room for what the
 * host registers later, once.
 */
export function giveWayLater(what: "context manager" | "propagator"): void {
  if (what === "context manager") giveWay(context, "setGlobalContextManager");
  else giveWay(propagation, "setGlobalPropagator");
}

function giveWay<Method extends string>(
  api: { disable(): void } & { [Name in Method]: (...args: never[]) => boolean },
  method: Method,
): void {
  const original = api[method];
  Reflect.set(api, method, (...args: unknown[]) => {
    Reflect.set(api, method, original);
    api.disable();
    return Reflect.apply(original, api, args);
  });
}
