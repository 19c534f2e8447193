import { formatCount } from "../format.js";

/** A row of `/activity`: actions of a run by the equal parts of its time in which they began. */
export interface Activity {
  readonly correlation_id: string;
  readonly actions: readonly number[];
  /** Of these, those that failed. */
  readonly failed: readonly number[];
  /** False: of the first actions of the run only. */
  readonly whole: boolean;
}

const HEIGHT = 16;
const BAR = 4;
/** A single action stays visible beside the busiest part, and a failure beside everything. */
const LEAST = 2;

/** When a run was busy, and where it failed: a bar for each part of its time, and below it a mark where something failed. */
export function Sparkline({ activity: { actions, failed, whole } }: { readonly activity: Activity }) {
  const most = Math.max(1, ...actions);
  const heightOf = (count: number) => Math.max(LEAST, Math.round((count / most) * HEIGHT));
  const path = (counts: readonly number[], top: (count: number) => number, bottom: number) =>
    counts
      .map((count, part) =>
        count === 0 ? "" : `M${part * BAR} ${bottom}V${bottom - top(count)}h${BAR - 1}V${bottom}z`,
      )
      .join("");
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${actions.length * BAR} ${HEIGHT + LEAST + 1}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={inWords(actions, failed, whole)}
    >
      <title>{inWords(actions, failed, whole)}</title>
      <path class="all" d={path(actions, heightOf, HEIGHT)} />
      <path class="failed" d={path(failed, () => LEAST, HEIGHT + LEAST + 1)} />
    </svg>
  );
}

/** `40 actions, 12 of them in the busiest twentieth of the time; failures in the 3rd and 4th of 20 parts`. */
export function inWords(actions: readonly number[], failed: readonly number[], whole: boolean): string {
  const total = actions.reduce((sum, count) => sum + count, 0);
  const failures = failed.reduce((sum, count) => sum + count, 0);
  const most = Math.max(...actions);
  const parts = actions.length;
  const last = failed.findLastIndex((count) => count > 0);
  return [
    whole ? "" : "Of the first ",
    `${formatCount(total)} ${total === 1 ? "action" : "actions"}`,
    total > 1
      ? `, at most ${formatCount(most)} in one of ${parts} parts of the time (the ${ordinal(actions.indexOf(most) + 1)})`
      : "",
    failures > 0 ? `; ${formatCount(failures)} failed, the last in the ${ordinal(last + 1)} part` : "",
  ].join("");
}

const ENDINGS: Readonly<Record<number, string>> = { 1: "st", 2: "nd", 3: "rd" };
const ordinal = (place: number): string =>
  `${place}${(place % 100 > 10 && place % 100 < 14 ? undefined : ENDINGS[place % 10]) ?? "th"}`;
