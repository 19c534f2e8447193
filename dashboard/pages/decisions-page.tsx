import { ACTION_FILTERS } from "../filters.js";
import { pathTo } from "../location.js";
import type { Column } from "../parts/data-table.js";
import { JsonView } from "../parts/json-view.js";
import { Status, Time } from "../parts/states.js";
import { ListPage } from "./list-page.js";

/** A row of `/decisions`: of an agent, or of a router. */
interface DecisionRow {
  readonly id: string;
  readonly made_by: string;
  readonly correlation_id: string;
  readonly agent_name: string;
  readonly decision: string;
  readonly confidence: number | null;
  readonly approved_by: string | null;
  readonly succeeded: boolean | null;
  readonly decided_at: string;
  readonly action_details: unknown;
}

const DECISION_COLUMNS: readonly Column<DecisionRow>[] = [
  {
    name: "decision",
    title: "Decision",
    cell: ({ correlation_id, id, decision, made_by }) => (
      <a href={`${pathTo("runs", correlation_id)}${made_by === "router" ? "" : `?action=${id}`}`} data-row>
        <bdi>{decision}</bdi>
      </a>
    ),
  },
  { name: "agent", title: "Agent", cell: ({ agent_name }) => <bdi>{agent_name}</bdi> },
  {
    name: "by",
    title: "Made by",
    isSecondary: true,
    cell: ({ made_by, approved_by }) => <bdi>{approved_by ?? made_by}</bdi>,
  },
  {
    name: "confidence",
    title: "Confidence",
    isNumber: true,
    isSecondary: true,
    cell: ({ confidence }) => (confidence === null ? "–" : confidence.toFixed(2)),
  },
  {
    name: "came",
    title: "What came of it",
    cell: ({ succeeded }) => (succeeded === null ? "–" : <Status of={succeeded ? "ok" : "error"} />),
  },
  {
    name: "details",
    title: "Why",
    cell: ({ action_details: why }) =>
      typeof why === "object" && why !== null && Object.keys(why).length === 0 ? (
        "–"
      ) : (
        <div class="wide">
          <JsonView value={why} depth={2} />
        </div>
      ),
  },
  { name: "time", title: "Time", cell: ({ decided_at }) => <Time at={decided_at} /> },
];

export const DecisionsPage = () => (
  <ListPage
    title="Decisions"
    path="/decisions"
    filters={ACTION_FILTERS.filter(({ name }) => ["agent", "project", "session"].includes(name))}
    columns={DECISION_COLUMNS}
    keyOf={({ id }) => id}
    empty={
      <p>
        No decision was recorded in this time: logDecision records one, with its alternatives and its reason.
      </p>
    }
  />
);
