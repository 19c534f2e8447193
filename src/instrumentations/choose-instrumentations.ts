import type { EnvReader } from "../config/env-reader.js";
import type { KnownInstrumentation } from "./registry.js";

export interface Chosen<Name extends string> {
  /** Names, in the registry's order. */
  readonly names: readonly Name[];
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
export function chooseInstrumentations<Name extends string>(
  known: Readonly<Record<Name, KnownInstrumentation>>,
  env: EnvReader,
): Chosen<Name> {
  const names = Object.keys(known) as Name[];
  const own = env.list(OWN)?.map((name) => name.toLowerCase());
  if (own !== undefined) return chosenByOwn(names, own);
  const enabled = env.list("OTEL_NODE_ENABLED_INSTRUMENTATIONS");
  const disabled = env.list("OTEL_NODE_DISABLED_INSTRUMENTATIONS") ?? [];
  const isOn = (name: Name) => enabled?.includes(name) ?? known[name].onByDefault;
  return {
    names: names.filter((name) => isOn(name) && !disabled.includes(name)),
    problems: [],
  };
}

function chosenByOwn<Name extends string>(names: readonly Name[], own: readonly string[]): Chosen<Name> {
  const words = own.filter((name) => name !== "none" && name !== "all");
  const isKnown = (word: string) => names.some((name) => name === word);
  return {
    names: own.includes("all") ? names : names.filter((name) => own.includes(name)),
    problems: words
      .filter((name) => !isKnown(name))
      .map((name) => `${OWN} names ${name}, which is none of ${names.join(", ")}`),
  };
}
