import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

export interface StoredRow {
  readonly action_type: string;
  readonly action_name: string;
  readonly action_details: object;
  readonly agent_name: string;
  readonly duration_ms: number | null;
}

/** The rows of one run, as soon as there are `count` of them; after `waitMillis`, what there is. */
export async function storedRows(
  correlationId: string,
  count: number,
  waitMillis: number,
): Promise<readonly StoredRow[]> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    const deadline = Date.now() + waitMillis;
    for (;;) {
      const { rows } = await client.query<StoredRow>(
        `select action_type, action_name, action_details, agent_name, duration_ms
           from agent_actions where correlation_id = $1 order by created_at`,
        [correlationId],
      );
      if (rows.length >= count || Date.now() > deadline) return rows;
      await sleep(50);
    }
  } finally {
    await client.end();
  }
}
