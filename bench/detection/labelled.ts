/** What rules find in labelled runs, against what a person said of them. */
import { type Label, LOOPS, NO_LOOPS } from "./labels/development.js";
import { HELD_OUT_LOOPS, HELD_OUT_NO_LOOPS } from "./labels/held-out.js";
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
export const HELD_OUT: LabelledRuns = { loops: HELD_OUT_LOOPS, none: HELD_OUT_NO_LOOPS };

/** Calls of a loop, from which on the rules claim to find it. */
const EVIDENCE_CALLS = 6;

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
  const long = names.filter((name) => lengthOf(name) >= EVIDENCE_CALLS);
  console.log(`## Labelled runs, ${title}: ${names.length} with a loop, ${none.length} without\n`);
  table(
    [
      "",
      `found of ${names.length}`,
      `of ${long.length} with ${EVIDENCE_CALLS} calls`,
      `false alarms in ${none.length}`,
      "call that decides (median)",
    ],
    Object.entries(detectors).map(([name, detector]) => {
      const found = names.filter((each) => firedAt(detector, each) >= 0);
      const alarms = none.filter((each) => firedAt(detector, each) >= 0);
      if (isVerbose && name === "this package") {
        console.error(
          "missed:",
          names.filter((each) => !found.includes(each)),
        );
        console.error("false alarms:", alarms);
      }
      return [
        name,
        String(found.length),
        String(found.filter((each) => long.includes(each)).length),
        String(alarms.length),
        median(found.map((each) => firedAt(detector, each) - (loops[each] as Label).from + 1)),
      ];
    }),
  );
}
