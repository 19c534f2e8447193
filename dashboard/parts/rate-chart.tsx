import { formatCount, formatTime } from "../format.js";
import { useResource } from "../resource.js";
import { bucketStart, type TimeBucket } from "./time-buckets.js";

interface Bucket extends TimeBucket {
  readonly actions: number;
  readonly failed_actions: number;
}

const WIDTH = 1_000;
const HEIGHT = 60;

/** Actions by time, and those of them that failed. A picture of figures that the list below has too. */
export function RateChart({ path }: { readonly path: string }) {
  const { value } = useResource<{ data: readonly Bucket[] }>(path);
  if (!value || value.data.length < 2) return null;
  const buckets = value.data.toReversed();
  const times = buckets.map(bucketStart);
  const first = times[0] ?? 0;
  const step = Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
  const count = Math.max(2, Math.round(((times.at(-1) ?? first) - first) / step) + 1);
  const most = Math.max(...buckets.map(({ actions }) => actions));
  const total = buckets.reduce((sum, { actions }) => sum + actions, 0);
  const failed = buckets.reduce((sum, { failed_actions }) => sum + failed_actions, 0);
  const width = WIDTH / count;
  return (
    <figure class="rate-chart">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${formatCount(total)} actions, of which ${formatCount(failed)} failed; at most ${formatCount(most)} at a time`}
      >
        {buckets.map(({ actions, failed_actions }, index) => {
          const x = (((times[index] ?? first) - first) / step) * width;
          const height = (actions / most) * HEIGHT;
          const errors = (failed_actions / most) * HEIGHT;
          return (
            <g key={times[index]}>
              <rect class="all" x={x} y={HEIGHT - height} width={Math.max(1, width - 1)} height={height} />
              <rect class="failed" x={x} y={HEIGHT - errors} width={Math.max(1, width - 1)} height={errors} />
            </g>
          );
        })}
      </svg>
      <figcaption class="note">
        <span>{formatTime(new Date(first).toISOString()).slice(0, 16)}</span>
        <span>
          {formatCount(total)} actions, {formatCount(failed)} failed, at most {formatCount(most)} at a time
        </span>
        <span>{formatTime(new Date(times.at(-1) ?? first).toISOString()).slice(0, 16)}</span>
      </figcaption>
    </figure>
  );
}
