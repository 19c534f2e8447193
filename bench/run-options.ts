import { parseArgs } from "node:util";
import { PARTS } from "./parts.js";

export interface RunOptions {
  readonly quick: boolean;
  readonly help: boolean;
  /** Names of parts; default all. */
  readonly only: ReadonlySet<string> | undefined;
  readonly json: string | undefined;
  readonly from: string | undefined;
}

/** Throws with what is wrong, and what would be right. */
export function readRunOptions(args: readonly string[]): RunOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      json: { type: "string" },
      from: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const { quick, help, only, json, from } = values;
  if (from !== undefined && (quick || json !== undefined))
    throw new Error("--from measures nothing, so it goes with neither --quick nor --json.");
  return { quick, help, only: only === undefined ? undefined : partsOf(only), json, from };
}

function partsOf(text: string): ReadonlySet<string> {
  const names = new Set(text.split(",").filter((name) => name !== ""));
  const known = PARTS.map(({ name }) => name);
  for (const name of names)
    if (!known.includes(name))
      throw new Error(`There is no part "${name}". The parts are ${known.join(", ")}.`);
  if (names.size === 0) throw new Error(`--only needs the name of a part: ${known.join(", ")}.`);
  return names;
}
