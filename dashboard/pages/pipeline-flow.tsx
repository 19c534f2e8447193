import { useEffect, useState } from "preact/hooks";
import { apiPath } from "../api.js";
import { formatCount } from "../format.js";
import { type Column, DataTable } from "../parts/data-table.js";
import { RateChart } from "../parts/rate-chart.js";

/** Of `/metrics`: what this process of the service has done since it began. */
interface TopicFigures {
  readonly topic: string;
  readonly consumed: number;
  readonly inserted: number;
  readonly merged: number;
  readonly duplicates: number;
  readonly dead_lettered: number;
  readonly skipped: number;
  readonly lag: number;
}

interface TopicRow extends TopicFigures {
  /** Records a second between the last two times that it was asked; `undefined` before the second. */
  readonly rate: number | undefined;
}

const POLL_MILLIS = 5_000;

const figure = (name: keyof TopicFigures, title: string, isSecondary = false): Column<TopicRow> => ({
  name,
  title,
  isNumber: true,
  isSecondary,
  cell: (row) => formatCount(Number(row[name])),
});

const COLUMNS: readonly Column<TopicRow>[] = [
  { name: "topic", title: "Topic", cell: ({ topic }) => <bdi>{topic}</bdi> },
  {
    name: "rate",
    title: "A second",
    isNumber: true,
    cell: ({ rate }) => (rate === undefined ? "–" : formatCount(Math.round(rate))),
  },
  figure("lag", "Lag"),
  figure("consumed", "Read"),
  figure("inserted", "Stored", true),
  figure("merged", "Merged", true),
  figure("duplicates", "Duplicate", true),
  {
    ...figure("dead_lettered", "Dead letters"),
    cell: ({ dead_lettered: count }) => <span class={count > 0 ? "errors" : ""}>{formatCount(count)}</span>,
  },
  figure("skipped", "Skipped", true),
];

/** The topics, in the order of `/metrics`; `undefined` until it was asked, and where this process consumes nothing. */
function useTopics(): readonly TopicRow[] | undefined {
  const [rows, setRows] = useState<readonly TopicRow[]>();
  useEffect(() => {
    let before: { readonly at: number; readonly consumed: ReadonlyMap<string, number> } | undefined;
    const ask = async () => {
      try {
        const response = await fetch("/metrics?format=json", { cache: "no-store" });
        const { topics } = (await response.json()) as { topics?: Readonly<Record<string, TopicFigures>> };
        const at = performance.now();
        const figures = Object.values(topics ?? {});
        const since = before;
        setRows(
          figures.map((figures) => {
            const known = since?.consumed.get(figures.topic);
            const isKnown = since !== undefined && known !== undefined && known <= figures.consumed;
            const rate = isKnown ? ((figures.consumed - known) * 1_000) / (at - since.at) : undefined;
            return { ...figures, rate };
          }),
        );
        before = { at, consumed: new Map(figures.map(({ topic, consumed }) => [topic, consumed])) };
      } catch {
        // What the page says of the service's health says this too.
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), POLL_MILLIS);
    return () => clearInterval(timer);
  }, []);
  return rows;
}

/** How much arrives, and how far the consumer is behind. */
export function Flow() {
  const topics = useTopics();
  return (
    <section class="pipeline" aria-label="Throughput and lag">
      <h2>Throughput and lag</h2>
      <p class="note">Actions of the last hour by the minute in which they began</p>
      <RateChart path={apiPath("/stats", { group_by: "minute", last: "1h", limit: 60 })} />
      {topics !== undefined && topics.length > 0 && (
        <>
          <DataTable
            label="Topics"
            columns={COLUMNS}
            rows={{
              rows: topics,
              failure: undefined,
              isLoading: false,
              more: undefined,
              reload: () => undefined,
            }}
            keyOf={({ topic }) => topic}
            empty={null}
          />
          <p class="note">
            Counted since this process of the service began; lag is what lies in Kafka and is not stored yet.
          </p>
        </>
      )}
      {topics?.length === 0 && <p class="note">This process of the service reads no topic.</p>}
    </section>
  );
}
