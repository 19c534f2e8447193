/** What rules find in labelled runs, against what a person said of them. */
import { EVIDENCE, type Label, type LabelKind, LOOPS, NO_LOOPS } from "./labels/development.js";
import { HELD_OUT_LOOPS, HELD_OUT_NO_LOOPS } from "./labels/held-out.js";
import { LATER_LOOPS, LATER_NO_LOOPS } from "./labels/later.js";
import { SEEN_LOOPS, SEEN_NO_LOOPS } from "./labels/seen.js";
import type { Detector } from "./references.js";
import type { Run } from "./runs.js";
import { median, table } from "./tables.js";

interface LabelledRuns {
  readonly loops: Readonly<Record<string, Label>>;
  readonly none: readonly string[];
}

export const SETS: Readonly<Record<string, LabelledRuns>> = {
  "thresholds were chosen by these": { loops: LOOPS, none: NO_LOOPS },
  "held out once, and used since": { loops: SEEN_LOOPS, none: SEEN_NO_LOOPS },
};

/** To be looked at when the rules are done, by `--held-out`. */
export const HELD_OUT: Readonly<Record<string, LabelledRuns>> = {
  "held out": { loops: HELD_OUT_LOOPS, none: HELD_OUT_NO_LOOPS },
  "labelled later": { loops: LATER_LOOPS, none: LATER_NO_LOOPS },
  "held out and labelled later": {
    loops: { ...HELD_OUT_LOOPS, ...LATER_LOOPS },
    none: [...HELD_OUT_NO_LOOPS, ...LATER_NO_LOOPS],
  },
};

/** A loop that is found before it begins, by the reader's word, counts as found: what leads to it repeats too. */
export function labelled(
  title: string,
  { loops, none }: LabelledRuns,
  all: readonly Run[],
  detectors: Readonly<Record<string, Detector>>,
  isVerbose: boolean,
): void {
  const byName = new Map(all.map((run) => [run.name, run]));
  const names = Object.keys(loops);
  const missing = [...names, ...none].filter((name) => !byName.has(name));
  if (missing.length > 0) throw new Error(`labelled, and not there: ${missing.join(", ")}`);
  const runOf = (name: string): Run => byName.get(name) as Run;
  const firedAt = (detector: Detector, name: string): number => detector(runOf(name)) ?? -1;
  const lengthOf = (name: string): number => {
    const { from, to = runOf(name).calls.length - 1 } = loops[name] as Label;
    return to - from + 1;
  };
  const kindOf = (name: string): LabelKind => (loops[name] as Label).kind;
  const evident = names.filter((name) => lengthOf(name) >= EVIDENCE[kindOf(name)]);
  const among = (found: readonly string[], of: readonly string[]): string =>
    `${of.filter((name) => found.includes(name)).length} of ${of.length}`;
  console.log(`## Labelled runs, ${title}: ${names.length} with a loop, ${none.length} without\n`);
  const found = Object.fromEntries(
    Object.entries(detectors).map(([name, detector]) => [
      name,
      names.filter((each) => firedAt(detector, each) >= 0),
    ]),
  );
  table(
    ["", "found", "with the evidence", "false alarms", "call that decides (median)"],
    Object.entries(detectors).map(([name, detector]) => {
      const ours = found[name] ?? [];
      const alarms = none.filter((each) => firedAt(detector, each) >= 0);
      if (isVerbose && name === "this package") {
        console.error(
          "missed:",
          names.filter((each) => !ours.includes(each)),
        );
        console.error("false alarms:", alarms);
      }
      return [
        name,
        among(ours, names),
        among(ours, evident),
        `${alarms.length} of ${none.length}`,
        median(ours.map((each) => firedAt(detector, each) - (loops[each] as Label).from + 1)),
      ];
    }),
  );
  const ours = found["this package"] ?? [];
  table(
    ["what repeats", "calls that are evidence", "found", "with the evidence"],
    Object.entries(EVIDENCE).map(([kind, calls]) => {
      const isOf = (name: string): boolean => kindOf(name) === kind;
      return [kind, String(calls), among(ours, names.filter(isOf)), among(ours, evident.filter(isOf))];
    }),
  );
}
