import { useEffect, useState } from "preact/hooks";
import { apiPath } from "../api.js";
import { formatCount } from "../format.js";
import { type Column, DataTable } from "../parts/data-table.js";
import { Status, Time } from "../parts/states.js";
import { useRows } from "../resource.js";
import { DeadLetters } from "./dead-letters.js";
import { Flow } from "./pipeline-flow.js";

interface Health {
  readonly status: string;
  readonly problems: readonly string[];
  readonly [detail: string]: unknown;
}

const POLL_MILLIS = 5_000;

/** `/health` says with 503 what is the matter: it is read whatever its status is. */
function useHealth(): Health | undefined {
  const [health, setHealth] = useState<Health>();
  useEffect(() => {
    const ask = async () => {
      try {
        const response = await fetch("/health", { cache: "no-store" });
        setHealth((await response.json()) as Health);
      } catch {
        setHealth({ status: "unhealthy", problems: ["The service does not respond. It is asked again."] });
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), POLL_MILLIS);
    return () => clearInterval(timer);
  }, []);
  return health;
}

function inOneWord({ status, consumer }: Health): string {
  if (status !== "healthy") return "error";
  return consumer === "running" ? "ok" : String(consumer);
}

/** For some time a service is healthy although it waits: a restart would not help it. */
function inWords({ consumer, kafka, postgres }: Health): string {
  if (postgres === "failing")
    return "Postgres does not respond. The consumer waits for it, and nothing is lost.";
  if (consumer === "running" && kafka === "running") return "The consumer reads, and its rows arrive.";
  return "The consumer waits. What it waits for is below; nothing is lost.";
}

interface ProducerRow {
  readonly producer_epoch: string;
  readonly status: string;
  readonly sender: string | null;
  readonly service_name: string | null;
  readonly host_name: string | null;
  readonly process_pid: number | null;
  readonly last_seen_at: string;
  readonly open_actions: number | null;
  readonly missing: number | null;
  readonly given_up: number | null;
  readonly abandoned_rows: number | null;
}

const count = (value: number | null) =>
  value === null ? "–" : <span class={value > 0 ? "errors" : ""}>{formatCount(value)}</span>;

const COLUMNS: readonly Column<ProducerRow>[] = [
  {
    name: "producer",
    title: "Producer",
    cell: ({ service_name, sender, producer_epoch }) => (
      <bdi title={producer_epoch}>{service_name ?? sender ?? producer_epoch}</bdi>
    ),
  },
  { name: "status", title: "Status", cell: ({ status }) => <Status of={status} /> },
  {
    name: "host",
    title: "Host",
    isSecondary: true,
    cell: ({ host_name, process_pid }) => (
      <bdi>
        {host_name ?? "–"}
        {process_pid !== null && ` (${process_pid})`}
      </bdi>
    ),
  },
  { name: "seen", title: "Last seen", cell: ({ last_seen_at }) => <Time at={last_seen_at} /> },
  {
    name: "open",
    title: "Open",
    isNumber: true,
    cell: ({ open_actions }) => (open_actions === null ? "–" : formatCount(open_actions)),
  },
  { name: "missing", title: "Missing", isNumber: true, cell: ({ missing }) => count(missing) },
  { name: "given_up", title: "Given up", isNumber: true, cell: ({ given_up }) => count(given_up) },
  {
    name: "abandoned",
    title: "Abandoned",
    isNumber: true,
    cell: ({ abandoned_rows }) => count(abandoned_rows),
  },
];

const sumOf = (rows: readonly ProducerRow[], name: "missing" | "given_up") =>
  rows.reduce((sum, row) => sum + (row[name] ?? 0), 0);

/** What the numbers of the producers below say together, and the command that says more. */
function Verification({ rows }: { readonly rows: readonly ProducerRow[] }) {
  if (rows.length === 0) return null;
  const missing = sumOf(rows, "missing");
  const gone = rows.filter(({ status }) => status === "gone").length;
  return (
    <p class={missing > 0 ? "errors" : "note"}>
      {missing === 0
        ? "Every number of the producers below has arrived, or may still arrive."
        : `${formatCount(missing)} numbers have not arrived; ${formatCount(sumOf(rows, "given_up"))} records were given up by their producers.`}
      {gone > 0 && ` ${formatCount(gone)} ended without saying so: what they did last is not known.`} Which
      ones, and what became of the others: <code>agent-actions verify --since 1d</code>
    </p>
  );
}

/** Whether what agents do arrives: health of the service, its producers, and what is missing of each. */
export function PipelinePage() {
  const health = useHealth();
  const producers = useRows<ProducerRow>(apiPath("/producers", { limit: 100 }));
  return (
    <>
      <header class="page-header">
        <h1>Pipeline</h1>
        {health && <Status of={inOneWord(health)} />}
      </header>
      <section class="pipeline">
        <h2>Health</h2>
        {health && health.problems.length === 0 && <p>{inWords(health)}</p>}
        {health && health.problems.length > 0 && (
          <ul class="errors">
            {health.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
        {health && (
          <dl class="facts">
            {Object.entries(health)
              .filter(
                ([name, value]) => name !== "status" && name !== "problems" && typeof value !== "object",
              )
              .map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{String(value)}</dd>
                </div>
              ))}
          </dl>
        )}
        <p class="note">
          All figures: <a href="/metrics">/metrics</a>
        </p>
      </section>
      <Flow />
      <DeadLetters />
      <section class="producers" aria-label="Producers">
        <h2>Producers</h2>
        <Verification rows={producers.rows} />
        <DataTable
          label="Producers"
          columns={COLUMNS}
          rows={producers}
          keyOf={({ producer_epoch }) => producer_epoch}
          empty={<p>No producer has been heard of: each sends heartbeats while an action of it is open.</p>}
        />
      </section>
    </>
  );
}
