/** A selection of runs against the others: what occurs in more of them than chance explains. */
import { isPlainObject } from "../event/json.js";
import { inputOf, type RecordedAction } from "../recorded/recorded-action.js";
import { adjusted, fisherExact } from "./statistics.js";

/** What is looked at: each run has a property or has it not. */
export type PropertyKind = "tool" | "failed tool" | "argument" | "file area" | "version" | "agent" | "model";

export interface OverRepresented {
  readonly kind: PropertyKind;
  readonly value: string;
  /** Runs of the selection that have it. */
  readonly selected: number;
  /** Other runs that have it. */
  readonly others: number;
  /** Share in the selection less the share in the others: from -1 to 1. */
  readonly effect: number;
  /** Of Fisher's exact test, adjusted for the number of properties that were looked at (Benjamini and Hochberg). */
  readonly p: number;
}

export interface SelectionComparison {
  readonly selectedRuns: number;
  readonly otherRuns: number;
  /** How many properties were looked at. */
  readonly tested: number;
  /** Those that more of the selection has, the most certain first. */
  readonly properties: readonly OverRepresented[];
}

/** Properties of one run that are looked at; more are passed over, the first ones count. */
const MAX_PROPERTIES_OF_RUN = 2_000;
const SHOWN = 20;

/**
 * @param runs actions of each run
 * @param isSelected for each run whether it is of the selection
 */
export function overRepresented(
  runs: readonly (readonly RecordedAction[])[],
  isSelected: readonly boolean[],
): SelectionComparison {
  const counts = new Map<string, { kind: PropertyKind; value: string; selected: number; others: number }>();
  runs.forEach((actions, index) => {
    for (const [key, { kind, value }] of propertiesOf(actions)) {
      const entry = counts.get(key) ?? { kind, value, selected: 0, others: 0 };
      counts.set(key, entry);
      if (isSelected[index] === true) entry.selected++;
      else entry.others++;
    }
  });
  const selectedRuns = isSelected.filter(Boolean).length;
  const otherRuns = runs.length - selectedRuns;
  const tested = [...counts.values()].map((entry) => ({
    ...entry,
    ...fisherExact(entry.others, otherRuns, entry.selected, selectedRuns),
  }));
  const ps = adjusted(tested.map(({ p }) => p));
  const properties = tested
    .map((entry, index) => ({ ...entry, p: ps[index] as number }))
    .filter(({ effect }) => effect > 0)
    .sort((one, other) => one.p - other.p || other.effect - one.effect)
    .slice(0, SHOWN);
  return { selectedRuns, otherRuns, tested: tested.length, properties };
}

function propertiesOf(
  actions: readonly RecordedAction[],
): Map<string, { readonly kind: PropertyKind; readonly value: string }> {
  const found = new Map<string, { readonly kind: PropertyKind; readonly value: string }>();
  const add = (kind: PropertyKind, value: string | null | undefined) => {
    if (value === null || value === undefined || value === "" || found.size >= MAX_PROPERTIES_OF_RUN) return;
    found.set(`${kind} ${value}`, { kind, value });
  };
  for (const action of actions) {
    add("agent", action.agent);
    add("version", action.version);
    if (typeof action.details.model === "string") add("model", action.details.model);
    if (action.type !== "tool_call") continue;
    add("tool", action.name);
    if (action.failed) add("failed tool", action.name);
    const input = inputOf(action);
    if (!isPlainObject(input)) continue;
    for (const [key, value] of Object.entries(input)) {
      add("argument", `${action.name}.${key}`);
      if (typeof value === "string" && PATH_NAME.test(key))
        add("file area", areaOf(value, action.projectPath));
    }
  }
  return found;
}

const PATH_NAME = /^(?:file_?path|path|file|filename|directory|dir|cwd)$/i;

/** The first two folders of a path, below the project where it is known. */
function areaOf(path: string, project: string | null): string | undefined {
  const plain = path.replaceAll("\\", "/");
  const root = project?.replaceAll("\\", "/").replace(/\/*$/, "/");
  const inside = root !== undefined && plain.startsWith(root) ? plain.slice(root.length) : plain;
  const folders = inside.split("/").slice(0, -1);
  const area = folders.slice(0, folders[0] === "" ? 3 : 2).join("/");
  return area === "" ? undefined : area;
}
