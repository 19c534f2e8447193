import { formatCount, formatDuration } from "../format.js";
import type { Column } from "../parts/data-table.js";
import { Time } from "../parts/states.js";

/** What `/tools`, `/agents` and the other grouped lists have in common. */
export interface Measures {
  readonly actions: number;
  readonly failed_actions: number;
  readonly running_actions: number;
  /** Statistics of long ranges do not have it. */
  readonly runs: number | null;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
  readonly max_ms: number | null;
  readonly last_activity_at: string | null;
}

const share = (part: number, whole: number): string =>
  part === 0 ? "0 %" : `${((100 * part) / whole).toFixed(1)} %`;

export const MEASURE_COLUMNS: readonly Column<Measures>[] = [
  {
    name: "actions",
    title: "Actions",
    sort: "actions",
    isNumber: true,
    cell: ({ actions }) => formatCount(actions),
  },
  {
    name: "errors",
    title: "Failed",
    sort: "failed_actions",
    isNumber: true,
    cell: ({ failed_actions, actions }) => (
      <span
        class={failed_actions > 0 ? "errors" : ""}
        title={`${formatCount(failed_actions)} of ${formatCount(actions)}`}
      >
        {share(failed_actions, actions)}
      </span>
    ),
  },
  {
    name: "running",
    title: "Running",
    isNumber: true,
    isSecondary: true,
    cell: ({ running_actions }) => formatCount(running_actions),
  },
  {
    name: "runs",
    title: "Runs",
    sort: "runs",
    isNumber: true,
    isSecondary: true,
    cell: ({ runs }) => (runs === null ? "–" : formatCount(runs)),
  },
  { name: "p50", title: "p50", sort: "p50_ms", isNumber: true, cell: ({ p50_ms }) => formatDuration(p50_ms) },
  { name: "p95", title: "p95", sort: "p95_ms", isNumber: true, cell: ({ p95_ms }) => formatDuration(p95_ms) },
  {
    name: "max",
    title: "Slowest",
    sort: "max_ms",
    isNumber: true,
    isSecondary: true,
    cell: ({ max_ms }) => formatDuration(max_ms),
  },
  {
    name: "p99",
    title: "p99",
    isNumber: true,
    isOptional: true,
    cell: ({ p99_ms }) => formatDuration(p99_ms),
  },
  {
    name: "last",
    title: "Last",
    sort: "last_activity_at",
    cell: ({ last_activity_at }) => <Time at={last_activity_at} />,
  },
];
