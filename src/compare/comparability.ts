import type { RecordedAction } from "../recorded/recorded-action.js";
import type { ComparableRun } from "./comparable-run.js";

/** Something of two runs that cannot be compared, and why. */
export interface NotComparable {
  /** `run`: the comparison as a whole says nothing. Else the part that says nothing, or less. */
  readonly what: "run" | "end" | "inputs" | "outcomes" | "durations" | "tokens";
  /** One sentence. */
  readonly because: string;
}

/** What a comparison of the two runs cannot say. */
export function notComparable(a: ComparableRun, b: ComparableRun): NotComparable[] {
  const reasons: NotComparable[] = [];
  const add = (what: NotComparable["what"], because: string) => reasons.push({ what, because });
  for (const { label, actions } of [a, b]) if (actions.length === 0) add("run", `${label} has no actions.`);
  if (reasons.length > 0) return reasons;
  const keysB = new Set(b.keys);
  if (!a.keys.some((key) => keysB.has(key)))
    add("run", "The two have nothing in common: no tool, decision or agent occurs in both.");
  for (const run of [a, b]) {
    const open = run.actions.filter(({ status }) => status === "running").length;
    if (open > 0)
      add("end", `${run.label} has not ended: ${counted(open, "action is", "actions are")} open.`);
    for (const [part, what] of [
      ["input", "inputs"],
      ["outcome", "outcomes"],
    ] as const) {
      const missing = run.missing[part];
      if (missing > 0)
        add(
          what,
          `${run.label} does not have the whole ${part} of ${counted(missing, "action", "actions")}: hidden by its producer, or cut.`,
        );
    }
  }
  const untimed = [a, b].filter(({ actions }) => actions.every(({ duration }) => duration === null));
  for (const { label } of untimed) add("durations", `${label} has no durations.`);
  differing(
    a,
    b,
    "environments",
    ({ environment }) => environment,
    (because) => add("durations", because),
  );
  differing(a, b, "models", modelOf, (because) => {
    add("tokens", because);
  });
  return reasons;
}

const modelOf = ({ details }: RecordedAction): string | null =>
  typeof details.model === "string" ? details.model : null;

function differing(
  a: ComparableRun,
  b: ComparableRun,
  what: string,
  read: (action: RecordedAction) => string | null,
  tell: (because: string) => void,
): void {
  const [left, right] = [a, b].map(({ actions }) =>
    [...new Set(actions.map(read))].filter((value) => value !== null).sort(),
  );
  if (left === undefined || right === undefined || left.length === 0 || right.length === 0) return;
  if (left.join() !== right.join())
    tell(`They ran in different ${what}: ${left.join(", ")} and ${right.join(", ")}.`);
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
