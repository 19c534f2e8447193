import type { EnvReader } from "../config/env-reader.js";
import type { KnownInstrumentation } from "./registry.js";

export interface Chosen {
  /** Names, in the registry's order. */
  readonly names: readonly string[];
  /** Sentences about names of no known instrumentation. */
  readonly problems: readonly string[];
}

const OWN = "AGENT_ACTIONS_INSTRUMENTATIONS";

/**
 * Which instrumentations are on:
 *
 * - `AGENT_ACTIONS_INSTRUMENTATIONS`, where it is set, alone: a list of names, `none` or `all`.
 * - Else `OTEL_NODE_ENABLED_INSTRUMENTATIONS`, a list in which others' names may stand, without
 *   `OTEL_NODE_DISABLED_INSTRUMENTATIONS`, as OpenTelemetry's auto-instrumentations read them.
 * - Without the first of these two, all that are on by default.
 */
export function chooseInstrumentations(
  known: Readonly<Record<string, KnownInstrumentation>>,
  env: EnvReader,
): Chosen {
  const names = Object.keys(known);
  const own = env.list(OWN)?.map((name) => name.toLowerCase());
  if (own !== undefined) return chosenByOwn(names, own);
  const enabled = env.list("OTEL_NODE_ENABLED_INSTRUMENTATIONS");
  const disabled = env.list("OTEL_NODE_DISABLED_INSTRUMENTATIONS") ?? [];
  const isOn = (name: string) => enabled?.includes(name) ?? known[name]?.onByDefault;
  return {
    names: names.filter((name) => isOn(name) && !disabled.includes(name)),
    problems: [],
  };
}

function chosenByOwn(names: readonly string[], own: readonly string[]): Chosen {
  const words = own.filter((name) => name !== "none" && name !== "all");
  return {
    names: own.includes("all") ? names : names.filter((name) => own.includes(name)),
    problems: words
      .filter((name) => !names.includes(name))
      .map((name) => `${OWN} names ${name}, which is none of ${names.join(", ")}`),
  };
}
