import { useEffect } from "preact/hooks";
import { apiPath } from "../api.js";
import { formatCount, formatDuration, formatTime } from "../format.js";
import { go } from "../location.js";
import { useRows } from "../resource.js";
import { bucketStart, bucketUnit, type TimeBucket, UNIT_MILLIS } from "./time-buckets.js";

interface HeatRow extends TimeBucket {
  /** Milliseconds that the actions took at least; null where that is not known. */
  readonly duration: string | null;
  readonly actions: number;
}

interface HeatMapProps {
  /** Filters of the API. */
  readonly parameters: Readonly<Record<string, string | null>>;
  /** The list behind a cell, with the cell's time and durations added. */
  readonly linkTo: (added: Readonly<Record<string, string>>) => string;
}

/** Lower bounds of the rows, as `/stats` groups durations. */
const STEPS = [0, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];
const CELL = 10;
/** So that a cell stays one where there is little yet. */
const MIN_COLUMNS = 12;
/** More rows are not read: the picture is of what has been read, and says so. */
const MAX_ROWS = 6_000;

/** How often actions took how long, over time. A cell leads to its actions. */
export function HeatMap({ parameters, linkTo }: HeatMapProps) {
  const unit = bucketUnit();
  const rows = useRows<HeatRow>(
    apiPath("/stats", {
      ...parameters,
      group_by: `${unit},duration`,
      fields: "actions",
      limit: 1_000,
    }),
  );
  const { more } = rows;
  useEffect(() => {
    if (more !== undefined && rows.rows.length < MAX_ROWS) more();
  }, [more, rows.rows.length]);
  const cells = rows.rows.filter(({ duration }) => duration !== null);
  if (cells.length < 2) return null;

  const starts = cells.map(bucketStart);
  const last = Math.max(...starts);
  const count = Math.round((last - Math.min(...starts)) / UNIT_MILLIS[unit]) + 1;
  const columns = Math.max(MIN_COLUMNS, count);
  const first = last - (columns - 1) * UNIT_MILLIS[unit];
  const most = Math.max(...cells.map(({ actions }) => actions));
  const steps = cells.map(({ duration }) => STEPS.indexOf(Number(duration)));
  const lowest = Math.min(...steps);
  const highest = Math.max(...steps);
  const height = (highest - lowest + 1) * CELL;
  const shown = STEPS.slice(lowest, highest + 1).toReversed();
  const peak = cells.find(({ actions }) => actions === most);
  return (
    <figure class="heat-map">
      <div class="heat-scale" aria-hidden="true">
        {shown.map((step) => (
          <span key={step}>{step < 1_000 ? `${step} ms` : `${step / 1_000} s`}</span>
        ))}
      </div>
      <svg
        viewBox={`0 0 ${columns * CELL} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Durations over time. The most in one cell: ${formatCount(most)} that took ${rangeOf(Number(peak?.duration))}`}
        // Its height is of as many rows as there are, whatever its width.
        height={shown.length * 14}
      >
        {cells.map((cell, index) => {
          const from = starts[index] ?? 0;
          const step = Number(cell.duration);
          return (
            <rect
              key={`${from} ${step}`}
              x={((from - first) / UNIT_MILLIS[unit]) * CELL}
              y={(highest - STEPS.indexOf(step)) * CELL}
              width={CELL - 0.5}
              height={CELL - 0.5}
              // What is rare stays visible beside what is frequent.
              fill-opacity={(0.15 + 0.85 * Math.sqrt(cell.actions / most)).toFixed(2)}
              onClick={() => go(linkTo(cellFilters(from, from + UNIT_MILLIS[unit], step)))}
            >
              <title>
                {`${formatTime(new Date(from).toISOString()).slice(0, 16)}, ${rangeOf(step)}: ${formatCount(cell.actions)}`}
              </title>
            </rect>
          );
        })}
      </svg>
      <figcaption class="note">
        <span>{formatTime(new Date(first).toISOString()).slice(0, 16)}</span>
        <span>
          durations by {unit}, at most {formatCount(most)} in a cell
          {more !== undefined && rows.rows.length >= MAX_ROWS && ", the latest only"}
        </span>
        <span>{formatTime(new Date(last).toISOString()).slice(0, 16)}</span>
      </figcaption>
    </figure>
  );
}

const endOf = (step: number): number | undefined => STEPS[STEPS.indexOf(step) + 1];

function rangeOf(step: number): string {
  const end = endOf(step);
  return end === undefined
    ? `${formatDuration(step)} or more`
    : `${formatDuration(step)} to ${formatDuration(end)}`;
}

function cellFilters(from: number, to: number, step: number): Readonly<Record<string, string>> {
  const end = endOf(step);
  return {
    since: new Date(from).toISOString(),
    until: new Date(to).toISOString(),
    min_duration: String(step),
    ...(end !== undefined && { max_duration: String(end - 1) }),
  };
}
