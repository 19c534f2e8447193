/** Actions that are written, run, end and are taken back, so that a stream has something of each kind to tell. */
import type pg from "pg";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { storable } from "./store-fixture.js";

interface Written {
  readonly id: string;
  readonly timestamp: string;
  readonly [field: string]: unknown;
}

const FIRST_START = Date.UTC(2026, 10, 1);
/** Running actions of one batch that end, and that are taken back, in a later one. */
const ENDED = 4;
const TAKEN_BACK = 1;

export interface Churn {
  /** Actions so far. */
  readonly actions: number;
  /** Events so far: an action that runs and ends has two. */
  readonly written: number;
  /** Writes so many new actions by two transactions that commit in any order, and changes some of those before. */
  write(count: number): Promise<void>;
  /** State and status of every row that it wrote and that is there. */
  table(): Promise<ReadonlyMap<string, string>>;
}

/** @param prefix four hex digits that the ids of these actions begin with, and no others */
export function createChurn(pool: pg.Pool, prefix = "c0de"): Churn {
  const writer = createBatchWriter(pool);
  const open: Written[] = [];
  let actions = 0;
  let written = 0;

  function action(): Written {
    const number = actions++;
    return {
      id: `0190${prefix}-0000-7000-8000-${String(number).padStart(12, "0")}`,
      agent_name: `agent-${number % 3}`,
      action_type: "tool_call",
      action_name: "Read",
      status: number % 5 === 0 ? "running" : "ok",
      timestamp: new Date(FIRST_START + number).toISOString(),
    };
  }
  async function store(events: readonly Written[]): Promise<void> {
    written += events.length;
    await writer.write(events.map((event) => storable("action", event)));
  }
  async function takeBack({ id, timestamp }: Written): Promise<void> {
    await pool.query(
      `with noted as (insert into agent_action_supersessions (id, created_at) values ($1, $2) returning id)
       select from noted`,
      [id, timestamp],
    );
    await pool.query("select take_back_superseded_actions(array[$1::uuid], array[$2::timestamptz])", [
      id,
      timestamp,
    ]);
  }

  return {
    get actions() {
      return actions;
    },
    get written() {
      return written;
    },
    async write(count) {
      const created = Array.from({ length: count }, action);
      const half = Math.floor(count / 2);
      const ended = open.splice(0, ENDED).map((event) => ({ ...event, status: "ok" }));
      await Promise.all([
        store(created.slice(0, half)),
        store([...created.slice(half), ...ended]),
        ...open.splice(0, TAKEN_BACK).map(takeBack),
      ]);
      open.push(...created.filter(({ status }) => status === "running"));
    },
    async table() {
      const { rows } = await pool.query<{ id: string; state: string }>(
        "select id::text, concat_ws(' ', state, status) as state from agent_actions where id::text like $1",
        [`0190${prefix}-%`],
      );
      return new Map(rows.map(({ id, state }) => [id, state]));
    },
  };
}
